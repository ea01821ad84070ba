"""Which configuration was read last and found valid, so that who needs only its folder need not read it again.

What is kept lies in `data_dir`, and has no value of the configuration: only a fingerprint of the file's bytes, of this
version and of Python's. It is kept of a configuration alone whose validity hangs on nothing else.
"""

import hashlib
import os
import stat
import sys
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from watcher import __version__
from watcher.options.place import HistoryPlace

if TYPE_CHECKING:
    from watcher.config.settings import Settings

NAME = "configuration.proven"
_FILE, _FOLDER = Path("watcher.toml"), "data"
_LARGEST = 1_000
"""Bytes; a fingerprint has fewer."""


def proven_place(path: Path | None) -> HistoryPlace | None:
    """Where the history of a configuration lies that is known to be valid; None where it has to be read to know."""
    if path is None and not _FILE.exists():
        return HistoryPlace(Path(_FOLDER))
    said = said_by(path)
    if said is None:
        return None
    folder, content = said
    return HistoryPlace(folder) if _kept(folder) == fingerprint(content) else None


def said_by(path: Path | None) -> tuple[Path, bytes] | None:
    """The folder of an embedded history that a file names, valid or not, and its bytes; without a file none of them.

    None where the history lies elsewhere, or the file cannot be read, or not twice.
    """
    if path is None and not _FILE.exists():
        return Path(_FOLDER), b""
    try:
        if not (path or _FILE).is_file():  # a pipe can be read once
            return None
        content = (path or _FILE).read_bytes()
        named = tomllib.loads(content.decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None
    folder = named.get("data_dir", _FOLDER)
    return (Path(folder), content) if isinstance(folder, str) and "history" not in named else None


def content_of(path: Path | None) -> bytes | None:
    """The bytes of a configuration's file; None where there is none, or one that can be read once."""
    with suppress(OSError):
        return (path or _FILE).read_bytes() if (path or _FILE).is_file() else None
    return None


def keep_proof(settings: "Settings", path: Path | None, before: bytes | None) -> None:
    """Notes that the file which the settings were read from is valid; only in a folder that is there.

    `before` is its content before it was read: of a file that was altered since nothing is known. A disk that takes
    nothing takes no note either: it is read anew the next time.
    """
    with suppress(OSError):
        if before is None or content_of(path) != before:
            return
        if not settings.data_dir.is_dir() or not _hangs_on_itself(settings):
            return
        proof = fingerprint(before)
        if _kept(settings.data_dir) != proof:
            write_privately(settings.data_dir / NAME, proof.encode())


def write_privately(path: Path, content: bytes) -> None:
    """Puts a file in place that its owner alone can read, whole or not at all; raises OSError."""
    # Not by the number of the process: in a container it is the same each time, and a killed one may have left a draft.
    draft = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def read_privately(path: Path, largest: int) -> bytes:
    """What one's own process kept in a file that nobody else can have written; empty for any other."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return b""
    with os.fdopen(descriptor, "rb") as file:
        said = os.fstat(descriptor)
        is_ours = stat.S_ISREG(said.st_mode) and said.st_uid == os.geteuid() and not said.st_mode & 0o022
        return file.read() if is_ours and said.st_size <= largest else b""


def _kept(folder: Path) -> str:
    return read_privately(folder / NAME, _LARGEST).decode("ascii", "replace")


def fingerprint(content: bytes) -> str:
    """What a configuration is known by, read by this version on this Python."""
    about = f"watcher {__version__}, Python {sys.version}\n".encode()
    return hashlib.sha256(about + content).hexdigest()


def _hangs_on_itself(settings: "Settings") -> bool:
    """Whether nothing but the file's bytes decides what it means to who looks into the history.

    A register describes a regulator of its own, a feed of some areas says where its homes are, templates are a folder,
    and a proxy or a database may stand in the environment.
    """
    from watcher.feeds.register.options import RegisterOptions

    feeds = settings.feeds.values()
    describes = any(isinstance(feed, RegisterOptions) or feed.only_in for feed in feeds)
    return not (describes or settings.templates or settings.network.proxy or settings.place.is_shared)
