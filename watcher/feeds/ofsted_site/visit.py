"""Reads one home: its page, the reports on it that are not known yet, and what of that is news."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from urllib.parse import urljoin

from watcher.facts.inspection import Home, Inspection, Kind, Source
from watcher.facts.quotes import Findings
from watcher.facts.statements import DATE_TOLERANCE
from watcher.feeds.feed import Knowledge, Problem, Trouble
from watcher.feeds.ofsted_site.cursor import Baseline
from watcher.feeds.ofsted_site.markup import UnexpectedPageError
from watcher.feeds.ofsted_site.news import Matched, Need, is_news, match, needs
from watcher.feeds.ofsted_site.plan import FUTURE, Due
from watcher.feeds.ofsted_site.provider import ListedReport, ProviderPage, read_provider
from watcher.feeds.ofsted_site.report.report import read_report
from watcher.feeds.ofsted_site.report.values import CouldNotTell, Previous, Report
from watcher.feeds.ofsted_site.report_reader import ReportReader
from watcher.feeds.ofsted_site.retold import Retold, retell
from watcher.feeds.ofsted_site.search import provider_address
from watcher.feeds.web.failures import Refused, Unreachable
from watcher.feeds.web.http import FetchFailed, NotModified, Page, PoliteClient
from watcher.judging.judge import newest_graded

LARGEST_REPORT = 20_000_000
"""Bytes."""
LONGEST_QUOTING = timedelta(seconds=40)
"""For a report that is read for its words alone: nobody waits a minute for them."""
REGULATOR = "ofsted"


@dataclass(frozen=True, slots=True)
class Visit:
    """What reading one home yielded."""

    home: Home
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


@dataclass(frozen=True, slots=True)
class Visitor:
    """Reads homes for one feed on one day."""

    client: PoliteClient
    reader: ReportReader
    knowledge: Knowledge
    root: str
    source: Source
    baseline: Baseline

    @property
    def today(self) -> date:
        """The day of the reading, in the publisher's time zone."""
        return self.source.as_of

    async def visit(self, home: Due, *, of_baseline: bool) -> Visit:
        """Reads one home; raises FetchFailed or UnexpectedPageError if its page itself can't be read."""
        address = provider_address(self.root, home.urn, home.category)
        answer = await self.client.get(address)
        if isinstance(answer, NotModified):
            raise UnexpectedPageError("the site says 'not modified' without having been asked")
        page = read_provider(answer.text, home.urn)
        reading = _HomeReading(self, answer, page, home, of_baseline)
        await reading.read()
        return reading.result()


