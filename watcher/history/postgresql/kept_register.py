"""The register, kept beside the inspections by each commit, as the embedded history keeps it.

No other program writes these tables, so that no sum has to prove of what the entries were made: the row of `history`
says in which form they are, and by which description of regulators they were read. A home that has inspections and
that nothing describes has no entry; such homes are in `nameless`.
"""

from collections.abc import Iterable, Iterator, Mapping

import orjson

from watcher.facts.regulators import configured_form
from watcher.facts.statements import Record
from watcher.history import documents
from watcher.history.entries import FORM, TALLY_FORM, counted_home, entry_document, read_entry, tally_document
from watcher.history.kept import MIXED, TABLE, TALLIES
from watcher.history.postgresql import statements
from watcher.history.postgresql.columns import filed
from watcher.history.postgresql.database import Line
from watcher.history.postgresql.drafts import Drafts
from watcher.history.postgresql.kept_cards import put_cards
from watcher.history.putting import put_one
from watcher.history.read_lately import ReadLately
from watcher.judging.card import Card
from watcher.judging.entry import Entry, entry_of
from watcher.judging.filed import moved, with_moves

_AT_ONCE = 2000

_ENTRIES = """
    SELECT register.document, homes.document FROM register JOIN homes ON homes.key = register.home
    ORDER BY register.number
"""

_UNTRUE = "UPDATE history SET register_form = NULL WHERE register_form IS NOT NULL"
_OTHERWISE = "UPDATE history SET register_described = %s WHERE register_described <> %s"


def is_true_of_ours(line: Line) -> bool:
    """Whether entries are kept in the present form of all homes but those that only a configuration describes."""
    ((form,),) = line.execute("SELECT register_form FROM history").fetchall()
    return bool(form == FORM)


def is_true(line: Line) -> bool:
    """Whether that holds of all homes."""
    found = line.execute("SELECT register_form, tally_form, register_described FROM history").fetchone()
    return found == (FORM, TALLY_FORM, configured_form())


def entries(line: Line) -> Iterator[Entry]:
    """The entries of all homes; within a transaction."""
    with line.cursor(name="entries") as rows:
        rows.itersize = _AT_ONCE
        rows.execute(_ENTRIES)
        for entry, home in rows:
            yield read_entry(orjson.loads(entry), counted_home(orjson.loads(home)))


def standing_inadequate(line: Line) -> list[str]:
    """The keys of the homes with an entry that stand inadequate."""
    return statements.called(line.execute(statements.STANDING_INADEQUATE), "home")


def nameless(line: Line, feeds: frozenset[str]) -> list[Record]:
    """Every inspection of the homes that nothing describes."""
    homes = [home for (home,) in line.execute("SELECT home FROM nameless")]
    rows = line.execute("SELECT number, document FROM inspections WHERE home = ANY(%s)", [homes]) if homes else ()
    return [documents.record(orjson.loads(document), number, feeds) for number, document in rows]


def follow(line: Line, drafts: Drafts, homes: Iterable[str], lately: ReadLately) -> None:
    """Within a commit: alters the entries of the homes that it alters, and the tallies; `Drafts.write` stores them."""
    keys = sorted(homes)
    before = _before(drafts, keys) if is_true_of_ours(line) else None
    after = {key: _entry(drafts, key, lately) for key in keys}
    altered = {key: entry for key, entry in after.items() if entry is not None}
    unnamed = [filed(key) for key in keys if key not in altered]
    line.execute("DELETE FROM nameless WHERE home = ANY(%s)", [list(map(filed, altered))])
    if unnamed:
        line.execute("INSERT INTO nameless SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING", [unnamed])
    if before is None:  # of another version, which is not to believe what this one cannot keep up
        line.execute(_UNTRUE)
    else:
        is_all_true, rows = is_true(line), drafts.rows(TABLE)
        if is_all_true:
            _follow_tallies(drafts, [(before.get(key), entry) for key, entry in altered.items()])
        for entry in altered.values():
            put_one(rows, "home", entry.home.key, entry_document(entry))
        if is_all_true and altered:
            put_cards(line, {rows.ids("home", key)[0]: Card.of(entry) for key, entry in altered.items()})
        line.execute(_OTHERWISE, [MIXED, configured_form()])


def _follow_tallies(drafts: Drafts, moves: Iterable[tuple[Entry | None, Entry | None]]) -> None:
    rows, moved_by = drafts.rows(TALLIES), moved(moves)
    rows.foresee("name", moved_by)
    for name, by in sorted(moved_by.items()):
        known = rows.ids("name", name)
        counts: Mapping[str, int] = rows.said(known[0])["counts"] if known else {}
        put_one(rows, "name", name, tally_document(name, with_moves(counts, by)))


def _before(drafts: Drafts, keys: Iterable[str]) -> dict[str, Entry]:
    """The entries as they are stored."""
    kept, homes = drafts.rows(TABLE), drafts.rows("homes")
    found = {key: (kept.ids("home", key), homes.ids("key", key)) for key in keys}
    read = {key: (kept.before(number[0]), homes.before(home[0])) for key, (number, home) in found.items() if number}
    return {
        key: read_entry(orjson.loads(entry), counted_home(orjson.loads(home)))
        for key, (entry, home) in read.items()
        if entry is not None and home is not None
    }


def _entry(drafts: Drafts, key: str, lately: ReadLately) -> Entry | None:
    homes, inspections = drafts.rows("homes"), drafts.rows("inspections")
    for number in homes.ids("key", key)[:1]:
        home = lately.home(homes.said(number))
        records = [lately.record(inspections.raw(at), at) for at in inspections.ids("home", key)]
        return entry_of(home, records)
    return None
