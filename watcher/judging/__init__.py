"""What an inspection means for its home, and the numbers around it.

Pure functions of what is known and of a day: they touch no network, no disk and no clock, so that the same question
about the same day has the same answer for ever.
"""
