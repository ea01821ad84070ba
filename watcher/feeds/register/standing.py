"""What a row means, given what is known of its home: a register says how things stand, not what happened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from watcher.facts import regulators
from watcher.facts.grades import headline_among
from watcher.facts.inspection import Inspection, Judgement, Kind
from watcher.facts.sources import Source
from watcher.feeds.register.rows import RegisterRow


class Meaning(StrEnum):
    """What a row amounts to."""

    NEWS = "news"
    """A state that is newer, or said otherwise than before: to be judged."""
    BACKGROUND = "background"
    """Something that is to be known and told to nobody."""
    NOTHING = "nothing"
    """What is known already, or older than what is known."""
    VANISHED = "vanished"
    """A grade stands there no more: nothing is taken, the operator is told."""
    OLDER = "older"
    """What an older table says otherwise: nothing, unless a newer one says so too."""
    TOMORROW = "tomorrow"
    """Something that has changed again within the day: it is looked at again on the next."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A row with its meaning."""

    meaning: Meaning
    inspection: Inspection | None = None
    vanished: tuple[str, ...] = ()
    """The areas of which a grade is known and stands there no more. Of a later date that is usual, and there are none
    where it has as many grades as before: its publisher has other areas now."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a row is read, and what was out before the first reading."""

    today: date
    feed: str
    since: date
    """Of a home of which nothing is known, what is not later was out before anybody looked."""
    is_anew: bool = False
    """Whether all rows are looked at again because the configuration reads them otherwise."""
    new_areas: frozenset[str] = frozenset()
    """Of which the register had no grades before: what they add to a known state is no change of it."""
    is_older: bool = False
    """Whether the table ends before the one read last: it does not know what was corrected since."""


def stated(key: str, row: RegisterRow, judgements: tuple[Judgement, ...], source: Source) -> Inspection | None:
    """The inspection that a row is evidence of; None where it has no grade."""
    if not any(judgement.grade.is_graded for judgement in judgements):
        return None
    is_dated = row.inspected is not None or row.published is not None
    return Inspection(
        home=key,
        kind=Kind.FULL,
        inspected=row.inspected,
        published=row.published,
        seen=None if is_dated else source.as_of,
        event=row.event if is_dated else None,
        link=row.link,
        judgements=judgements,
        headline=headline_among(judgements, regulators.of_home(key).headline_of(row.type)),
        sources=(source,),
    )


def not_before(source: Source, former: Iterable[Source]) -> Source:
    """The source with the day of the latest of its former readings, where the clock now shows an earlier one."""
    return source._replace(as_of=max((source.as_of, *(one.as_of for one in former if one.name == source.name))))


def weigh(
    row: RegisterRow,
    inspection: Inspection | None,
    known: Iterable[Inspection],
    moment: Moment,
    areas: Iterable[str],
) -> Weighed:
    """What a row means, with the inspection that it states, for what is known of its home; pure.

    `areas` are those of which the register has a column.
    """
    full = [one for one in known if one.kind is Kind.FULL and not one.is_retold]
    newest = max(full, key=lambda one: one.order, default=None)
    if newest is None:
        return _first(row, inspection, moment)
    if inspection is None:
        return _without_grades(row, newest, areas)
    if inspection.seen is not None:
        return _undated(inspection, newest, moment, areas, is_first=len(full) == 1)
    same = next((one for one in full if _is_of_one_date(one, inspection)), None)
    if same is None:
        is_quiet = inspection.day <= newest.day or row.is_inherited
        has_as_many = len(_graded(inspection.judgements)) >= len(_graded(newest.judgements))
        lost = () if has_as_many else _lost(inspection.judgements, newest, areas)
        return Weighed(Meaning.BACKGROUND if is_quiet else Meaning.NEWS, inspection, lost)
    if same is not newest:
        return Weighed(Meaning.NOTHING)
    return _said_again(_joined(inspection, same), same, moment, areas)


def _first(row: RegisterRow, inspection: Inspection | None, moment: Moment) -> Weighed:
    """Of a home of which nothing is known what is later than the first reading is news."""
    if inspection is None:
        return Weighed(Meaning.NOTHING)
    is_old = moment.is_anew if inspection.seen is not None else inspection.day <= moment.since
    return Weighed(Meaning.BACKGROUND if is_old or row.is_inherited else Meaning.NEWS, inspection)


