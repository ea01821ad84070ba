"""Releasing: a reading that the brake holds is believed when the feed is read next."""

from collections.abc import Collection
from dataclasses import replace

from watcher.history.protocol import History, Transaction
from watcher.watching.deeds import Act, Signature


def feeds_meant(feeds: Collection[str], only: str | None) -> Collection[str]:
    """The feed that somebody names; every feed where none is named."""
    return feeds if only is None else (only,)


def release(history: History, feed: str, signature: Signature) -> bool:
    """Lets the next reading of a feed pass the brake; whether there was one held."""
    state = history.feed(feed)
    if not state.held:
        return False
    released = replace(state, released=True, not_before=None, began=None)
    history.commit(Transaction(feeds=(released,), deeds=(signature.deed(Act.RELEASE, feed),)))
    return True
