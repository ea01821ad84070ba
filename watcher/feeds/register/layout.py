"""Where a table has its header and its columns: told by the header's cells alone, or the file is refused."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from watcher.feeds.register.wanted import OF_LONG_TABLES, Holds, SoughtTable
from watcher.feeds.tables.containers import FileRefusedError
from watcher.text import printable, squash

SEARCHED = 60
"""Records of a table among which its header stands; 27 above it have been seen."""
_MOST_NAMED = 12
_PARAGRAPH = 60
"""Characters of a header cell that explains itself: it is known by its beginning."""

Record = tuple[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class RegisterLayout:
    """The places of the columns of one table."""

    header: int
    """The number of the header's record."""
    columns: Mapping[str, int]
    areas: Mapping[str, int]

    @property
    def is_long(self) -> bool:
        """Whether the table has a row for each grade."""
        return all(what in self.columns for what in OF_LONG_TABLES)


class NoHeaderError(FileRefusedError):
    """A table without the header, with how much its nearest row is like it."""

    def __init__(self, what: str, likeness: tuple[int, int] = (-1, 0)) -> None:
        super().__init__(what)
        self.likeness = likeness


def header_names(wanted: SoughtTable) -> frozenset[str]:
    """Every header that is looked for, squashed: one of them tells what separates the cells of a text."""
    named = (*wanted.columns.values(), *wanted.areas.values())
    return frozenset(squash(header) for headers in named for header in headers)


def find_header(where: str, head: Iterable[Record], wanted: SoughtTable) -> RegisterLayout:
    """The layout by the first record that has all that is needed; raises NoHeaderError, with names, for none."""
    nearest: _Match | None = None
    for number, cells in head:
        match = _match(number, cells, wanted)
        if match.is_whole:
            return match.layout
        if nearest is None or match.likeness > nearest.likeness:
            nearest = match
    if nearest is None:
        raise NoHeaderError(f"{where} has no rows")
    raise NoHeaderError(f"{where}, row {nearest.layout.header}: {nearest.why()}", nearest.likeness)


@dataclass(frozen=True, slots=True)
class _Match:
    """How far a record is the header."""

    layout: RegisterLayout
    found: int
    missing: tuple[Sequence[str], ...]
    """The headers of each column that is needed and is not there."""
    double: tuple[str, ...]
    names: Sequence[str]

    @property
    def likeness(self) -> tuple[int, int]:
        """How much it is like the header: by what was found, then by its filled cells."""
        return self.found, sum(map(bool, self.names))

    @property
    def is_whole(self) -> bool:
        return not self.missing and not self.double

    def why(self) -> str:
        if self.double:
            return f"two columns are called {_quoted(self.double)}; nothing was taken: leave only one of each"
        wanted = "; ".join(" or ".join(map(repr, headers)) for headers in self.missing[:_MOST_NAMED] if headers)
        first = [header for headers in self.missing for header in headers]
        nearest = dict.fromkeys(
            name
            for header in first
            for name in difflib.get_close_matches(
                _plain(header), [_plain(name) for name in self.names], n=2, cutoff=0.5
            )
        )
        there = [name for name in self.names if _plain(name) in nearest] or [
            name for name in self.names if name.strip()
        ]
        there = list({_plain(name): name for name in reversed(there)}.values())[::-1]
        what = "the headers nearest to it" if nearest else "the headers there"
        return (
            f"no column {wanted}; {what}: {_quoted(there[:_MOST_NAMED])}; nothing was taken: "
            f"if a column was renamed, say so under `columns`"
        )


def _match(number: int, cells: Sequence[str], wanted: SoughtTable) -> _Match:
    names = [_plain(cell) for cell in cells]
    columns: dict[str, int] = {}
    areas: dict[str, int] = {}
    double: list[str] = []
    for found, looked_for in ((columns, wanted.columns), (areas, wanted.areas)):
        for what, headers in looked_for.items():
            places = _places(names, headers)
            if len(places) > 1:
                double.append(cells[places[0]])
            elif places:
                found[what] = places[0]
    missing = [_headers(wanted, what) for what in wanted.needed if what not in columns and what not in areas]
    if not areas and Holds.RATINGS not in columns and Holds.GRADE not in columns and not double:
        missing.append([header for headers in wanted.areas.values() for header in headers])
    layout = RegisterLayout(number, columns, areas)
    relevant = tuple(dict.fromkeys(double))
    return _Match(layout, len(columns) + len(areas) + len(double), tuple(missing), relevant, cells)


def _places(names: Sequence[str], headers: Sequence[str]) -> list[int]:
    """The columns so called: exactly, or, where there is none, the one whose paragraph begins so."""
    plain = [_plain(header) for header in headers]
    for header in plain:
        if places := [place for place, name in enumerate(names) if name == header]:
            return places
    begun = [place for place, name in enumerate(names) if any(_begins(name, header) for header in plain)]
    return begun if len(begun) == 1 else []


def _begins(name: str, header: str) -> bool:
    return len(name) > max(_PARAGRAPH, len(header)) and name.startswith(header) and not name[len(header)].isalnum()


@lru_cache(maxsize=4096)
def _plain(header: str) -> str:
    """A header for comparing: underscores are blanks."""
    return squash(header.replace("_", " "))


def _headers(wanted: SoughtTable, what: str) -> Sequence[str]:
    return wanted.columns.get(what) or wanted.areas.get(what) or (what,)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(repr(printable(" ".join(name.split()), 60)) for name in names)
