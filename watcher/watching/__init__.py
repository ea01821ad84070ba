"""Who asked for what: watches, silences and acknowledgements.

Pure functions say which watches ask for a change, where it goes, and for every other one why not.
"""
