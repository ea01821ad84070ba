"""Documents that exist already, streamed into empty tables: the bundled inspections, or another history's."""

import secrets
from collections.abc import Iterable, Iterator, Mapping

import orjson

from watcher.facts.regulators import configured_form
from watcher.history.entries import ALL, FORM, counted_home, read_entry
from watcher.history.postgresql import kept_register, statements
from watcher.history.postgresql.columns import DOCUMENTS, keys_of
from watcher.history.postgresql.database import Line
from watcher.history.protocol import KEY_BYTES
from watcher.judging.register import Entry

_NAMELESS = """
    INSERT INTO nameless SELECT DISTINCT home FROM inspections
    WHERE NOT EXISTS (SELECT FROM homes WHERE homes.key = inspections.home)
"""


def empty(line: Line) -> None:
    """Within a commit: removes every document."""
    line.execute(f"TRUNCATE nameless, {', '.join(DOCUMENTS)}".encode())


def load(line: Line, tables: Mapping[str, Iterable[tuple[int, bytes]]], sequence: int) -> None:
    """Within a commit: stores documents under their numbers; the register is no part of them."""
    line.execute("SET LOCAL statement_timeout = 0")
    for name, documents in tables.items():
        with line.cursor() as cursor, cursor.copy(statements.copied(name)) as copy:
            for number, document in documents:
                copy.write_row((number, document.decode(), sequence, *keys_of(name, orjson.loads(document))))
    line.execute("TRUNCATE nameless")
    line.execute(_NAMELESS)


def load_register(line: Line, entries: Iterable[Entry], documents: Iterable[bytes], sequence: int) -> None:
    """Within a commit: stores entries, each with its document, in place of all that were kept."""
    line.execute("SET LOCAL statement_timeout = 0")
    line.execute("TRUNCATE register")
    with line.cursor() as cursor, cursor.copy(statements.copied("register")) as copy:
        for number, (entry, document) in enumerate(zip(entries, documents, strict=True), start=1):
            copy.write_row((number, document.decode(), sequence, *kept_register.columns(entry)))
    line.execute("UPDATE history SET register_form = %s, register_described = %s", [FORM, configured_form()])


def begin(line: Line, tables: Mapping[str, Mapping[int, bytes]], sequence: int) -> None:
    """Within the first commit: the tables of the bundle or none, a name for the history, a key to sign with."""
    named = {
        **{name: documents.items() for name, documents in tables.items() if name != "register"},
        "origin": [(1, orjson.dumps({"id": secrets.token_hex(16)}))],
        "signing": [(1, orjson.dumps({"key": secrets.token_hex(KEY_BYTES)}))],
    }
    load(line, named, sequence)
    kept = list(_kept(tables.get("homes", {}), tables.get("register", {})))
    load_register(line, (entry for entry, _ in kept), (document for _, document in kept), sequence)
    if tables:
        line.execute("ANALYZE")


def _kept(homes: Mapping[int, bytes], register: Mapping[int, bytes]) -> Iterator[tuple[Entry, bytes]]:
    by_key = {home.key: home for home in (counted_home(orjson.loads(document)) for document in homes.values())}
    for document in register.values():
        said = orjson.loads(document)
        if said["home"] != ALL:
            yield read_entry(said, by_key[said["home"]]), document
