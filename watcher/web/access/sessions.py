"""Who has signed in: a random token in a cookie; what is kept of it is of no use to whoever reads it."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from watcher.web.access.users import Users

GOOD_FOR = timedelta(hours=12)

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class KeptSession(Protocol):
    """A session as the history keeps it."""

    @property
    def id(self) -> str:
        """The SHA-256 of the cookie's token, in hex."""
        ...

    @property
    def user(self) -> str:
        """Whose it is."""
        ...

    @property
    def proof(self) -> str:
        """The fingerprint of the user's hash when it was made."""
        ...

    @property
    def made(self) -> datetime:
        """When it was made, aware."""
        ...

    @property
    def until(self) -> datetime:
        """When it is over, aware."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A session to be kept."""

    id: str
    user: str
    proof: str
    made: datetime
    until: datetime


class SessionStore(Protocol):
    """Where sessions are kept, and the key with which forms and links are signed."""

    def session(self, session_id: str) -> KeptSession | None:
        """One by its id."""
        ...

    def keep_session(self, session: KeptSession) -> None:
        """Stores one durably."""
        ...

    def forget_session(self, session_id: str) -> None:
        """Ends one, if it is there."""
        ...

    def signing_key(self) -> bytes:
        """The same for as long as there is this history."""
        ...


class Sessions:
    """The sessions of one history's users."""

    def __init__(self, store: SessionStore, users: Users) -> None:
        self._store, self._users = store, users

    def begin(self, user: str, proof: str, now: datetime) -> str:
        """A new one, of a user whose password was right; the token for his cookie."""
        token = secrets.token_urlsafe(32)
        self._store.keep_session(NewSession(id=_id(token), user=user, proof=proof, made=now, until=now + GOOD_FOR))
        return token

    def find(self, token: str, now: datetime) -> KeptSession | None:
        """The one of a cookie's token, if it is good still: its user is in the file, with the same password."""
        if not _TOKEN.fullmatch(token):
            return None
        found = self._store.session(_id(token))
        if found is None or not found.made <= now < found.until:
            return None
        return found if secrets.compare_digest(found.proof, self._users.proof(found.user) or "") else None

    def end(self, token: str) -> None:
        """Signs out."""
        if _TOKEN.fullmatch(token):
            self._store.forget_session(_id(token))


def _id(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
