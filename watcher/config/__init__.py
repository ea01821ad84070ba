"""The whole configuration as one typed table, read from TOML; every mistake in it is named with its line.

It gathers the options that stand beside each feed, channel and watch. What is said of a mistake never repeats a secret.
"""
