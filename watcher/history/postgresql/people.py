"""What people did and ask for, who is signed in, who stopped his mails, and the key that links are signed with."""

from collections.abc import Mapping, Sequence

from watcher.delivery.stopped_mails import StoppedMails
from watcher.facts.stored import read
from watcher.history.postgresql.reading import DocumentReader
from watcher.watching.asked import Asked
from watcher.watching.deeds import Deed
from watcher.watching.made_watches import MadeWatch
from watcher.watching.sessions import Session


class PeopleInDatabase:
    """The tables of one database that are about people."""

    def __init__(self, reader: DocumentReader) -> None:
        self._reader = reader

    def signing_key(self) -> bytes:
        """The key; empty where there is none."""
        for document in self._reader.documents("signing"):
            return bytes.fromhex(document["key"])
        return b""

    def deeds(self, subject: str | None) -> Sequence[Deed]:
        """What people did, or did to one thing, in the order it was stored."""
        keys = {} if subject is None else {"subject": subject}
        return [read(Deed, document) for document in self._reader.documents("deeds", **keys)]

    def session(self, session_id: str) -> Session | None:
        """Somebody who has signed in."""
        known = self._reader.first("sessions", id=session_id)
        return read(Session, known[1]) if known else None

    def stopped_mails(self) -> Mapping[str, StoppedMails]:
        """Who wants no mails now, by address, the longest stopped first."""
        stops = [read(StoppedMails, document) for document in self._reader.documents("stopped_mails")]
        return {stop.key: stop for stop in sorted(stops, key=lambda stop: stop.since) if stop.is_in_force}

    def stop_of(self, address: str) -> StoppedMails | None:
        """The last time that an address stopped its mails."""
        known = self._reader.first("stopped_mails", address=address.casefold())
        return read(StoppedMails, known[1]) if known else None

    def asked(self) -> Sequence[Asked]:
        """What was asked in a chat and is not done yet."""
        return [read(Asked, document) for document in self._reader.documents("asked", open="yes")]

    def was_asked(self, asked_id: str, trigger: str) -> bool:
        """Whether an envelope, or what somebody did in it, is known."""
        known = self._reader.first("asked", id=asked_id)
        return bool(known or (trigger and self._reader.first("asked", trigger=trigger)))

    def made_watches(self) -> Sequence[MadeWatch]:
        """Every watch that people made, by number."""
        made = [read(MadeWatch, document) for document in self._reader.documents("made_watches")]
        return sorted(made, key=lambda watch: watch.number)
