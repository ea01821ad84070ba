"""Puts a new file in its place whole, or not at all."""

import os
from pathlib import Path

from watcher.errors import PermanentError


class ThereAlreadyError(PermanentError):
    """A file is there already, and nobody said that it may be replaced."""


def put(path: Path, text: str, *, replaces: bool) -> None:
    """Writes the file; raises ThereAlreadyError rather than replace one, unless that is wanted."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with part.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if replaces:
            part.replace(path)
        else:
            _link(part, path)
    finally:
        part.unlink(missing_ok=True)


def _link(part: Path, path: Path) -> None:
    """Gives the file its name if nothing has it; one look and one step, where the file system can do that."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise ThereAlreadyError(why_there(path)) from None
    except OSError:  # a file system without links
        if path.exists():
            raise ThereAlreadyError(why_there(path)) from None
        part.replace(path)


def why_there(path: Path) -> str:
    """What to do about a file that is there."""
    return f"there is a {path} already: move it away, or write over it with --force"
