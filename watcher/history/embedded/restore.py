"""A backup becomes the history, and what was told since it was taken is not forgotten.

Feeds are read again from where the backup stood, and what they say is judged again. That announces nothing twice,
because the ledger outlives the restoring: every message that the present history knows is kept as it stands, and a
message is known by its content. Where the present history is damaged, the accepted messages that can still be read in
its files are kept. Where any may be missing even so, the restored history says that it is not certain: what was
published before it was restored is then looked for in its channel before it is sent, or sent as "possibly repeated".
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from watcher.delivery.ledger import State
from watcher.delivery.stopped_mails import StoppedMails
from watcher.errors import PermanentError
from watcher.facts.stored import read, stored
from watcher.history.backup import Backup, BackupError
from watcher.history.embedded.disk import Disk
from watcher.history.embedded.folder import HistoryFolder, prove
from watcher.history.embedded.layered import Layered
from watcher.history.embedded.lock import FolderLock
from watcher.history.embedded.salvage import salvage
from watcher.history.embedded.snapshot import Documents, Stamp, encode
from watcher.history.embedded.store import Store
from watcher.history.proof import why_no_history
from watcher.history.protocol import HistoryUnusableError, Restored

ORIGIN = "origin"
"""The table whose only document names the history, from its beginning on and through every backup."""
RESTORED = "restored"
"""The table whose only document says that the history came out of a backup."""


class RestoreError(PermanentError):
    """The restoring did not come to its end; the message says where the history before it is."""


@dataclass(frozen=True, slots=True)
class Restoration:
    """What a restoring did."""

    aside: Path | None
    """Where the history before is now; None if there was none."""
    damage: str
    """Why the history before could not be read; empty if it could, or if there was none."""
    kept: int
    """Messages that the backup did not know, or knew in an earlier state."""
    is_certain: bool


def begin_origin(store: Store) -> None:
    """Names a history that has no name yet."""
    table = store.table(ORIGIN)
    if not len(table):
        table.insert({"id": secrets.token_hex(16)})


def restore(folder: Path, backup: Backup, now: datetime, disk: Disk | None = None) -> Restoration:
    """Makes the backup the history of a folder; the one before is kept in a dated folder inside it.

    Raises BackupError for a document that no version wrote, HistoryLockedError while another process owns the folder,
    and RestoreError if the disk refuses.
    """
    if why := why_no_history(backup.tables):
        raise BackupError(
            f"The backup cannot be the history: {why}. Nothing was changed. Use another copy of it, or an older backup."
        )
    disk = disk or Disk()
    aside = _aside(folder, now)
    files = HistoryFolder(folder, disk)
    try:
        disk.make_folder(folder)
        lock = FolderLock(folder, disk)
        try:
            present = _present(files)
            tables = _with_ledger(backup, present, now)
            was_there = files.keep_aside(aside)
            sequence = max(present.end.sequence, backup.sequence) + 1
            end = Stamp(present.end.generation + 1, sequence, secrets.token_hex(8))
            files.supersede(end, {name: Layered(above=rows) for name, rows in tables.items()})
        finally:
            files.discard_new()
            lock.release()
    except OSError as error:
        raise RestoreError(
            f"The backup could not be restored to {folder}: {error}. Nothing is lost: the history is as it was, or in "
            f"{aside.name} there. See to that disk and its room, then run `watcher restore` again."
        ) from error
    return Restoration(
        aside=aside if was_there else None,
        damage=present.damage,
        kept=_newer(backup.tables.get("deliveries", {}), tables["deliveries"]),
        is_certain=bool((_only(tables, RESTORED) or {})["certain"]),
    )


def _aside(folder: Path, now: datetime) -> Path:
    path = folder / f"history-before-{now:%Y-%m-%dT%H-%M-%SZ}"
    number = 1
    while path.exists():
        number += 1
        path = path.with_name(f"{path.name.partition('Z')[0]}Z-{number}")
    return path


@dataclass(frozen=True, slots=True)
class _Present:
    """What is known of the history that is to be superseded."""

    tables: Mapping[str, Mapping[int, bytes]]
    end: Stamp
    damage: str = ""
    is_whole: bool = False


def _present(files: HistoryFolder) -> _Present:
    try:
        loaded = files.read()
        prove(loaded.tables)
    except HistoryUnusableError as reason:
        found = salvage(files.remains())
        tables = {"deliveries": found.accepted, "stopped_mails": found.stopped_mails}
        return _Present(tables, Stamp(sequence=found.sequence), str(reason) if files.exists() else "")
    return _Present(loaded.tables, loaded.end, is_whole=True)


def _with_ledger(backup: Backup, present: _Present, now: datetime) -> dict[str, Documents]:
    """The backup's documents with the messages that the present history knows, and the mark that it was restored."""
    tables = {name: dict(rows) for name, rows in backup.tables.items()}
    marks = [read(Restored, mark) for known in (present.tables, tables) if (mark := _only(known, RESTORED))]
    marks = [mark for mark in marks if mark.matters(now)]
    origin = _only(present.tables, ORIGIN)
    is_certain = (
        present.is_whole
        and present.end.sequence >= backup.sequence
        and origin is not None
        and origin == _only(tables, ORIGIN)
        and all(mark.certain for mark in marks)
    )
    ledger = tables.setdefault("deliveries", {})
    if not is_certain:
        ledger = tables["deliveries"] = {number: _unsure(document) for number, document in ledger.items()}
    tables["notices"] = dict(present.tables.get("notices", {})) if is_certain else {}
    _merge(ledger, present.tables.get("deliveries", {}))
    _keep_people(tables, present)
    taken = min([backup.taken, *(mark.taken for mark in marks)])
    tables[RESTORED] = {1: encode(stored(Restored(taken, now, is_certain)))}
    return tables


