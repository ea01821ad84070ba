"""The ways out: one folder for each kind of channel, with its options, and one row in `kinds`.

A channel makes one attempt and says what became of it; when to try again is not its business.
"""
