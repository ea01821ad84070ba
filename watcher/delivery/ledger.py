"""What is known of every message: where it goes, its attempts and its verdict; outlives every incident."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Self

from watcher.delivery.said import KINDS, LIKE, Like, content_in, said_in
from watcher.delivery.verdict import Answer, Verdict
from watcher.facts.stored import NEVER, REQUIRED, prove, read, stored
from watcher.messages.alert import Alert
from watcher.messages.message import Content, Message, PresentState, Reminder
from watcher.messages.not_read import NotRead

if TYPE_CHECKING:  # who only reads the history needs no configuration
    from watcher.delivery.channels.options import ChannelOptions

POSSIBLY_REPEATED = "possibly repeated"
"""What is noted of an accepted message that may have been accepted before."""

ARRIVED_LATE = "a former leader's attempt arrived late"
"""What is noted of a message that was accepted from somebody who leads no more."""

MOST_UNKNOWN = 3
"""So many attempts of unknown fate are made; then the operator decides."""

STATE_SUBJECT = "state:"
"""Begins the subject of each present state, and of nothing else: to know one its content need not be read."""


Way = tuple[str, str | None]
"""A channel, and the recipient where it is the way to that one alone, or `STATE_SUBJECT` where it changes messages."""


class Enclosed:
    """A content that is there, or lies where it was stored; equal to another that says the same."""

    __slots__ = ("__weakref__", "_content", "_read")

    def __init__(self, read: Callable[[], Content]) -> None:
        self._content: Content | None = None
        self._read: Callable[[], Content] | None = read

    @classmethod
    def of(cls, content: Content) -> Self:
        """A content that is there."""
        made = cls(lambda: content)
        made.open()
        return made

    def open(self) -> Content:
        """The content; it is read once."""
        if self._content is None:
            if self._read is None:
                raise RuntimeError("neither a content nor a way to read it")
            self._content = self._read()
            self._read = None  # with it goes what it would be read from
        return self._content

    def __eq__(self, other: object) -> bool:
        """Whether both say the same."""
        return isinstance(other, Enclosed) and self.open() == other.open()

    def __hash__(self) -> int:
        """As of the content, which some kinds of content have not."""
        return hash(self.open())

    def __repr__(self) -> str:
        """As the content."""
        return repr(self.open())


class State(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    SENDING = "sending"
    """Marked before the call: found at start, it says that nothing is known of that attempt's fate."""
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """Sent so often that whether it arrived is for the operator to find out: it goes again only if somebody asks."""
    GATHERED = "gathered"
    """Not sent by itself: it waits for the digest of its channel, or for the end of quiet hours."""
    IN_DIGEST = "in digest"
    """Told in the digest, or in the morning's message, whose first message `reference` names; that one has the attempts
    and the verdict."""
    SILENCED = "silenced"
    """Held back by a silence; sent only if somebody asks for it."""
    LAPSED = "lapsed"
    """Not needed any more before it was sent, or a present state that can't be shown: nobody misses anything."""
    DECLINED = "declined"
    """Not sent, for its recipient stopped these mails; it is never sent to him after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message for one channel."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"arbitrary_types_allowed": True}
    """What is enclosed is read by itself."""

    id: str
    """16 hex digits of the channel's name, the recipient and the content's id: the same never goes twice to anybody."""
    channel: str
    subject: str
    """What must stay in order: the home's key, or the notice's, the group's or the present state's own."""
    recipient: str | None = None
    """The one address it is for, where a channel has several: each has a verdict of its own, and what one refuses
    is not sent again to those who have it."""
    state: State = field(default=State.WAITING, metadata=REQUIRED)
    created: datetime
    due: datetime
    """Not before this."""
    attempts: int = field(default=0, metadata=REQUIRED)
    attempted: datetime | None = None
    detail: str = ""
    """What the channel said last."""
    reference: str | None = None
    unsure_since: datetime | None = None
    """When an attempt of unknown fate began; it is looked for before anything is sent again."""
    unknowns: int = 0
    """How many attempts since then were of unknown fate."""
    looks: int = 0
    """How often in a row it could not be looked for."""
    silence: str | None = None
    """The id of the silence that holds it, or held it until somebody asked for it."""
    held_until: datetime | None = None
    """The morning until which quiet hours hold it, or held it: GATHERED it waits for that."""
    reminder: Reminder | None = None
    """Set where the alert is sent once more."""
    enclosed: Enclosed = field(metadata=NEVER)
    """What it says: its `content`, which one that waits in the history reads when it is first asked for."""
    thread: str | None = None
    """The id of the delivery that it follows, in whose thread it goes or which it changes: a group's, or the first
    about the home. Not before that one has a final verdict."""
    announced_in: str | None = None
    """The id of the group's delivery that tells of it in the channel while it goes in a thread of its home's."""
    is_shown: bool = False
    """Whether it is to be seen in the channel though it goes in a thread."""
    stopped: str | None = None
    """The way to the channel that was refused by this message; while there is such a one, the channel is stopped."""
    is_stop_of_recipient: bool = False
    """Whether only the way to its recipient is stopped."""
    remark: str = ""
    """What was wrong though the channel accepted it, or why a present state can't be shown."""
    term: int | None = None
    """The number of the leadership that attempted it last; None where nobody else could."""
    number: int = field(default=0, metadata=NEVER)
    """Position in the outbox; 0 for one that is not stored yet."""

    @classmethod
    def of(
        cls,
        channel: str,
        subject: str,
        content: Content | Enclosed,
        content_id: str,
        now: datetime,
        *,
        recipient: str | None = None,
    ) -> Self:
        """A message that waits to be sent; several may have what they say in common."""
        way = f"{channel}\n{content_id}" if recipient is None else f"{channel}\n{recipient}\n{content_id}"
        digest = hashlib.sha256(way.encode()).hexdigest()[:16]
        return cls(
            id=digest,
            channel=channel,
            subject=subject,
            enclosed=content if isinstance(content, Enclosed) else Enclosed.of(content),
            created=now,
            due=now,
            recipient=recipient,
        )

    @property
    def content(self) -> Content:
        """What it says."""
        return self.enclosed.open()

    @property
    def queue(self) -> tuple[str, str, str | None]:
        """What it must stay in order with: messages on the same subject to the same readers."""
        return self.channel, self.subject, self.recipient

    @property
    def stops(self) -> tuple[str, str | None] | None:
        """What it has stopped: the channel as a whole, or that for its recipient; None if nothing."""
        if self.stopped is None:
            return None
        return self.channel, self.recipient if self.is_stop_of_recipient else None

    @property
    def is_for_operator(self) -> bool:
        """Whether so many attempts were of unknown fate that it is not sent again by itself."""
        return self.unknowns >= MOST_UNKNOWN

    @property
    def awaits(self) -> tuple[str, ...]:
        """The ids of the deliveries that must have a final verdict before this one is sent."""
        reply = self.content.reply if self.is_repeatable and isinstance(self.content, PresentState) else None
        return tuple(delivery_id for delivery_id in (self.thread, self.announced_in, reply) if delivery_id is not None)

    @property
    def is_repeatable(self) -> bool:
        """Whether sending it twice comes to the same as sending it once: a present state, told from afar."""
        return self.subject.startswith(STATE_SUBJECT)

    def message(self) -> Message:
        """What the channel is handed, but for what it follows."""
        return Message(
            id=self.id,
            content=self.content,
            seen=self.reminder.alert if self.reminder else self.created,
            made=self.created,
            recipient=self.recipient,
            possibly_repeated=self.unsure_since is not None,
            reminder=self.reminder,
            term=self.term,
        )

    @property
    def is_untried(self) -> bool:
        """Whether it certainly has not reached anybody yet and is not on its way."""
        return (self.state is State.WAITING or self.is_held) and self.unsure_since is None

    @property
    def is_held(self) -> bool:
        """Whether quiet hours hold it."""
        return self.state is State.GATHERED and self.held_until is not None

    def held(self, until: datetime, detail: str) -> Self:
        """Waiting for the end of quiet hours."""
        return replace(self, state=State.GATHERED, held_until=until, due=until, detail=detail)

    def lapsed(self, why: str) -> Self:
        """Not needed any more."""
        return replace(self, state=State.LAPSED, detail=why)

    def declined(self, why: str) -> Self:
        """Not wanted by its recipient; `why` says so, and an earlier attempt may have reached him."""
        perhaps = "; an earlier attempt may have arrived" if self.unsure_since is not None else ""
        return replace(self.moving(), state=State.DECLINED, detail=f"{why}{perhaps}")

    def sending(self, now: datetime, term: int | None = None) -> Self:
        """Marked as being sent, in the `term` of a leadership; stored before the call."""
        sent = self.certain() if self.is_repeatable else self
        return replace(sent, state=State.SENDING, attempts=self.attempts + 1, attempted=now, term=term)

    def settled(self, verdict: Verdict, due: datetime, way: str = "") -> Self:
        """After the verdict on an attempt; `due` is when to try again unless it was final.

        A refusal of the channel itself leaves the message waiting and notes the `way` that was refused.
        """
        if verdict.answer is Answer.ACCEPTED:
            repeated = POSSIBLY_REPEATED if self.unsure_since else ""
            detail = "; ".join(said for said in (verdict.detail or repeated, verdict.remark) if said)
            ended = replace(self.moving(), state=State.ACCEPTED, detail=detail, remark=verdict.remark)
            return replace(ended.certain(), reference=verdict.reference)
        if verdict.answer is Answer.REFUSED and verdict.stops:
            waits = replace(self, state=State.WAITING, detail=verdict.detail, due=due)
            return replace(waits, stopped=way, is_stop_of_recipient=verdict.of_recipient)
        if verdict.answer is Answer.REFUSED:
            state = State.LAPSED if self.is_repeatable else State.REFUSED
            return replace(self.moving(), state=state, detail=verdict.detail, remark=verdict.remark)
        waits = replace(self, state=State.WAITING, detail=verdict.detail, due=due)
        return waits.unsure() if verdict.answer is Answer.UNKNOWN else waits

    def unsure(self) -> Self:
        """After an attempt of unknown fate."""
        return replace(self, unsure_since=self.unsure_since or self.attempted, unknowns=self.unknowns + 1)

    def certain(self) -> Self:
        """Once it is known of every attempt whether it arrived."""
        return replace(self, unsure_since=None, unknowns=0, looks=0)

    def moving(self) -> Self:
        """No longer what stops anything."""
        return replace(self, stopped=None, is_stop_of_recipient=False)

    def retried(self, now: datetime) -> Self:
        """Due now, since somebody asks for it; one of unknown fate may be sent as often again."""
        detail = "" if self.is_held else self.detail
        return replace(self, state=State.WAITING, due=now, unknowns=0, looks=0, detail=detail)

    def interrupted(self) -> Self:
        """Found as being sent by a process that is no more: nothing is known of that attempt's fate."""
        return replace(self.unsure(), state=State.WAITING)

    def accepted_late(self, known: Self) -> Self:
        """As it is to be stored of a former leader, of whom it was accepted; `known` is what others made of it since.

        Where another leader has sent it too, or was about to, readers may have been told twice.
        """
        if known.state is not State.ACCEPTED:
            said = (POSSIBLY_REPEATED, ARRIVED_LATE) if self._may_arrive_again(known) else (ARRIVED_LATE,)
            return replace(self, attempts=max(self.attempts, known.attempts), detail=_with(self.detail, *said))
        if known.term == self.term:
            return known
        return replace(known, detail=_with(known.detail, POSSIBLY_REPEATED, ARRIVED_LATE))

    def _may_arrive_again(self, known: Self) -> bool:
        """Whether another leader's call is under way, or one of its calls came to nobody knows what."""
        is_unsure = known.unknowns > self.unknowns + 1  # one more than what became of this attempt, as it seemed then
        return known.term != self.term and (known.state is State.SENDING or is_unsure)

    def document(self, kept: Mapping[str, Any] | None = None, like: str | None = None) -> dict[str, Any]:
        """The delivery as the history keeps it; what it says under the name of its kind.

        What it says never alters: where one is `kept` already it is taken from there, and need not be read. `like` is
        the id of another message whose document says it for this one too.
        """
        document = stored(self)
        after = {name: document.pop(name) for name in _AFTER_CONTENT if name in document}
        if self.state is State.DECLINED:  # so that a version that does not know the word can open the history
            document["state"], after["declined"] = State.LAPSED.value, True
        return {**document, **(self._said(like) if kept is None else said_in(kept)), **after}

    def _said(self, like: str | None) -> dict[str, Any]:
        content, kind = self.content, KINDS[type(self.content)]
        if like is None:
            return {kind: stored(content)}
        return {LIKE: stored(Like(id=like, kind=kind, change=content.id if isinstance(content, Alert) else None))}

    @classmethod
    def from_document(
        cls, document: Mapping[str, Any], number: int, content: Callable[[], Content] | Enclosed | None = None
    ) -> Self:
        """The delivery that `document` made; `content` gives what it says later, so that no document need be kept.

        Raises ValueError for anything else.
        """
        enclosed = content if isinstance(content, Enclosed) else Enclosed(content or partial(content_in, document))
        said = {**document, "enclosed": enclosed, "number": number}
        if said.get("declined"):
            said["state"] = State.DECLINED
        return read(cls, said)

    @classmethod
    def prove(cls, document: Mapping[str, Any]) -> None:
        """Raises ValueError for what `document` cannot have made, in any version."""
        prove(cls, document)
        contents = [(kind, name) for kind, name in (*KINDS.items(), (Like, LIKE)) if name in document]
        if len(contents) != 1:
            raise ValueError("a message with other than one content")
        if LIKE in document and document[LIKE].get("kind") not in KINDS.values():
            raise ValueError("a message like another of no kind")
        if "declined" in document and (document["declined"] is not True or document["state"] != State.LAPSED):
            raise ValueError("a message that was declined, and was not")
        prove(contents[0][0], document[contents[0][1]])


