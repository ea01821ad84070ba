"""Reads one home: its page, the reports on it that are not known yet, and what of that is news."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from urllib.parse import urljoin

from watcher.facts.grades import headline_among
from watcher.facts.inspection import Home, Inspection, Kind, Source
from watcher.facts.quotes import Findings
from watcher.feeds.feed import Knowledge, Problem, Trouble
from watcher.feeds.ofsted_site.access import Access
from watcher.feeds.ofsted_site.agreement import why_another, why_undated
from watcher.feeds.ofsted_site.cursor import Baseline, WatchedFile
from watcher.feeds.ofsted_site.files import LOOKS, HomeFiles
from watcher.feeds.ofsted_site.majority import Try
from watcher.feeds.ofsted_site.markup import UnexpectedPageError
from watcher.feeds.ofsted_site.news import MOST_GAPS, Matched, Need, is_news, match, needs
from watcher.feeds.ofsted_site.plan import FUTURE, Due
from watcher.feeds.ofsted_site.provider import ProviderPage
from watcher.feeds.ofsted_site.report.values import CouldNotTell, Previous, Report
from watcher.feeds.ofsted_site.report_file import Fetched, NotThere, ReportFiles
from watcher.feeds.ofsted_site.retold import Retold, retell
from watcher.feeds.ofsted_site.search import provider_address
from watcher.feeds.ofsted_site.timeline import PDF, PUBLICATION_TOLERANCE, ListedReport, UndatedReport
from watcher.feeds.web.failures import Refused, Unreachable
from watcher.feeds.web.http import FetchFailed, NotModified, Page
from watcher.judging.judge import newest_graded, stands_inadequate

LONGEST_QUOTING = timedelta(seconds=40)
"""For a report that is read for its words alone: nobody waits a minute for them."""
REGULATOR = "ofsted"


@dataclass(frozen=True, slots=True)
class Visit:
    """What reading one home yielded."""

    home: Home
    page: Try
    """How its page has come out, among those of other homes."""
    files: HomeFiles
    """What is to be remembered of its files."""
    news: tuple[Inspection, ...] = ()
    background: tuple[Inspection, ...] = ()
    listing: tuple[Inspection, ...] | None = None
    """Every inspection of the page; None unless all of it was understood."""
    problems: tuple[Problem, ...] = ()
    is_settled: bool = True
    """Whether nothing of it has to be tried again."""
    passing: FetchFailed | None = None
    """What the network or the publisher said, where that is why it is not settled."""
    findings: Mapping[str, Findings] = field(default_factory=dict)
    """What inspectors found, by the key of the news."""
    reports: tuple[Try, ...] = ()
    """How each report file has."""
    lags: bool = False
    """Whether its page doesn't show yet what the list announces."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Reads homes for one feed on one day."""

    site: Access
    knowledge: Knowledge
    source: Source
    baseline: Baseline

    @property
    def today(self) -> date:
        """The day of the reading, in the publisher's time zone."""
        return self.source.as_of

    async def visit(self, home: Due, *, of_baseline: bool, is_retry: bool, files: HomeFiles) -> Visit:
        """Reads one home; raises FetchFailed or UnexpectedPageError if its page itself can't be read."""
        address = provider_address(self.site.root, home.urn, home.category)
        answer = await self.site.client.get(address)
        if isinstance(answer, NotModified):
            raise UnexpectedPageError("the site says 'not modified' without having been asked")
        page = await self.site.reader.provider(answer, home.urn)
        reading = _HomeReading(self, answer, page, home, files, of_baseline=of_baseline, is_retry=is_retry)
        await reading.read()
        return reading.result()


