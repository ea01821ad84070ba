"""Places that publish inspections and are polled; each yields a `Reading` and never raises for what it finds there.

A publisher is a folder here with its options beside it and one row in `kinds`; nothing above knows which one it
reads.
"""
