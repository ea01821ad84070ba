"""One row of a table: the home it describes and the inspections it states."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from watcher.facts.grades import headline_among, read_grade, read_kind
from watcher.facts.inspection import Home, Inspection, Judgement, Kind, Standing
from watcher.facts.regulators import OFSTED
from watcher.facts.sources import Source
from watcher.feeds.statistics import cells
from watcher.feeds.statistics.cells import UnreadableCellError
from watcher.feeds.statistics.dates import is_plausible
from watcher.feeds.statistics.headers import Columns, Concept, TableLayout
from watcher.feeds.tables.cell_errors import error_in
from watcher.feeds.tables.tables import Cell
from watcher.text import squash

REGULATOR = "ofsted"

_AREAS = {
    Concept.OVERALL: "overall",
    Concept.PROTECTED: "protected",
    Concept.LEADERS: "leaders",
    Concept.OUTCOMES: "outcomes",
    Concept.QUALITY: "quality of care",
    Concept.EDUCATION: "education",
    Concept.HEALTH: "health",
    Concept.OUTCOME: "outcome",
}
_HOME_CELLS = (
    Concept.URN,
    Concept.TYPE,
    Concept.STATUS,
    Concept.REGISTERED,
    Concept.NAME,
    Concept.REGION,
    Concept.OFSTED_REGION,
    Concept.LOCAL_AUTHORITY,
    Concept.CONSTITUENCY,
    Concept.SECTOR,
    Concept.PLACES,
    Concept.OWNER,
)

_kind = lru_cache(maxsize=1000)(read_kind)


@dataclass(frozen=True, slots=True)
class Row:
    """What a row says; without inspections it describes a home that was never inspected."""

    home: Home
    inspections: tuple[Inspection, ...]
    doubts: tuple[str, ...]


_INCIDENTAL = frozenset(_HOME_CELLS) - {Concept.URN, Concept.TYPE}
"""What a row is taken without, if a spreadsheet's error stands in its place."""


class RowReader:
    """Reads the rows of one table that tells the state of one source."""

    def __init__(self, layout: TableLayout, source: Source) -> None:
        self._source = source
        self._columns = tuple(layout.columns.items())
        self._previous = bool(layout.previous)
        self._home_cells = _picker(layout.columns, _HOME_CELLS)
        self._event_cells = _event_picker(layout.columns)
        self._previous_cells = _event_picker(layout.previous)
        self._homes: dict[tuple[Cell, ...], tuple[Home, tuple[str, ...]]] = {}

    def read(self, record: Sequence[Cell]) -> Row:
        """What one record says; raises UnreadableCellError with the reason if that cannot be told.

        Raises MonthFirstError for a date that refuses the whole file.
        """
        errors = self._errors(record)
        described = self._home_cells(record)
        if described not in self._homes:
            self._homes[described] = self._home(described)
        home, doubts = self._homes[described]
        found: list[Inspection] = []
        said = [*doubts, *errors]
        stated = self._event_cells(record)
        if any(map(cells.shows, stated)):
            found.append(self._inspection(home, stated, said))
        if self._previous:
            found += self._earlier(home, self._previous_cells(record), said)
        return Row(home, tuple(found), tuple(said))

    def _errors(self, record: Sequence[Cell]) -> list[str]:
        """What is left out of a row for a spreadsheet's error; raises UnreadableCellError where it is what counts."""
        found: list[str] = []
        for concept, position in self._columns:
            if position < len(record) and (error := error_in(record[position])) is not None:
                what = f"the {concept} is the spreadsheet's error {error}"
                if concept not in _INCIDENTAL:
                    raise UnreadableCellError(f"{what}: nothing of the row was taken")
                found.append(f"{what}: left out")
        return found

    def _home(self, described: tuple[Cell, ...]) -> tuple[Home, tuple[str, ...]]:
        urn, kind, status, registered, name, region, ofsted_region, authority, *others = described
        constituency, sector, places, owner = others
        doubts: list[str] = []
        home = Home(
            regulator=REGULATOR,
            id=cells.urn(urn),
            type=squashed(kind),
            name=cells.organisation(name),
            owner=cells.organisation(owner),
            local_authority=cells.published_text(authority),
            region=cells.published_text(region) or cells.published_text(ofsted_region),
            constituency=cells.published_text(constituency),
            sector=squashed(sector),
            status=squashed(status),
            registered=or_doubt(registered, "registration date", doubts),
            places=cells.whole_number(places),
            source=self._source,
        )
        if home.type is None:
            raise UnreadableCellError("the kind of provider is blank")
        return home, tuple(doubts)

    def _inspection(self, home: Home, said: tuple[Cell, ...], doubts: list[str]) -> Inspection:
        if error := next(filter(None, map(error_in, said)), None):
            raise UnreadableCellError(f"the spreadsheet's error {error} stands in place of a value")
        event_type, inspected, published, number = said[:4]
        judgements, unknown = _judgements(said[4:])
        printed = cells.text(event_type)
        if not printed:
            raise UnreadableCellError("the event type is blank")
        kind = _kind(printed)
        if kind is Kind.OTHER:
            doubts.append(f"the event type {printed!r} is not a known one")
        event, wrong = cells.event_number(number)
        if wrong:
            doubts.append(wrong)
        inspection = Inspection(
            home=home.key,
            kind=kind,
            inspected=self._day(inspected, "inspection"),
            published=None if cells.day(published) is None else self._day(published, "publication"),
            event=event,
            judgements=judgements,
            headline=headline_among(judgements, OFSTED.headline_of(home.type)),
            sources=(self._source,),
        )
        if inspection.has_doubtful_publication:
            doubts.append(f"published on {inspection.published}, before it was inspected on {inspection.inspected}")
        doubts += unknown
        return inspection

    def _day(self, cell: Cell, what: str) -> date:
        day = cells.day(cell)
        if day is None:
            raise UnreadableCellError(f"the {what} date is blank")
        if not is_plausible(day, self._source.as_of):
            raise UnreadableCellError(f"the {what} date {day} cannot be in a file of {self._source.as_of}")
        return day

    def _earlier(self, home: Home, said: tuple[Cell, ...], doubts: list[str]) -> Iterator[Inspection]:
        """The inspection before, if the row states one; an unreadable one is a doubt about the row, no more."""
        if not any(map(cells.shows, said)):
            return
        noted: list[str] = []
        try:
            yield self._inspection(home, said, noted)
        except UnreadableCellError as error:
            noted = [str(error)]
        doubts += [f"previous inspection: {reason}" for reason in noted]


