"""Silencing: nothing is sent about some homes for a while, and a silence can be ended before its time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from zoneinfo import ZoneInfo

from watcher.actions.ids import meaning
from watcher.errors import WatcherError
from watcher.history.protocol import History, Transaction
from watcher.messages.alert import Alert
from watcher.messages.not_read import NotRead
from watcher.rounds.remind import Notes, home_of
from watcher.watching.deeds import Act, Signature
from watcher.watching.silences import Silence, read_end, silencing


def silence_meant(history: History, text: str, now: datetime) -> str:
    """The silence in force that an id means, or the beginning of one."""
    return meaning(text, {silence.id: {silence.id} for silence in history.silences() if now < silence.until}, "silence")


def silence_of(
    filters: Mapping[str, Sequence[str]],
    *,
    until: str,
    why: str,
    by: str,
    now: datetime,
    zone: ZoneInfo,
    door: str = "",
) -> Silence:
    """The silence that somebody describes; raises WatcherError with what to write instead."""
    try:
        return Silence.of(filters, made=now, until=read_end(until, now, zone), why=why, by=by, door=door)
    except ValueError as error:
        raise WatcherError(str(error)) from None


def add_silence(history: History, outbox: Notes, silence: Silence) -> bool:
    """Stores a silence, and holds back what waits of the homes that it covers; whether it was a new one."""
    if any(known.id == silence.id for known in history.silences()):
        return False
    waiting = [
        silence.holds(delivery)
        for delivery in chain(history.deliveries(open_only=True), history.gathered())
        if delivery.is_untried and delivery.silence is None and _may_be_covered(history, silence, delivery.subject)
        if isinstance(delivery.content, Alert | NotRead)
        if silencing(home_of(history, delivery.content), [silence], silence.made) is not None
    ]
    history.commit(Transaction(silences=(silence,), deliveries=waiting))
    outbox.note(*waiting)
    return True


def _may_be_covered(history: History, silence: Silence, subject: str) -> bool:
    """False where a message is on a home that is not covered: what it says need not be read."""
    known = history.home(subject)
    return known is None or silence.covers(known.home)


def end_silence(history: History, silence_id: str, signature: Signature) -> bool:
    """Ends a silence at the moment of the signature; whether there was one in force. What it held stays held."""
    now = signature.at
    in_force = [silence for silence in history.silences() if silence.id == silence_id and now < silence.until]
    if in_force:
        ended = [silence.ended(now) for silence in in_force]
        history.commit(Transaction(silences=ended, deeds=(signature.deed(Act.END_SILENCE, silence_id),)))
    return bool(in_force)
