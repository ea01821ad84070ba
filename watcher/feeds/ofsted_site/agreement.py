"""Whether a report is the one that its page announces, and says what the page shows of it; pure."""

from collections.abc import Iterable
from datetime import date, timedelta

from watcher.facts.inspection import Kind
from watcher.facts.statements import DATE_TOLERANCE
from watcher.feeds.ofsted_site.home_page import HomePage
from watcher.feeds.ofsted_site.provider import ProviderPage
from watcher.feeds.ofsted_site.report.values import Report
from watcher.feeds.ofsted_site.timeline import ListedReport, UndatedReport


def why_another(page: HomePage, dated: Iterable[ListedReport], document: ListedReport, report: Report) -> str | None:
    """Why a report is not the one that the page announces; None if it is. `dated` are all documents of the page.

    Of what kind an inspection of an authority was is its report's to say.
    """
    if (reason := _why_anothers(page, report)) is not None:
        return reason
    if document.kind is Kind.FULL and report.kind is not Kind.FULL and not page.remit.is_authority:
        return f"the page calls it a full inspection, the report {report.what!r}"
    if Kind.FULL in (document.kind, report.kind) and report.inspected is None:
        return "the report doesn't say when the inspection was"
    if _apart(document.inspected, report) > DATE_TOLERANCE:
        return f"the page dates the inspection {document.inspected}, the report {report.inspected}"
    return _why_grades_differ(page.page, dated, document, report)


def _apart(day: date, report: Report) -> timedelta:
    """How far a day is from those of a report's inspection, which may go on for weeks."""
    first = report.inspected or day
    last = max(first, report.inspected_to or first)
    return max(first - day, day - last, timedelta(0))


def why_undated(page: HomePage, undated: UndatedReport, report: Report) -> str | None:
    """Why a report doesn't date its line on the page of a home; None if it does."""
    if (reason := _why_anothers(page, report)) is not None:
        return reason
    if report.inspected is None:
        return "the report doesn't say when the inspection was"
    if report.inspected > undated.published + DATE_TOLERANCE:
        return f"the report dates the inspection {report.inspected}, after its publication"
    return None


def _why_anothers(page: HomePage, report: Report) -> str | None:
    if report.urn is None:
        return None if page.remit.is_authority else "the file behind the link is a report on a local authority"
    if page.remit.is_authority:
        return f"the file behind the link is the report of a home, {report.urn}"
    same = report.urn == page.page.urn
    return None if same else f"the file behind the link is the report of another home, {report.urn}"


def _why_grades_differ(
    page: ProviderPage, dated: Iterable[ListedReport], document: ListedReport, report: Report
) -> str | None:
    """Why the grades that the page shows are not the report's; None if they are, or if it shows none."""
    read = next((judgement.grade for judgement in report.judgements if judgement.area == "overall"), None)
    if document.grade is not None and (read is None or not document.grade.means_the_same_as(read)):
        says = f"says {read.words!r}" if read else "has no overall grade"
        return f"the page shows {document.grade.words!r} beside the link, the report {says}"
    shown = page.rating
    newest = max(other.inspected for other in dated if other.kind is document.kind)
    if shown is None or read is None or document.inspected != newest or shown.means_the_same_as(read):
        return None
    return f"the page shows {shown.words!r}, the report says {read.words!r}"
