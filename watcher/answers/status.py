"""How the watcher stands at one moment, as a plain value: for `watcher status` and for the page of the service."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self

from watcher import __version__
from watcher.answers.withheld import without_addresses, without_files
from watcher.delivery.stopped_mails import StoppedMails
from watcher.facts.stored import stored
from watcher.feeds.advance import Advance
from watcher.history.protocol import FeedState, Untold
from watcher.messages.matter import Matter
from watcher.messages.topics import Gravity, Topic
from watcher.text import capital
from watcher.watching.silences import Silence


@dataclass(frozen=True, slots=True)
class RoleNow:
    """Which part a service has where several share a history, and who leads."""

    word: str
    """`leader` or `standby`; empty where a command asks, which has none."""
    leader: str | None
    """Who leads, as `pid 17 on desk`; None where nobody does."""
    since: datetime | None = None

    @property
    def is_ill(self) -> bool:
        """Whether nobody reads and sends."""
        return self.leader is None and self.word != "leader"

    def sentence(self) -> str:
        """The same for people."""
        if self.is_ill:
            return "nobody leads: nothing is read and no message is sent, until a watcher that runs takes it over"
        if self.word == "leader":
            return "this one leads"
        return f"{'standby; ' if self.word else ''}{self.leader} leads"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceNow:
    """Whether the service runs."""

    word: str
    """`alive`, `hangs` or `not running`."""
    sentence: str
    """The same for people."""
    holder: str | None = None
    """Who has the history in hands: the service, or a command."""
    heartbeat_age: timedelta | None = None
    """None where none runs."""
    is_ill: bool = False
    """Whether it hangs, or the last one did not end in good order."""
    since: datetime | None = None
    """When it began; None where that is not known."""
    role: RoleNow | None = None
    """None where nobody else could lead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedNow:
    """One feed: how its readings went, when it is read next, how far the reading under way is."""

    state: FeedState
    next: datetime
    is_stale: bool
    """Whether it has not been read well for too long."""
    advance: Advance | None = None

    def as_json(self, now: datetime) -> dict[str, Any]:
        """The feed for programs."""
        state = self.state
        return {
            "feed": state.name,
            "outcome": state.outcome or None,
            "detail": state.detail,
            "last_good": state.last_good.isoformat() if state.last_good else None,
            "next": self.next.isoformat(),
            "failures": state.failures,
            "reading": _advance_json(self.advance, now),
            "held": stored(state.held) if state.held else None,
            "problems": [_problem_json(where, problem) for where, problem in state.problems.items()],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelNow:
    """One channel: what waits for it, and what it refused."""

    name: str
    kind: str
    """Empty for one that is gone from the configuration."""
    is_stopped: bool = False
    """As a whole, or for one of its readers."""
    waiting: int = 0
    oldest: datetime | None = None
    """When the oldest message that waits was made."""
    gathered: int = 0
    """Changes that wait for its digest, as they should."""
    held: int = 0
    """Messages that quiet hours hold, as they should."""
    held_until: datetime | None = None
    """When the first of them goes."""
    refused: int = 0
    unknown: int = 0
    """Messages of which nobody knows whether they arrived."""

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong with it that is known."""
        return bool(self.kind) and not (self.is_stopped or self.refused or self.unknown)

    @property
    def keeps(self) -> bool:
        """Whether it has messages that can be sent now all at once; those it refused are sent one by one."""
        return bool(self.is_stopped or self.waiting or self.unknown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """Who waits or is blind because of a matter."""

    watches: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    """Their addresses, for the signed-in alone."""
    number_of_readers: int = 0
    homes: Mapping[str, str] = field(default_factory=dict)
    """By key, each in words that name nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterNow:
    """What needs attention now, since when, and whom it touches."""

    matter: Matter
    since: datetime | None = None
    """Since when the operator knows; None before they were told."""
    touched: Touched = Touched()

    @property
    def by_itself(self) -> str:
        """What happens without the operator."""
        return self.matter.topic.about.itself

    def as_json(self) -> dict[str, Any]:
        """The matter for programs."""
        matter = self.matter
        return {
            "key": matter.key,
            "title": matter.title,
            "text": matter.text,
            "since": self.since.isoformat() if self.since else None,
            "not_through": sorted(matter.not_through),
            "topic": matter.topic.key,
            "gravity": matter.topic.gravity.value,
            "homes": [subject.line for subject in matter.subjects],
            "means": matter.topic.link,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckMessage:
    """A message that was refused, or of which nobody knows whether it arrived: it moves only if somebody asks."""

    id: str
    change: str | None
    """The id of the change that it tells of; None for what tells of none."""
    about: str
    """What it says, in one line."""
    channel: str
    recipient: str = ""
    """For the signed-in alone, as what its server said."""
    verdict: str
    detail: str = ""
    at: datetime
    """When it was tried last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastReload:
    """What became of the configuration when it was read again last."""

    at: datetime
    is_taken_up: bool
    lines: tuple[str, ...]
    """What changed, or why it was not taken up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStanding:
    """The state at one moment."""

    now: datetime
    service: ServiceNow
    feeds: Sequence[FeedNow] = ()
    waiting: int = 0
    """Messages that wait or are being sent."""
    oldest_waiting: datetime | None = None
    refused: int = 0
    held: int = 0
    """Messages that quiet hours hold: they do not wait too long."""
    held_until: datetime | None = None
    """When the first of them goes."""
    matters: Sequence[MatterNow] = ()
    """What needs attention now, the gravest first."""
    channels: Sequence[ChannelNow] = ()
    stuck: Sequence[StuckMessage] = ()
    """The first of the messages that were refused or are of unknown fate, in the order they were made."""
    silences: Sequence[Silence] = ()
    """Those in force."""
    stopped_mails: Sequence[StoppedMails] = ()
    """The readers who get no mails because they asked for none; for the signed-in alone."""
    number_of_stopped: int = 0
    """How many readers stopped their mails."""
    reload: LastReload | None = None
    version: str = __version__

    @property
    def needs_attention(self) -> bool:
        """Whether the operator should look."""
        open_ones = bool(self.refused or self.matters)
        is_ill = self.service.is_ill or (self.service.role is not None and self.service.role.is_ill)
        return is_ill or open_ones or any(feed.state.problems or feed.state.held for feed in self.feeds)

    @property
    def unread(self) -> Sequence[FeedNow]:
        """The feeds of which there may be news that nobody has heard: read well never, too long ago, or not last."""
        return [feed for feed in self.feeds if feed.is_stale or feed.state.failures]

    @property
    def is_well(self) -> bool:
        """Whether silence means that there is no news."""
        return bool(self.feeds) and not (self.needs_attention or self.unread)

    @property
    def pressing(self) -> Sequence[MatterNow]:
        """What somebody must do something about: all but what is for information."""
        return [known for known in self.matters if known.matter.topic.gravity is not Gravity.INFORMATION]

    @property
    def untold(self) -> Mapping[str, Sequence[str]]:
        """What could not be told and is no matter yet, since it may pass by itself: by cause, the places."""
        told = {subject.where for known in self.matters for subject in known.matter.subjects}
        places: dict[str, list[str]] = {}
        for where, problem in ((where, said) for feed in self.feeds for where, said in feed.state.problems.items()):
            if where not in told:
                places.setdefault(problem.what, []).append(where)
        return places

    def as_json(self) -> dict[str, Any]:
        """The state for programs: moments in ISO 8601, ages in seconds."""
        service = self.service
        age = service.heartbeat_age
        return {
            "version": self.version,
            "service": service.word,
            "holder": service.holder,
            "heartbeat_age_seconds": age.total_seconds() if age is not None else None,
            "role": (service.role.word or None) if service.role else None,
            "leader": service.role.leader if service.role else None,
            "feeds": [feed.as_json(self.now) for feed in self.feeds],
            "waiting": self.waiting,
            "oldest_waiting": self.oldest_waiting.isoformat() if self.oldest_waiting else None,
            "refused": self.refused,
            "quiet": self.held,
            "quiet_until": self.held_until.isoformat() if self.held_until else None,
            "matters": [known.as_json() for known in (*self._of_role(), *self.matters)],
            "stopped_mails": [stop.json() for stop in self.stopped_mails],
            "needs_attention": self.needs_attention,
        }

    def _of_role(self) -> Iterator[MatterNow]:
        role = self.service.role
        if role is not None and role.is_ill:
            title = Topic.NOBODY_LEADS.about.heading
            yield MatterNow(matter=Matter("leader", Topic.NOBODY_LEADS, title, f"{capital(role.sentence())}."))

    def for_anybody(self) -> Self:
        """The same without addresses of readers and names of people: for who is not signed in."""
        readers = frozenset(self._readers())
        return replace(
            self,
            feeds=[_feed_for_anybody(feed, readers) for feed in self.feeds],
            matters=[_matter_for_anybody(known, readers) for known in self.matters],
            stuck=[
                replace(one, about=without_addresses(one.about, readers), recipient="", detail="") for one in self.stuck
            ],
            silences=[replace(silence, by="", why="") for silence in self.silences],
            stopped_mails=(),
            reload=replace(self.reload, lines=()) if self.reload else None,
        )

    def _readers(self) -> Iterator[str]:
        yield from (stop.address for stop in self.stopped_mails)
        yield from (stuck.recipient for stuck in self.stuck)
        for known in self.matters:
            yield from known.touched.readers


def _matter_for_anybody(known: MatterNow, readers: frozenset[str]) -> MatterNow:
    matter = known.matter
    subjects = tuple(
        replace(subject, line=without_addresses(subject.line, readers), label=without_addresses(subject.label, readers))
        for subject in matter.subjects
    )
    return replace(
        known,
        matter=replace(
            matter,
            title=without_addresses(matter.title, readers),
            text=_said_to_anybody(matter, readers),
            details=(),  # what a server said, or a file of this machine
            subjects=subjects,
        ),
        touched=replace(known.touched, readers=()),
    )


_OF_THIS_MACHINE = (Topic.NOT_STORED, Topic.SECRET, Topic.USERS)
"""Their words name files of this machine."""


def _said_to_anybody(matter: Matter, readers: frozenset[str]) -> str:
    said = without_addresses(matter.text, readers)
    return without_files(said) if matter.topic in _OF_THIS_MACHINE else said


def _feed_for_anybody(feed: FeedNow, readers: frozenset[str]) -> FeedNow:
    state = feed.state
    problems = {
        where: replace(problem, what=without_addresses(problem.what, readers))
        for where, problem in state.problems.items()
    }
    return replace(
        feed, state=replace(state, detail=without_addresses(state.detail, readers), problems=problems, cursor={})
    )


def _advance_json(advance: Advance | None, now: datetime) -> dict[str, Any] | None:
    if advance is None:
        return None
    left = advance.left(now)
    return {
        "pages_done": advance.done,
        "pages_due": advance.due,
        "began": advance.began.isoformat(),
        "seconds_left": round(left.total_seconds()) if left is not None else None,
    }


def _problem_json(where: str, problem: Untold) -> dict[str, Any]:
    return {
        "where": where,
        "what": problem.what,
        "home": problem.home,
        "since": problem.since.isoformat(),
        "trouble": problem.trouble.value,
        "until": problem.until.isoformat() if problem.until else None,
        "tries": problem.tries,
    }
