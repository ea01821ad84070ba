"""What became of the messages about a change, in words: for `explain`, for tables and for pages."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from watcher.answers.told.verdicts import outcome
from watcher.delivery.ledger import STATE_SUBJECT, Delivery, State
from watcher.facts.inspection import Home
from watcher.history.protocol import History, Told
from watcher.messages.message import PresentState
from watcher.messages.not_read import NotRead
from watcher.messages.numbers import british_moment
from watcher.messages.titles import title
from watcher.rounds.tell.threads import brings
from watcher.text import capital, inert, web_link
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.silences import Silence

BEFORE_THE_BEGINNING = "told to nobody: it was known before this watcher began"
NO_NEWS = "no change, or background"
"""Why an inspection was told to nobody."""

_MEANS = {
    State.WAITING: "not sent yet",
    State.SENDING: "on its way",
    State.UNKNOWN: "nobody knows whether it arrived",
    State.GATHERED: "it waits for the next digest",
    State.IN_DIGEST: "told in a digest",
    State.SILENCED: "a silence holds it back",
    State.LAPSED: "not needed any more",
    State.DECLINED: "its reader stopped these mails",
}
"""What a verdict means that does not speak for itself."""
MORNINGS = "told in the morning's message, after quiet hours"
_WHENEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of a message, or of the same one to several readers of a channel."""

    channel: str
    sort: str = ""
    """What it is beside the news itself, such as `reminder 1`."""
    why: str = ""
    """Why it went there though no watch asked for it."""
    verdict: str
    at: datetime
    """When it was tried last, or else made."""
    recipient: str = ""
    detail: str = ""
    """What the channel said; as the recipient for those alone who may know readers by name."""
    readers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WasTold:
    """Who was told of a change, and what was done about it."""

    sent: tuple[Sent, ...]
    together: tuple[str, ...] = ()
    """Channels that were told of it within the message about another change of the same inspection."""
    acknowledged: str = ""
    """Empty if nobody has."""
    not_for: tuple[tuple[str, str], ...] = ()
    """The watches that did not ask for it, each with the reason."""


class Messages:
    """The messages about one home, read once."""

    def __init__(self, history: History, changes: Sequence[Told]) -> None:
        self._history = history
        self._about = {told.alert.id: history.messages_about(told.alert.id) for told in changes}
        ids = [message.id for messages in self._about.values() for message in messages]
        self._states = [state for each in ids for state in history.messages_on(f"{STATE_SUBJECT}{each}")]

    def about(self, told: Told) -> Sequence[Delivery]:
        """Those about one change, its reminders too."""
        return self._about[told.alert.id]

    def states(self, told: Told) -> Sequence[Delivery]:
        """How first messages about the home were changed to say what one change brought."""
        return [state for state in self._states if brings(told.alert, state)]

    def was_told(self, told: Told, zone: ZoneInfo, *, with_people: bool) -> WasTold:
        """What became of a change; readers, and who acted and why, only `with_people`."""
        messages = self.about(told)
        first = [message for message in messages if message.reminder is None]
        every = [*first, *self.states(told), *(message for message in messages if message.reminder)]
        sent = (self._sent(message, told.owed, with_people=with_people) for message in every)
        reached = {message.channel for message in first}
        acknowledgement = self._history.acknowledgement(told.alert.id)
        return WasTold(
            sent=tuple(sent if with_people else _gathered(sent)),
            together=tuple(channel for channel in told.alert.channels if channel not in reached),
            acknowledged=_words_of(acknowledgement, zone, with_people=with_people) if acknowledgement else "",
            not_for=tuple((watch, inert(reason)) for watch, reason in told.reasons.items()),
        )

    def _sent(self, message: Delivery, owed: Mapping[str, str], *, with_people: bool) -> Sent:
        """What became of one; of one that the morning told, when and how that message went."""
        said = _sent(message, owed, with_people=with_people)
        morning = self._history.delivery(message.reference or "") if _was_held(message) else None
        if morning is None:
            return said
        return replace(said, verdict=f"{MORNINGS}: {verdict(morning)}", at=morning.attempted or morning.created)


