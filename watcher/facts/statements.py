"""Which statements of different sources speak of the same inspection, and what they say together.

One source gives the last day of a visit and another the first, so the same event stands with dates up to nine days
apart; a site knows no event numbers; a spreadsheet has spoiled some; and a regulator may give all events new ones.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from functools import cached_property, reduce
from typing import Any

from watcher.facts import regulators
from watcher.facts.grades import headline_among
from watcher.facts.inspection import HOME_FACTS, Home, Inspection, Judgement, Standing
from watcher.facts.sources import Sort, Source

DATE_TOLERANCE = timedelta(days=10)
"""How far apart two sources may date the same visit."""
RETOLD_TOLERANCE = timedelta(days=3)
"""How far apart two reports may date a visit before them; two such rows of one table count as one visit too."""
_FILES = frozenset({Sort.YEAR, Sort.LISTING})


def distance(known: Inspection, stated: Inspection) -> timedelta | None:
    """How far apart two statements date what may be one visit; None where they can't be the same inspection.

    Equal event numbers settle it. Different ones, or different kinds, rule it out. Dates may differ only where one side
    has an event number and the other has none that could be compared, where a page tells of one side and a file whose
    event number is spoiled of the other, or where one side is only retold: two entries of the same source with
    different dates are two visits, unless both are retold within days of each other.
    """
    if known.home != stated.home:
        return None
    if known.event and known.event == stated.event:
        return timedelta(0)
    renumbered = _is_numbered_anew(known, stated) or _is_numbered_anew(stated, known)
    if known.event and stated.event and not renumbered:
        return None
    if known.kind is not stated.kind:
        return None
    if known.turn != stated.turn and not (known.event or stated.event):
        return None
    apart = abs(known.day - stated.day)
    if apart == timedelta(0):
        return apart
    if known.document and known.document == stated.document:
        return apart
    if known.is_retold and stated.is_retold:
        return None if apart > RETOLD_TOLERANCE else apart
    same_clock = bool(known.event) == bool(stated.event) and known.is_retold == stated.is_retold and not renumbered
    if same_clock and not known.event:
        same_clock = not _is_page_beside_file(known, stated)
    return None if same_clock or apart > DATE_TOLERANCE else apart


def _is_page_beside_file(known: Inspection, stated: Inspection) -> bool:
    """Whether a page tells of the one and a file of the other, which dates it otherwise; two documents are two."""
    if known.document and stated.document:
        return False
    of_known, of_stated = ({source.sort for source in one.own_sources} for one in (known, stated))
    return _has_both(of_known, of_stated) or _has_both(of_stated, of_known)


def _has_both(some: Set[Sort], others: Set[Sort]) -> bool:
    return Sort.PAGE in some and not others.isdisjoint(_FILES)


def _is_numbered_anew(earlier: Inspection, later: Inspection) -> bool:
    """Whether both have numbers, one of them from before all were given anew."""
    renumbered = regulators.of_home(earlier.home).renumbered if earlier.event and later.event else None
    return (
        renumbered is not None
        and max(earlier.own_sources).as_of < renumbered
        and max(later.own_sources).as_of >= renumbered
    )


def find(known: Iterable[Inspection], stated: Inspection) -> Inspection | None:
    """The known inspection that a statement speaks of: the nearest in time, None if there is none."""
    near = [
        (inspection.event != stated.event, apart, inspection.order, inspection)
        for inspection in known
        if (apart := distance(inspection, stated)) is not None
    ]
    return min(near, key=lambda candidate: candidate[:3])[3] if near else None


def latest_published(known: Iterable[Inspection]) -> date | None:
    """The day of the latest publication among inspections; what is only retold has none of its own."""
    days = (inspection.published or inspection.day for inspection in known if not inspection.is_retold)
    return max(days, default=None)


def merge(statements: Sequence[Inspection]) -> Inspection:
    """What several statements of one inspection say together, the same whatever order they arrived in.

    The later source wins where two disagree; a blank never overwrites anything. What is retold says nothing beside
    what is known otherwise: neither a day nor a grade, not even in place of a blank.
    """
    if len(statements) == 1:
        return statements[0]
    ordered = _latest_first(statements)
    ordered = [statement for statement in ordered if not statement.is_retold] or ordered
    latest = ordered[0]
    merged: dict[str, Any] = {name: getattr(latest, name) for name in _FIELDS}
    for name in _FILLED:
        if not merged[name]:
            merged[name] = _first(getattr(said, name) for said in ordered)
    judgements = reduce(lambda later, earlier: _fill(later, earlier.judgements), ordered[1:], latest.judgements)
    sources = tuple(sorted({source for statement in statements for source in statement.sources}))
    return Inspection.made(
        **merged | {"judgements": judgements, "headline": _headline(ordered, judgements), "sources": sources}
    )


def _latest_first(statements: Sequence[Inspection]) -> list[Inspection]:
    """By `precedence`; of most inspections the sources alone tell, which takes a fifth of the time."""
    newest = {max(statement.sources) for statement in statements}
    by_source_alone = len(newest) == len(statements)
    return sorted(statements, key=_by_source if by_source_alone else precedence, reverse=True)


def _by_source(statement: Inspection) -> tuple[bool, bool, Source]:
    """What is retold last, then files by their days, then pages by theirs: a file is made from what pages say."""
    latest = max(statement.sources)
    return not statement.is_retold, latest.sort is Sort.PAGE, latest


def _headline(ordered: Sequence[Inspection], judgements: Sequence[Judgement]) -> str:
    """The area that counts: one source may have an overall grade where the latest has none, or the other way round."""
    regulator = regulators.of_home(ordered[0].home)
    if regulator.rates_lowest:
        return headline_among(judgements, regulator.headline)
    headlines = list(dict.fromkeys(said.headline for said in ordered))
    if all(map(regulator.is_usual, headlines)):
        return headlines[0]
    usual = next((headline for headline in headlines if regulator.is_usual(headline)), regulator.headline)
    return headline_among(judgements, usual)


_FIELDS = tuple(field.name for field in fields(Inspection))
_FILLED = ("inspected", "inspected_to", "published", "event", "document", "link", "seen")


def _first(values: Iterable[Any]) -> Any:
    return next((value for value in values if value is not None), None)


def precedence(statement: Inspection) -> tuple[object, ...]:
    """Sorts statements, the one to believe last, retold ones first; equal for equal statements only."""
    facts = (
        statement.day,
        statement.inspected or statement.day,
        statement.inspected is not None,
        statement.published or statement.day,
        statement.published is not None,
        statement.seen or statement.day,
        statement.seen is not None,
        statement.event or "",
        statement.document or "",
        statement.home,
        statement.kind,
        statement.inspected_to or statement.day,
        statement.inspected_to is not None,
        statement.link or "",
        statement.headline,
    )
    words = tuple((judgement.area, judgement.grade.words) for judgement in statement.judgements)
    return (*_by_source(statement), *facts, words)


def _fill(later: tuple[Judgement, ...], earlier: tuple[Judgement, ...]) -> tuple[Judgement, ...]:
    if later == earlier:
        return later
    blank = (Standing.BLANK, Standing.NULL)
    said = {judgement.area: judgement for judgement in earlier}
    for judgement in later:
        if judgement.area not in said or judgement.grade.standing not in blank:
            said[judgement.area] = judgement
    order = [judgement.area for judgement in later] + [judgement.area for judgement in earlier]
    return tuple(said[area] for area in dict.fromkeys(order))


@dataclass(frozen=True)  # without slots, so that the merged inspection can be kept
class Record:
    """One inspection as the history keeps it: every differing statement of every source, nothing overwritten."""

    statements: tuple[Inspection, ...]
    seen: datetime | None = None
    """When a reading first brought it; None for what was imported or came with the package."""
    withdrawn: date | None = None
    """The day it was found gone from its page; it then moves no rating."""
    id: int | None = None
    """The number of its document in the history; None for one that is not stored yet."""

    @cached_property
    def inspection(self) -> Inspection:
        """What the statements say together."""
        return merge(self.statements)

    def add(self, statement: Inspection) -> "Record":
        """With one more statement; the same record where its source says nothing new."""
        source = statement.sources[0]
        before = [known for known in self.statements if known.sources[0].name == source.name]
        latest = max((known for known in before if known.sources[0][:2] <= source[:2]), key=precedence, default=None)
        if latest is not None and replace(latest, sources=statement.sources) == statement:
            return self
        others = self.statements
        if latest is not None and source.sort is Sort.PAGE and latest.sources[0][:2] == source[:2]:
            statement = replace(statement, sources=(source._replace(turn=latest.sources[0].turn + 1),))
            others = tuple(said for said in others if not _is_said_anew(said, statement))
        return replace(self, statements=tuple(sorted({*others, statement}, key=precedence)))


def _is_said_anew(said: Inspection, anew: Inspection) -> bool:
    """Whether a statement is one that its source came back to within the day: kept once, however often that is."""
    return said.sources[0][:3] == anew.sources[0][:3] and replace(said, sources=anew.sources) == anew


Fact = tuple[Any, Source]
"""A value of one of HOME_FACTS and who stated it last."""


@dataclass(frozen=True, slots=True)
class HomeRecord:
    """A home as the history keeps it: for each fact the latest statement that was not blank."""

    regulator: str
    id: str
    facts: Mapping[str, Fact]

    @classmethod
    def of(cls, statement: Home) -> "HomeRecord":
        """A first statement of a home; it must name its source."""
        if statement.source is None:
            raise ValueError(f"nobody is named who states {statement.key}")
        stated = {name: getattr(statement, name) for name in HOME_FACTS}
        facts = {name: (value, statement.source) for name, value in stated.items() if value is not None}
        return cls(statement.regulator, statement.id, facts)

    def add(self, statement: Home) -> "HomeRecord":
        """With one more statement: the later source wins fact by fact, whatever order those of other days arrive in."""
        facts = dict(self.facts)
        for name, fact in HomeRecord.of(statement).facts.items():
            if name not in facts or _is_later(fact, facts[name]):
                facts[name] = fact
        return self if facts == self.facts else replace(self, facts=facts)

    @property
    def home(self) -> Home:
        """The home as it is known now."""
        values = _values(self.facts)
        latest = max((source for _, source in self.facts.values()), default=None)
        return Home(regulator=self.regulator, id=self.id, source=latest, **values)


def _is_later(fact: Fact, known: Fact) -> bool:
    """Whether a fact goes before the one that is known: of a page's on one day the one that came last does."""
    if fact[1] == known[1] and fact[1].sort is Sort.PAGE:
        return bool(fact[0] != known[0])
    return (fact[1], str(fact[0])) > (known[1], str(known[0]))


def _values(facts: Mapping[str, Fact]) -> dict[str, Any]:
    return {name: value for name, (value, _) in facts.items()}
