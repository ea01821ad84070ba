"""Durable commits beside stock TinyDB and SQLite, by size of the history. Aim: 0.2 ms for one document, at any size."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table
from tinydb import TinyDB
from tinydb.table import Document

from watcher.history.embedded.store import Store

SIZES = (5_000, 50_000, 150_000)

_OPENING = """
import sys, time
from pathlib import Path
from watcher.history.embedded.store import Store
resident = lambda: int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
before, began = resident(), time.perf_counter()
store = Store.open(Path(sys.argv[1]))
print(time.perf_counter() - began, before, resident())
"""

Change = Callable[[dict[int, dict[str, Any]]], None]


@dataclass(frozen=True)
class Figures:
    """Milliseconds of a commit that changes one document, and of one that changes 1 % of them."""

    one: float
    many: float


def run() -> None:
    """Prints milliseconds per commit with the ratio to this store, then seconds to open and resident megabytes."""
    console = Console(width=120)
    commits = Table("documents of 600 bytes", "store", "one document", "ratio", "1 % of them", "ratio")
    openings = Table("documents", "opened in", "memory before", "memory with the history")
    for size in SIZES:
        documents = {number: _document(number, 0) for number in range(1, size + 1)}
        with TemporaryDirectory() as folder:
            figures = {
                "watcher": _measure(_watcher(Path(folder), documents), size, 200),
                "TinyDB, JSONStorage": _measure(_stock(Path(folder), documents), size, 2),
                "SQLite, rollback journal": _measure(_sqlite(Path(folder), documents, "DELETE"), size, 100),
                "SQLite, WAL": _measure(_sqlite(Path(folder), documents, "WAL"), size, 100),
            }
            openings.add_row(f"{size:,}", *_opening(Path(folder) / "watcher"))
        own = figures["watcher"]
        for name, figure in figures.items():
            one, many = (f"{figure.one / own.one:,.1f}", f"{figure.many / own.many:,.1f}")
            commits.add_row(f"{size:,}", name, f"{figure.one:,.2f} ms", one, f"{figure.many:,.1f} ms", many)
        commits.add_section()
    console.print(commits, openings)


def _document(number: int, version: int) -> dict[str, Any]:
    return {"home": f"ofsted:SC{number % 4000:06}", "version": version, "overall": "good", "text": "x" * 530}


def _measure(opened: Iterator[Change], size: int, repetitions: int) -> Figures:
    with contextmanager(lambda: opened)() as change:
        one = [_milliseconds(change, [1 + turn * 7 % size], turn) for turn in range(1, repetitions + 1)]
        share = range(1, size, 100)
        many = [_milliseconds(change, list(share), -turn) for turn in range(1, min(repetitions, 10) + 1)]
    return Figures(median(one), median(many))


def _milliseconds(change: Change, numbers: list[int], version: int) -> float:
    documents = {number: _document(number, version) for number in numbers}
    began = time.perf_counter()
    change(documents)
    return (time.perf_counter() - began) * 1000


def _watcher(folder: Path, documents: dict[int, dict[str, Any]]) -> Iterator[Change]:
    with Store.open(folder / "watcher") as store:
        store.load({"inspections": {number: orjson.dumps(document) for number, document in documents.items()}})
        inspections = store.table("inspections")
        inspections.add_indexes(home=lambda document: document["home"])

        def change(changed: dict[int, dict[str, Any]]) -> None:
            with store.transaction():
                for number, document in changed.items():
                    inspections.put(Document(document, doc_id=number))

        yield change


def _stock(folder: Path, documents: dict[int, dict[str, Any]]) -> Iterator[Change]:
    path = folder / "stock.json"
    path.write_bytes(orjson.dumps({"inspections": documents}, option=orjson.OPT_NON_STR_KEYS))
    with TinyDB(path) as database:
        inspections = database.table("inspections")

        def change(changed: dict[int, dict[str, Any]]) -> None:
            version = next(iter(changed.values()))["version"]
            inspections.update({"version": version}, doc_ids=list(changed))

        yield change


def _sqlite(folder: Path, documents: dict[int, dict[str, Any]], journal: str) -> Iterator[Change]:
    database = sqlite3.connect(folder / f"{journal}.db")
    database.execute(f"PRAGMA journal_mode={journal}")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE inspections (number INTEGER PRIMARY KEY, home TEXT, document BLOB)")
    database.execute("CREATE INDEX home ON inspections (home)")

    def change(changed: dict[int, dict[str, Any]]) -> None:
        rows = [(number, document["home"], orjson.dumps(document)) for number, document in changed.items()]
        with database:
            database.executemany("INSERT OR REPLACE INTO inspections VALUES (?, ?, ?)", rows)

    change(documents)
    yield change
    database.close()


def _opening(folder: Path) -> tuple[str, str, str]:
    with Store.open(folder) as store:
        store.compact()
    command = [sys.executable, "-c", _OPENING, str(folder)]
    answers = [
        [float(word) for word in subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()]
        for _ in range(3)
    ]
    seconds, before, after = (median(column) for column in zip(*answers, strict=True))
    return f"{seconds:.2f} s", f"{before:.0f} MB", f"{after:.0f} MB"


if __name__ == "__main__":
    run()
