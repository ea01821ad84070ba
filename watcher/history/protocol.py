"""The history: all inspections known, in versions, and what was told of them; a commit is atomic and durable."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from watcher.delivery.ledger import Delivery
from watcher.delivery.stopped_mails import StoppedMails
from watcher.facts.inspection import Home, Inspection
from watcher.facts.statements import HomeRecord, Record
from watcher.facts.stored import ALWAYS, NEVER
from watcher.feeds.feed import Trouble
from watcher.history.failures import HistoryUnusableError as HistoryUnusableError  # asked for here too
from watcher.judging.changes import What
from watcher.judging.register import Register
from watcher.messages.alert import Alert
from watcher.messages.deeds_told import ToldDeed
from watcher.messages.not_read import NotRead
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.asked import Asked
from watcher.watching.deeds import Deed
from watcher.watching.made_watches import MadeWatch
from watcher.watching.sessions import Session
from watcher.watching.silences import Silence

KEY_BYTES = 32
"""Of the key that a history signs with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A change as the history keeps it: what it was, when and where it was seen, and where it went or why nowhere."""

    alert: Alert
    seen: datetime
    feed: str
    reasons: Mapping[str, str] = field(default_factory=dict, metadata=ALWAYS)
    """For each watch that did not ask for it, why."""
    owed: Mapping[str, str] = field(default_factory=dict)
    """For each channel that was told though no watch asked for it, why."""
    number: int = field(default=0, metadata=NEVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """Something of a feed that could not be told, and stays so for a while."""

    what: str
    home: str | None
    """The key of the home it is about, if it is about one."""
    since: datetime
    trouble: Trouble = Trouble.PAGE
    until: datetime | None = None
    """When it is over though its home is read again without it; None for what each reading finds anew."""
    visit: str | None = None
    """The inspection that it is about, as `Inspection.visit`."""
    unread: Inspection | None = None
    """That inspection as its page states it, where its report is what could not be read."""
    tries: int = 0
    """How many readings have found it; 0 where an older version did not count."""
    not_read: NotRead | None = None
    """What readers of the home have to read themselves meanwhile; None for what is the operator's alone."""


@dataclass(frozen=True, slots=True)
class Held:
    """A reading that the brake holds."""

    why: str
    since: datetime


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """Something that the operator was told of, and that is not over yet."""

    title: str
    text: str
    since: datetime
    not_through: tuple[str, ...]
    """Channels that are the trouble."""
    topic: str = ""
    """The key of its topic; empty for one of an older version."""
    about: Mapping[str, str] = field(default_factory=dict)
    """What all it has been about, in the order in which that came: each place, and its home in words."""
    told_of: int = 0
    """How many of them the operator has been told of."""
    told: datetime | None = None
    """When they were told last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """Where a feed stands and how its readings went."""

    name: str
    cursor: Mapping[str, Any] = field(default_factory=dict, metadata=ALWAYS)
    began: datetime | None = field(default=None, metadata=ALWAYS)
    """When the last reading began."""
    outcome: str = field(default="", metadata=ALWAYS)
    detail: str = field(default="", metadata=ALWAYS)
    last_good: datetime | None = field(default=None, metadata=ALWAYS)
    failures: int = field(default=0, metadata=ALWAYS)
    """Readings in a row that were not good."""
    not_before: datetime | None = field(default=None, metadata=ALWAYS)
    problems: Mapping[str, Untold] = field(default_factory=dict, metadata=ALWAYS)
    """What could not be told, by where."""
    newest: date | None = None
    """The latest date of publication that it has shown of any home."""
    goes_on: bool = False
    """Whether the last reading ended early, with more to be read."""
    unread: tuple[str, ...] = field(default=(), metadata=ALWAYS)
    """The homes, by key, whose page lists a report newer than their rating that has not been read yet."""
    held: Held | None = field(default=None, metadata=ALWAYS)
    """A reading that the brake holds."""
    released: bool = field(default=False, metadata=ALWAYS)
    """Whether the operator believes the held reading: the next one passes the brake."""
    odd: int = 0
    """How many readings since the last good one could not be understood or believed."""
    ended: Mapping[str, str] = field(default_factory=dict)
    """Problems that were over last, by their places, and how each came to its end; empty for one that was mended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """Everything that one commit changes; all of it is stored, or nothing."""

    homes: Sequence[HomeRecord] = ()
    records: Sequence[Record] = ()
    """With an `id` replaces that record, without one is a new record."""
    changes: Sequence[Told] = ()
    deliveries: Sequence[Delivery] = ()
    """With a `number` replaces that delivery; a new one whose `id` is known already is left out."""
    feeds: Sequence[FeedState] = ()
    notices: Mapping[str, OpenMatter | None] = field(default_factory=dict)
    """Open matters of the operator's, by key; None closes one."""
    silences: Sequence[Silence] = ()
    """Replace those of the same id."""
    acknowledgements: Sequence[Acknowledgement] = ()
    """One of a change that is acknowledged already is left out, unless it adds the reason to that very deed."""
    deeds: Sequence[Deed] = ()
    """One that is known already, with all it says, is left out."""
    sessions: Mapping[str, Session | None] = field(default_factory=dict)
    """Who is signed in, by the id of the session; None ends one. With a new one go those that are over by then."""
    stopped_mails: Sequence[StoppedMails] = ()
    """Replace those of the same address."""
    asked: Sequence[Asked] = ()
    """Replace those of the same id; with a new one go those that nobody needs to recognise any more."""
    made_watches: Sequence[MadeWatch] = ()
    """Replace those of the same number."""