class _HomeReading:
    """One home's page and what has been made of it so far."""

    def __init__(self, visitor: Visitor, answer: Page, page: ProviderPage, home: Due, of_baseline: bool) -> None:
        self.visitor, self.answer, self.page, self.home, self.of_baseline = visitor, answer, page, home, of_baseline
        self.key = f"{REGULATOR}:{page.urn}"
        self.known_at_all = visitor.knowledge.inspections(self.key)
        self.known = [inspection for inspection in self.known_at_all if not inspection.is_retold]
        self.stated: list[tuple[Matched, Inspection]] = []
        self.problems: list[Problem] = []
        self.owners: list[tuple[date, str]] = []
        self.findings: dict[str, Findings] = {}
        self.histories: list[tuple[Inspection, Sequence[Previous]]] = []
        self.retold = Retold()
        self.passing: FetchFailed | None = None
        self.is_settled = True

    async def read(self) -> None:
        """Reads the files that have to be read, the newest inspection first."""
        for line in self.page.not_understood:
            what = f"a line of its time line is not understood: {line}"
            self._cannot_tell(self.answer.url, what, Trouble.LINE, retry=True)
        documents = [document for document in self.page.documents if self._is_sound(document)]
        pairs = match(documents, [self._inspection(document) for document in documents], self.known)
        wanted = needs(pairs, self.known, self.visitor.baseline.since)
        for matched, need in sorted(wanted, key=lambda pair: pair[0].document.inspected, reverse=True):
            if need is Need.STATE:
                self.stated.append((matched, matched.stated))
            elif need is Need.READ and (inspection := await self._graded(matched)) is not None:
                self.stated.append((matched, inspection))
        await self._quote_visits()
        missed_since = None if self.page.not_understood else self.visitor.baseline.since
        self.retold = retell(self.histories, wanted, self.known_at_all, missed_since)

    def result(self) -> Visit:
        """What the home amounts to."""
        ratings = [(statement.inspected, statement) for _, statement in self.stated if statement.rating]
        graded = [inspection.inspected for inspection in self.known if inspection.rating]
        newest = max((day for day in [*graded, *(day for day, _ in ratings)]), default=None)
        news: list[Inspection] = []
        background: list[Inspection] = []
        for matched, statement in self.stated:
            told = is_news(
                statement,
                matched.known,
                self.visitor.baseline,
                of_baseline=self.of_baseline,
                newest_of_moved=self.home.moved and statement.rating is not None and statement.inspected == newest,
            )
            (news if told else background).append(statement)
        return Visit(
            self._home(),
            tuple(news),
            (*self.retold.background, *background),
            self._listing(),
            (*self.problems, *self.retold.problems),
            self.is_settled,
            self.passing,
            {inspection.key: self.findings[inspection.key] for inspection in news if inspection.key in self.findings},
        )

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
        if self.page.not_understood:
            return None
        listed = tuple(self._inspection(document) for document in self.page.documents)
        ours = [
            known for known in self.known if any(source.name == self.visitor.source.name for source in known.sources)
        ]
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

    async def _graded(self, matched: Matched) -> Inspection | None:
        """The inspection with what its report says; None, with a problem noted, where that can't be told."""
        document, link = matched.document, self._link(matched.document)
        report = await self._report(link)
        if report is None:
            return None
        reason = report.reason if isinstance(report, CouldNotTell) else self._mismatch(document, report)
        if isinstance(report, CouldNotTell) or reason is not None:
            what = f"could not tell the grades of the inspection of {document.inspected}: {reason}. Read the report"
            self._cannot_tell(link, what, Trouble.REPORT, retry=True, unread=matched.stated)
            return None
        if report.owner is not None:
            self.owners.append((document.inspected, report.owner))
        inspection = replace(
            matched.stated,
            kind=report.kind if document.kind is Kind.OTHER else document.kind,
            inspected_to=report.inspected_to or matched.stated.inspected_to,
            judgements=report.judgements if report.urn is not None else (),  # an authority's are not the home's
        )
        self.findings[inspection.key] = report.findings
        self.histories.append((inspection, report.previous))
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
            with suppress(FetchFailed, TimeoutError):
                async with asyncio.timeout(LONGEST_QUOTING.total_seconds()):
                    report = await self._read(self._link(matched.document))
                if isinstance(report, Report) and self._mismatch(matched.document, report) is None:
                    self.findings[visit.key] = report.findings

    async def _report(self, link: str) -> Report | CouldNotTell | None:
        try:
            return await self._read(link)
        except (Unreachable, Refused) as error:
            self.passing, self.is_settled = error, False
            return None
        except FetchFailed as error:
            return CouldNotTell(str(error))

    async def _read(self, link: str) -> Report | CouldNotTell:
        answer = await self.visitor.client.get(link, accept="application/pdf", limit=LARGEST_REPORT)
        if isinstance(answer, NotModified):
            return CouldNotTell("the site says 'not modified' without having been asked")
        pages = await self.visitor.reader.read(answer.body)
        return pages if isinstance(pages, CouldNotTell) else read_report(pages)

    def _mismatch(self, document: ListedReport, report: Report) -> str | None:
        """Why a report is not the one that the page announces; None if it is."""
        if report.urn is not None and report.urn != self.page.urn:
            return f"the file behind the link is the report of another home, {report.urn}"
        if document.kind is Kind.FULL and report.kind is not Kind.FULL:
            return f"the page calls it a full inspection, the report {report.what!r}"
        if document.kind is Kind.FULL and report.inspected is None:
            return "the report doesn't say when the inspection was"
        apart = abs((report.inspected or document.inspected) - document.inspected)
        if apart > DATE_TOLERANCE:
            return f"the page dates the inspection {document.inspected}, the report {report.inspected}"
        return self._second_reading(document, report)

    def _second_reading(self, document: ListedReport, report: Report) -> str | None:
        shown = self.page.rating
        read = next((judgement.grade for judgement in report.judgements if judgement.area == "overall"), None)
        newest = max(other.inspected for other in self.page.documents if other.kind is document.kind)
        if shown is None or read is None or document.inspected != newest or shown.means_the_same_as(read):
            return None
        return f"the page shows {shown.words!r}, the report says {read.words!r}"

    def _would_be_news(self, unread: Inspection) -> bool:
        """Whether an inspection whose report can't be read would be told of if it could."""
        baseline, published = self.visitor.baseline, unread.published or date.min
        if self.of_baseline:
            return published > baseline.begun
        return published >= baseline.since or self.home.moved

    def _link(self, document: ListedReport) -> str:
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
