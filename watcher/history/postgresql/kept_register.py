"""The register, kept beside the inspections by each commit, as the embedded history keeps it.

No other program writes these tables, so that no sum has to prove of what the entries were made: the row of `history`
says in which form they are, and by which description of regulators they were read. A home that has inspections and
that nothing describes has no entry; such homes are in `nameless`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import orjson

from watcher.facts.regulators import configured_form
from watcher.facts.statements import Record
from watcher.history import documents
from watcher.history.entries import FORM, TALLY_FORM, counted_home, entry_document, read_entry, tally_document
from watcher.history.kept import MIXED, TABLE, TALLIES
from watcher.history.postgresql import statements
from watcher.history.postgresql.columns import filed
from watcher.history.postgresql.database import Line
from watcher.history.postgresql.drafts import Alteration, Drafts
from watcher.history.postgresql.kept_cards import carded
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

_FORMS = "SELECT register_form, tally_form, register_described FROM history"
_UNTRUE = "UPDATE history SET register_form = NULL WHERE register_form IS NOT NULL"
_OTHERWISE = "UPDATE history SET register_described = %s WHERE register_described <> %s"


@dataclass(frozen=True, slots=True)
class Forms:
    """In which forms the register is kept, and by which description of regulators it was read."""

    register: int | None
    tally: int | None
    described: str

    @property
    def is_true_of_ours(self) -> bool:
        """Whether entries are kept in the present form of all homes but those that only a configuration describes."""
        return self.register == FORM

    @property
    def is_true(self) -> bool:
        """Whether that holds of all homes."""
        return (self.register, self.tally, self.described) == (FORM, TALLY_FORM, configured_form())


def forms(line: Line) -> Forms:
    """How the register is kept now."""
    ((register, tally, described),) = line.execute(_FORMS).fetchall()
    return Forms(register, tally, described)


def is_true_of_ours(line: Line) -> bool:
    """As `Forms.is_true_of_ours`, now."""
    return forms(line).is_true_of_ours


def is_true(line: Line) -> bool:
    """As `Forms.is_true`, now."""
    return forms(line).is_true


def entries(line: Line) -> Iterator[Entry]:
    """The entries of all homes; within a transaction."""
    with line.cursor(name="entries") as rows:
        rows.itersize = _AT_ONCE
        rows.execute(_ENTRIES)
        for entry, home in rows:
            yield read_entry(orjson.loads(entry), counted_home(orjson.loads(home)))


def standing_inadequate(line: Line) -> list[str] | None:
    """The keys of the homes with an entry that stand inadequate; None where what is kept does not tell."""
    rows = line.execute(statements.STANDING_INADEQUATE).fetchall()
    if not Forms(*rows[0][:3]).is_true:
        return None
    return statements.called([row[3:] for row in rows if row[3] is not None], "home")


def nameless(line: Line, feeds: frozenset[str]) -> list[Record]:
    """Every inspection of the homes that nothing describes."""
    rows = line.execute("SELECT number, document FROM inspections WHERE home IN (SELECT home FROM nameless)")
    return [documents.record(orjson.loads(document), number, feeds) for number, document in rows]


def follow(line: Line, drafts: Drafts, kept: Forms, homes: Iterable[str], lately: ReadLately) -> list[Alteration]:
    """Within a commit: alters the entries of the homes that it alters, and the tallies; what else is to be stored."""
    keys = sorted(homes)
    before = _before(drafts, keys) if kept.is_true_of_ours else None
    after = {key: _entry(drafts, key, lately) for key in keys}
    altered = {key: entry for key, entry in after.items() if entry is not None}
    if before is None:  # of another version, which is not to believe what this one cannot keep up
        line.execute(_UNTRUE)
    else:
        if kept.is_true:
            _follow_tallies(drafts, [(before.get(key), entry) for key, entry in altered.items()])
        for entry in altered.values():
            put_one(drafts.rows(TABLE), "home", entry.home.key, entry_document(entry))
        if kept.described != configured_form():
            line.execute(_OTHERWISE, [MIXED, configured_form()])
    unnamed = [filed(key) for key in keys if key not in altered]
    named = [filed(key) for key in altered]
    alterations: list[Alteration] = [(("unnamed", "nameless"), [named])] if named else []
    if before is not None and kept.is_true and altered:
        rows = drafts.rows(TABLE)
        alterations.append(carded({rows.ids("home", key)[0]: Card.of(entry) for key, entry in altered.items()}))
    return [*alterations, (("named", "nameless"), [unnamed])] if unnamed else alterations


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
