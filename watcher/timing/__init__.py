"""The clock that everything is handed, lengths of time, back-off, the grid of due times; the garbage of memory.

Whoever asks what time it is asks the `Clock` it was given, so that no test sleeps and no decision depends on the
machine.
"""
