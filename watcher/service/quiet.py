"""A poll that finds what the one before found, without what reads, judges and tells.

A poll that changed nothing but the moment of its reading leaves a note: what it asked and what came, by fingerprint;
which history, configuration, version and files it was of; until when nothing falls due. The next one asks the same. If
all of that is as it was, reading it again would mean the same, and the moment of the reading is all there is to store.
Whatever differs in anything is a poll like any other.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from watcher.config.proven import fingerprint, read_privately, said_by
from watcher.feeds.exchange import Exchange
from watcher.feeds.web.again import comes_again
from watcher.history.embedded.store import Store
from watcher.history.failures import CommitFailedError, HistoryUnusableError
from watcher.options.owner import holder
from watcher.timing.clock import Clock

if TYPE_CHECKING:
    from watcher.config.settings import Settings

NAME = "poll.unchanged"
"""The note, in the folder of the history."""
LARGEST = 1_000_000

Stamps = Mapping[str, Sequence[int] | None]
"""How the files lie there that a configuration names: when each was written, and which it is; None for none."""


@dataclass(frozen=True, slots=True)
class AsRead:
    """What a poll's configuration was when it was read: a note tells of nothing that was altered while it polled."""

    content: bytes | None
    """Of its file, before it was read."""
    files: Stamps
    """Of those that it names, once it was."""

    @classmethod
    def by(cls, settings: "Settings", content: bytes | None) -> "AsRead":
        """For the settings that were just read."""
        return cls(content, stamps(files_of(settings)))


def files_of(settings: "Settings") -> Iterator[Path]:
    """Everything that a configuration is read with."""
    yield from settings.homes_files.values()
    yield from settings.secret_paths.values()
    if settings.web.users_file is not None:
        yield settings.web.users_file
    if settings.templates is not None:
        yield from (settings.templates, *sorted(settings.templates.rglob("*")))


def same_again(config: Path | None, clock: Clock) -> Sequence[str] | None:
    """What a poll says that finds the very same, which is stored then; None where a poll is needed to know.

    Beside a running service nothing is asked here: that one is asked to read.
    """
    said = said_by(config)
    if said is None or holder(said[0]) is not None:
        return None
    folder, content = said
    note = _note_in(folder)
    if note is None or not _is_of(note, fingerprint(content), clock.now()) or not has_room(folder, note["room"]):
        return None
    try:
        store = Store.open(folder, whole=False)  # every few hours a poll like any other proves all of it
    except HistoryUnusableError:
        return None
    try:
        return _asked(store, folder, note, clock)
    except (CommitFailedError, HistoryUnusableError):  # a poll like any other tells of it
        return None
    finally:
        store.close()


def _asked(store: Store, folder: Path, note: dict[str, Any], clock: Clock) -> Sequence[str] | None:
    if store.chain != note["chain"] or store.wants_compaction:
        return None
    began = clock.now()
    exchanges = [Exchange(**{**one, "headers": tuple(map(tuple, one["headers"]))}) for one in note["exchanges"]]
    if not comes_again(exchanges, clock) or not _holds(note, clock.now()):
        return None
    with store.transaction():
        for name, moments in note["moments"].items():
            _store_moment(store, name, moments, began)
    # Until it is kept, the note is of the history as it was, and the next poll is one like any other.
    write_note(folder, {**note, "chain": store.chain, "since": began.isoformat()})
    lines: Sequence[str] = note["lines"]
    return lines


def _store_moment(store: Store, name: str, moments: Iterable[Sequence[str]], began: datetime) -> None:
    """What such a reading leaves: when it began, in the state of its feed and where its cursor has that."""
    from tinydb.table import Document

    for table in ("feeds", "cursors"):
        rows = store.table(table)
        for document in [one for one in rows if one["name"] == name]:
            altered: dict[str, Any] = dict(document)
            if table == "feeds":
                altered |= {"began": began.isoformat(), "last_good": began.isoformat()}
            for path in moments if table == "cursors" else ():
                part = altered["cursor"]
                for key in path[:-1]:
                    part = part[key]
                part[path[-1]] = in_cursor(began)
            rows.put(Document(altered, doc_id=document.doc_id))


def in_cursor(moment: datetime) -> str:
    """A moment as a cursor has it."""
    return moment.isoformat().replace("+00:00", "Z")


def _note_in(folder: Path) -> dict[str, Any] | None:
    kept = read_privately(folder / NAME, LARGEST)
    try:
        note = orjson.loads(kept)
    except orjson.JSONDecodeError:
        return None
    return note if isinstance(note, dict) else None


def _is_of(note: Mapping[str, Any], configuration: str, now: datetime) -> bool:
    """Whether it is of this configuration and its files, and of these hours; a clock that was set back ends it."""
    if note["configuration"] != configuration or not _holds(note, now):
        return False
    is_set_alike: bool = note["variables"] == variables(note["secrets"])
    return is_set_alike and bool(note["files"] == stamps(map(Path, note["files"])))


def _holds(note: Mapping[str, Any], now: datetime) -> bool:
    return datetime.fromisoformat(note["since"]) <= now < datetime.fromisoformat(note["until"])


def has_room(folder: Path, least: int) -> bool:
    """Whether so many bytes are free where the history lies."""
    try:
        return shutil.disk_usage(folder).free > least
    except OSError:
        return False


def stamps(files: Iterable[Path]) -> Stamps:
    """How these files lie there now."""
    return {str(file): _stamp(file) for file in files}


def _stamp(file: Path) -> list[int] | None:
    try:
        said = file.stat()
    except (OSError, ValueError):
        return None
    return [said.st_mtime_ns, said.st_ctime_ns, said.st_size, said.st_ino, said.st_mode]


def variables(secrets: Iterable[str]) -> list[str]:
    """Those of the environment's variables with secrets that are set; what is in them says nothing of a reading."""
    return sorted(name for name in secrets if os.environ.get(name, "").strip())


def write_note(folder: Path, note: Mapping[str, Any]) -> None:
    """Keeps a note for its owner alone; one that cannot be written is none."""
    from contextlib import suppress

    from watcher.config.proven import write_privately

    with suppress(OSError):
        write_privately(folder / NAME, orjson.dumps(note))
