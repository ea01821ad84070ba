"""What people did, who is signed in, who stopped his mails, and the key that links to people are signed with."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from tinydb.table import Document

from watcher.delivery.stopped_mails import StoppedMails
from watcher.facts.stored import read, stored
from watcher.history.embedded.store import Store
from watcher.history.embedded.tables import Field
from watcher.history.protocol import KEY_BYTES, Transaction
from watcher.watching.deeds import Deed
from watcher.watching.sessions import Session


class KeptPeople:
    """The tables of one store that are about people."""

    def __init__(self, store: Store) -> None:
        self._deeds = store.table("deeds")
        self._sessions = store.table("sessions")
        self._stopped = store.table("stopped_mails")
        self._signing = store.table("signing")
        self._deeds.add_indexes(subject=Field("subject"))
        self._sessions.add_indexes(id=Field("id"))
        self._stopped.add_indexes(address=lambda document: document["address"].casefold())

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

    def put(self, transaction: Transaction) -> None:
        """Within a transaction: stores what it has of people."""
        for deed in transaction.deeds:
            self._put_deed(stored(deed))
        for session_id, session in transaction.sessions.items():
            self._put_session(session_id, session)
        for stop in transaction.stopped_mails:
            self._replace(self._stopped, self._stopped.ids("address", stop.key), stored(stop))

    def _put_deed(self, document: Mapping[str, Any]) -> None:
        known = self._deeds.ids("subject", document["subject"])
        if not any(self._document(self._deeds, number) == document for number in known):
            self._deeds.insert(document)

    def _put_session(self, session_id: str, session: Session | None) -> None:
        if session is None:
            self._sessions.remove(doc_ids=list(self._sessions.ids("id", session_id)))
            return
        known = ((document.doc_id, read(Session, document)) for document in self._sessions.all())
        self._sessions.remove(doc_ids=[number for number, other in known if other.until <= session.made])
        self._replace(self._sessions, self._sessions.ids("id", session_id), stored(session))

    def _replace(self, table: Any, numbers: Sequence[int], document: Mapping[str, Any]) -> None:
        if numbers:
            table.put(Document(document, doc_id=numbers[0]))
        else:
            table.insert(document)

    def _document(self, table: Any, number: int) -> Document:
        document: Document = table.get(doc_id=number)
        return document