def _with(detail: str, *said: str) -> str:
    """A detail that says these things too, each once."""
    return "; ".join(filter(None, (detail, *(each for each in said if each not in detail))))


_AFTER_CONTENT = ("thread", "announced_in", "is_shown", "stopped", "is_stop_of_recipient", "remark", "term")
"""What stands after the content in a delivery's document."""


def last_taken(deliveries: Iterable[Delivery]) -> Mapping[Way, datetime]:
    """When each recipient of each channel was last sent something that was accepted."""
    taken: dict[Way, datetime] = {}
    for delivery in deliveries:
        if delivery.state is State.ACCEPTED and delivery.attempted is not None:
            way = (delivery.channel, delivery.recipient)
            taken[way] = max(delivery.attempted, taken.get(way, delivery.attempted))
    return taken


def messages(
    channels: "Mapping[str, ChannelOptions]",
    channel: str,
    subject: str,
    content: Content,
    content_id: str,
    now: datetime,
) -> tuple[Delivery, ...]:
    """The messages to store for a channel. E-mail goes to each recipient by itself: a server may take one and refuse
    another, and who has a message must not get it again for the sake of who has not.

    What readers are told waits to be gathered for a digest; a notice to the operator never does.
    """
    options = channels.get(channel)
    if options is not None and options.digest_times is not None and isinstance(content, Alert | NotRead):
        return (replace(Delivery.of(channel, subject, content, content_id, now), state=State.GATHERED),)
    recipients = options.recipients if options is not None else (None,)
    said = Enclosed.of(content)
    return tuple(Delivery.of(channel, subject, said, content_id, now, recipient=recipient) for recipient in recipients)
