"""The history in a PostgreSQL database; any number of processes may have it open.

A question is one statement, or several of one read-only snapshot (REPEATABLE READ) where their answers must agree: what
a feed's state says and its cursor, a home and its inspections, the register and the commit that it is of. What goes
through many documents asks for a page at a time and holds nothing between two of them: each document is as it stands
when its page is read. Commits follow one another (`commits`).
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from threading import Lock
from typing import Self

from watcher.delivery.ledger import Delivery
from watcher.delivery.stopped_mails import StoppedMails
from watcher.errors import LedElsewhereError
from watcher.facts.inspection import Home
from watcher.facts.statements import HomeRecord, Record
from watcher.facts.stored import read
from watcher.history.deeds_on import deeds_on
from watcher.history.failures import CommitFailedError, FateUnknownError, HistoryAwayError, OutdatedError
from watcher.history.messages import Messages
from watcher.history.people import People
from watcher.history.postgresql.beginning import keep_register, opened
from watcher.history.postgresql.commits import Reached, commit, not_stored, standing
from watcher.history.postgresql.database import Database
from watcher.history.postgresql.feeds import FeedsInDatabase
from watcher.history.postgresql.homes import HomesInDatabase
from watcher.history.postgresql.leadership import who_leads
from watcher.history.postgresql.reading import DocumentReader
from watcher.history.postgresql.registered import Registered
from watcher.history.postgresql.room import room
from watcher.history.protocol import FeedState, OpenMatter, Restored, Room, Told, Transaction
from watcher.history.reading import first
from watcher.history.replica import Leader
from watcher.judging.changes import What
from watcher.judging.register import Register
from watcher.messages.deeds_told import ToldDeed
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.asked import Asked
from watcher.watching.deeds import Deed
from watcher.watching.made_watches import MadeWatch
from watcher.watching.sessions import Session
from watcher.watching.silences import Silence


class PostgresHistory:
    """A History in a database, which others may have open too; `look` finds what they committed."""

    def __init__(self, database: Database, present: Reached, *, read_only: bool) -> None:
        self._database = database
        self._present = present
        self._noting = Lock()
        self._read_only = read_only
        self._trouble = ""
        self._reader = DocumentReader(database)
        self._feeds = FeedsInDatabase(database)
        self._homes = HomesInDatabase(database, self._feeds)
        self._messages = Messages(self._reader)
        self._people = People(self._reader)
        self._registered = Registered(database, self._homes.entries)
        self._is_unsure = False
        """Whether a commit may be stored of which nobody has heard, or was stored before one of this process."""
        self._at_end: Callable[[], object] = lambda: None
        self.leading_as: int | None = None
        """The number of the leadership of whoever commits here: no other's commits are taken. None asks for none."""

    @classmethod
    def open(cls, database: Database, *, read_only: bool = False, with_bundle: bool = True) -> Self:
        """The history of a database; one that never had one begins with the bundled inspections.

        `read_only` makes nothing in it. Raises DatabaseUnusableError, naming what to do, for a database that is none of
        watcher's, that a newer version made or that is half made, and HistoryAwayError where nothing answers.
        """
        with ExitStack() as undo:
            undo.callback(database.close)
            history = cls(database, opened(database, read_only=read_only, with_bundle=with_bundle), read_only=read_only)
            if not read_only:
                history._note(keep_register(database, history._present, history._homes.entries))
            undo.pop_all()
        return history

    def led_by(self, term: int, end: Callable[[], object]) -> None:
        """From now on whoever has it open leads, in a term; `end` ends that when the history is closed."""
        self.leading_as, self._at_end = term, end

    def homes(self) -> Iterator[Home]:
        """Every home, in no particular order."""
        return self._homes.all()

    def home(self, key: str) -> HomeRecord | None:
        """One home by its key."""
        return self._homes.home(key)

    def homes_called(self, text: str) -> Sequence[Home]:
        """The homes whose id or key this is, at whichever regulator, in capitals or not."""
        return self._homes.called(text)

    def register(self) -> Register:
        """Every home with its graded inspections, as of the last commit; the first call takes a second."""
        return self._registered.present(self.version)

    def forget_derived(self) -> None:
        """Has everything that was derived from inspections derived anew when it is next asked for."""
        self._registered.forget()

    def records(self, home: str) -> Sequence[Record]:
        """Every inspection of a home, withdrawn ones too, in the order of the visits."""
        return self._homes.records(home)

    def homes_with_records(self) -> Iterator[tuple[HomeRecord, Sequence[Record]]]:
        """Every home with every inspection of it, one home after the other: for questions about all of them."""
        return self._homes.with_records()

    def standing_inadequate(self) -> Sequence[str]:
        """The keys of the homes whose present rating is inadequate, those that are gone left out."""
        kept = self._homes.standing_inadequate()
        described = self.register().standing_inadequate() if kept is None else kept
        return sorted({*described, *self._homes.nameless_inadequate()})

    def changes(self, home: str | None = None, *, what: What | None = None) -> Iterator[Told]:
        """What was judged of a home, or of all, or of one sort, oldest first."""
        return self._messages.changes(home, what)

    def changes_of(self, homes: Collection[str]) -> Iterator[Told]:
        """What was judged of some homes, oldest first."""
        return self._messages.changes_of(homes)

    def latest_changes(self, since: datetime) -> Iterator[Told]:
        """What was judged of all homes since a moment, newest first; costs nothing for what was before."""
        return self._messages.latest_changes(since)

    def change(self, change_id: str) -> Told | None:
        """One change by its id."""
        return self._messages.change(change_id)

    def deliveries(self, *, open_only: bool = False, after: int = 0) -> Iterator[Delivery]:
        """Messages in the order they were made; `open_only` leaves out those with a final verdict.

        `after` leaves out those whose number is not higher, at no cost.
        """
        return self._messages.deliveries(after, {"open": "open"} if open_only else {})

    def given_up(self) -> Iterator[Delivery]:
        """Messages that were refused, and those whose fate nobody knows, in the order they were made."""
        return self._messages.deliveries(0, {"open": "given up"})

    def last_sent(self) -> Iterator[Delivery]:
        """Of each channel and recipient the last attempts: of what was accepted, of present states, and of all else."""
        return self._messages.last_sent()

    def gathered(self) -> Iterator[Delivery]:
        """Messages that wait for a digest, in the order they were made."""
        return iter(self._messages.found(open="gathered"))

    def has_digest(self, channel: str, day: date) -> bool:
        """Whether the digest of a local date was made for a channel."""
        return self._messages.has_digest(channel, day)

    def has_report(self, watch: str, schedule: str, day: date) -> bool:
        """Whether the report of a local date was made for a watch and its schedule."""
        return self._messages.has_report(watch, schedule, day)

    def first_report(self, watch: str, schedule: str) -> date | None:
        """The local date that the reports of a watch and its schedule began with; None if there is none yet."""
        return self._messages.first_report(watch, schedule)

    def delivery(self, delivery_id: str) -> Delivery | None:
        """One message by its id."""
        return next(iter(self._messages.found(id=delivery_id)), None)

    def messages_about(self, change_id: str) -> Sequence[Delivery]:
        """Every message about one change, its reminders too, in the order they were made."""
        return self._messages.found(change=change_id)

    def messages_on(self, subject: str) -> Sequence[Delivery]:
        """Every message on one subject that is no alert, in the order they were made."""
        return self._messages.found(subject=subject)

    def silences(self) -> Sequence[Silence]:
        """Every silence, ended ones too, in the order they were made."""
        return self._people.silences()

    def acknowledgement(self, change_id: str) -> Acknowledgement | None:
        """Who acknowledged a change, if anybody did."""
        return self._people.acknowledgement(change_id)

    def deeds_on(self, message: Delivery, now: datetime) -> Sequence[ToldDeed]:
        """What people did about an alert or its home, as far as a message about it is to say so, oldest first."""
        return deeds_on(self, message, now)

    def deeds(self, subject: str | None = None) -> Sequence[Deed]:
        """What people did, or did to one thing, in the order it was stored."""
        return self._people.deeds(subject)

    def session(self, session_id: str) -> Session | None:
        """Somebody who has signed in; None where nobody has, or has signed out. It may be over by now."""
        return self._people.session(session_id)

    def stopped_mails(self) -> Mapping[str, StoppedMails]:
        """Who wants no mails now, by the address in small letters (`casefold`), the longest stopped first."""
        return self._people.stopped_mails()

    def stop_of(self, address: str) -> StoppedMails | None:
        """The last time that an address stopped its mails, whether or not they were resumed since."""
        return self._people.stop_of(address)

    def asked(self) -> Sequence[Asked]:
        """What people asked in a chat and is not done yet, in the order it came."""
        return self._people.asked()

    def was_asked(self, asked_id: str, trigger: str) -> bool:
        """Whether this came before: the same envelope, or the same thing that somebody did in another one."""
        return self._people.was_asked(asked_id, trigger)

    def made_watches(self) -> Sequence[MadeWatch]:
        """Every watch that people made, removed ones too, by number."""
        return self._people.made_watches()

    def signing_key(self) -> bytes:
        """32 random bytes of this history's own; empty where it has none yet."""
        return self._people.signing_key()

    def feed(self, name: str) -> FeedState:
        """Where a feed stands; a fresh state for one never read."""
        return self._feeds.state(name)

    def notices(self) -> Mapping[str, OpenMatter]:
        """The operator's open matters."""
        return self._messages.notices()

    def restored(self) -> Restored | None:
        """The last time that this history was restored from a backup, if it ever was."""
        document = first(self._reader, "restored")
        return read(Restored, document) if document else None

    def commit(self, transaction: Transaction) -> None:
        """Stores all of a transaction atomically and durably, or raises and stores nothing.

        Raises FencedError, a CommitFailedError, where another process leads by now.
        """
        self._stored(transaction)

    def commit_beside(self, transaction: Transaction, version: int) -> bool:
        """The same, of any thread, if the history still has that version; False, and nothing stored, where it has not.

        Others may read meanwhile; the database has their commits wait.
        """
        try:
            self._stored(transaction, version)
        except OutdatedError:
            return False
        return True

    def _stored(self, transaction: Transaction, after: int | None = None) -> None:
        before = self._present
        try:
            reached = self._committed(transaction, after)
        except LedElsewhereError:  # the history is well: it is this process that may not
            raise
        except CommitFailedError as error:
            self._trouble = str(error)
            self._is_unsure = self._is_unsure or isinstance(error, FateUnknownError)
            raise
        if reached.sequence != before.sequence:
            self._trouble = ""
            self._is_unsure = self._is_unsure or reached.sequence > before.sequence + 1  # others have committed between
            self._note(reached)

    def _committed(self, transaction: Transaction, after: int | None) -> Reached:
        if self._read_only:
            raise CommitFailedError(
                f"The history in {self._database.where} takes no changes: it was opened for reading only."
            )
        try:
            return commit(self._database, transaction, self.leading_as, self._homes.lately, after)
        except HistoryAwayError as error:
            raise not_stored(self._database, error.why, error.then) from None

    def store(self, deliveries: Sequence[Delivery]) -> None:
        """Commits messages and nothing else."""
        self.commit(Transaction(deliveries=deliveries))

    def look(self) -> bool:
        """Finds what others committed; whether there was, or may have been, anything.

        One short question, for a thread every second. Raises HistoryAwayError.
        """
        with self._database.line() as line:
            is_news = self._note(standing(line))
        was_unsure, self._is_unsure = self._is_unsure, False
        return is_news or was_unsure

    def leader(self) -> Leader | None:
        """Who leads now; None where nobody does."""
        with self._database.line() as line:
            return who_leads(line)

    def _note(self, reached: Reached) -> bool:
        """What was reached, unless somebody has noted something later; whether it was news."""
        with self._noting:
            is_news = reached.sequence > self._present.sequence
            if is_news:
                self._present = reached
            return is_news

    @property
    def version(self) -> int:
        """Grows with every commit: while it is the same, so is everything that is read here.

        Of what others commit once `look` has found it.
        """
        return self._present.sequence

    @property
    def version_of_facts(self) -> int:
        """The version in which homes, inspections, changes or the state of a feed were stored last."""
        return self._present.sequence_of_facts

    @property
    def trouble(self) -> str:
        """Why the database is away or the last commit was not taken, and what to do; empty once one is."""
        return self._database.trouble or self._trouble

    @property
    def away(self) -> str:
        """Why nothing can be asked, and what to do; empty where it can."""
        return self._database.trouble

    def room(self) -> Room:
        """How large the history is; how much room its server has is not known here."""
        return room(self._database)

    def compact(self) -> None:
        """Nothing: the server tidies up by itself."""

    def close(self) -> None:
        """Lets go of the connections, and of what was led by it."""
        self._at_end()
        self._database.close()
