"""The kinds of value that a configuration has, and what is said of a mistake in it.

Lengths of time, addresses, names and secret files; each error says what to write instead and never repeats a secret.
What options a feed, a channel or a watch has stands beside that feed, channel or watch.
"""
