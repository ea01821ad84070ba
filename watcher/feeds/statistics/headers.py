"""Which column holds what: the header names of twelve years, and the rule that finds the right one or refuses."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.tables.tables import Cell, Table
from watcher.text import squash


class Concept(StrEnum):
    """What a column can hold; others are ignored, addresses among them."""

    URN = "URN"
    TYPE = "kind of provider"
    STATUS = "registration status"
    REGISTERED = "registration date"
    NAME = "name"
    REGION = "region"
    OFSTED_REGION = "Ofsted region"
    LOCAL_AUTHORITY = "local authority"
    CONSTITUENCY = "parliamentary constituency"
    SECTOR = "sector"
    PLACES = "places"
    OWNER = "owner"
    EVENT_TYPE = "event type"
    INSPECTED = "inspection date"
    PUBLISHED = "publication date"
    EVENT = "event number"
    OVERALL = "overall judgement"
    PROTECTED = "judgement on protection"
    LEADERS = "judgement on leaders"
    OUTCOMES = "judgement on outcomes"
    QUALITY = "judgement on quality of care"
    EDUCATION = "judgement on education"
    HEALTH = "judgement on health"
    OUTCOME = "supported accommodation outcome"


_REQUIRED = (Concept.URN, Concept.TYPE, Concept.EVENT_TYPE, Concept.INSPECTED, Concept.OVERALL)
_REQUIRED_OF_PREVIOUS = (Concept.EVENT_TYPE, Concept.INSPECTED, Concept.OVERALL)
_OF_EVENTS = {Concept.EVENT_TYPE, Concept.INSPECTED, Concept.PUBLISHED, Concept.EVENT, Concept.OVERALL}

_NAMES: Mapping[Concept, tuple[str, ...]] = {
    Concept.URN: ("urn",),
    Concept.TYPE: ("provision type",),
    Concept.STATUS: ("registration status", "reg status"),
    Concept.REGISTERED: ("registration date",),
    Concept.NAME: ("name", "setting name"),
    Concept.REGION: ("government office region", "region"),
    Concept.OFSTED_REGION: ("ofsted region",),
    Concept.LOCAL_AUTHORITY: ("local authority",),
    Concept.CONSTITUENCY: ("parliamentary constituency",),
    Concept.SECTOR: ("sector",),
    Concept.PLACES: ("places",),
    Concept.OWNER: ("organisation which owns the provider", "organisation"),
    Concept.EVENT_TYPE: ("event type", "inspection type"),
    Concept.INSPECTED: ("inspection date", "event date", "date"),
    Concept.PUBLISHED: ("publication date",),
    Concept.EVENT: ("event number", "inspection id"),
    Concept.OVERALL: (
        "overall experiences and progress of children and young people",
        "overall effectiveness",
    ),
    Concept.PROTECTED: (
        "how well children and young people are helped and protected",
        "safeguarding children and young people",
        "the safety of children and young people",
    ),
    Concept.LEADERS: (
        "the effectiveness of leaders and managers",
        "effectiveness of leaders and managers",
        "leadership and management",
    ),
    Concept.OUTCOMES: ("outcomes for children and young people",),
    Concept.QUALITY: ("quality of care",),
    Concept.EDUCATION: ("outcomes in education and related learning activities",),
    Concept.HEALTH: ("health services",),
    Concept.OUTCOME: ("supported accommodation outcome",),
}
_ALIASES = {name: concept for concept, names in _NAMES.items() for name in names}

_PREVIOUS = "previous "
# The misspelling is Ofsted's; `full inspection` remains of the header names of a previous inspection.
_PREFIXES = ("latest full inspection ", "latest full inspectio ", "full inspection ", "inspection ")

Columns = Mapping[Concept, int]
"""The position of each column that was recognised, from 0."""


@dataclass(frozen=True, slots=True)
class TableLayout:
    """Where a table keeps what: its header's position among the records and the columns of its blocks."""

    header: int
    above: str
    """The text of the records above the header, squashed."""
    names: tuple[str, ...]
    columns: Columns
    previous: Columns
    """The block of columns about the full inspection before; empty where there is none."""


def find_layout(file: str, table: Table) -> TableLayout | None:
    """The layout of a table of inspections, None for any other table.

    Raises FileRefusedError for one of inspections that lacks a required column or has two of a kind.
    """
    header = _header(table.head)
    if header is None:
        return None
    names = tuple(squash(str(cell)) for cell in table.head[header])
    where = f"{file}, sheet {table.sheet}" if table.sheet else file
    columns = _columns(where, names, previous=False)
    if table.sheet and not _OF_EVENTS & columns.keys() and not squash(table.sheet).startswith("provider_level"):
        return None
    previous = _columns(where, names, previous=True)
    _require(where, names, columns, _REQUIRED)
    if previous:
        _require(f"{where}, block of previous inspections", names, previous, _REQUIRED_OF_PREVIOUS)
    above = squash(" ".join(str(cell) for record in table.head[:header] for cell in record))
    return TableLayout(header, above, names, columns, previous)


def concept_of(name: str) -> Concept | None:
    """What a squashed header name stands for: the whole name first, then without what it may begin with."""
    if name in _ALIASES:
        return _ALIASES[name]
    for prefix in _PREFIXES:
        if name.startswith(prefix) and (concept := _ALIASES.get(name.removeprefix(prefix))):
            return concept
    return None


def _header(records: Sequence[Sequence[Cell]]) -> int | None:
    for position, record in enumerate(records):
        if any(isinstance(cell, str) and squash(cell) == "urn" for cell in record):
            return position
    return None


def _columns(where: str, names: Sequence[str], *, previous: bool) -> Columns:
    found: defaultdict[Concept, list[int]] = defaultdict(list)
    for position, name in enumerate(names):
        if name.startswith(_PREVIOUS) is previous and (concept := concept_of(name.removeprefix(_PREVIOUS))):
            found[concept].append(position)
    for concept, positions in found.items():
        if len(positions) > 1:
            both = " and ".join(repr(names[position]) for position in positions)
            raise FileRefusedError(f"{where}: the {concept} stands in two columns, {both}; leave only one of them")
    return {concept: positions[0] for concept, positions in found.items()}


def _require(where: str, names: Iterable[str], columns: Columns, required: Iterable[Concept]) -> None:
    missing = [concept for concept in required if concept not in columns]
    if missing:
        seen = ", ".join(name for name in names if name)
        raise FileRefusedError(f"{where}: no column for {', '.join(missing)}; the headers are: {seen[:2000]}")
