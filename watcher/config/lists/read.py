"""A list of homes from its rows: the columns by their headers, each home once, every fault with its row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from watcher.config.lists import cells
from watcher.config.lists.file import COMMENT, IDS, FileRows, read_rows
from watcher.config.lists.refused import ListRefusedError
from watcher.feeds.tables.cell_errors import error_in
from watcher.text import inert, squash
from watcher.watching.listed import HomeList, ListedHome

SEARCHED = 10
"""Rows, blank ones and comments not counted, among which the header must stand."""
MOST_FAULTS = 10
"""That are told of one list."""
_KNOWN = ("label", "from", "until", "note")
_MERGED = "the row has no number of a home (in merged cells only the first row has it)"


def read_list(path: Path, name: str) -> HomeList:
    """The list in a file, which the configuration calls so.

    Raises ListRefusedError with every fault, each with file and row.
    """
    found: list[tuple[FileRows, _Header]] = []
    no_list: list[ListRefusedError] = []
    for rows in read_rows(path, name):
        try:
            if (header := _header(rows)) is not None:
                found.append((rows, header))
        except _NoHeaderError as error:  # it may be another sheet that has the list
            no_list.append(error)
    if not found:
        raise no_list[0] if no_list else ListRefusedError(f"{name} is empty: a list names at least one home")
    with_header = [(rows, header) for rows, header in found if header.columns is not None]
    if len(with_header) > 1:
        both = " and ".join(rows.where for rows, _ in with_header[:2])
        raise ListRefusedError(f"{both} both have a column with the numbers of homes: leave one of them")
    rows, header = (with_header or found)[0]
    reading = _Reading(rows.where)
    for number, record in header.below:
        reading.take(number, record, header.columns or _LINES)
    return HomeList(name, path, reading.homes())


class _NoHeaderError(ListRefusedError):
    """Rows without a column of ids."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where a row keeps what, from 0."""

    id: int
    known: Mapping[str, int]
    others: Sequence[tuple[int, str]]


_LINES = _Columns(0, {}, ())
"""Of a file with one id a line and no header."""


@dataclass(frozen=True, slots=True)
class _Header:
    """The columns of a list, None where each line is an id; and the rows below the header, with their numbers."""

    columns: _Columns | None
    below: Sequence[tuple[int, Sequence[str]]]


def _header(rows: FileRows) -> _Header | None:
    """The header of a text or sheet; None where nothing stands in it."""
    filled = [(number, record) for number, record in enumerate(rows.records, rows.first) if _is_filled(record)]
    for at, (number, record) in enumerate(filled[:SEARCHED]):
        if any(squash(cell) in IDS for cell in record):
            _refuse_ids_above(rows.where, filled[:at])
            return _Header(_columns(f"{rows.where}, row {number}", record), filled[at + 1 :])
    if not filled:
        return None
    if all(len([cell for cell in record if cell.strip()]) == 1 for _, record in filled):
        return _Header(None, [(number, [cell for cell in record if cell.strip()]) for number, record in filled])
    headers = ", ".join(inert(cell, 40) for cell in filled[0][1] if cell.strip())
    raise _NoHeaderError(
        f"{rows.where} has no column urn, id or home: call that of the numbers so; its first row is: {headers[:200]}"
    )


def _is_filled(record: Sequence[str]) -> bool:
    """Whether a row says anything: it is neither blank nor a comment."""
    begin = next((cell for cell in record if cell.strip()), "")
    return bool(begin) and (not begin.lstrip().startswith(COMMENT) or error_in(begin) is not None)


def _refuse_ids_above(where: str, above: Sequence[tuple[int, Sequence[str]]]) -> None:
    for number, record in above:
        if any(map(cells.looks_like_id, record)):
            raise ListRefusedError(f"{where}, row {number}: a home stands above the header: move the header to the top")


def _columns(where: str, header: Sequence[str]) -> _Columns:
    names = [squash(cell) for cell in header]
    for wanted in (IDS, *((name,) for name in _KNOWN)):
        having = [inert(header[at], 40) for at, name in enumerate(names) if name in wanted]
        if len(having) > 1:
            raise ListRefusedError(f"{where}: {' and '.join(having)} are two columns for one thing: rename one of them")
    others = [(at, inert(header[at], 60)) for at, name in enumerate(names) if name and name not in (*IDS, *_KNOWN)]
    known = {name: names.index(name) for name in _KNOWN if name in names}
    return _Columns(next(at for at, name in enumerate(names) if name in IDS), known, others)


@dataclass(slots=True)
class _Reading:
    """A list while it is being read."""

    where: str
    taken: dict[str, ListedHome] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def take(self, number: int, record: Sequence[str], columns: _Columns) -> None:
        """Takes the next row, or notes why not."""
        try:
            home = _home(number, record, columns)
            former = self.taken.setdefault(home.id, home)
            if _told(former) != _told(home):
                raise cells.CellError(f"{home.id} stands in row {former.row} too, with another label or other dates")
        except cells.CellError as error:
            self.faults.append(f"{self.where}, row {number}: {error}")

    def homes(self) -> Mapping[str, ListedHome]:
        """Every home once, by id; raises ListRefusedError if anything was wrong."""
        self.faults += self._named_in_two_ways()
        if len(self.faults) > MOST_FAULTS:
            raise ListRefusedError(
                *self.faults[:MOST_FAULTS], f"{self.where}: {len(self.faults) - MOST_FAULTS} more rows are wrong"
            )
        if self.faults:
            raise ListRefusedError(*self.faults)
        if not self.taken:
            raise ListRefusedError(f"{self.where} is empty: a list names at least one home")
        return self.taken

    def _named_in_two_ways(self) -> Iterator[str]:
        """Homes that stand there with their regulator and without it: the same for all we know."""
        for home in self.taken.values():
            plain = self.taken.get(home.number)
            if plain is not None and plain is not home and _told(plain) != _told(home):
                both = f"{home.id} stands in row {plain.row} too, as {plain.id} with another label or other dates"
                yield f"{self.where}, row {home.row}: {both}"


def _told(home: ListedHome) -> tuple[object, ...]:
    return home.label, home.first, home.last


def _home(number: int, record: Sequence[str], columns: _Columns) -> ListedHome:
    written = record[columns.id] if columns.id < len(record) else ""
    if not written.strip():
        raise cells.CellError(_MERGED)

    def cell(name: str) -> str:
        at = columns.known.get(name, len(record))
        return record[at] if at < len(record) else ""

    first, last = cells.day(cell("from")), cells.day(cell("until"))
    if first is not None and last is not None and last < first:
        raise cells.CellError(f"until {last} is before from {first}: swap them")
    shown = [(name, cells.note(record[at])) for at, name in columns.others if at < len(record) and record[at].strip()]
    return ListedHome(
        id=cells.home_id(written),
        row=number,
        label=cells.label(cell("label")),
        first=first,
        last=last,
        note=cells.note(cells.said(cell("note"))),
        others=tuple(shown),
    )
