"""Which documents of a home's page are to be read, and which of its inspections are news; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto

from watcher.facts.inspection import Inspection, Kind, Standing, grade_values
from watcher.facts.statements import find
from watcher.feeds.ofsted_site.cursor import Baseline
from watcher.feeds.ofsted_site.timeline import PDF, PUBLICATION_TOLERANCE, ListedReport

MOST_GAPS = 6
"""Of a home of which nothing is known, as many of the latest reports are read; older ones decide nothing any more."""


class Need(Enum):
    """What is to be done with one document."""

    NOTHING = auto()
    """It is known as it is, or too old to matter."""
    STATE = auto()
    """What the page says of it is all there is to know: an ungraded visit, or a link to a known inspection."""
    READ = auto()
    """Its grades have to be read from the file."""


@dataclass(frozen=True, slots=True)
class Matched:
    """A document of the page, and what is known already of the inspection it reports."""

    document: ListedReport
    stated: Inspection
    """As the page alone tells it, without grades."""
    known: Inspection | None

    @property
    def is_graded(self) -> bool:
        """Whether its grade is known."""
        return self.known is not None and self.known.rating is not None


def match(
    documents: Iterable[ListedReport], stated: Sequence[Inspection], known: Sequence[Inspection]
) -> list[Matched]:
    """Pairs documents with what is known; of two for the same visit the PDF counts, of two of those the latest."""
    latest: dict[tuple[Kind, date], tuple[ListedReport, Inspection]] = {}
    for pair in sorted(zip(documents, stated, strict=True), key=lambda pair: _merit(pair[0])):
        latest[pair[1].kind, pair[0].inspected] = pair
    return [Matched(document, statement, find(known, statement)) for document, statement in latest.values()]


def _merit(document: ListedReport) -> tuple[bool, date, int]:
    return document.format == PDF, document.published, int(document.id)


def needs(
    matched: Sequence[Matched], known: Sequence[Inspection], since: date, latest: date | None = None
) -> list[tuple[Matched, Need]]:
    """What is to be done with each document; `since` is the day from which everything published is wanted.

    `latest`: what was published on that day is wanted too, however long ago it was.
    """
    newest = max((inspection.day for inspection in known if inspection.rating), default=None)
    if newest is None:
        reports = sorted((pair.document.inspected for pair in matched if _may_be_graded(pair)), reverse=True)
        newest = min(reports[:MOST_GAPS], default=date.min)
    return [(pair, _need(pair, newest, since, is_wanted=pair.document.published == latest)) for pair in matched]


def _may_be_graded(matched: Matched) -> bool:
    return matched.stated.kind in (Kind.FULL, Kind.OTHER)


def _need(matched: Matched, newest: date, since: date, *, is_wanted: bool) -> Need:
    known, document = matched.known, matched.document
    same_file = known is not None and known.document == document.id
    if matched.is_graded and same_file and _is_published_anew(matched):
        return Need.READ
    if known is not None and same_file and (matched.is_graded or not _may_be_graded(matched)):
        return Need.NOTHING if known.published == document.published else Need.STATE
    if not _may_be_graded(matched):
        return Need.STATE
    if known is not None and (matched.is_graded or _is_not_judged(known)):
        # Another file for a graded inspection is a report issued anew: it may say something else.
        return Need.READ if known.document is not None and not same_file else Need.STATE
    if document.published < since and document.inspected < newest and not is_wanted:
        return Need.NOTHING
    return Need.READ


def _is_published_anew(matched: Matched) -> bool:
    """Whether the page dates a known file later than it did: a report replaced under its own number.

    Where other sources have spoken since, dates of one publication differ by up to three days.
    """
    known, published = matched.known, matched.document.published
    if known is None or known.published is None or not _may_be_graded(matched):
        return False
    is_own = max(known.own_sources).name == matched.stated.sources[0].name
    return published > known.published + (timedelta() if is_own else PUBLICATION_TOLERANCE)


def _is_not_judged(known: Inspection) -> bool:
    grade = known.grade(known.headline)
    return grade is not None and grade.standing is Standing.NOT_JUDGED


def is_news(
    statement: Inspection, known: Inspection | None, baseline: Baseline, *, of_baseline: bool, newest_of_moved: bool
) -> bool:
    """Whether an inspection is to be judged, or to be known silently.

    `of_baseline`: its home has not been read completely since the first reading began. `newest_of_moved`: it is the
    newest graded one of a page whose latest date has moved, or what has appeared on one, under whatever date.
    """
    published = statement.published or date.min
    if of_baseline:
        return published > baseline.begun
    if known is not None and known.rating is not None:
        return bool(statement.judgements) and grade_values(statement) != grade_values(known)
    if known is not None and not statement.judgements:
        return False
    return published >= baseline.since or newest_of_moved
