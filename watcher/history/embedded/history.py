"""The history in TinyDB with a journal, in one folder owned by one process."""

import secrets
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self

import orjson
from tinydb.table import Document

from watcher.delivery.ledger import Delivery
from watcher.delivery.stopped_mails import StoppedMails
from watcher.facts.inspection import Home, Inspection
from watcher.facts.statements import HomeRecord, Record
from watcher.facts.stored import read
from watcher.feeds.feed import Cursor
from watcher.history import documents
from watcher.history.bundled.bundle import bundled
from watcher.history.deeds_on import deeds_on
from watcher.history.embedded.kept_entries import KeptEntries
from watcher.history.embedded.kept_register import KeptRegister
from watcher.history.embedded.keys import Key, Several
from watcher.history.embedded.reading import StoredDocuments
from watcher.history.embedded.store import Store
from watcher.history.embedded.written import WrittenStore
from watcher.history.entries import counted_home, is_read_alike
from watcher.history.failures import CommitFailedError, OutdatedError
from watcher.history.filing import KEYS
from watcher.history.kept import TABLE, TALLIES
from watcher.history.messages import KeptMessages
from watcher.history.people import KeptPeople
from watcher.history.protocol import KEY_BYTES, FeedState, OpenMatter, Restored, Room, Told, Transaction
from watcher.history.putting import put, touched
from watcher.history.read_lately import ReadLately
from watcher.judging.changes import What
from watcher.judging.judge import stands_inadequate
from watcher.judging.register import Entry, Register, entry_of
from watcher.messages.deeds_told import ToldDeed
from watcher.timing.garbage import without_garbage_collection
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.asked import Asked
from watcher.watching.deeds import Deed
from watcher.watching.made_watches import MadeWatch
from watcher.watching.sessions import Session
from watcher.watching.silences import Silence