def _keep_people(tables: dict[str, Documents], present: _Present) -> None:
    """What people did since stays done: nobody is sent what he stopped, signed out is signed out, and links hold."""
    here = present.tables
    tables["deeds"] = _numbered([*tables.get("deeds", {}).values(), *here.get("deeds", {}).values()])
    tables["stopped_mails"] = _last_stops(tables.get("stopped_mails", {}), here.get("stopped_mails", {}))
    tables["sessions"] = dict(here.get("sessions", {}))
    tables["asked"] = dict(here.get("asked") or tables.get("asked", {}))
    tables["made_watches"] = _last_made(tables.get("made_watches", {}), here.get("made_watches", {}))
    tables["signing"] = dict(tables.get("signing") or here.get("signing", {}))


def _numbered(documents: Iterable[bytes]) -> Documents:
    """Each document once, in the order given."""
    return dict(enumerate(dict.fromkeys(documents), start=1))


def _last_stops(*known: Mapping[int, bytes]) -> Documents:
    """Of each address what changed last."""
    stops = [(read(StoppedMails, orjson.loads(raw)), raw) for documents in known for raw in documents.values()]
    return _numbered({stop.key: raw for stop, raw in sorted(stops, key=lambda each: each[0].moved)}.values())


def _last_made(backed_up: Mapping[int, bytes], here: Mapping[int, bytes]) -> Documents:
    """Of each number what this history knows; else what the backup has."""
    made = {orjson.loads(raw)["number"]: raw for raw in (*backed_up.values(), *here.values())}
    return dict(enumerate(made.values(), start=1))


def _only(tables: Mapping[str, Mapping[int, bytes]], name: str) -> Mapping[str, Any] | None:
    document = tables.get(name, {}).get(1)
    return orjson.loads(document) if document else None


def _merge(ledger: Documents, present: Mapping[int, bytes]) -> None:
    """The present state of every message, in the place that the backup gives it, new ones after all others."""
    places = {orjson.loads(document)["id"]: number for number, document in ledger.items()}
    next_place = max(ledger, default=0) + 1
    for _, document in sorted(present.items()):
        place = places.get(orjson.loads(document)["id"])
        ledger[place or next_place] = document
        next_place += place is None


def _unsure(document: bytes) -> bytes:
    """A message that may have been accepted since: it is looked for before anything is sent."""
    delivery = orjson.loads(document)
    if delivery["state"] != State.ACCEPTED:
        delivery.setdefault("unsure_since", delivery["created"])
    return encode(delivery)


def _newer(before: Documents, after: Documents) -> int:
    known = {(document["id"], document["state"]) for document in map(orjson.loads, before.values())}
    return sum((document["id"], document["state"]) not in known for document in map(orjson.loads, after.values()))
