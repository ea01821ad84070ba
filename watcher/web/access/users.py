"""The users of the file as it is now, and whether a password is one of theirs."""

import asyncio
from pathlib import Path

import structlog

from watcher.config.passwords import NOBODYS, is_password
from watcher.config.users_file import UsersFile, UsersFileError, proof_of, read_users

log = structlog.get_logger(__name__)

_AT_ONCE = 1
"""Passwords that are tried at the same time: each takes a processor and 19 MiB."""
_WAITING = 20

_Sign = tuple[int, ...]


class TooManyAtOnceError(Exception):
    """More people try to sign in than can be looked at."""


class Users:
    """Who may sign in; the file is looked at before each use, and nobody may while it cannot be read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sign: _Sign | None = None
        self._users = UsersFile({})
        self._why = ""
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    def why_nobody(self) -> str:
        """Why nobody may sign in, for the log and `check`; empty if somebody may."""
        self._look()
        return self._why or ("" if self._users.hashes else "nobody stands in the file")

    def proof(self, name: str) -> str | None:
        """By what a session proves that its user is still there with the same password; None for who is not."""
        self._look()
        hashed = self._users.hashes.get(name)
        return None if hashed is None else proof_of(hashed)

    async def verify(self, name: str, password: str) -> str | None:
        """The proof of a user whose password it is, else None; as long for a name that nobody has."""
        self._look()
        hashed = self._users.hashes.get(name)
        if self._waiting >= _WAITING:
            raise TooManyAtOnceError
        self._waiting += 1
        try:
            async with self._turn:
                is_right = await asyncio.to_thread(is_password, password, hashed or NOBODYS)
        finally:
            self._waiting -= 1
        return proof_of(hashed) if is_right and hashed is not None else None

    def _look(self) -> None:
        sign = _sign_of(self._path)
        if sign is not None and sign == self._sign:
            return
        self._sign = sign
        try:
            self._users, why = read_users(self._path), ""
        except UsersFileError as error:
            self._users, why = UsersFile({}), str(error)
        if why and why != self._why:
            log.warning("nobody can sign in", reason=why)
        self._why = why


def _sign_of(path: Path) -> _Sign | None:
    """Differs once the file does; None while there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_dev