class EmbeddedHistory:
    """A History in one folder; opened for writing it owns the folder until it is closed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._homes = store.table("homes")
        self._inspections = store.table("inspections")
        self._feeds = store.table("feeds")
        self._cursors = store.table("cursors")
        for name, keys in KEYS.items():
            store.table(name).add_indexes(**keys, **(_HOMES_TOO if name == "homes" else {}))
        documents_of = StoredDocuments(store)
        self._messages, self._people = KeptMessages(documents_of), KeptPeople(documents_of)
        self._read_cursors: dict[str, tuple[bytes, Cursor]] = {}
        self._kept = KeptRegister(store)
        self._lately = ReadLately(lambda: self._feeds_read)
        self._register: Register | None = None
        self._undescribed: set[str] | None = None
        self._is_stale = False
        """Whether what was derived is to be derived anew."""
        self._unregistered: dict[str, Entry] = {}
        """The homes that were committed since the register was made, as they are now."""
        self._noting = threading.Lock()
        self._registering = threading.Lock()
        self._trouble = ""
        self._version_of_facts = store.sequence

    @classmethod
    def open(cls, folder: Path, *, read_only: bool = False, with_bundle: bool = True) -> Self:
        """The history of a folder; a folder that never had one begins with the bundled inspections.

        `read_only` makes nothing in the folder, and may be used beside a running service. Raises
        HistoryUnusableError, naming what to do, for a damaged, vanished or foreign-owned history.
        """
        is_new = not Store.exists(folder)
        if is_new and read_only:
            return cls(Store.of(_bundled() if with_bundle else {}))
        with ExitStack() as undo:
            store = Store.open(folder, read_only=read_only)
            undo.callback(store.close)
            history = cls(store)
            begins = store.sequence == 0 and with_bundle and not read_only
            if begins:
                store.load(_bundled())
            if not read_only:
                from watcher.history.embedded.restore import begin_origin  # of no use to whoever only looks

                with suppress(CommitFailedError):  # the disk is full: whoever commits next says so
                    begin_origin(store)
                    history._begin_key()
                    if with_bundle and not begins:
                        history.learn_later_facts()
                    if not begins:  # the bundled register is that of the bundled homes, as the tests of both hold
                        history.keep_register()
                store.keep_index()
            undo.pop_all()
        return history

    def _begin_key(self) -> None:
        """Makes the key that this history signs with, where it has none yet."""
        signing = self._store.table("signing")
        if not len(signing):
            signing.insert({"key": secrets.token_hex(KEY_BYTES)})

    @cached_property
    def _feeds_read(self) -> frozenset[str]:
        """The names of the feeds that had been read when the history was opened."""
        return frozenset(document["name"] for document in self._feeds)

    def homes(self) -> Iterator[Home]:
        """Every home, in no particular order."""
        return (documents.home_record(document, self._feeds_read).home for document in self._homes)

    def home(self, key: str) -> HomeRecord | None:
        """One home by its key."""
        document = _only(self._homes, "key", key)
        return documents.home_record(document, self._feeds_read) if document else None

    def homes_called(self, text: str) -> Sequence[Home]:
        """The homes whose id or key this is, at whichever regulator, in capitals or not."""
        found = (documents.home_record(document, self._feeds_read) for document in self._called(text.casefold()))
        return [record.home for record in found]

    def _called(self, folded: str) -> Iterable[Document]:
        return _all(self._homes, "called", folded)

    def register(self) -> Register:
        """Every home with its graded inspections, as they are when it is asked; another one after each commit of homes.

        Of any thread. Nothing is read for it but where an older version wrote since: then the first call takes seconds.
        """
        with self._registering:
            if self._is_stale:
                self._is_stale, self._register = False, None
                self._kept.forget()
            source = self._kept.source()
            if source is None:
                return self._register_in_memory()
            with self._noting:
                self._unregistered = {}
            known = self._register.source if self._register is not None else None
            if self._register is None or not isinstance(known, KeptEntries) or known.version != source.version:
                self._register = Register(source)
            return self._register

    def _register_in_memory(self) -> Register:
        """Where nothing is kept that could be believed: made of all homes, and followed."""
        with self._noting:  # what is committed from here on is found changed the next time
            changed, self._unregistered = self._unregistered, {}
        if self._register is None or isinstance(self._register.source, KeptEntries):
            with without_garbage_collection():
                self._register = Register({entry.home.key: entry for entry in self._all_entries()})
        elif changed:
            self._register = self._register.updated(changed.values())
        return self._register

    def _all_entries(self) -> Iterator[Entry]:
        """Those that are kept, as far as they are true; the others are read from the inspections."""
        if not self._kept.is_true_of_ours():
            yield from self._entries()
            return
        homes = [counted_home(orjson.loads(raw)) for raw in self._homes.raw().values()]
        is_kept = (lambda _: True) if self._kept.is_true() else is_read_alike
        yield from self._kept.entries(home for home in homes if is_kept(home.key))
        yield from filter(None, (self._entry(home.key) for home in homes if not is_kept(home.key)))

    def forget_derived(self) -> None:
        """Has everything that was derived from inspections derived anew when it is next asked for."""
        self._is_stale = True

    def learn_later_facts(self) -> None:
        """Takes from the bundled homes what an older version, which began this history, did not keep of them."""
        from watcher.history.embedded.upgrade import lacks_later_facts, with_later_facts  # once in a history's life

        if lacks_later_facts(self._homes.raw()):
            known = (documents.home_record(document, self._feeds_read) for document in self._homes)
            if homes := with_later_facts(known, bundled().homes.values()):
                self.commit(Transaction(homes=homes))

    def keep_register(self) -> None:
        """Makes the entries anew that are kept, where a version that does not know them has written since."""
        if not len(self._homes) or self._kept.is_true():
            return
        with without_garbage_collection():
            if self._kept.is_true_of_ours():
                others = [home.key for home in self.homes() if not is_read_alike(home.key)]
                self._kept.read_anew(filter(None, map(self._entry, others)))
            else:
                self._kept.rebuild(self._entries())

    def _entry(self, key: str) -> Entry | None:
        home = self.home(key)
        return entry_of(home, self.records(key)) if home else None

    def _entries(self) -> Iterator[Entry]:
        """Every home's entry, one home after the other: all records at once would be many times their size."""
        return (entry_of(home, records) for home, records in self.homes_with_records())

    def homes_with_records(self) -> Iterator[tuple[HomeRecord, Sequence[Record]]]:
        """Every home with every inspection of it, one home after the other: for questions about all of them."""
        raw = self._inspections.raw()
        for home in self._homes:
            numbers = self._inspections.ids("home", home["key"])
            # Of another thread than commits: what was stored since the beginning is not in it.
            kept = ((number, orjson.loads(raw[number])) for number in numbers if number in raw)
            records = [documents.record(document, number, self._feeds_read) for number, document in kept]
            yield documents.home_record(home, self._feeds_read), sorted(records, key=_visited)

    def records(self, home: str) -> Sequence[Record]:
        """Every inspection of a home, withdrawn ones too, in the order of the visits."""
        numbers = self._inspections.ids("home", home)
        kept = ((number, self._inspections.document(number)) for number in numbers)
        records = (self._lately.record(raw, number) for number, raw in kept if raw is not None)
        return sorted(records, key=_visited)

    def standing_inadequate(self) -> Sequence[str]:
        """The keys of the homes whose present rating is inadequate, those that are gone left out."""
        nameless = (key for key in self._nameless() if stands_inadequate(self._standing_records(key)))
        return sorted({*self.register().standing_inadequate(), *nameless})

    def _nameless(self) -> set[str]:
        """The homes that have inspections and that nothing describes: none in the register."""
        if self._undescribed is None:
            inspected, described = self._store.committed("inspections"), self._store.committed("homes")
            self._undescribed = inspected.lacking("home", described, "key")
        return set(self._undescribed)

    def _standing_records(self, home: str) -> list[Inspection]:
        return [record.inspection for record in self.records(home) if record.withdrawn is None]

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

    def changes_called(self, beginning: str) -> Sequence[Told]:
        """The changes whose ids begin so, oldest first."""
        return self._messages.changes_called(beginning)

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

    def messages_called(self, beginning: str) -> Sequence[Delivery]:
        """Every message whose id, or whose change's id, begins so, in the order they were made."""
        return self._messages.messages_called(beginning)

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
        """32 random bytes of this history's own; empty where it was never opened for writing."""
        return self._people.signing_key()

    def feed(self, name: str) -> FeedState:
        """Where a feed stands; a fresh state for one never read."""
        document = _only(self._feeds, "name", name)
        if document is None:
            return FeedState(name=name)
        state = documents.feed_state(document)
        return state if "cursor" in document else replace(state, cursor=self._cursor(name))

    def _cursor(self, name: str) -> Cursor:
        """Where a feed stands, read once as long as it does; an older version kept it with the feed's state."""
        numbers = self._cursors.ids("name", name)
        raw = self._store.committed("cursors").get(numbers[0]) if numbers else None
        if raw is None:
            return {}
        kept = self._read_cursors.get(name)
        if kept is None or kept[0] != raw:
            self._read_cursors[name] = kept = raw, orjson.loads(raw)["cursor"]
        return kept[1]

    def notices(self) -> Mapping[str, OpenMatter]:
        """The operator's open matters."""
        return self._messages.notices()

    def restored(self) -> Restored | None:
        """The last time that this history was restored from a backup, if it ever was."""
        from watcher.history.restoration import RESTORED

        document = self._store.table(RESTORED).get(doc_id=1)
        return read(Restored, document) if document else None

    def commit(self, transaction: Transaction) -> None:
        """Stores all of a transaction atomically and durably, or raises and stores nothing."""
        self._committed(transaction, self._store.transaction())

    def commit_beside(self, transaction: Transaction, version: int) -> bool:
        """The same, of any thread, if the history still has that version; False, and nothing stored, where it has not.

        Others may read and commit meanwhile: they wait for little more than the disk.
        """
        try:
            self._committed(transaction, self._store.transaction_beside(version))
        except OutdatedError:
            return False
        return True

    def _committed(self, transaction: Transaction, opened: AbstractContextManager[object]) -> None:
        try:
            with opened:
                self._store.once_durable(partial(self._note, transaction))
                self._commit(transaction)
        except CommitFailedError as error:
            self._trouble = str(error)
            raise

    def _note(self, transaction: Transaction) -> None:
        """Learns that the next commit is durable."""
        self._trouble = ""
        if transaction.homes or transaction.records or transaction.changes or transaction.feeds:
            self._version_of_facts = self._store.sequence

    def store(self, deliveries: Sequence[Delivery]) -> None:
        """Commits messages and nothing else."""
        self.commit(Transaction(deliveries=deliveries))

    @property
    def version(self) -> int:
        """Grows with every commit: while it is the same, so is everything that is read here."""
        return self._store.sequence

    @property
    def chain(self) -> str:
        """What this history is known by as it is now: one that was restored, or went another way, has another."""
        return self._store.chain

    @property
    def version_of_facts(self) -> int:
        """The version in which homes, inspections, changes or the state of a feed were stored last."""
        return self._version_of_facts

    @property
    def trouble(self) -> str:
        """Why the last commit was not taken, and what to do; empty once one is."""
        return self._trouble

    @property
    def away(self) -> str:
        """Empty: what is stored here can be asked at any time."""
        return ""

    def room(self) -> Room:
        """How large the history is, and how much room its disk has."""
        return self._store.room()

    def _commit(self, transaction: Transaction) -> None:
        """Within a transaction of the store."""
        put(WrittenStore(self._store), transaction)
        altered = touched(transaction)
        entries = {key: entry for key in sorted(altered) if (entry := self._entry(key)) is not None}
        if altered:
            self._kept.follow(entries)
            self._store.once_durable(partial(self._note_entries, altered, entries))

    def _note_entries(self, altered: Collection[str], entries: Mapping[str, Entry]) -> None:
        """Learns of the homes that the next commit alters, as they are then."""
        self._kept.altered(entries)
        with self._noting:
            self._unregistered |= entries
        if self._undescribed is not None:
            self._undescribed = (self._undescribed | set(altered)) - entries.keys()

    def compact(self, *, force: bool = False) -> None:
        """Writes a new snapshot if the journal has outgrown the last one."""
        if force or self._store.wants_compaction:
            self._store.compact()

    def close(self) -> None:
        """Lets go of the files and of the folder."""
        self._store.close()


def _bundled() -> Mapping[str, dict[int, bytes]]:
    bundle = bundled()
    return {"homes": bundle.homes, "inspections": bundle.inspections, TABLE: bundle.register, TALLIES: bundle.tallies}


_HOMES_TOO: Mapping[str, Key] = {
    "called": Several("id and key, folded", lambda document: (document["id"].casefold(), document["key"].casefold()))
}


def _visited(record: Record) -> tuple[date, date, str]:
    return record.inspection.order


def _all(table: Any, index: str, key: str) -> Iterable[Document]:
    return list(_numbered(table, table.ids(index, key)))


def _numbered(table: Any, numbers: Iterable[int]) -> Iterator[Document]:
    return (table.get(doc_id=number) for number in numbers)


def _only(table: Any, index: str, key: str) -> Document | None:
    numbers = table.ids(index, key)
    return table.get(doc_id=numbers[0]) if numbers else None
