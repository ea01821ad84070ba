"""Releasing: a reading that the brake holds is believed when the feed is read next."""

from collections.abc import Collection
from dataclasses import replace

from watcher.history.protocol import History, Transaction


def feeds_meant(feeds: Collection[str], only: str | None) -> Collection[str]:
    """The feed that somebody names; every feed where none is named."""
    return feeds if only is None else (only,)


def release(history: History, feed: str) -> bool:
    """Lets the next reading of a feed pass the brake; whether there was one held."""
    state = history.feed(feed)
    if not state.held:
        return False
    history.commit(Transaction(feeds=(replace(state, released=True, not_before=None, began=None),)))
    return True
