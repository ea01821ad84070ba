"""The ways out: one file or folder for each kind of channel, and one row in `kinds`.

A channel makes one attempt and says what became of it; when to try again is not its business.
"""
