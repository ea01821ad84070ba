"""What people ask of the history: how homes stand, what changed, numbers.

Values that a table, a page or a file shows, the same whichever door the question comes through. Nothing here is told to
anybody by itself.
"""
