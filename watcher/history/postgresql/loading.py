"""Documents that exist already, streamed into empty tables: the bundled inspections, or another history's."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import orjson

from watcher.facts.regulators import configured_form
from watcher.history.embedded.snapshot import encode
from watcher.history.entries import ALL, FORM, TALLY_FORM, entry_document, tally_document
from watcher.history.kept import DERIVED, TABLE, TALLIES
from watcher.history.postgresql import statements
from watcher.history.postgresql.columns import DOCUMENTS, keys_of
from watcher.history.postgresql.database import Line
from watcher.history.postgresql.drafts import Drafts, write
from watcher.history.postgresql.kept_cards import load_cards
from watcher.history.protocol import KEY_BYTES
from watcher.history.putting import put_one
from watcher.judging.entry import Entry
from watcher.judging.filed import tallies

_KEPT = "UPDATE history SET register_form = %s, tally_form = %s, register_described = %s"
_AT_ONCE = 500
_NAMELESS = """
    INSERT INTO nameless SELECT DISTINCT home FROM inspections
    WHERE NOT EXISTS (SELECT FROM homes WHERE homes.key = inspections.home)
"""


def empty(line: Line) -> None:
    """Within a commit: removes every document."""
    line.execute(f"TRUNCATE nameless, cards, {', '.join(DOCUMENTS)}".encode())


def load(line: Line, tables: Mapping[str, Iterable[tuple[int, bytes]]], sequence: int) -> None:
    """Within a commit: stores documents under their numbers; what is derived of them is no part of them."""
    line.execute("SET LOCAL statement_timeout = 0")
    for name, documents in tables.items():
        _stream(line, name, documents, sequence)
    line.execute("TRUNCATE nameless")
    line.execute(_NAMELESS)


def load_register(line: Line, entries: Iterable[Entry], sequence: int) -> None:
    """Within a commit: stores entries, read once and one by one, and their tallies in place of all that were kept."""
    line.execute("SET LOCAL statement_timeout = 0")
    line.execute("TRUNCATE register")
    load_tallies(line, _streamed(line, entries, sequence), sequence)


def _streamed(line: Line, entries: Iterable[Entry], sequence: int) -> Iterator[Entry]:
    """The same entries, each on its way to the database once the next one is taken."""
    with line.cursor() as cursor, cursor.copy(statements.copied(TABLE)) as copy:
        for number, entry in enumerate(entries, start=1):
            document = entry_document(entry)
            copy.write_row((number, encode(document).decode(), sequence, *keys_of(TABLE, document)))
            yield entry


def retell(line: Line, entries: Iterable[Entry], sequence: int) -> None:
    """Within a commit: stores entries in the places of those of the same homes."""
    left = iter(entries)
    while some := list(islice(left, _AT_ONCE)):
        drafts = Drafts(line)
        rows = drafts.rows(TABLE)
        rows.foresee("home", [entry.home.key for entry in some])
        for entry in some:
            put_one(rows, "home", entry.home.key, entry_document(entry))
        write(line, drafts.alterations(sequence))


def load_tallies(line: Line, entries: Iterable[Entry], sequence: int) -> None:
    """Within a commit: stores the tallies of all entries, and their cards, in place of those that were kept."""
    counted = sorted(tallies(entries).items())
    line.execute("TRUNCATE tallies")
    made = enumerate((encode(tally_document(name, counts)) for name, counts in counted), start=1)
    _stream(line, TALLIES, made, sequence)
    load_cards(line)
    line.execute(_KEPT, [FORM, TALLY_FORM, configured_form()])


def begin(line: Line, tables: Mapping[str, Mapping[int, bytes]], sequence: int) -> None:
    """Within the first commit: the tables of the bundle or none, a name for the history, a key to sign with."""
    named = {
        **{name: documents.items() for name, documents in tables.items() if name not in DERIVED},
        "origin": [(1, orjson.dumps({"id": secrets.token_hex(16)}))],
        "signing": [(1, orjson.dumps({"key": secrets.token_hex(KEY_BYTES)}))],
    }
    load(line, named, sequence)
    for name in DERIVED:
        _stream(line, name, _numbered(tables.get(name, {}).values()), sequence)
    load_cards(line)
    line.execute(_KEPT, [FORM, TALLY_FORM, ""])
    if tables:
        line.execute("ANALYZE")


def _numbered(documents: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Those of homes and of tallies, without the one that says of what they were made."""
    return enumerate((raw for raw in documents if ALL not in _called(orjson.loads(raw))), start=1)


def _called(document: Mapping[str, Any]) -> tuple[str | None, str | None]:
    return document.get("home"), document.get("name")


def _stream(line: Line, table: str, documents: Iterable[tuple[int, bytes]], sequence: int) -> None:
    with line.cursor() as cursor, cursor.copy(statements.copied(table)) as copy:
        for number, document in documents:
            copy.write_row((number, document.decode(), sequence, *keys_of(table, orjson.loads(document))))
