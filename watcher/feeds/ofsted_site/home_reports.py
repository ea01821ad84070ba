"""The report files of one home in one reading: which are asked for, what they say, and what could not be told."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

from watcher.facts.grades import headline_among
from watcher.facts.inspection import Inspection, Kind
from watcher.facts.quotes import Findings
from watcher.feeds.feed import Problem, Trouble
from watcher.feeds.ofsted_site.access import SiteAccess
from watcher.feeds.ofsted_site.agreement import why_another, why_undated
from watcher.feeds.ofsted_site.cursor import WatchedFile
from watcher.feeds.ofsted_site.files import LOOKS, HomeFiles
from watcher.feeds.ofsted_site.home_page import HomePage
from watcher.feeds.ofsted_site.majority import Try
from watcher.feeds.ofsted_site.news import Matched, Need
from watcher.feeds.ofsted_site.report.values import CouldNotTell, Previous, Report
from watcher.feeds.ofsted_site.report_file import Fetched, NotThere, ReportFiles
from watcher.feeds.ofsted_site.timeline import PDF, ListedReport, UndatedReport
from watcher.feeds.web.failures import Refused, Unreachable
from watcher.feeds.web.http import FetchFailed
from watcher.judging.judge import newest_graded, stands_inadequate

LONGEST_QUOTING = timedelta(seconds=40)
"""For a report that is read for its words alone: nobody waits a minute for them."""


class HomeReports:
    """The report files of one home in one reading, and what has come of those that were asked for."""

    def __init__(self, site: SiteAccess, page: HomePage, files: HomeFiles) -> None:
        self._fetched = ReportFiles(site, page.page.name if page.remit.is_authority else None)
        self._page = page
        self.files = files
        """What is to be remembered of them."""
        self.tries: list[Try] = []
        """How each has come out."""
        self.problems: list[Problem] = []
        self.owners: list[tuple[date, str]] = []
        """The registered provider by each report, with the day of its inspection."""
        self.findings: dict[str, Findings] = {}
        """What inspectors found, by the key of the inspection."""
        self.histories: list[tuple[Inspection, Sequence[Previous]]] = []
        """Each inspection, and the earlier ones of which its report tells."""
        self.passing: FetchFailed | None = None
        """What the network or the publisher said, where that is why one was not to be had."""
        self.is_settled = True
        """Whether none has to be tried again."""

    async def dated(self, undated: UndatedReport) -> ListedReport | None:
        """The document with the days of its inspection, as its file says them; None, with a problem noted, if not."""
        if self.files.is_awaited(undated.id):
            fetched: Fetched | None = Fetched(NotThere("it was not there lately"))
        else:
            fetched = await self._fetch(undated)
        report = fetched.report if fetched is not None else None
        if isinstance(report, Report) and (reason := why_undated(self._page, undated, report)):
            report = CouldNotTell(reason)
        if isinstance(report, Report) and report.inspected is not None:
            return undated.inspected_on(report.inspected, report.inspected_to)
        if isinstance(report, NotThere):
            self._is_missing(undated)
        elif isinstance(report, CouldNotTell):
            what = (
                f"its report {undated.id}, published {undated.published}, has no date of inspection on the page, and "
                f"its file could not be read for it: {report.reason}. Read the report"
            )
            self._could_not_tell(undated, what)
        return None

    async def inspection(self, matched: Matched, need: Need, documents: Sequence[ListedReport]) -> Inspection | None:
        """What its report says, if it is to be read or looked at again, and says something else than is known.

        `documents` are all of the page that are dated.
        """
        document = matched.document
        is_wanted = need is Need.READ or matched.is_graded
        if is_wanted and self.files.is_awaited(document.id):
            self._lacks(matched)
        elif need is Need.READ:
            return await self._graded(matched, documents)
        elif is_wanted and self.files.is_to_be_looked_at(document.id):
            return await self._graded(matched, documents, self.files.watched.get(document.id))
        elif self._is_to_be_watched(matched):
            self.files = self.files.watching(document.id)
        return None

    async def quote(self, matched: Matched, visit: Inspection, documents: Sequence[ListedReport]) -> None:
        """Reads the report on a visit for what can be quoted of it alone.

        A visit has no grade to be read, so one that can't be read is told without, and is nobody's matter.
        """
        if matched.document.format != PDF:
            return
        with suppress(FetchFailed, TimeoutError):
            async with asyncio.timeout(LONGEST_QUOTING.total_seconds()):
                report = (await self._fetched.get(self._page.address(matched.document))).report
            if isinstance(report, Report) and self._why_another(matched.document, report, documents) is None:
                self.findings[visit.key] = report.findings

    def _is_to_be_watched(self, matched: Matched) -> bool:
        """Whether a known report is one that a home stands inadequate by, and is new enough to be replaced."""
        document, known = matched.document, self._page.known
        newest = newest_graded(known)
        is_new = document.published > self._page.today - LOOKS[-1]
        is_told = newest is not None and newest is matched.known and newest.document == document.id
        return is_new and is_told and stands_inadequate(known) and document.id not in self.files.watched

    def _lacks(self, matched: Matched) -> None:
        """Notes that a report is not there, in words that stay the same for as long as that is so."""
        document = matched.document
        unread = None if matched.is_graded else matched.stated
        self._note_missing(document, f"the report on the inspection of {document.inspected}", unread)

    def _is_missing(self, undated: UndatedReport) -> None:
        """The same of a report of which the page does not say when its inspection was."""
        if not self.files.is_awaited(undated.id):
            self._await(undated, moved=self._page.is_latest(undated))
        self._note_missing(undated, f"the report {undated.id}, published {undated.published}", None)

    def _note_missing(self, document: ListedReport | UndatedReport, which: str, unread: Inspection | None) -> None:
        what = (
            f"'Report not found', says the site in place of {which}, though its link stands. It is asked for again by "
            f"itself, ever more rarely. Look whether it was withdrawn"
        )
        self.problems.append(self._page.problem(self._page.address(document), what, Trouble.MISSING, unread))

    def _await(self, document: ListedReport | UndatedReport, *, moved: bool) -> None:
        page = self._page
        self.files = self.files.lacking(document.id, page.today, of_baseline=page.of_baseline, moved=moved)

    async def _graded(
        self, matched: Matched, documents: Sequence[ListedReport], known: WatchedFile | None = None
    ) -> Inspection | None:
        """The inspection with what its report says; None where that is known, or, with a problem noted, can't be told.

        `known` is the file as it was when it was last asked for.
        """
        document = matched.document
        fetched = await self._fetch(document, known)
        if fetched is None:
            return None
        if isinstance(fetched.report, NotThere):
            self._try(fetched.report.reason)
            self._await(document, moved=self._page.has_appeared(matched) or self._page.is_latest(document))
            self._lacks(matched)
            return None
        self.files = self.files.come(document.id)
        if fetched.report is None:
            self.files = self.files.watching(document.id, fetched.digest, fetched.validators)
            return None
        report = self._believed(matched, fetched.report, documents)
        return None if report is None else self._inspection_of(matched, report, fetched, is_known=known is not None)

    def _believed(
        self, matched: Matched, report: Report | CouldNotTell, documents: Sequence[ListedReport]
    ) -> Report | None:
        """The report, if it is the one that the page announces; notes why not."""
        document = matched.document
        reason = self._why_another(document, report, documents) if isinstance(report, Report) else report.reason
        self._try(reason)
        if isinstance(report, Report) and reason is None:
            return report
        what = f"could not tell the grades of the inspection of {document.inspected}: {reason}. Read the report"
        self._could_not_tell(document, what, matched.stated)
        return None

    def _why_another(self, document: ListedReport, report: Report, documents: Sequence[ListedReport]) -> str | None:
        return why_another(self._page, documents, document, report)

    def _try(self, failed: str | None) -> None:
        self.tries.append(Try(self._page.page.urn, failed))

    def _could_not_tell(
        self, document: ListedReport | UndatedReport, what: str, unread: Inspection | None = None
    ) -> None:
        self.problems.append(self._page.problem(self._page.address(document), what, Trouble.REPORT, unread))
        self.is_settled = False

    def _inspection_of(self, matched: Matched, report: Report, fetched: Fetched, *, is_known: bool) -> Inspection:
        """The inspection as its page and its report state it."""
        document = matched.document
        if report.owner is not None:
            self.owners.append((document.inspected, report.owner))
        judgements, stated = report.judgements, matched.stated
        if self._page.remit.is_authority:  # whose reports know their days and their kind better than the page
            stated = replace(stated, kind=report.kind, inspected=report.inspected or stated.inspected)
        inspection = replace(
            stated,
            kind=report.kind if stated.kind is Kind.OTHER else stated.kind,
            inspected_to=report.inspected_to or matched.stated.inspected_to,
            judgements=judgements,
            headline=headline_among(judgements, matched.stated.headline),
        )
        if not self._page.remit.is_authority:  # from whose reports nothing is quoted
            self.findings[inspection.key] = report.findings
        self.histories.append((inspection, report.previous))
        is_inadequate = inspection.rating is not None and inspection.rating.is_inadequate
        if is_inadequate or is_known or stands_inadequate(self._page.known):
            self.files = self.files.watching(document.id, fetched.digest, fetched.validators)
        return inspection

    async def _fetch(self, document: ListedReport | UndatedReport, known: WatchedFile | None = None) -> Fetched | None:
        """Its file and what that says; None where the network or the publisher is to blame, which is noted."""
        if document.format != PDF:
            what = f"it is published as {document.format.upper()}, which is not read, and not as a PDF"
            return Fetched(CouldNotTell(what))
        try:
            return await self._fetched.get(self._page.address(document), known)
        except (Unreachable, Refused) as error:
            self.passing, self.is_settled = error, False
            return None
        except FetchFailed as error:
            return Fetched(CouldNotTell(str(error)))