def _sent(message: Delivery, owed: Mapping[str, str], *, with_people: bool) -> Sent:
    return Sent(
        channel=inert(message.channel, 80),
        sort=sort_of(message),
        why=inert(owed.get(message.channel, "")),
        verdict=verdict(message),
        at=message.attempted or message.created,
        recipient=inert(message.recipient or "") if with_people else "",
        detail=inert(message.detail) if with_people and not message.is_held else "",
    )


def _gathered(sent: Iterator[Sent]) -> Iterator[Sent]:
    """One for all readers of a channel of whom the same became."""
    found: dict[Sent, list[Sent]] = {}
    for one in sent:
        found.setdefault(replace(one, at=_WHENEVER), []).append(one)
    for same in found.values():
        yield replace(same[0], at=max(one.at for one in same), readers=len(same))


def _words_of(acknowledgement: Acknowledgement, zone: ZoneInfo, *, with_people: bool) -> str:
    when = british_moment(acknowledgement.at.astimezone(zone))
    if not with_people:
        return f"acknowledged at {when}"
    why = f": {inert(acknowledgement.why)}" if acknowledgement.why else ""
    return f"acknowledged by {inert(acknowledgement.by, 80)} at {when}{why}"


def sort_of(message: Delivery) -> str:
    """What a message is beside the news itself; empty for the news."""
    if message.reminder:
        return f"reminder {message.reminder.number}" if message.reminder.number else "escalated"
    return said_on(message) if isinstance(message.content, PresentState) else ""


def said_on(state: Delivery) -> str:
    """That the first message on a channel was changed, and what it says since."""
    was = "was changed" if state.state is State.ACCEPTED else "was to be changed"
    line = inert(state.content.line) if isinstance(state.content, PresentState) else ""
    if not line:  # a deed: who did it is for those alone who may know people by name
        return f"a message on {state.channel} {was} to say who did what about it"
    return f"the first alert on {state.channel} {was} to say: {line}"


def verdict(message: Delivery) -> str:
    """What became of a message, and what that means: `accepted after 1 attempt`."""
    if message.is_held:
        return inert(message.detail)  # until when
    means = MORNINGS if _was_held(message) else _MEANS.get(message.state, "")
    return f"{outcome(message)}{f': {means}' if means else ''}"


def _was_held(message: Delivery) -> bool:
    return message.state is State.IN_DIGEST and message.held_until is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unable:
    """Something of a home that could not be read."""

    words: str
    since: str = ""
    """Since when that stands; empty where it is over, as far as is known."""
    link: str | None = None
    sent: tuple[Sent, ...] = ()
    """Which readers were told so."""


def unable_to_read(
    history: History, feeds: Iterable[str], home: str, zone: ZoneInfo, *, with_people: bool
) -> Iterator[Unable]:
    """What could not be told of a home, by its key, and still stands so; then what its readers were told of that."""
    for feed in feeds:
        for problem in history.feed(feed).problems.values():
            if problem.home == home:
                since = british_moment(problem.since.astimezone(zone))
                yield Unable(words=capital(inert(problem.what)), since=since)
    by_content: dict[str, list[Delivery]] = {}
    for message in history.messages_on(home):
        by_content.setdefault(title(message.content), []).append(message)
    for said, messages in by_content.items():
        sent = (_sent(message, {}, with_people=with_people) for message in messages)
        yield Unable(
            words=said,
            link=web_link(messages[0].content.link) if isinstance(messages[0].content, NotRead) else None,
            sent=tuple(sent if with_people else _gathered(sent)),
        )


def silences_over(
    home: Home, silences: Iterable[Silence], now: datetime, zone: ZoneInfo, *, with_people: bool
) -> Iterator[str]:
    """The silences in force that cover a home; who asked for them and why only `with_people`."""
    for silence in silences:
        if now < silence.until and silence.covers(home):
            until = british_moment(silence.until.astimezone(zone))
            who = f" by {inert(silence.by, 80)}" if silence.by else ""
            why = f" (silence {silence.id}{who}: {inert(silence.why)})" if with_people else ""
            yield f"Nothing is sent about this home until {until}{why}"