Picker = Callable[[Sequence[Cell]], tuple[Cell, ...]]


def _picker(columns: Columns, concepts: Sequence[Concept]) -> Picker:
    """Takes the cells of some concepts out of a record, blank where the record is short or has no such column."""
    positions = [columns.get(concept, -1) for concept in concepts]
    longest = max(positions) + 1

    def pick(record: Sequence[Cell]) -> tuple[Cell, ...]:
        if len(record) < longest:
            record = [*record, *[""] * (longest - len(record))]
        return tuple([record[position] if position >= 0 else "" for position in positions])

    return pick


def _event_picker(columns: Columns) -> Picker:
    return _picker(columns, (Concept.EVENT_TYPE, Concept.INSPECTED, Concept.PUBLISHED, Concept.EVENT, *_AREAS))


@lru_cache(maxsize=20_000)
def _judgements(words: tuple[Cell, ...]) -> tuple[tuple[Judgement, ...], tuple[str, ...]]:
    """The judgements of one row, and a doubt for each word that no list knows."""
    printed = zip(_AREAS.values(), map(cells.text, words), strict=True)
    judgements = tuple(Judgement(area, read_grade(word, OFSTED.key)) for area, word in printed if word)
    unknown = tuple(
        f"the grade {judgement.grade.words!r} for {judgement.area} is on no known scale"
        for judgement in judgements
        if judgement.grade.standing is Standing.UNKNOWN
    )
    return judgements, unknown


@lru_cache(maxsize=1000, typed=True)
def squashed(cell: Cell) -> str | None:
    """Published words, case folded; None where there are none."""
    words = cells.published_text(cell)
    return None if words is None else squash(words)


def or_doubt(cell: Cell, what: str, doubts: list[str]) -> date | None:
    """The day in a cell; None, with a doubt noted, where it says none."""
    if error_in(cell) is not None:
        return None
    try:
        return cells.day(cell)
    except UnreadableCellError as error:
        doubts.append(f"the {what}: {error}")
        return None
