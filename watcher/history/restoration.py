"""A backup becomes the history, and what was told since it was taken is not forgotten: the same for every kind of it.

Feeds are read again from where the backup stood, and what they say is judged again. That announces nothing twice,
because the ledger outlives the restoring: every message that the present history knows is kept as it stands, and a
message is known by its content. Where the present history is damaged, the accepted messages that can still be read in
its files are kept. Where any may be missing even so, the restored history says that it is not certain: what was
published before it was restored is then looked for in its channel before it is sent, or sent as "possibly repeated".
"""

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
from watcher.history.embedded.snapshot import Documents, encode
from watcher.history.proof import why_no_history
from watcher.history.protocol import Restored

ORIGIN = "origin"
"""The table whose only document names the history, from its beginning on and through every backup."""
RESTORED = "restored"
"""The table whose only document says that the history came out of a backup."""

Rows = Mapping[int, bytes]
"""Documents of a table as JSON, by number; where they are many, read as they are asked for."""


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


@dataclass(frozen=True, slots=True)
class PresentHistory:
    """What is known of the history that is to be superseded."""

    tables: Mapping[str, Rows]
    sequence: int
    damage: str = ""
    is_whole: bool = False


def refuse_what_is_none(backup: Backup) -> None:
    """Raises BackupError for a document that no version wrote."""
    if why := why_no_history(backup.tables):
        raise BackupError(
            f"The backup cannot be the history: {why}. Nothing was changed. Use another copy of it, or an older backup."
        )


def aside_path(folder: Path, now: datetime, suffix: str = "") -> Path:
    """Where the history before is kept, under a name that nothing has yet."""
    beginning = f"history-before-{now:%Y-%m-%dT%H-%M-%SZ}"
    path, number = folder / f"{beginning}{suffix}", 1
    while path.exists():
        number += 1
        path = folder / f"{beginning}-{number}{suffix}"
    return path


def restoration(backup: Backup, tables: Mapping[str, Rows], present: PresentHistory, aside: Path | None) -> Restoration:
    """What was done, where these tables are the history now."""
    return Restoration(
        aside=aside,
        damage=present.damage,
        kept=_newer(backup.tables.get("deliveries", {}), tables["deliveries"]),
        is_certain=bool((_only(tables, RESTORED) or {})["certain"]),
    )


def with_ledger(backup: Backup, present: PresentHistory, now: datetime) -> dict[str, Documents]:
    """The backup's documents with the messages that the present history knows, and the mark that it was restored."""
    tables = {name: dict(rows) for name, rows in backup.tables.items()}
    marks = [read(Restored, mark) for known in (present.tables, tables) if (mark := _only(known, RESTORED))]
    marks = [mark for mark in marks if mark.matters(now)]
    origin = _only(present.tables, ORIGIN)
    is_certain = (
        present.is_whole
        and present.sequence >= backup.sequence
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


def _keep_people(tables: dict[str, Documents], present: PresentHistory) -> None:
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


def _last_stops(*known: Rows) -> Documents:
    """Of each address what changed last."""
    stops = [(read(StoppedMails, orjson.loads(raw)), raw) for documents in known for raw in documents.values()]
    return _numbered({stop.key: raw for stop, raw in sorted(stops, key=lambda each: each[0].moved)}.values())


def _last_made(backed_up: Rows, here: Rows) -> Documents:
    """Of each number what this history knows; else what the backup has."""
    made = {orjson.loads(raw)["number"]: raw for raw in (*backed_up.values(), *here.values())}
    return dict(enumerate(made.values(), start=1))


def _only(tables: Mapping[str, Rows], name: str) -> Mapping[str, Any] | None:
    document = tables.get(name, {}).get(1)
    return orjson.loads(document) if document else None


def _merge(ledger: Documents, present: Rows) -> None:
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


def _newer(before: Rows, after: Rows) -> int:
    known = {(document["id"], document["state"]) for document in map(orjson.loads, before.values())}
    return sum((document["id"], document["state"]) not in known for document in map(orjson.loads, after.values()))
