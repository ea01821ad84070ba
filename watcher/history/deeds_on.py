"""What people did about an alert or its home, as far as the message about it is to say so."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from watcher.delivery.ledger import STATE_SUBJECT, Delivery, State
from watcher.history.protocol import History
from watcher.messages.alert import Alert
from watcher.messages.deeds_told import Done, ToldDeed, deed_lines, has_acknowledged
from watcher.messages.message import Content, PresentState
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.deeds import Act, Deed, through
from watcher.watching.silences import Silence


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDeeds:
    """What is about to be stored, and counts as if it were."""

    acknowledgement: Acknowledgement | None = None
    silence: Silence | None = None
    """A new one, or one that has just been ended."""
    end: Deed | None = None


NOTHING_NEW = NewDeeds()


def deeds_on(history: History, message: Delivery, now: datetime, new: NewDeeds = NOTHING_NEW) -> tuple[ToldDeed, ...]:
    """The acknowledgement, and the silences in force or else the end of the last one, in the order of their moments.

    A silence is told on what it was put upon, and on what is sent while it holds; not on all that was ever sent.
    """
    if not isinstance(message.content, Alert):
        return ()
    acknowledgement = new.acknowledgement or history.acknowledgement(message.content.id)
    found = [_acknowledged(acknowledgement)] if acknowledgement is not None else []
    return tuple(sorted([*found, *_silenced(history, message, now, new)], key=lambda deed: deed.at))


def change_of(
    history: History, message: Delivery, content_id: str, now: datetime, new: NewDeeds = NOTHING_NEW
) -> Delivery:
    """That a message is to be changed for a deed; it has an order of its own, and waits for no reply.

    The id is that of the deed upon this message: the same never makes two.
    """
    deeds = deeds_on(history, message, now, new)
    content = PresentState(
        parent=message.id, line="", deeds=deed_lines(deeds, UTC), is_acknowledged=has_acknowledged(deeds)
    )
    return replace(_change(message, content_id, content, now), thread=message.id)


def of_silence(silence: Silence) -> str:
    """What the change of a message is called by which a silence is put upon it."""
    return f"silence {silence.id}"


def has_told_of(history: History, message: Delivery, silence: Silence) -> bool:
    """Whether a message is one that says of a silence: sent while it held, or changed for it."""
    was_sent = message.attempted if message.state is State.ACCEPTED else None
    if was_sent is not None and silence.made <= was_sent < silence.until:
        record = history.home(message.subject)
        if record is not None and silence.covers(record.home):
            return True
    return history.delivery(change_of_id(message, of_silence(silence))) is not None


def change_of_id(message: Delivery, content_id: str) -> str:
    """The id of the change of a message for a deed."""
    return _change(message, content_id, message.content, message.created).id


def _change(message: Delivery, content_id: str, content: Content, now: datetime) -> Delivery:
    subject = f"{STATE_SUBJECT}deeds:{message.id}"
    return Delivery.of(message.channel, subject, content, f"{content_id} on {message.id}", now)


def _acknowledged(by: Acknowledgement) -> ToldDeed:
    return ToldDeed(done=Done.ACKNOWLEDGED, by=by.by, at=by.at, where=through(by.door), why=by.why)


def _silenced(history: History, message: Delivery, now: datetime, new: NewDeeds) -> Iterator[ToldDeed]:
    """Of several in force all; of those that are over the last, if somebody ended it before its time."""
    known = [silence for silence in history.silences() if new.silence is None or silence.id != new.silence.id]
    told = [silence for silence in known if _is_told(history, message, silence, now)]
    told += [new.silence] if new.silence is not None else []
    in_force = [silence for silence in told if now < silence.until]
    for silence in in_force:
        where = through(silence.door)
        yield ToldDeed(
            done=Done.SILENCED, by=silence.by, at=silence.made, where=where, why=silence.why, until=silence.until
        )
    if told and not in_force:
        last = max(told, key=lambda silence: (silence.until, silence.made))
        ends = [deed for deed in (*history.deeds(last.id), new.end) if deed and deed.what is Act.END_SILENCE]
        ends = [deed for deed in ends if deed.subject == last.id]
        for deed in ends[-1:]:
            where = through(deed.door)
            yield ToldDeed(done=Done.SILENCE_ENDED, by=deed.by, at=deed.at, where=where, why=deed.why)


def _is_told(history: History, message: Delivery, silence: Silence, now: datetime) -> bool:
    if message.state is not State.ACCEPTED and silence.made <= now < silence.until:  # it is being sent now
        record = history.home(message.subject)
        if record is not None and silence.covers(record.home):
            return True
    return has_told_of(history, message, silence)
