"""What a report tells of the inspections before it: fills gaps silently, and reveals what was missed; pure.

Such a statement is weak: it has a headline grade and nothing else, and it may speak of an inspection that is published
only later. So it never stands in the way of news, what is known otherwise is never corrected by it, and `judge`
compares nothing with it. Its date may be wrong: a table is believed only if its rows stand in the order of their dates,
all before the report's own inspection, and a row is not if it differs in the year alone from an inspection that is
known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from watcher.facts.inspection import Grade, Inspection, Judgement, Kind, Standing
from watcher.facts.regulators import OFSTED, OFSTED_FILES
from watcher.facts.sources import Sort, Source
from watcher.facts.statements import find
from watcher.feeds.feed import Problem, Trouble
from watcher.feeds.ofsted_site.news import Matched, Need
from watcher.feeds.ofsted_site.report.values import Previous

TOLD_FOR = timedelta(days=14)
"""How long the operator is told of a row: a report is read once, so no later reading of its home finds it again."""


@dataclass(frozen=True, slots=True)
class Retold:
    """What the histories in a home's reports add."""

    background: tuple[Inspection, ...] = ()
    problems: tuple[Problem, ...] = ()


def retell(
    reports: Sequence[tuple[Inspection, Sequence[Previous]]],
    wanted: Sequence[tuple[Matched, Need]],
    known: Sequence[Inspection],
    missed_since: date | None,
) -> Retold:
    """What reports, the newest first, tell beyond what is `known` and what stands on the home's page anyway.

    An inspection since that day which is neither known nor on the page was missed, and the operator is told; None where
    the page was not understood wholly and may list it.
    """
    listed = {matched.stated: need for matched, need in wanted}
    told = _Telling(known, [told_in for told_in, _ in reports], listed, missed_since)
    for told_in, previous in reports:
        told.take(told_in, previous)
    return Retold(tuple(told.background), tuple(told.problems.values()))


@dataclass
class _Telling:
    """What is known of a home from elsewhere, and what its reports have told of it so far."""

    known: Sequence[Inspection]
    reported: Sequence[Inspection]
    listed: Mapping[Inspection, Need]
    missed_since: date | None
    background: list[Inspection] = field(default_factory=list)
    problems: dict[str, Problem] = field(default_factory=dict)

    def take(self, told_in: Inspection, previous: Sequence[Previous]) -> None:
        """Takes in the table of one report, or tells why not."""
        rows = [(row, statement) for row in previous if (statement := _statement(told_in, row)) is not None]
        if not _is_in_order(told_in, previous):
            if any(self._is_unknown(statement) for _, statement in rows):
                self._tell(told_in, _OUT_OF_ORDER)
            return
        for row, statement in rows:
            match = find(self.known, statement)
            if match is None:
                self._take_row(told_in, row, statement)
            elif what := _contradiction(match, row.grade):
                self._tell(told_in, what, row, match)

    def _take_row(self, told_in: Inspection, row: Previous, statement: Inspection) -> None:
        on_page = find(self.listed, statement)
        if find(self.background, statement) or (on_page is not None and self.listed[on_page] is not Need.NOTHING):
            return
        twins = [inspection for inspection in (*self.known, *self.reported) if _is_another_years(inspection, statement)]
        if on_page is None and twins:
            self._tell(told_in, _misprint(row, twins[0]), row, statement)
            return
        self.background.append(statement)
        if on_page is not None or self.missed_since is None:
            return
        if row.inspected >= self.missed_since:
            self._tell(told_in, _missed(row), row, statement)
        elif self._is_in_a_gap(told_in, statement):
            self._tell(told_in, _gap(row), row, statement)

    def _is_unknown(self, statement: Inspection) -> bool:
        return find((*self.known, *self.reported, *self.listed), statement) is None

    def _is_in_a_gap(self, told_in: Inspection, statement: Inspection) -> bool:
        """Whether news are compared with an older inspection than the report tells of."""
        if self.missed_since is None or told_in.became_known < self.missed_since or statement.rating is None:
            return False
        firm = (
            inspection for inspection in (*self.known, *self.reported) if inspection.rating and not inspection.is_retold
        )
        return not any(statement.day < inspection.day < told_in.day for inspection in firm)

    def _tell(
        self, told_in: Inspection, what: str, row: Previous | None = None, about: Inspection | None = None
    ) -> None:
        where = f"{told_in.link}, its history" + (f", {row.inspected}" if row else "")
        visit = about.visit if about else None
        problem = Problem(
            where=where, what=what, trouble=Trouble.RETOLD, home=told_in.home, lasts=TOLD_FOR, visit=visit
        )
        self.problems.setdefault(where, problem)


def _is_in_order(told_in: Inspection, previous: Sequence[Previous]) -> bool:
    """Whether the newest stands first, and all before the report's own inspection: one wrong year shows in that."""
    days = [told_in.day, *(row.inspected for row in previous)]
    return all(later >= earlier for later, earlier in pairwise(days)) and told_in.day not in days[1:]


def _statement(told_in: Inspection, row: Previous) -> Inspection | None:
    """A row as a statement of the day on which the report was published; None for one that says nothing sure."""
    if row.kind is Kind.OTHER or row.grade.standing is Standing.UNKNOWN:
        return None
    judgements = (Judgement(OFSTED.headline, row.grade),) if row.grade.words else ()
    source = Source(told_in.published or told_in.day, OFSTED_FILES.retold, Sort.RETOLD)
    return Inspection(
        home=told_in.home, kind=row.kind, inspected=row.inspected, judgements=judgements, sources=(source,)
    )


def _is_another_years(known: Inspection, statement: Inspection) -> bool:
    """Whether a statement repeats a known kind and grade on the same day of another year, as a misprint does."""
    one, other = known.grade(known.headline), statement.grade(statement.headline)
    return (
        known.kind is statement.kind
        and known.day.year != statement.day.year
        and (known.day.month, known.day.day) == (statement.day.month, statement.day.day)
        and (one.means_the_same_as(other) if one and other else one is other)
    )


_OUT_OF_ORDER = (
    "its table of earlier inspections is not in the order of their dates, or has one that is not before this report's: "
    "nothing is taken from it. Compare it with the home's page"
)


def _contradiction(known: Inspection, told: Grade) -> str | None:
    grade = known.grade(known.headline)
    says = (Standing.GRADED, Standing.INTERIM)
    if grade is None or grade.standing not in says or told.standing not in says or grade.means_the_same_as(told):
        return None
    return (
        f"it says {told.words!r} of the {known.kind} inspection of {known.day}, which is known as "
        f"{grade.words!r}; nothing is corrected. Read the report of that inspection"
    )


def _missed(row: Previous) -> str:
    return (
        f"a missed inspection: {row.kind}, {row.inspected}, {row.grade.words or 'no grade'}. It is not on the home's "
        f"page, and nobody was told of it; it is in the history now, and nothing that readers are told rests on it. "
        f"Look whether its report was taken off"
    )


def _gap(row: Previous) -> str:
    return (
        f"a gap in the history: {row.kind}, {row.inspected}, {row.grade.words}, is known from this table alone. What "
        f"readers were told of this report compares it with an older one. Look whether the table is right"
    )


def _misprint(row: Previous, twin: Inspection) -> str:
    return (
        f"it tells of an unknown inspection: {row.kind}, {row.inspected}, {row.grade.words or 'no grade'}. One of "
        f"{twin.day} is known that differs in the year alone, so it may be a misprint and is not taken in. "
        f"Look at the home's page"
    )
