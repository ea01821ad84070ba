"""Reads one home, or one authority: its page, the reports on it that are not known yet, and what of that is news."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from watcher.facts.inspection import Home, Inspection, Kind
from watcher.facts.quotes import Findings
from watcher.facts.sources import Source
from watcher.feeds.feed import Knowledge, Problem, Trouble
from watcher.feeds.ofsted_site.access import SiteAccess
from watcher.feeds.ofsted_site.cursor import Baseline
from watcher.feeds.ofsted_site.files import HomeFiles
from watcher.feeds.ofsted_site.home_page import HomePage
from watcher.feeds.ofsted_site.home_reports import HomeReports
from watcher.feeds.ofsted_site.majority import Try
from watcher.feeds.ofsted_site.markup import UnexpectedPageError
from watcher.feeds.ofsted_site.news import MOST_GAPS, Matched, Need, is_news, match, needs
from watcher.feeds.ofsted_site.plan import FUTURE, Due
from watcher.feeds.ofsted_site.remit import Remit
from watcher.feeds.ofsted_site.retold import Retold, retell
from watcher.feeds.ofsted_site.search import provider_address
from watcher.feeds.ofsted_site.timeline import ListedReport
from watcher.feeds.web.http import FetchFailed, NotModified
from watcher.judging.judge import newest_graded, stands_inadequate


@dataclass(frozen=True, slots=True)
class PageVisit:
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
    """Reads homes of one remit for one feed on one day."""

    remit: Remit
    site: SiteAccess
    knowledge: Knowledge
    source: Source
    baseline: Baseline

    @property
    def today(self) -> date:
        """The day of the reading, in the publisher's time zone."""
        return self.source.as_of

    async def visit(self, home: Due, *, of_baseline: bool, is_retry: bool, files: HomeFiles) -> PageVisit:
        """Reads one home; raises FetchFailed or UnexpectedPageError if its page itself can't be read."""
        address = provider_address(self.site.root, home.urn, home.category)
        answer = await self.site.client.get(address)
        if isinstance(answer, NotModified):
            raise UnexpectedPageError("the site says 'not modified' without having been asked")
        page = await self.site.reader.provider(answer, home.urn)
        found = HomePage(
            remit=self.remit,
            home=home,
            answer=answer,
            page=page,
            known_at_all=self.knowledge.inspections(f"{self.remit.key}:{page.urn}"),
            source=self.source,
            baseline=self.baseline,
            of_baseline=of_baseline,
            is_retry=is_retry,
        )
        reading = _HomeReading(found, self.site, files)
        await reading.read()
        return reading.result()