def _without_grades(row: RegisterRow, newest: Inspection, areas: Iterable[str]) -> Weighed:
    """A row without any grade says nothing of an older date, nor of a later one with words that are known for none."""
    day, known = row.published or row.inspected, [one for one in (newest.inspected, newest.published) if one]
    is_older = day is not None and all(day < one for one in known)
    is_of_a_visit = day is not None and all(day > one for one in known) and bool(row.grades)
    lost = () if is_older or is_of_a_visit else _lost((), newest, areas)
    return Weighed(Meaning.VANISHED, vanished=lost) if lost else Weighed(Meaning.NOTHING)


def _undated(
    inspection: Inspection, newest: Inspection, moment: Moment, areas: Iterable[str], *, is_first: bool
) -> Weighed:
    """Without dates another state is another inspection, of the day on which it is seen.

    Where a clock that stood wrong has the state before it seen later, it follows that one on its day.
    """
    if lost := _lost(inspection.judgements, newest, areas):
        return Weighed(Meaning.VANISHED, vanished=lost)
    other = _others(inspection, newest)
    if not other:
        return Weighed(Meaning.NOTHING)
    if _read_on(newest) == moment.today and not is_first:
        return Weighed(Meaning.TOMORROW, inspection)
    if newest.day >= moment.today:
        inspection = replace(inspection, seen=newest.day, turn=newest.turn + 1)
    return Weighed(Meaning.BACKGROUND if other <= moment.new_areas else Meaning.NEWS, inspection)


def _said_again(inspection: Inspection, same: Inspection, moment: Moment, areas: Iterable[str]) -> Weighed:
    """The date that is known already: the same, a correction, or a grade that is there no more."""
    if lost := _lost(inspection.judgements, same, areas):
        return Weighed(Meaning.VANISHED, vanished=lost)
    other = _others(inspection, same)
    if not other:
        return Weighed(Meaning.NOTHING)
    if moment.is_older:
        return Weighed(Meaning.OLDER)
    ours = [source for source in same.sources if source.name == moment.feed]
    if len(ours) > 1 and max(ours).as_of == moment.today:
        return Weighed(Meaning.TOMORROW, inspection)
    said = tuple(not_before(source, ours) for source in inspection.sources)
    inspection = replace(inspection, sources=said)
    return Weighed(Meaning.BACKGROUND if other <= moment.new_areas else Meaning.NEWS, inspection)


def _read_on(known: Inspection) -> date:
    """The day of the reading that brought a state without dates; of another its own day."""
    return max(known.sources).as_of if known.seen is not None else known.day


def _is_of_one_date(known: Inspection, stated: Inspection) -> bool:
    if known.event and known.event == stated.event:
        return True
    if known.day == stated.day:
        return True
    if known.inspected is not None and stated.inspected is not None:
        return known.inspected == stated.inspected
    return known.published is not None and known.published == stated.published


def _joined(stated: Inspection, known: Inspection) -> Inspection:
    """With the other date of the inspection that it speaks of, so that it is known again by its day."""
    if stated.day == known.day:
        return stated
    return replace(stated, inspected=stated.inspected or known.inspected, published=stated.published or known.published)


def _others(stated: Inspection, known: Inspection) -> frozenset[str]:
    """The areas that are graded otherwise than is known; `_CHANGED` among them if any had a grade before."""
    before = _graded(known.judgements)
    other = {area for area, value in _graded(stated.judgements).items() if before.get(area) != value}
    return frozenset(other | {_CHANGED} if other & before.keys() else other)


_CHANGED = ""
"""No area: it is among those that differ where a grade that was known is another now."""


def _lost(judgements: Sequence[Judgement], known: Inspection, areas: Iterable[str]) -> tuple[str, ...]:
    """The areas that are known to be graded and are so no more."""
    now, before = _graded(judgements), _graded(known.judgements)
    return tuple(area for area in areas if area in before and area not in now)


def _graded(judgements: Iterable[Judgement]) -> Mapping[str, str]:
    return {judgement.area: judgement.grade.value for judgement in judgements if judgement.grade.is_graded}
