"""What a report tells of the inspections before it: fills gaps silently, and reveals what was missed; pure.

Such a statement is weak: it has a headline grade and nothing else, and it may speak of an inspection that is published
only later. So it never stands in the way of news, and what is known otherwise is never corrected by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from watcher.feeds import Problem
from watcher.feeds.ofsted_site.news import Matched, Need
from watcher.feeds.ofsted_site.report import Previous
from watcher.inspection import RETOLD, Grade, Inspection, Judgement, Kind, Source, Standing
from watcher.matching import find


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
    background: dict[tuple[Kind, date], Inspection] = {}
    problems: dict[str, Problem] = {}
    listed = {matched.stated: need for matched, need in wanted}
    for told_in, previous in reports:
        for row in previous:
            statement = _statement(told_in, row)
            if statement is None or (statement.kind, statement.inspected) in background:
                continue
            where = f"{told_in.link}, its history, {row.inspected}"
            match, on_page = find(known, statement), find(listed, statement)
            if match is not None:
                if what := _contradiction(match, row.grade):
                    problems.setdefault(where, Problem(where=where, what=what, home=told_in.home))
            elif on_page is None or listed[on_page] is Need.NOTHING:
                background[statement.kind, statement.inspected] = statement
                if on_page is None and missed_since is not None and row.inspected >= missed_since:
                    problems.setdefault(where, Problem(where=where, what=_missed(row), home=told_in.home))
    return Retold(tuple(background.values()), tuple(problems.values()))


def _statement(told_in: Inspection, row: Previous) -> Inspection | None:
    """A row as a statement of the day on which the report was published; None for one that can't be believed."""
    if row.kind is Kind.OTHER or row.grade.standing is Standing.UNKNOWN or row.inspected >= told_in.inspected:
        return None
    judgements = (Judgement("overall", row.grade),) if row.grade.words else ()
    source = Source(told_in.published or told_in.inspected, RETOLD)
    return Inspection(
        home=told_in.home, kind=row.kind, inspected=row.inspected, judgements=judgements, sources=(source,)
    )


def _contradiction(known: Inspection, told: Grade) -> str | None:
    grade = known.grade(known.headline)
    says = (Standing.GRADED, Standing.INTERIM)
    if grade is None or grade.standing not in says or told.standing not in says or grade.means_the_same_as(told):
        return None
    return (
        f"it says {told.words!r} of the {known.kind} inspection of {known.inspected}, which is known as "
        f"{grade.words!r}; nothing is corrected. Read the report of that inspection"
    )


def _missed(row: Previous) -> str:
    return (
        f"a missed inspection: {row.kind}, {row.inspected}, {row.grade.words or 'no grade'}. It is not on the home's "
        f"page, and nobody was told of it; it is in the history now. Look whether its report was taken off"
    )
