"""Silencing: nothing is sent about some homes for a while, and a silence can be ended before its time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from itertools import chain
from typing import Protocol
from zoneinfo import ZoneInfo

from watcher.actions.changed_messages import for_end_of_silence, for_silence
from watcher.actions.home_messages import messages_of
from watcher.actions.ids import Meant, Thing, meaning_or_of_home
from watcher.delivery.ledger import Delivery, State
from watcher.errors import WatcherError
from watcher.facts.inspection import Home
from watcher.history.protocol import History, Transaction
from watcher.messages.alert import Alert
from watcher.messages.not_read import NotRead
from watcher.rounds.remind import Sends, home_of
from watcher.text import inert
from watcher.watching.deeds import Act, Signature
from watcher.watching.silences import Silence, read_end, silencing

SILENCE = Thing("silence", "watcher silence")


def silence_meant(history: History, text: str, now: datetime) -> Meant:
    """The silence in force that somebody means: by its id, or the beginning of one, or by the number of its one home.

    Raises WatcherError where there is none or several, and lists these; of a home those that cover others too.
    """
    in_force = [silence for silence in history.silences() if now < silence.until]
    ids = {silence.id: {silence.id} for silence in in_force}
    return meaning_or_of_home(text, ids, SILENCE, history=history, of_home=lambda home: _over(home, in_force))


def _over(home: Home, in_force: Sequence[Silence]) -> Meant:
    """The only silence over a home and no other."""
    number = inert(home.id, 40)
    covering = [silence for silence in in_force if silence.covers(home)]
    own = [silence for silence in covering if len(silence.home) == 1]
    if len(own) == 1:
        wider = [silence.id for silence in covering if silence is not own[0]]
        still = (f"{number} stays silenced by {', '.join(wider)}, with other homes",) if wider else ()
        return Meant(own[0].id, (f"the silence over {number}: {own[0].why}", *still))
    if own:
        raise WatcherError(f"{number} may mean any of: {', '.join(silence.id for silence in own)}")
    if covering:
        listed = ", ".join(silence.id for silence in covering)
        raise WatcherError(f"{number} is silenced with other homes, by {listed}: that id ends it for all of them")
    raise WatcherError(f"no silence over {number} is in force; `{SILENCE.listing}` lists those that are")


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


class SendsAndKnows(Sends, Protocol):
    """The outbox, as far as it has what is open in memory."""

    def troubled(self) -> Sequence[Delivery]:
        """The open messages, and some others, in the order they were made."""
        ...


def add_silence(history: History, outbox: SendsAndKnows, silence: Silence) -> bool:
    """Stores a silence, holds back what waits of the homes that it covers, and has what was sent lately say so.

    Whether it was a new one.
    """
    if any(known.id == silence.id for known in history.silences()):
        return False
    waiting = [
        silence.holds(delivery)
        for delivery in chain(_open(history, outbox, silence), _gathered(history, silence))
        if delivery.is_untried and delivery.silence is None and isinstance(delivery.content, Alert | NotRead)
        if silencing(home_of(history, delivery.content), [silence], silence.made) is not None
    ]
    changed = for_silence(history, silence)
    history.commit(Transaction(silences=(silence,), deliveries=(*waiting, *changed)))
    outbox.note(*waiting)
    if changed:
        outbox.refresh()
    return True


def _open(history: History, outbox: SendsAndKnows, silence: Silence) -> Iterator[Delivery]:
    """The open messages that may be covered, as they are stored; of all others none is read."""
    outbox.refresh()
    may_be_covered = cache(partial(_may_be_covered, history, silence))  # many messages are on one home
    known = (delivery for delivery in outbox.troubled() if delivery.is_untried and may_be_covered(delivery.subject))
    return filter(None, (history.delivery(delivery.id) for delivery in known))


def _gathered(history: History, silence: Silence) -> Iterator[Delivery]:
    """The gathered messages that may be covered: where homes are named, of all others none is read."""
    if not silence.home:
        yield from history.gathered()
    for key in dict.fromkeys(key for name in silence.home for key in _keys(history, name)):
        yield from (message for message in messages_of(history, key) if message.state is State.GATHERED)


def _keys(history: History, name: str) -> Sequence[str]:
    """Those of the homes that are called so; of a home that nobody described its name is the key."""
    return [home.key for home in history.homes_called(name)] or [name]


def _may_be_covered(history: History, silence: Silence, subject: str) -> bool:
    """False where a message is on a home that is not covered: what it says need not be read."""
    if not silence.names(subject):
        return False
    known = history.home(subject)
    return known is None or silence.covers(known.home)


def end_silence(history: History, outbox: Sends, silence_id: str, signature: Signature) -> bool:
    """Ends a silence at the moment of the signature, and has the messages that say of it say so.

    Whether there was one in force. What it held stays held.
    """
    now = signature.at
    in_force = [silence for silence in history.silences() if silence.id == silence_id and now < silence.until]
    if in_force:
        deed = signature.deed(Act.END_SILENCE, silence_id)
        ended = [silence.ended(now) for silence in in_force]
        pairs = zip(in_force, ended, strict=True)
        changed = [change for before, after in pairs for change in for_end_of_silence(history, before, after, deed)]
        history.commit(Transaction(silences=ended, deeds=(deed,), deliveries=changed))
        if changed:
            outbox.refresh()
    return bool(in_force)