class _HomeReading:
    """What has been made of one home's page so far."""

    def __init__(self, page: HomePage, site: SiteAccess, files: HomeFiles) -> None:
        self.page = page
        self.files_before = files
        if not page.page.not_understood:
            files = files.listed(frozenset(link.id for link in page.links), page.today)
        self.reports = HomeReports(site, page, files)
        self.stated: list[tuple[Matched, Inspection]] = []
        self.retold = Retold()
        self.problems: list[Problem] = []
        self.is_settled = True
        self.documents = list(page.page.documents)
        """Of which the date of inspection is known, from the page or from the file."""
        self.is_whole = not page.page.not_understood
        """Whether `documents` are all of the page."""

    async def read(self) -> None:
        """Reads the files that have to be read, the newest inspection first."""
        page = self.page
        for line in page.page.not_understood:
            self._odd(page.answer.url, f"a line of its time line is not understood: {line}")
        await self._date_the_undated()
        sound = [document for document in self.documents if self._is_sound(document)]
        documents = [document for document in sound if page.is_understood(document)]
        pairs = match(documents, [page.stated(document) for document in documents], page.known)
        wanted = needs(pairs, page.known, page.baseline.since, page.appeared)
        for matched, need in sorted(wanted, key=lambda pair: pair[0].document.inspected, reverse=True):
            if (inspection := await self.reports.inspection(matched, need, self.documents)) is not None:
                self.stated.append((matched, inspection))
            elif need is Need.STATE:
                self.stated.append((matched, matched.stated))
        await self._quote_visits()
        missed_since = page.baseline.since if self.is_whole else None
        self.retold = retell(self.reports.histories, wanted, page.known_at_all, missed_since)

    async def _date_the_undated(self) -> None:
        """Learns from the files when those inspections were of which the page doesn't say it for certain.

        Of a home of which nothing is known many old ones may be listed so: as many are read as would be of others.
        """
        page = self.page
        newest_first = sorted(page.page.undated, key=lambda undated: (undated.published, undated.id), reverse=True)
        for position, undated in enumerate(newest_first):
            dated = None
            known = next((known for known in page.known if known.document == undated.id), None)
            if known is not None:
                dated = undated.inspected_on(known.day, known.inspected_to)
            elif page.is_understood(undated) and (position < MOST_GAPS or undated.published >= page.baseline.since):
                dated = await self.reports.dated(undated)
            if dated is not None:
                self.documents.append(dated)
            else:
                self.is_whole = False

    async def _quote_visits(self) -> None:
        """Has the reports on new visits to a home that stands inadequate read for what can be quoted of them.

        Nothing is quoted from those on authorities.
        """
        page = self.page
        known = [*page.known, *(statement for _, statement in self.stated)]
        newest = newest_graded(known)
        if page.remit.is_authority or newest is None or not stands_inadequate(known) or page.of_baseline:
            return
        for matched, visit in self.stated:
            is_new = matched.known is None and matched.document.published >= page.baseline.since
            if visit.kind is not Kind.FULL and is_new and visit.day >= newest.day:
                await self.reports.quote(matched, visit, self.documents)

    def result(self) -> PageVisit:
        """What the home amounts to."""
        page, reports = self.page, self.reports
        news = [statement for matched, statement in self.stated if self._is_news(matched, statement)]
        background = [statement for _, statement in self.stated if statement not in news]
        listing = self._listing()
        why_unread = self._why_unread()
        new = [matched.document for matched, _ in self.stated if matched.known is None]
        return PageVisit(
            page.described(max(reports.owners)[1] if reports.owners else None),
            Try(page.page.urn, why_unread),
            reports.files,
            tuple(news),
            (*self.retold.background, *background),
            listing,
            (*self.problems, *reports.problems, *self.retold.problems),
            self.is_settled and reports.is_settled and why_unread is None,
            reports.passing,
            {
                inspection.key: reports.findings[inspection.key]
                for inspection in news
                if inspection.key in reports.findings
            },
            reports=tuple(reports.tries),
            lags=page.lags(new),
        )

    def _is_news(self, matched: Matched, statement: Inspection) -> bool:
        page, missing = self.page, self.files_before.missing.get(matched.document.id)
        is_newest = page.home.moved and statement.rating is not None and statement.day == self._newest()
        return is_news(
            statement,
            matched.known,
            page.baseline,
            of_baseline=page.of_baseline or (missing is not None and missing.of_baseline),
            newest_of_moved=is_newest or (missing.moved if missing else page.has_appeared(matched)),
        )

    def _newest(self) -> date | None:
        """The day of the newest graded inspection, as far as is known or stated."""
        inspections = [*self.page.known, *(statement for _, statement in self.stated)]
        return max((inspection.day for inspection in inspections if inspection.rating), default=None)

    def _why_unread(self) -> str | None:
        """Why its page counts as not read: what it was read for is not on it, or nothing is."""
        links = self.page.links
        if links and (not self.page.home.moved or any(map(self.page.is_latest, links))):
            return None
        return next((problem.what for problem in self.problems), None)

    def _listing(self) -> tuple[Inspection, ...] | None:
        """All of the page, unless it may not be all: then nothing can be said to be gone from it."""
        if not self.is_whole:
            return None
        listed = tuple(map(self.page.stated, self.documents))
        ours = [known for known in self.page.known if self.page.is_ours(known)]
        gone = {known.document for known in ours} - {inspection.document for inspection in listed}
        visits = {(inspection.kind, inspection.day) for inspection in listed}
        missing = [known for known in ours if known.document in gone and (known.kind, known.day) not in visits]
        if len(missing) > 1 or (missing and not listed):
            what = f"{len(missing)} reports have gone from its page at once; nothing is concluded. Look at the page"
            self.problems.append(self.page.problem(self.page.answer.url, what, Trouble.PAGE))
            return None
        return listed

    def _is_sound(self, document: ListedReport) -> bool:
        latest = self.page.today + FUTURE
        if max(document.inspected, document.published) <= latest:
            return True
        what = f"its report {document.id} is dated in the future ({document.published}); it is taken in on that day"
        self._odd(self.page.address(document), what)
        return False

    def _odd(self, where: str, what: str) -> None:
        """Notes a part of the page that has to be tried again."""
        self.problems.append(self.page.problem(where, what, Trouble.LINE))
        self.is_settled = False