class _HomeReading:
    """One home's page and what has been made of it so far."""

    def __init__(
        self,
        visitor: Visitor,
        answer: Page,
        page: ProviderPage,
        home: Due,
        files: HomeFiles,
        *,
        of_baseline: bool,
        is_retry: bool,
    ) -> None:
        self.visitor, self.answer, self.page, self.home, self.of_baseline = visitor, answer, page, home, of_baseline
        self.files_before = self.files = files
        self.reports: list[Try] = []
        self.key = f"{REGULATOR}:{page.urn}"
        self.known_at_all = visitor.knowledge.inspections(self.key)
        self.known = [inspection for inspection in self.known_at_all if not inspection.is_retold]
        self.was_read = not is_retry and any(map(self._is_ours, self.known))
        self.stated: list[tuple[Matched, Inspection]] = []
        self.problems: list[Problem] = []
        self.owners: list[tuple[date, str]] = []
        self.findings: dict[str, Findings] = {}
        self.histories: list[tuple[Inspection, Sequence[Previous]]] = []
        self.retold = Retold()
        self.passing: FetchFailed | None = None
        self.is_settled = True
        self.documents = list(page.documents)
        """Of which the date of inspection is known, from the page or from the file."""
        self.is_whole = not page.not_understood
        """Whether `documents` are all of the page."""
        self.fetched = ReportFiles(visitor.site)

    async def read(self) -> None:
        """Reads the files that have to be read, the newest inspection first."""
        for line in self.page.not_understood:
            what = f"a line of its time line is not understood: {line}"
            self._cannot_tell(self.answer.url, what, Trouble.LINE, retry=True)
        if not self.page.not_understood:
            self.files = self.files.listed(frozenset(link.id for link in self._links()), self.visitor.today)
        await self._date_the_undated()
        documents = [document for document in self.documents if self._is_sound(document)]
        pairs = match(documents, [self._inspection(document) for document in documents], self.known)
        wanted = needs(pairs, self.known, self.visitor.baseline.since, self._appeared())
        for matched, need in sorted(wanted, key=lambda pair: pair[0].document.inspected, reverse=True):
            if (inspection := await self._from_report(matched, need)) is not None:
                self.stated.append((matched, inspection))
            elif need is Need.STATE:
                self.stated.append((matched, matched.stated))
        await self._quote_visits()
        missed_since = self.visitor.baseline.since if self.is_whole else None
        self.retold = retell(self.histories, wanted, self.known_at_all, missed_since)

    def _links(self) -> tuple[ListedReport | UndatedReport, ...]:
        """Every document that the page has, dated by it or not."""
        return (*self.page.documents, *self.page.undated)

    async def _date_the_undated(self) -> None:
        """Learns from the files when those inspections were of which the page doesn't say it for certain.

        Of a home of which nothing is known many old ones may be listed so: as many are read as would be of others.
        """
        newest_first = sorted(self.page.undated, key=lambda undated: (undated.published, undated.id), reverse=True)
        for position, undated in enumerate(newest_first):
            known = next((known for known in self.known if known.document == undated.id), None)
            if known is not None:
                self.documents.append(undated.inspected_on(known.inspected, known.inspected_to))
            elif position < MOST_GAPS or undated.published >= self.visitor.baseline.since:
                await self._date(undated)
            else:
                self.is_whole = False

    async def _date(self, undated: UndatedReport) -> None:
        if self.files.is_awaited(undated.id):
            fetched: Fetched | None = Fetched(NotThere("it was not there lately"))
        else:
            fetched = await self._fetch(undated)
        report = fetched.report if fetched is not None else None
        if isinstance(report, Report) and (reason := why_undated(self.page.urn, undated, report)):
            report = CouldNotTell(reason)
        if isinstance(report, Report) and report.inspected is not None:
            self.documents.append(undated.inspected_on(report.inspected, report.inspected_to))
            return
        self.is_whole = False
        if isinstance(report, NotThere):
            self._is_missing(undated)
        elif isinstance(report, CouldNotTell):
            what = (
                f"its report {undated.id}, published {undated.published}, has no date of inspection on the page, and "
                f"its file could not be read for it: {report.reason}. Read the report"
            )
            self._cannot_tell(self._link(undated), what, Trouble.REPORT, retry=True)

    def result(self) -> Visit:
        """What the home amounts to."""
        ratings = [(statement.inspected, statement) for _, statement in self.stated if statement.rating]
        graded = [inspection.inspected for inspection in self.known if inspection.rating]
        newest = max((day for day in [*graded, *(day for day, _ in ratings)]), default=None)
        news: list[Inspection] = []
        background: list[Inspection] = []
        for matched, statement in self.stated:
            missing = self.files_before.missing.get(matched.document.id)
            is_newest = self.home.moved and statement.rating is not None and statement.inspected == newest
            told = is_news(
                statement,
                matched.known,
                self.visitor.baseline,
                of_baseline=self.of_baseline or (missing is not None and missing.of_baseline),
                newest_of_moved=is_newest or (missing.moved if missing else self._has_appeared(matched)),
            )
            (news if told else background).append(statement)
        listing = self._listing()
        why_unread = self._why_unread()
        return Visit(
            self._home(),
            Try(self.page.urn, why_unread),
            self.files,
            tuple(news),
            (*self.retold.background, *background),
            listing,
            (*self.problems, *self.retold.problems),
            self.is_settled and why_unread is None,
            self.passing,
            {inspection.key: self.findings[inspection.key] for inspection in news if inspection.key in self.findings},
            reports=tuple(self.reports),
            lags=self._lags(),
        )

    def _lags(self) -> bool:
        """Whether nothing on the page is of the day that the list has moved to, be it dated days apart."""
        latest, new = self.home.latest, [matched.document for matched, _ in self.stated if matched.known is None]
        if not self.home.moved or latest is None or any(link.published == latest for link in self._links()):
            return False
        return not any(abs(document.published - latest) <= PUBLICATION_TOLERANCE for document in new)

    def _is_ours(self, known: Inspection) -> bool:
        return any(source.name == self.visitor.source.name for source in known.sources)

    def _has_appeared(self, matched: Matched) -> bool:
        """Whether a document was not there before, whatever its date: on a page that was read, or by the slow sweep."""
        return matched.known is None and (self.was_read or matched.document.published == self._appeared())

    def _appeared(self) -> date | None:
        """The day under which something has appeared that is not of these days; None for a home found as usual."""
        documents = self._links() if self.home.late else ()
        return max((document.published for document in documents), default=None)

    def _why_unread(self) -> str | None:
        """Why its page counts as not read: what it was read for is not on it, or nothing is."""
        published = {document.published for document in self._links()}
        if published and (not self.home.moved or self.home.latest in published):
            return None
        page_troubles = (problem.what for problem in self.problems if problem.trouble in (Trouble.PAGE, Trouble.LINE))
        return next(page_troubles, None)

    def _home(self) -> Home:
        page = self.page
        return Home(
            regulator=REGULATOR,
            id=page.urn,
            type=page.type,
            name=page.name,
            owner=max(self.owners)[1] if self.owners else None,
            local_authority=page.local_authority,
            status=page.status,
            registered=page.registered,
            link=self.answer.url,
            source=self.visitor.source,
        )

    def _listing(self) -> tuple[Inspection, ...] | None:
        """All of the page, unless it may not be all: then nothing can be said to be gone from it."""
        if not self.is_whole:
            return None
        listed = tuple(self._inspection(document) for document in self.documents)
        ours = [known for known in self.known if self._is_ours(known)]
        gone = {known.document for known in ours} - {inspection.document for inspection in listed}
        visits = {(inspection.kind, inspection.inspected) for inspection in listed}
        missing = [known for known in ours if known.document in gone and (known.kind, known.inspected) not in visits]
        if len(missing) > 1 or (missing and not listed):
            what = f"{len(missing)} reports have gone from its page at once; nothing is concluded. Look at the page"
            self._cannot_tell(self.answer.url, what, Trouble.PAGE, retry=False)
            return None
        return listed

    def _inspection(self, document: ListedReport) -> Inspection:
        return Inspection(
            home=self.key,
            kind=document.kind,
            inspected=document.inspected,
            inspected_to=document.inspected_to,
            published=document.published,
            document=document.id,
            link=urljoin(self.answer.final_url, document.link),
            sources=(self.visitor.source,),
        )

    def _is_sound(self, document: ListedReport) -> bool:
        latest = self.visitor.today + FUTURE
        if max(document.inspected, document.published) <= latest:
            return True
        what = f"its report {document.id} is dated in the future ({document.published}); it is taken in on that day"
        self._cannot_tell(self._link(document), what, Trouble.LINE, retry=True)
        return False

    async def _from_report(self, matched: Matched, need: Need) -> Inspection | None:
        """What its report says, if it is to be read or looked at again, and says something else than is known."""
        document = matched.document
        is_wanted = need is Need.READ or matched.is_graded
        if is_wanted and self.files.is_awaited(document.id):
            self._lacks(matched)
        elif need is Need.READ:
            return await self._graded(matched)
        elif is_wanted and self.files.is_to_be_looked_at(document.id):
            return await self._graded(matched, self.files.watched.get(document.id))
        elif self._is_to_be_watched(matched):
            self.files = self.files.watching(document.id)
        return None

    def _is_to_be_watched(self, matched: Matched) -> bool:
        """Whether a known report is one that a home stands inadequate by, and is new enough to be replaced."""
        document, newest = matched.document, newest_graded(self.known)
        is_new = document.published > self.visitor.today - LOOKS[-1]
        is_told = newest is not None and newest is matched.known and newest.document == document.id
        return is_new and is_told and stands_inadequate(self.known) and document.id not in self.files.watched

    def _lacks(self, matched: Matched) -> None:
        """Notes that a report is not there, in words that stay the same for as long as that is so."""
        document = matched.document
        unread = None if matched.is_graded else matched.stated
        self._note_missing(document, f"the report on the inspection of {document.inspected}", unread)

    def _is_missing(self, undated: UndatedReport) -> None:
        """The same of a report of which the page does not say when its inspection was."""
        if not self.files.is_awaited(undated.id):
            self._await(undated, moved=self.home.moved and undated.published == self.home.latest)
        self._note_missing(undated, f"the report {undated.id}, published {undated.published}", None)

    def _note_missing(self, document: ListedReport | UndatedReport, which: str, unread: Inspection | None) -> None:
        what = (
            f"'Report not found', says the site in place of {which}, though its link stands. It is asked for again by "
            f"itself, ever more rarely. Look whether it was withdrawn"
        )
        self._cannot_tell(self._link(document), what, Trouble.MISSING, retry=False, unread=unread)

    def _await(self, document: ListedReport | UndatedReport, *, moved: bool) -> None:
        today = self.visitor.today
        self.files = self.files.lacking(document.id, today, of_baseline=self.of_baseline, moved=moved)

    async def _graded(self, matched: Matched, known: WatchedFile | None = None) -> Inspection | None:
        """The inspection with what its report says; None where that is known, or, with a problem noted, can't be told.

        `known` is the file as it was when it was last asked for.
        """
        document = matched.document
        fetched = await self._fetch(document, known)
        if fetched is None:
            return None
        if isinstance(fetched.report, NotThere):
            self.reports.append(Try(self.page.urn, fetched.report.reason))
            is_latest = self.home.moved and document.published == self.home.latest
            self._await(document, moved=self._has_appeared(matched) or is_latest)
            self._lacks(matched)
            return None
        self.files = self.files.come(document.id)
        if fetched.report is None:
            self.files = self.files.watching(document.id, fetched.digest, fetched.validators)
            return None
        report = self._believed(matched, fetched.report)
        return None if report is None else self._inspection_of(matched, report, fetched, is_known=known is not None)

    def _believed(self, matched: Matched, report: Report | CouldNotTell) -> Report | None:
        """The report, if it is the one that the page announces; notes why not."""
        document = matched.document
        reason = (
            report.reason
            if isinstance(report, CouldNotTell)
            else why_another(self.page, self.documents, document, report)
        )
        self.reports.append(Try(self.page.urn, reason))
        if isinstance(report, Report) and reason is None:
            return report
        what = f"could not tell the grades of the inspection of {document.inspected}: {reason}. Read the report"
        self._cannot_tell(self._link(document), what, Trouble.REPORT, retry=True, unread=matched.stated)
        return None

    def _inspection_of(self, matched: Matched, report: Report, fetched: Fetched, *, is_known: bool) -> Inspection:
        """The inspection as its page and its report state it."""
        document = matched.document
        if report.owner is not None:
            self.owners.append((document.inspected, report.owner))
        judgements = report.judgements if report.urn is not None else ()  # an authority's are not the home's
        inspection = replace(
            matched.stated,
            kind=report.kind if document.kind is Kind.OTHER else document.kind,
            inspected_to=report.inspected_to or matched.stated.inspected_to,
            judgements=judgements,
            headline=headline_among(judgements, matched.stated.headline),
        )
        self.findings[inspection.key] = report.findings
        self.histories.append((inspection, report.previous))
        is_inadequate = inspection.rating is not None and inspection.rating.is_inadequate
        if is_inadequate or is_known or stands_inadequate(self.known):
            self.files = self.files.watching(document.id, fetched.digest, fetched.validators)
        return inspection

    async def _quote_visits(self) -> None:
        """Reads the reports on new visits to a home that stands inadequate, for what can be quoted of them alone.

        A visit has no grade to be read, so one that can't be read is told without, and is nobody's matter.
        """
        newest = newest_graded((*self.known, *(statement for _, statement in self.stated)))
        if newest is None or newest.rating is None or not newest.rating.is_inadequate:
            return
        for matched, visit in self.stated:
            is_new = matched.known is None and matched.document.published >= self.visitor.baseline.since
            if visit.kind is Kind.FULL or not is_new or self.of_baseline or visit.inspected < newest.inspected:
                continue
            if matched.document.format != PDF:
                continue
            with suppress(FetchFailed, TimeoutError):
                async with asyncio.timeout(LONGEST_QUOTING.total_seconds()):
                    report = (await self.fetched.get(self._link(matched.document))).report
                if (
                    isinstance(report, Report)
                    and why_another(self.page, self.documents, matched.document, report) is None
                ):
                    self.findings[visit.key] = report.findings

    async def _fetch(self, document: ListedReport | UndatedReport, known: WatchedFile | None = None) -> Fetched | None:
        """Its file and what that says; None where the network or the publisher is to blame, which is noted."""
        if document.format != PDF:
            what = f"it is published as {document.format.upper()}, which is not read, and not as a PDF"
            return Fetched(CouldNotTell(what))
        try:
            return await self.fetched.get(self._link(document), known)
        except (Unreachable, Refused) as error:
            self.passing, self.is_settled = error, False
            return None
        except FetchFailed as error:
            return Fetched(CouldNotTell(str(error)))

    def _would_be_news(self, unread: Inspection) -> bool:
        """Whether an inspection whose report can't be read would be told of if it could."""
        baseline, moved = self.visitor.baseline, self.home.moved
        return is_news(unread, None, baseline, of_baseline=self.of_baseline, newest_of_moved=moved)

    def _link(self, document: ListedReport | UndatedReport) -> str:
        return urljoin(self.answer.final_url, document.link)

    def _cannot_tell(
        self, where: str, what: str, trouble: Trouble, *, retry: bool, unread: Inspection | None = None
    ) -> None:
        self.problems.append(
            Problem(
                where=where,
                what=what,
                trouble=trouble,
                home=self.key,
                unread=unread,
                is_background=unread is not None and not self._would_be_news(unread),
            )
        )
        self.is_settled = self.is_settled and not retry
