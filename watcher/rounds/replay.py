"""The alerts that a configuration would have sent over a past period, from stored history alone."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from watcher.config.settings import Settings
from watcher.facts import regulators
from watcher.facts.inspection import Described, Home, Inspection
from watcher.facts.statements import Record
from watcher.history.protocol import History
from watcher.judging.around import around
from watcher.judging.changes import NEWLY_INADEQUATE, Change, What
from watcher.judging.concerns import group_concerns
from watcher.judging.judge import judge
from watcher.judging.register import Entry, Sector
from watcher.judging.spells import Spell, spell
from watcher.messages.alert import Alert
from watcher.watching.watches import Routing, labels_of, route, route_what


def replay(history: History, settings: Settings, first: date, last: date) -> Iterator[Alert]:
    """Each alert that some watch asks for, in the order in which its readers could have known.

    Inspections become known on the day published, or on the day inspected where that is unknown. What no inspection
    tells by itself (withdrawn, corrected, closed, overdue) is not replayed.
    """
    found = every_change(history, settings, first, last)
    alerts = (asked_for(brought.change, brought.home, settings) for brought in found)
    return (alert for alert in alerts if alert is not None)


class Brought(NamedTuple):
    """A change that a stored inspection brought, and whose it is."""

    change: Change
    home: Home
    ended: Spell | None = None
    """Of a recovery the time of being inadequate that it ended, by all that is known now."""


def every_change(history: History, settings: Settings, first: date, last: date) -> Sequence[Brought]:
    """Every change that became known within a period, asked for or not, in the order of `replay`."""
    changes: list[Brought] = []
    concerning: dict[str, list[Entry]] = {}
    for record, records in history.homes_with_records():
        home, inspections = record.home, _standing(records)
        changes += (Brought(change, home, _ended(change, inspections)) for change in _changes(inspections, first, last))
        if any(inspection.rating and inspection.rating.is_inadequate for inspection in inspections):
            concerning.setdefault(home.regulator, []).append(Entry.of_visits(home, inspections))
    # Made of the few homes that count: the register of all of them would take as long as the replay.
    sectors = {key: Sector(regulators.of(key), entries) for key, entries in concerning.items()}
    found = (
        told
        for brought in changes
        for told in (brought, *_concerns_of(brought, sectors.get(brought.home.regulator), settings))
    )
    return sorted(found, key=_known_first)


def brought(
    home: Home, records: Iterable[Record], sector: Sector | None, groups: Mapping[str, Sequence[str]]
) -> Iterator[Brought]:
    """Every change that the stored inspections of one home ever brought, the concerns about its owner behind each.

    In the order of `every_change`; `sector` has all homes of its regulator.
    """
    inspections = _standing(records)
    for change in _changes(inspections, date.min, date.max):
        yield Brought(change, home, _ended(change, inspections))
        yield from (Brought(concern, home) for concern in _concerns(change, home, sector, groups))


def _ended(change: Change, inspections: Iterable[Inspection]) -> Spell | None:
    if change.what is not What.RECOVERED:
        return None
    recovery = change.inspection
    return spell([earlier for earlier in inspections if earlier.order < recovery.order], recovery)


def _concerns_of(brought: Brought, sector: Sector | None, settings: Settings) -> Iterator[Brought]:
    return (
        Brought(concern, brought.home) for concern in _concerns(brought.change, brought.home, sector, settings.groups)
    )


def _known_first(brought: Brought) -> tuple[date, str, tuple[date, date, str]]:
    inspection = brought.change.inspection
    return inspection.became_known, brought.home.key, inspection.order


def find_judged(history: History, settings: Settings, beginning: str) -> list[Alert]:
    """The changes whose ids begin so, of all that the stored inspections ever brought, with what was around them then.

    Nothing of a report is in them: reports are read once, and what was quoted is kept with the changes that were told.
    """
    return [
        alert
        for home in history.homes()
        for alert in judged(history, settings, home, lambda change: change.id.startswith(beginning))
    ]


def judged(
    history: History, settings: Settings, home: Home, wanted: Callable[[Change], bool] = lambda _: True
) -> Iterator[Alert]:
    """The changes that a home's stored inspections brought, in their order, with what was around them then."""
    for change in filter(wanted, changes_of(history, settings, home)):
        context = around(change, home, history.register(), settings.groups, change.inspection.became_known)
        routing = route(change, home, settings.watch, settings.groups, change.inspection.became_known)
        labels = labels_of(home, settings.watch, routing.watches)
        yield Alert.of(change, home, context=context).routed(routing.watches, routing.channels, labels)


def changes_of(history: History, settings: Settings, home: Home) -> Iterator[Change]:
    """Every change that the stored inspections of a home brought, and with them the concerns about its owner."""
    return _concerned(history, settings, home, _known(history, home))


def _concerned(history: History, settings: Settings, home: Home, inspections: Sequence[Inspection]) -> Iterator[Change]:
    for change in _changes(inspections, date.min, date.max):
        yield change
        if change.what in NEWLY_INADEQUATE:
            sector = history.register().of(regulators.of(home.regulator))
            yield from _concerns(change, home, sector, settings.groups)


def _concerns(
    change: Change, home: Home, sector: Sector | None, groups: Mapping[str, Sequence[str]]
) -> Sequence[Change]:
    return group_concerns(change, home, sector, groups) if sector else ()


def _known(history: History, home: Home) -> list[Inspection]:
    return _standing(history.records(home.key))


def _standing(records: Iterable[Record]) -> list[Inspection]:
    """Those that have not gone from their pages, in the order in which they became known."""
    inspections = (record.inspection for record in records if record.withdrawn is None)
    return sorted(inspections, key=lambda inspection: (inspection.became_known, inspection.order))


def _changes(inspections: Sequence[Inspection], first: date, last: date) -> Iterator[Change]:
    for number, inspection in enumerate(inspections):
        if first <= inspection.became_known <= last:
            yield from judge(inspections[:number], inspection).changes


def asked_for(change: Change, home: Home, settings: Settings) -> Alert | None:
    """The alert of a change to those whose watches ask for it; None where none does."""
    routing, labels = asking(change.what, home, settings, change.inspection.became_known)
    return Alert.of(change, home).routed(routing.watches, routing.channels, labels) if routing.watches else None


def asking(what: What, home: Described, settings: Settings, known: date) -> tuple[Routing, Mapping[str, str]]:
    """Who asks for a change of a home that became known on a day, and what they call the home."""
    routing = route_what(what, home, settings.watch, settings.groups, known)
    return routing, labels_of(home, settings.watch, routing.watches)
