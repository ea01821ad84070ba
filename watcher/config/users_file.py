"""The file with who may sign in to the pages: a line `name:hash` for each, written as a whole and taken as it lies."""

import fcntl
import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from watcher.errors import PermanentError, WatcherError
from watcher.text import printable

DEFAULT = Path("watcher-users")
"""Beside the configuration, where none is named in it."""

NAME = re.compile(r"[A-Za-z0-9._@-]{1,64}")
NAME_IN_WORDS = "a name has 1 to 64 letters, digits, dots, underscores, hyphens and at signs"
LARGEST = 1_000_000
"""Bytes; ten thousand users have fewer."""

_HASH = re.compile(
    r"\$argon2(?:id|i|d)\$v=\d{1,3}\$m=\d{1,7},t=\d{1,3},p=\d{1,3}\$[A-Za-z0-9+/]{11,200}\$[A-Za-z0-9+/]{16,200}"
)
_COMMENT = "#"


class UsersFileError(PermanentError):
    """A file with users that cannot be read or written."""


@dataclass(frozen=True, slots=True)
class UsersFile:
    """What stands in one."""

    hashes: Mapping[str, str]
    """By name; a line that is wrong is nobody's."""
    faults: Sequence[str] = ()
    """What is wrong, each with its row."""


def read_users(path: Path) -> UsersFile:
    """Everybody in the file; raises UsersFileError for one that cannot be read."""
    return users_in(_text(path).splitlines())


def users_in(lines: Sequence[str]) -> UsersFile:
    """Everybody in the lines of such a file; of two with one name neither is anybody's."""
    rows: dict[str, int] = {}
    hashes: dict[str, str] = {}
    faults = []
    for row, line in enumerate(lines, 1):
        if not (said := line.strip()) or said.startswith(_COMMENT):
            continue
        name, _, hashed = said.partition(":")
        if why := _why_wrong(name, hashed):
            faults.append(f"row {row}: {why}")
        elif name in rows:
            faults.append(
                f"row {row}: {name} stands in row {rows[name]} too: remove one of them; until then neither can sign in"
            )
            hashes.pop(name, None)
        else:
            rows[name], hashes[name] = row, hashed
    return UsersFile(hashes, tuple(faults))


def why_nobody(path: Path) -> str:
    """Why nobody of a file may sign in; empty if somebody may."""
    try:
        users = read_users(path)
    except UsersFileError as error:
        return str(error)
    return "" if users.hashes else f"nobody stands in {path}: `watcher user add NAME` writes somebody into it"


def _why_wrong(name: str, hashed: str) -> str:
    """What is wrong with a line; the hash itself is repeated nowhere."""
    if not NAME.fullmatch(name):
        return f"{printable(name, 20)!r} is no name: {NAME_IN_WORDS}"
    if not _HASH.fullmatch(hashed):
        return f"what stands behind {name} is no argon2 hash: `watcher user password {name}` makes one"
    return ""


def proof_of(hashed: str) -> str:
    """A fingerprint of a user's hash: with another password it is another, and nothing can be tried by it."""
    return hashlib.sha256(f"watcher session\n{hashed}".encode()).hexdigest()[:32]


def put_user(path: Path, name: str, hashed: str, *, is_new: bool) -> None:
    """Writes somebody's hash into the file, making it if need be; raises WatcherError if he is there, or is not."""
    with _edited(path) as lines:
        if why := _why_not(lines, path, name, is_new=is_new):
            raise WatcherError(why)
        kept = [line for line in lines if not _is_of(line, name)]
        lines[:] = [*kept, f"{name}:{hashed}"]


def remove_user(path: Path, name: str) -> None:
    """Takes somebody out of the file, which ends his sessions too; raises WatcherError if he is not in it."""
    with _edited(path) as lines:
        kept = [line for line in lines if not _is_of(line, name)]
        if kept == lines:
            raise WatcherError(_nobody(path, name))
        lines[:] = kept


def require_user(path: Path, name: str, *, is_new: bool) -> None:
    """Raises WatcherError if somebody is in the file who should be new to it, or is not who should be there."""
    lines = _text(path).splitlines() if path.exists() or not is_new else []
    if why := _why_not(lines, path, name, is_new=is_new):
        raise WatcherError(why)


def _why_not(lines: Sequence[str], path: Path, name: str, *, is_new: bool) -> str:
    is_there = any(_is_of(line, name) for line in lines)
    if is_new and is_there:
        return f"{name} is in {path}: `watcher user password {name}` gives another password"
    return "" if is_new or is_there else _nobody(path, name)


def _nobody(path: Path, name: str) -> str:
    return f"there is no user {name} in {path}: `watcher user list` shows who is"


def _is_of(line: str, name: str) -> bool:
    return line.strip().partition(":")[0] == name


@contextmanager
def _edited(path: Path) -> Iterator[list[str]]:
    """The lines of the file, to be changed; written as a whole, or not at all. Others who do so wait."""
    path = Path(os.path.realpath(path))
    with _folder_held(path.parent):
        lines = _text(path).splitlines() if path.exists() else []
        yield lines
        _write(path, "".join(f"{line}\n" for line in lines))


@contextmanager
def _folder_held(folder: Path) -> Iterator[None]:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise UsersFileError(f"{folder} cannot be written to: {error.strerror}: make the folder first") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, text: str) -> None:
    """Puts a file in place that its owner alone can read; one that is replaced keeps its owner, where that may be."""
    try:
        descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                with suppress(OSError):  # not there, or nobody but root may
                    former = path.stat()
                    os.fchown(file.fileno(), former.st_uid, former.st_gid)
                os.fchmod(file.fileno(), stat.S_IRUSR | stat.S_IWUSR)
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(path)
        finally:
            Path(draft).unlink(missing_ok=True)
    except OSError as error:
        raise UsersFileError(f"{path} cannot be written: {error.strerror}") from None


def _text(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe would wait for somebody to write
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UsersFileError(f"{path} is no file: name one that `watcher user add NAME` writes")
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise UsersFileError(f"there is no file {path}: `watcher user add NAME` makes it") from None
    except OSError as error:
        raise UsersFileError(f"{path} cannot be read: {error.strerror}") from None
    if len(content) > LARGEST:
        raise UsersFileError(f"{path} has more than {LARGEST:,} bytes: that is no file with users")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsersFileError(f"{path} is not text: `watcher user add NAME` writes lines of name and hash") from None
