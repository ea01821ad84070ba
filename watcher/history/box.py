"""Where requests are left for whoever owns the history, and their answers for whoever asked."""

import re
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

KEPT_FOR = 3600.0  # seconds
"""An answer that nobody has fetched by then goes."""

_NAME = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class LeftRequest:
    """A request that waits, as it was written."""

    name: str
    content: bytes
    at: datetime
    """When it was left."""


def new_name() -> str:
    """A name that nobody else waits for."""
    return secrets.token_hex(8)


class Box(Protocol):
    """One box, as everybody who asks and whoever answers have it open."""

    def leave(self, content: bytes) -> str:
        """Leaves a request, durably; the name by which it is known here."""
        ...

    def left(self) -> Sequence[LeftRequest]:
        """Every request that waits, oldest first."""
        ...

    def is_waiting(self, name: str) -> bool:
        """Whether nobody has carried a request out yet."""
        ...

    def discard(self, name: str) -> bool:
        """Takes a request out: it is done, or its asker takes it back; whether it was still there."""
        ...

    def answer(self, name: str, content: bytes) -> None:
        """Leaves an answer for whoever asked, and clears away what nobody has fetched."""
        ...

    def fetch(self, name: str) -> bytes | None:
        """The answer of that name, which is gone then; None while there is none."""
        ...

    def close(self) -> None:
        """Lets go of it."""
        ...


class FolderBox:
    """A box in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._box = folder / "requests"

    def leave(self, content: bytes) -> str:
        """Leaves a request; raises OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._box.mkdir(mode=0o700, exist_ok=True)
        name = new_name()
        self._write(f"{name}.json", content)
        return name

    def _write(self, name: str, content: bytes) -> None:
        file = self._box / name
        draft = file.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_bytes(content)
        draft.replace(file)

    def left(self) -> Sequence[LeftRequest]:
        """Every request that waits, oldest first; what cannot be read is none, and says nothing."""
        files = sorted(((_left(file), file) for file in self._box.glob("*.json")), key=lambda entry: entry[0])
        return [LeftRequest(file.stem, _content(file), datetime.fromtimestamp(at / 1e9, UTC)) for at, file in files]

    def is_waiting(self, name: str) -> bool:
        """Whether nobody has carried a request out yet."""
        return self._file(name).exists()

    def discard(self, name: str) -> bool:
        """Removes a request; what can't be removed, such as a folder, is put out of the way."""
        file = self._file(name)
        try:
            file.unlink()
        except FileNotFoundError:
            return False
        except OSError:
            with suppress(OSError):
                file.replace(file.with_suffix(".odd"))
        return True

    def _file(self, name: str) -> Path:
        return self._box / f"{name}.json"

    def answer(self, name: str, content: bytes) -> None:
        """Leaves an answer; on a full disk there is none."""
        if not _NAME.fullmatch(name):
            return
        try:
            for file in self._box.glob("*.answer"):
                if abs(time.time() - file.stat().st_mtime) > KEPT_FOR:
                    file.unlink(missing_ok=True)
            self._write(f"{name}.answer", content)
        except OSError as error:
            import structlog  # of no use to commands that only look

            log = structlog.get_logger(__name__)
            log.warning("a request could not be answered", error=str(error))

    def fetch(self, name: str) -> bytes | None:
        """The answer of that name, which is gone then; None while there is none."""
        file = self._box / f"{name}.answer"
        try:
            content = file.read_bytes()
            file.unlink(missing_ok=True)
        except OSError:
            return None
        return content

    def close(self) -> None:
        """Nothing is held."""


def _left(file: Path) -> int:
    """When a request was left; 0 of one that has gone meanwhile."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""
