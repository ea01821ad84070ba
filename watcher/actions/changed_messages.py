"""Which messages that were sent have to say what somebody did: each is changed, and nobody is notified."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from watcher.delivery.ledger import Delivery, State
from watcher.facts.inspection import Home
from watcher.history.deeds_on import NewDeeds, change_of, has_told_of, of_silence
from watcher.history.protocol import History
from watcher.messages.alert import Alert
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.deeds import Deed
from watcher.watching.silences import Silence

RECENT = timedelta(days=30)
"""A silence is told on alerts no older than this, and on the last one of a home that it names."""


def for_acknowledgement(history: History, made: Acknowledgement) -> tuple[Delivery, ...]:
    """Has every message about a change say who acknowledged it, and why, if that was said."""
    content_id = f"acknowledged {made.change} {made.at.isoformat()} {made.by} {made.door} {made.why}"
    messages = _sent_about(history, made.change)
    return tuple(change_of(history, each, content_id, made.at, NewDeeds(acknowledgement=made)) for each in messages)


def for_silence(history: History, silence: Silence) -> tuple[Delivery, ...]:
    """Has the alerts that a silence is about, with the first ones about their homes, say so."""
    new = NewDeeds(silence=silence)
    messages = _each_once(message for home in _homes(history, silence) for message in _newest(history, home, silence))
    return tuple(change_of(history, each, of_silence(silence), silence.made, new) for each in messages)


def for_end_of_silence(history: History, before: Silence, ended: Silence, deed: Deed) -> tuple[Delivery, ...]:
    """Has each message that says of a silence say who ended it."""
    new = NewDeeds(silence=ended, end=deed)
    since = None if before.home else before.made - RECENT
    about = (
        message
        for home in _homes(history, before)
        for told in history.changes(home.key)
        if since is None or told.seen >= since
        for sent in _sent_about(history, told.alert.id)
        for message in (sent, *_first_of_its_thread(history, sent))
        if has_told_of(history, message, before)
    )
    content_id = f"end of silence {before.id}"
    return tuple(change_of(history, each, content_id, deed.at, new) for each in _each_once(about))


def _homes(history: History, silence: Silence) -> Iterable[Home]:
    """The homes that a silence covers; where it names none, those alone of which something was told lately."""
    named = [home for name in silence.home for home in history.homes_called(name)]
    lately = () if silence.home else history.latest_changes(silence.made - RECENT)
    known = (history.home(key) for key in dict.fromkeys(told.alert.home for told in lately))
    homes = {home.key: home for home in (*named, *(record.home for record in known if record is not None))}
    return filter(silence.covers, homes.values())


def _newest(history: History, home: Home, silence: Silence) -> Iterator[Delivery]:
    """What was sent lately about a home: of one that a silence names all of it, else the newest alert."""
    has_been_sent = False
    for told in reversed(list(history.changes(home.key))):
        is_recent = told.seen >= silence.made - RECENT
        if (has_been_sent or not silence.home) and not is_recent:
            return
        if has_been_sent and not silence.home:
            return
        for message in _sent_about(history, told.alert.id):
            has_been_sent = True
            yield message
            yield from _first_of_its_thread(history, message)


def _first_of_its_thread(history: History, message: Delivery) -> Iterator[Delivery]:
    first = history.delivery(message.thread) if message.thread is not None else None
    if first is not None and first.subject == message.subject and _may_have_arrived(first):
        yield first


def _sent_about(history: History, change_id: str) -> list[Delivery]:
    return [message for message in history.messages_about(change_id) if _may_have_arrived(message)]


def _may_have_arrived(message: Delivery) -> bool:
    """Whether a message may stand somewhere where it can be changed; a mail, which is one reader's own, never can.

    What has not been sent yet says all by itself once it is.
    """
    if not isinstance(message.content, Alert) or message.recipient is not None:
        return False
    is_under_way = message.state is State.SENDING or message.unsure_since is not None
    return is_under_way or (message.state is State.ACCEPTED and message.reference is not None)


def _each_once(messages: Iterable[Delivery]) -> Iterable[Delivery]:
    return {message.id: message for message in messages}.values()
