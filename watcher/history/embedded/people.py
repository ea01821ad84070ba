"""What people did and ask for, who is signed in, who stopped his mails, and the key that links are signed with."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from tinydb.table import Document

from watcher.delivery.stopped_mails import StoppedMails
from watcher.facts.stored import read
from watcher.history.embedded.store import Store
from watcher.history.protocol import KEY_BYTES
from watcher.watching.asked import Asked
from watcher.watching.deeds import Deed
from watcher.watching.made_watches import MadeWatch
from watcher.watching.sessions import Session


class KeptPeople:
    """The tables of one store that are about people."""

    def __init__(self, store: Store) -> None:
        self._deeds = store.table("deeds")
        self._sessions = store.table("sessions")
        self._stopped = store.table("stopped_mails")
        self._signing = store.table("signing")
        self._asked = store.table("asked")
        self._made_watches = store.table("made_watches")

    def begin_key(self) -> None:
        """Makes the key that this history signs with, where it has none yet."""
        if not len(self._signing):
            self._signing.insert({"key": secrets.token_hex(KEY_BYTES)})

    def signing_key(self) -> bytes:
        """The key; empty where there is none."""
        for document in self._signing:
            return bytes.fromhex(document["key"])
        return b""

    def deeds(self, subject: str | None) -> Sequence[Deed]:
        """What people did, or did to one thing, in the order it was stored."""
        numbers = sorted(self._deeds.raw()) if subject is None else self._deeds.ids("subject", subject)
        return [read(Deed, self._document(self._deeds, number)) for number in numbers]

    def session(self, session_id: str) -> Session | None:
        """Somebody who has signed in."""
        numbers = self._sessions.ids("id", session_id)
        return read(Session, self._document(self._sessions, numbers[0])) if numbers else None

    def stopped_mails(self) -> Mapping[str, StoppedMails]:
        """Who wants no mails now, by address, the longest stopped first."""
        stops = [read(StoppedMails, document) for document in self._stopped.all()]
        return {stop.key: stop for stop in sorted(stops, key=lambda stop: stop.since) if stop.is_in_force}

    def stop_of(self, address: str) -> StoppedMails | None:
        """The last time that an address stopped its mails."""
        numbers = self._stopped.ids("address", address.casefold())
        return read(StoppedMails, self._document(self._stopped, numbers[0])) if numbers else None

    def asked(self) -> Sequence[Asked]:
        """What was asked in a chat and is not done yet."""
        return [read(Asked, self._document(self._asked, number)) for number in self._asked.ids("open", "yes")]

    def was_asked(self, asked_id: str, trigger: str) -> bool:
        """Whether an envelope, or what somebody did in it, is known."""
        return bool(self._asked.ids("id", asked_id) or (trigger and self._asked.ids("trigger", trigger)))

    def made_watches(self) -> Sequence[MadeWatch]:
        """Every watch that people made, by number."""
        made = [read(MadeWatch, document) for document in self._made_watches.all()]
        return sorted(made, key=lambda watch: watch.number)

    def _document(self, table: Any, number: int) -> Document:
        document: Document = table.get(doc_id=number)
        return document
