"""Which changes a watch asks for that does not say: apart from the watches, which only a configuration needs."""

from watcher.judging.changes import What

DEFAULT_CHANGES = (What.DROPPED_TO_INADEQUATE, What.FIRST_INADEQUATE, What.STILL_INADEQUATE, What.RECOVERED)
"""What a watch tells that doesn't say which changes it wants."""
