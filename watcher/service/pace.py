"""When each feed is read next."""

from datetime import datetime, timedelta

from watcher.feeds.options import FeedOptions
from watcher.history.protocol import FeedState
from watcher.timing.grid import due_at

BREATH = timedelta(minutes=1)
"""What lies at most between two readings of a feed of which the first ended with more to be read."""


def next_reading(options: FeedOptions, state: FeedState, now: datetime) -> datetime:
    """When a feed is to be read next."""
    every = min(options.every, BREATH) if state.goes_on else options.every
    return due_at(state.name, every, state.began, state.not_before, now)
