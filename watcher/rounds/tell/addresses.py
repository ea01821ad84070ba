"""The fourth step: the messages that a change becomes, one for each reader of each channel."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from watcher.delivery.ledger import Delivery
from watcher.judging.changes import MOVES, Change
from watcher.rounds.tell.news import News

Make = Callable[[str, News], tuple[Delivery, ...]]
"""The messages of some news for one channel."""


def addressed(news: News, make: Make, channels_with_threads: Collection[str]) -> News:
    """The news with its messages, and those that only a thread's first message has to know of.

    How the home of a group concern stands is told by the drop that brings it.
    """
    asked = {channel: make(channel, news) for channel in news.alert.channels}
    others = [channel for channel in channels_with_threads if channel not in asked and not news.change.concern]
    return replace(
        news,
        deliveries=tuple(delivery for made in asked.values() for delivery in made),
        unasked=tuple(delivery for channel in others for delivery in make(channel, news)),
    )


def in_one_message(all_news: Iterable[News]) -> tuple[Delivery, ...]:
    """The messages of a reading: of the moves that one inspection brings, the one that `judge` names first is told.

    That is the move of the rating itself; its alert says what became of each area too.
    """
    messages: dict[tuple[str, str], list[Delivery]] = {}
    told: dict[tuple[str, str], str] = {}
    for news in all_news:
        change_id, tells = news.change.id, _message_of(news.change)
        for delivery in news.deliveries:
            message = (delivery.channel, tells)
            if told.setdefault(message, change_id) == change_id:
                messages.setdefault(message, []).append(delivery)
    return tuple(delivery for made in messages.values() for delivery in made)


def unasked_for(all_news: Sequence[News]) -> list[Delivery]:
    """What only a thread's first message has to know of: nothing of an inspection that its channel is told."""
    asked = {(channel, _message_of(news.change)) for news in all_news for channel in news.alert.channels}
    return [
        delivery
        for news in all_news
        for delivery in news.unasked
        if (delivery.channel, _message_of(news.change)) not in asked
    ]


def _message_of(change: Change) -> str:
    return change.inspection.key if change.what in MOVES else change.id