@dataclass(frozen=True, slots=True)
class Restored:
    """That this history came out of a backup."""

    taken: datetime
    """When the backup was taken."""
    at: datetime
    """When it was restored."""
    certain: bool
    """Whether every message made in between is known all the same."""

    def matters(self, now: datetime) -> bool:
        """Whether a change may still be one that was told in between; no feed looks back further."""
        return now - self.at < timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Room:
    """How large a history is, and how much room its disk has."""

    documents: int
    snapshot_bytes: int
    free_bytes: int
    is_in_memory: bool = True
    """Whether documents cost this process anything by being there."""


class History(Protocol):
    """What is remembered; nothing above it knows how it is stored."""

    def homes(self) -> Iterator[Home]:
        """Every home, in no particular order."""
        ...

    def home(self, key: str) -> HomeRecord | None:
        """One home by its key."""
        ...

    def homes_called(self, text: str) -> Sequence[Home]:
        """The homes whose id or key this is, at whichever regulator, in capitals or not."""
        ...

    def register(self) -> Register:
        """Every home with its graded inspections, as they are when it is asked; another after each commit of homes."""
        ...

    def forget_derived(self) -> None:
        """Has everything that was derived from inspections derived anew when it is next asked for.

        For when a regulator is described otherwise than before; costs nothing itself, and may be called of any thread.
        """
        ...

    def records(self, home: str) -> Sequence[Record]:
        """Every inspection of a home, withdrawn ones too, in the order of the visits."""
        ...

    def homes_with_records(self) -> Iterator[tuple[HomeRecord, Sequence[Record]]]:
        """Every home with every inspection of it, one home after the other: for questions about all of them."""
        ...

    def standing_inadequate(self) -> Sequence[str]:
        """The keys of the homes whose present rating is inadequate, those that are gone left out."""
        ...

    def changes(self, home: str | None = None, *, what: What | None = None) -> Iterator[Told]:
        """What was judged of a home, or of all, or of one sort, oldest first."""
        ...

    def changes_of(self, homes: Collection[str]) -> Iterator[Told]:
        """What was judged of some homes, oldest first; read together where that is faster."""
        ...

    def latest_changes(self, since: datetime) -> Iterator[Told]:
        """What was judged of all homes since a moment, newest first; costs nothing for what was before."""
        ...

    def change(self, change_id: str) -> Told | None:
        """One change by its id."""
        ...

    def deliveries(self, *, open_only: bool = False, after: int = 0) -> Iterator[Delivery]:
        """Messages in the order they were made; `open_only` leaves out those with a final verdict.

        `after` leaves out those whose number is not higher, at no cost.
        """
        ...

    def given_up(self) -> Iterator[Delivery]:
        """Messages that were refused, and those whose fate nobody knows, in the order they were made."""
        ...

    def last_sent(self) -> Iterator[Delivery]:
        """Of each channel and recipient the last attempts: of what was accepted, of present states, and of all else.

        One that was made long before others of its recipient and attempted after them may be passed over.
        """
        ...

    def gathered(self) -> Iterator[Delivery]:
        """Messages that wait for a digest, in the order they were made."""
        ...

    def has_digest(self, channel: str, day: date) -> bool:
        """Whether the digest of a local date was made for a channel."""
        ...

    def has_report(self, watch: str, schedule: str, day: date) -> bool:
        """Whether the report of a local date was made for a watch and its schedule."""
        ...

    def first_report(self, watch: str, schedule: str) -> date | None:
        """The local date that the reports of a watch and its schedule began with; None if there is none yet."""
        ...

    def delivery(self, delivery_id: str) -> Delivery | None:
        """One message by its id."""
        ...

    def messages_about(self, change_id: str) -> Sequence[Delivery]:
        """Every message about one change, its reminders too, in the order they were made."""
        ...

    def messages_on(self, subject: str) -> Sequence[Delivery]:
        """Every message on one subject that is no alert, in the order they were made.

        That something of a home could not be read, by its key; and what a first message is to say of the present.
        """
        ...

    def silences(self) -> Sequence[Silence]:
        """Every silence, ended ones too, in the order they were made."""
        ...

    def acknowledgement(self, change_id: str) -> Acknowledgement | None:
        """Who acknowledged a change, if anybody did."""
        ...

    def deeds_on(self, message: Delivery, now: datetime) -> Sequence[ToldDeed]:
        """What people did about an alert or its home, as far as a message about it is to say so, oldest first."""
        ...

    def deeds(self, subject: str | None = None) -> Sequence[Deed]:
        """What people did, or did to one thing, in the order it was stored.

        Acknowledgements and silences, which say themselves who made them, are not among it.
        """
        ...

    def session(self, session_id: str) -> Session | None:
        """Somebody who has signed in; None where nobody has, or has signed out. It may be over by now."""
        ...

    def stopped_mails(self) -> Mapping[str, StoppedMails]:
        """Who wants no mails now, by the address in small letters (`casefold`), the longest stopped first."""
        ...

    def stop_of(self, address: str) -> StoppedMails | None:
        """The last time that an address stopped its mails, whether or not they were resumed since."""
        ...

    def asked(self) -> Sequence[Asked]:
        """What people asked in a chat and is not done yet, in the order it came."""
        ...

    def was_asked(self, asked_id: str, trigger: str) -> bool:
        """Whether this came before: the same envelope, or the same thing that somebody did in another one."""
        ...

    def made_watches(self) -> Sequence[MadeWatch]:
        """Every watch that people made, removed ones too, by number."""
        ...

    def signing_key(self) -> bytes:
        """32 random bytes of this history's own, made when it is first opened for writing, and as long as it lives.

        Empty where there are none: then nothing may be signed, nor believed.
        """
        ...

    def feed(self, name: str) -> FeedState:
        """Where a feed stands; a fresh state for one never read."""
        ...

    def notices(self) -> Mapping[str, OpenMatter]:
        """The operator's open matters."""
        ...

    def restored(self) -> Restored | None:
        """The last time that this history was restored from a backup, if it ever was."""
        ...

    def commit(self, transaction: Transaction) -> None:
        """Stores all of a transaction atomically and durably, or raises and stores nothing."""
        ...

    def commit_beside(self, transaction: Transaction, version: int) -> bool:
        """The same, of any thread, if the history still has that version; False, and nothing stored, where it has not.

        Others may read and commit meanwhile: they wait for little more than the disk.
        """
        ...

    def store(self, deliveries: Sequence[Delivery]) -> None:
        """Commits messages and nothing else."""
        ...

    @property
    def version(self) -> int:
        """Grows with every commit: while it is the same, so is everything that is read here."""
        ...

    @property
    def version_of_facts(self) -> int:
        """The version in which homes, inspections, changes or the state of a feed were stored last."""
        ...

    @property
    def trouble(self) -> str:
        """Why the last commit was not taken, and what to do; empty once one is."""
        ...

    @property
    def away(self) -> str:
        """Why nothing can be asked now, and what to do; empty where it can."""
        ...

    def room(self) -> Room:
        """How large the history is, and how much room its disk has; raises OSError."""
        ...

    def compact(self) -> None:
        """Tidies up if that is worth its time; may run in a thread while others commit."""
        ...

    def close(self) -> None:
        """Lets go of the files."""
        ...
