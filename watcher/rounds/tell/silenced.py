"""The sixth step: what somebody asked not to be told of is made and kept, and not sent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from watcher.rounds.tell.news import News
from watcher.watching.silences import Silence, held


def silenced(news: News, silences: Sequence[Silence], now: datetime) -> News:
    """The news with those of its messages held back that a silence in force covers."""
    return replace(
        news,
        deliveries=tuple(held(delivery, news.home, silences, now) for delivery in news.deliveries),
        unasked=tuple(held(delivery, news.home, silences, now) for delivery in news.unasked),
    )
