"""A file that is there whole or not at all: written beside its place, then put there."""

import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import typer


def why_no_file(file: Path) -> str | None:
    """Why nothing can be written there, as far as can be told before; None where it can."""
    if file.is_dir():
        return f"{file} is a folder: name a file in it"
    return None if file.parent.is_dir() else f"there is no folder {file.parent}"


def require_place(file: Path | None, option: str) -> None:
    """Wrong usage where an option names a place that no file can have; before any work is done for it."""
    if file is not None and (why := why_no_file(file)) is not None:
        raise typer.BadParameter(why, param_hint=option)


def write_whole(file: Path, parts: Iterable[str]) -> None:
    """Writes a text file whole, in place of a former one; raises OSError with its name, and the former one stays."""
    place = file.resolve()  # what a link leads to is replaced, not the link
    beside = place.with_name(f".{secrets.token_hex(8)}.part")
    try:
        if place.exists() and not place.is_file():  # a pipe, or `/dev/stdout`
            with place.open("w", encoding="utf-8", newline="") as stream:
                stream.writelines(parts)
            return
        with beside.open("x", encoding="utf-8", newline="") as stream:
            stream.writelines(parts)
            stream.flush()
            os.fsync(stream.fileno())
        if place.exists():
            beside.chmod(place.stat().st_mode & 0o777)
        beside.replace(place)
    except OSError as error:
        error.filename = str(file)
        raise
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
