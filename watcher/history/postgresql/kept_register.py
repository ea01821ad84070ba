"""The register, kept beside the inspections by each commit, as the embedded history keeps it.

No other program writes these tables, so that no sum has to prove of what the entries were made: the row of `history`
says in which form they are, and by which description of regulators they were read. A home that has inspections and
that nothing describes has no entry; such homes are in `nameless`.
"""

from collections.abc import Iterable, Iterator, Sequence

import orjson

from watcher.facts.regulators import configured_form
from watcher.facts.statements import Record
from watcher.history import documents
from watcher.history.embedded.snapshot import encode
from watcher.history.entries import FORM, counted_home, entry_document, read_entry
from watcher.history.postgresql.columns import filed
from watcher.history.postgresql.database import Line
from watcher.history.postgresql.drafts import Drafts, write
from watcher.judging.register import Entry, Register, entry_of

_MIXED = "several ways"
"""Stands for a description by which not all entries were read, until they are stored anew."""
_AT_ONCE = 2000

_ENTRIES = """
    SELECT register.document, homes.document FROM register JOIN homes ON homes.key = register.home
    WHERE register.sequence > %s ORDER BY register.number
"""

_OTHERWISE = "UPDATE history SET register_described = %s WHERE register_described <> %s"


def is_true_of_ours(line: Line) -> bool:
    """Whether entries are kept in the present form of all homes but those that only a configuration describes."""
    ((form,),) = line.execute("SELECT register_form FROM history").fetchall()
    return bool(form == FORM)


def is_true(line: Line) -> bool:
    """Whether that holds of all homes."""
    found = line.execute("SELECT register_form, register_described FROM history").fetchone()
    return found == (FORM, configured_form())


def entries(line: Line, *, since: int = 0) -> Iterator[Entry]:
    """The entries of all homes, or those that were stored since a commit; within a transaction."""
    with line.cursor(name="entries") as rows:
        rows.itersize = _AT_ONCE
        rows.execute(_ENTRIES, [since])
        for entry, home in rows:
            yield read_entry(orjson.loads(entry), counted_home(orjson.loads(home)))


def standing_inadequate(line: Line) -> list[str]:
    """The keys of the homes with an entry that stand inadequate."""
    rows = line.execute("SELECT document FROM register WHERE stands = 'inadequate'")
    return [orjson.loads(document)["home"] for (document,) in rows]


def nameless(line: Line, feeds: frozenset[str]) -> list[Record]:
    """Every inspection of the homes that nothing describes."""
    homes = [home for (home,) in line.execute("SELECT home FROM nameless")]
    rows = line.execute("SELECT number, document FROM inspections WHERE home = ANY(%s)", [homes]) if homes else ()
    return [documents.record(orjson.loads(document), number, feeds) for number, document in rows]


def follow(line: Line, drafts: Drafts, homes: Iterable[str], sequence: int, feeds: frozenset[str]) -> None:
    """Within a commit: stores the entries of the homes that it alters."""
    altered, unnamed = [], []
    for key in sorted(homes):
        entry = _entry(drafts, key, feeds)
        altered += [entry] if entry is not None else []
        unnamed += [filed(key)] if entry is None else []
    line.execute("DELETE FROM nameless WHERE home = ANY(%s)", [[filed(entry.home.key) for entry in altered]])
    if unnamed:
        line.execute("INSERT INTO nameless SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING", [unnamed])
    if is_true_of_ours(line):
        put(line, altered, sequence)
        line.execute(_OTHERWISE, [_MIXED, configured_form()])


def put(line: Line, altered: Sequence[Entry], sequence: int) -> None:
    """Within a commit: stores entries in the places that they have, new ones after all others."""
    keys = [filed(entry.home.key) for entry in altered]
    known: dict[str, int] = dict(
        line.execute("SELECT home, number FROM register WHERE home = ANY(%s)", [keys]).fetchall()
    )
    ((last,),) = line.execute("SELECT coalesce(max(number), 0) FROM register").fetchall()
    fresh = {key: number for number, key in enumerate((key for key in keys if key not in known), start=last + 1)}
    if altered:
        numbers = [{**known, **fresh}[key] for key in keys]
        contents = [encode(entry_document(entry)) for entry in altered]
        write(line, "register", sequence, numbers, contents, [columns(entry) for entry in altered])


def columns(entry: Entry) -> tuple[str, str | None]:
    """What stands in the columns of the register beside an entry."""
    stands = Register({entry.home.key: entry}).standing_inadequate()
    return filed(entry.home.key), "inadequate" if stands else None


def _entry(drafts: Drafts, key: str, feeds: frozenset[str]) -> Entry | None:
    homes, inspections = drafts.rows("homes"), drafts.rows("inspections")
    for number in homes.ids("key", key)[:1]:
        home = documents.home_record(homes.said(number), feeds)
        records = [documents.record(inspections.said(at), at, feeds) for at in inspections.ids("home", key)]
        return entry_of(home, records)
    return None
