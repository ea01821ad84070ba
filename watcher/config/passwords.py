"""Passwords: what one must be, and how it is kept: as an argon2 hash, from which it cannot be had."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from watcher.errors import WatcherError

SHORTEST = 10
LONGEST = 1_000

_HASHER = PasswordHasher(time_cost=4, memory_cost=19_456, parallelism=1)
"""No less than OWASP asks for (19 MiB, 2 passes), and so little memory that a service has it while people sign in."""

NOBODYS = "$argon2id$v=19$m=19456,t=4,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""A hash of no known password, which costs as much to try as anybody's."""


def hashed(password: str) -> str:
    """The hash of a password that is long enough; raises WatcherError for another."""
    if len(password) < SHORTEST:
        raise WatcherError(f"a password has at least {SHORTEST} characters: take a few words")
    if len(password) > LONGEST:
        raise WatcherError(f"a password has at most {LONGEST:,} characters")
    return _HASHER.hash(_plain(password))


def is_password(password: str, hash_: str) -> bool:
    """Whether it is the one; takes some tens of milliseconds, and as long for a wrong one."""
    try:
        return len(password) <= LONGEST and _HASHER.verify(hash_, _plain(password))
    except (VerificationError, InvalidHashError):
        return False


def _plain(password: str) -> str:
    """The same however a keyboard composes its letters (RFC 8265)."""
    return unicodedata.normalize("NFC", password)
