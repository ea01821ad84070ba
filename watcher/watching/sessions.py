"""Who has signed in to the page, and until when that holds."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from watcher.timing.zones import require_zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who has signed in; nothing of it is of use to whoever reads it."""

    id: str
    """The SHA-256, in hex, of the token that the browser's cookie has."""
    user: str
    proof: str
    """A fingerprint of what the user's password was checked against: with another password it is over."""
    made: datetime
    until: datetime

    @classmethod
    def of(cls, token: str, *, user: str, proof: str, made: datetime, until: datetime) -> Self:
        """The session of a cookie's token."""
        return cls(id=session_id(token), user=user, proof=proof, made=made, until=until)

    def __post_init__(self) -> None:
        """Raises ValueError for a moment that could be compared with no other."""
        require_zone(self.made, self.until)

    def holds(self, now: datetime) -> bool:
        """Whether it is not over by itself yet."""
        return self.made <= now < self.until


def session_id(token: str) -> str:
    """By what the session of a cookie's token is known."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
