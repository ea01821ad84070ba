"""What people did and ask for, who is signed in, who stopped his mails, and the key that links are signed with."""

from collections.abc import Mapping, Sequence

from watcher.delivery.stopped_mails import StoppedMails
from watcher.facts.stored import read
from watcher.history.reading import ALL, Documents, all_of, first
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.asked import Asked
from watcher.watching.deeds import Deed
from watcher.watching.made_watches import MadeWatch
from watcher.watching.sessions import Session
from watcher.watching.silences import Silence


class KeptPeople:
    """The tables of one history that are about people."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def signing_key(self) -> bytes:
        """The key; empty where there is none."""
        document = first(self._documents, "signing")
        return bytes.fromhex(document["key"]) if document else b""

    def silences(self) -> Sequence[Silence]:
        """Every silence, ended ones too, in the order they were made."""
        return [read(Silence, document) for document in all_of(self._documents, "silences")]

    def acknowledgement(self, change_id: str) -> Acknowledgement | None:
        """Who acknowledged a change, if anybody did."""
        document = first(self._documents, "acknowledgements", change=change_id)
        return read(Acknowledgement, document) if document else None

    def deeds(self, subject: str | None) -> Sequence[Deed]:
        """What people did, or did to one thing, in the order it was stored."""
        keys = ALL if subject is None else {"subject": subject}
        return [read(Deed, document) for document in all_of(self._documents, "deeds", **keys)]

    def session(self, session_id: str) -> Session | None:
        """Somebody who has signed in."""
        document = first(self._documents, "sessions", id=session_id)
        return read(Session, document) if document else None

    def stopped_mails(self) -> Mapping[str, StoppedMails]:
        """Who wants no mails now, by address, the longest stopped first."""
        stops = [read(StoppedMails, document) for document in all_of(self._documents, "stopped_mails")]
        return {stop.key: stop for stop in sorted(stops, key=lambda stop: stop.since) if stop.is_in_force}

    def stop_of(self, address: str) -> StoppedMails | None:
        """The last time that an address stopped its mails."""
        document = first(self._documents, "stopped_mails", address=address.casefold())
        return read(StoppedMails, document) if document else None

    def asked(self) -> Sequence[Asked]:
        """What was asked in a chat and is not done yet."""
        return [read(Asked, document) for document in all_of(self._documents, "asked", open="yes")]

    def was_asked(self, asked_id: str, trigger: str) -> bool:
        """Whether an envelope, or what somebody did in it, is known."""
        is_known = first(self._documents, "asked", id=asked_id) is not None
        return is_known or bool(trigger and first(self._documents, "asked", trigger=trigger))

    def made_watches(self) -> Sequence[MadeWatch]:
        """Every watch that people made, by number."""
        made = [read(MadeWatch, document) for document in all_of(self._documents, "made_watches")]
        return sorted(made, key=lambda watch: watch.number)
