"""Many statements at once into records: the same whatever order the sources and their rows come in.

The history takes in one statement at a time and joins it to the nearest inspection that is known by then. Where all are
known at once more can be told: two visits of one source stay two though a third statement lies between them. Of the
files of 2014 to 2025 both make the same records, which a test holds.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Protocol

from watcher.facts import regulators
from watcher.facts.inspection import Home, Inspection
from watcher.facts.statements import HomeRecord, Record, distance, merge, precedence


class Facts(Protocol):
    """What one source states."""

    @property
    def homes(self) -> Sequence[Home]:
        """Descriptions of homes."""
        ...

    @property
    def inspections(self) -> Sequence[Inspection]:
        """Statements, each with one source."""
        ...


def gather(readings: Iterable[Facts]) -> tuple[list[HomeRecord], list[Record]]:
    """Everything that several sources state: homes by key, then inspections by home and time of the visit."""
    homes: dict[str, HomeRecord] = {}
    statements: defaultdict[str, set[Inspection]] = defaultdict(set)
    for reading in readings:
        for home in reading.homes:
            known = homes.get(home.key)
            homes[home.key] = known.add(home) if known else HomeRecord.of(home)
        for statement in reading.inspections:
            statements[statement.home].add(statement)
    records = (record for home in sorted(statements) for record in gather_records(statements[home]))
    return [homes[key] for key in sorted(homes)], list(records)


def gather_records(statements: Iterable[Inspection]) -> list[Record]:
    """The records of one home: statements of one event number together, those without one to the nearest visit."""
    numbered: defaultdict[str, set[Inspection]] = defaultdict(set)
    loose: list[Inspection] = []
    for statement in sorted(statements, key=precedence):
        if statement.event:
            numbered[statement.event].add(statement)
        else:
            loose.append(statement)
    events = [numbered[event] for event in sorted(numbered)]
    old = [event for event in events if _is_from_before_renumbering(merge(list(event)))]
    events = [*_attach([event for event in events if event not in old], old)]
    records = [_record(visit) for visit in _attach(events, _visits(loose))]
    return sorted(records, key=lambda record: (record.inspection.order, record.inspection.key))


def _is_from_before_renumbering(inspection: Inspection) -> bool:
    renumbered = regulators.of_home(inspection.home).renumbered
    return renumbered is not None and max(inspection.sources).as_of < renumbered


def _visits(loose: Iterable[Inspection]) -> list[set[Inspection]]:
    """Statements without an event number, those of one document or of one day and kind together."""
    visits: list[set[Inspection]] = []
    for statement in loose:
        same = [visit for visit in visits if any(_is_same_visit(statement, other) for other in visit)]
        visits = [visit for visit in visits if visit not in same]
        visits.append({statement}.union(*same))
    return visits


def _is_same_visit(one: Inspection, other: Inspection) -> bool:
    same_day = (one.kind, one.day) == (other.kind, other.day)
    return same_day or (one.document is not None and one.document == other.document)


def _attach(events: Sequence[set[Inspection]], visits: Sequence[set[Inspection]]) -> Iterator[set[Inspection]]:
    """Events with the visits that speak of them, the nearest first; then the visits left over."""
    together = [set(event) for event in events]
    left = dict(enumerate(visits))
    for apart, event, visit in sorted(_candidates(events, visits)):
        if visit in left and (_from_elsewhere(together[event], left[visit]) or (not apart and _is_loose(left[visit]))):
            together[event] |= left.pop(visit)
    yield from together
    yield from left.values()


def _from_elsewhere(one: Iterable[Inspection], other: Iterable[Inspection]) -> bool:
    """Whether no source states both: what one source states twice with different numbers or dates is two visits."""
    return not _sources(one) & _sources(other)


def _is_loose(visit: Iterable[Inspection]) -> bool:
    return all(statement.event is None for statement in visit)


def _candidates(
    events: Sequence[set[Inspection]], visits: Sequence[set[Inspection]]
) -> Iterator[tuple[timedelta, int, int]]:
    for number, visit in enumerate(visits):
        merged = merge(list(visit))
        for event, statements in enumerate(events):
            apart = distance(merge(list(statements)), merged)
            if apart is not None:
                yield apart, event, number


def _sources(statements: Iterable[Inspection]) -> set[str]:
    return {source.name for statement in statements for source in statement.sources}


def _record(statements: Iterable[Inspection]) -> Record:
    first, *others = sorted(statements, key=precedence)
    record = Record((first,))
    for statement in others:
        record = record.add(statement)
    return record
