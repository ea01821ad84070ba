"""One reading on its way: the homes that are due, what they yielded, and when to look at them again."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from watcher.facts.inspection import GONE, Inspection
from watcher.feeds.feed import Outcome, Problem, Reading, Trouble
from watcher.feeds.ofsted_site.cursor import Baseline, Failure, Progress, dump
from watcher.feeds.ofsted_site.files import files_of, keep
from watcher.feeds.ofsted_site.majority import Run, Try, after
from watcher.feeds.ofsted_site.markup import UnexpectedPageError
from watcher.feeds.ofsted_site.plan import LAGGING, LASTING, PASSING, Due, after_failure, after_reading, due
from watcher.feeds.ofsted_site.slow import slowly_due, visited
from watcher.feeds.ofsted_site.sweep import Sweep
from watcher.feeds.ofsted_site.visit import PageVisit, Visitor
from watcher.feeds.web.http import FetchFailed, NotFound, Refused, Unreachable

FAILURES_IN_A_ROW = 3
"""After so many homes the network is to blame, not the homes, and the reading ends."""
TELLS_OF_LAG = 3
"""So many looks at a page that is behind the list, over some five hours, and it is told."""
GONE_FOR = timedelta(days=28)
"""How long a home is left alone that has closed, or that the site has no page of."""

PAGE, REPORT = "page", "report"
"""What fails in the same way, if it is the site's trouble."""
LEAST_PAGES = 2
"""So many pages in a row are the site's trouble; reports may be of a new sort, and it takes more."""


class Poll:
    """One reading on its way: the homes that were due, and what they yielded."""

    def __init__(
        self,
        progress: Progress,
        baseline: Baseline,
        visitor: Visitor,
        found: Sweep,
        now: datetime,
        is_over: Callable[[], bool],
        on_page: Callable[[int, int], None] = lambda *_: None,
    ) -> None:
        self.progress, self.baseline, self.visitor, self.found = progress, baseline, visitor, found
        self.remit = visitor.remit
        self.now, self.today, self.is_over = now, visitor.today, is_over
        self._on_page = on_page
        standing = visitor.knowledge.standing_inadequate()
        self.standing = {key.partition(":")[2] for key in standing if key.startswith(f"{self.remit.key}:")}
        self.due = due(progress, found.entries, self.standing, now, self.today)
        self.due += slowly_due(progress, {home.urn for home in self.due}) if baseline.complete else []
        self.pages: list[Try] = []
        self.visits: list[PageVisit] = []
        self.problems: list[Problem] = list(found.problems(self.today))
        self.left: list[Due] = []
        self.stopped_by: FetchFailed | None = None

    async def visit_all(self) -> None:
        """Reads the homes that are due, until time or the publisher's patience runs out."""
        in_a_row = 0
        for position, home in enumerate(self.due):
            if position and self.is_over():  # each reading gets on by one home at least
                self.left += self.due[position:]
                return
            self._on_page(position, len(self.due))
            passing = await self._visit(home)
            in_a_row = in_a_row + 1 if passing is not None else 0
            asked_to_wait = isinstance(passing, Refused) and passing.retry_after is not None
            if passing is not None and (in_a_row == FAILURES_IN_A_ROW or asked_to_wait):
                self.stopped_by = passing
                self.left += self.due[position + 1 :]
                return
        if (witness := self._witness()) is not None:
            await self._visit(witness)

    def _witness(self) -> Due | None:
        """A home whose page tells whether the site is in trouble, where nothing has spoken against that since."""
        progress, tried = self.progress, {attempt.home for attempt in self.pages}
        page, report = progress.runs.get(PAGE), progress.runs.get(REPORT)
        urns: list[str] = []
        if page is not None and all(attempt.failed for attempt in self.pages):
            sound = set(progress.homes) - set(progress.failures)
            urns = [*sorted(sound, key=progress.homes.__getitem__, reverse=True), *page.homes]
            urns = urns if not self.pages or not _is_common(self._runs()[PAGE]) else []
        elif _is_common(report) and not self.reports:
            urns = [urn for urn in (report.homes if report else ()) if urn in progress.failures]
        categories = {entry.urn: entry.category for entry in self.found.entries}
        return next(
            (
                Due(urn, categories.get(urn, ""), progress.homes.get(urn), moved=False)
                for urn in urns
                if urn not in tried
            ),
            None,
        )

    @property
    def has_time(self) -> bool:
        """Whether all is read that was due, nothing speaks against the site, and there is time for more."""
        is_sound = self.stopped_by is None and self.found.doubt is None and self._common_run() is None
        return self.baseline.complete and is_sound and not self.left and not self.is_over()

    @property
    def reports(self) -> list[Try]:
        """How each report file has come out."""
        return [attempt for visit in self.visits for attempt in visit.reports]

    def _runs(self) -> dict[str, Run | None]:
        """The failures in a row as they stand after what was tried."""
        before, report = self.progress.runs, after(self.progress.runs.get(REPORT), self.reports)
        missing = (file.urn for file in self.progress.missing.values() if file.is_listed)
        still_unread = {*self.progress.failures, *missing}
        return {
            PAGE: after(before.get(PAGE), self.pages, LEAST_PAGES),
            REPORT: report if report is not None and still_unread.intersection(report.homes) else None,
        }

    def _common_run(self) -> tuple[str, Run] | None:
        """What most pages or reports have failed of, if that is the site's trouble."""
        found = ((part, run) for part, run in self._runs().items() if run is not None and run.is_common)
        return next(found, None)

    async def _visit(self, home: Due) -> FetchFailed | None:
        """Reads one home and notes when to look again; what the network or the publisher said, if that was the end."""
        failure = self.progress.failures.get(home.urn)
        of_baseline = not self.baseline.complete or (failure is not None and failure.of_baseline)
        of_baseline = of_baseline or (home.late and self.progress.slow.passes == 0)
        self.progress.slow = visited(self.progress.slow, home.urn)
        files = files_of(self.progress, home.urn, self.now)
        try:
            visit = await self.visitor.visit(
                self._addressed(home), of_baseline=of_baseline, is_retry=failure is not None, files=files
            )
        except (Unreachable, Refused) as error:
            self._failed(home, of_baseline, passing=error)
            return error
        except NotFound as error:
            self._gone(home, error, of_baseline)
            keep(self.progress, files.put_off())
            return None
        except (FetchFailed, UnexpectedPageError) as error:
            self.pages.append(Try(home.urn, str(error)))
            self.problems.append(self._problem(home, str(error)))
            self._failed(home, of_baseline)
            return None
        self.visits.append(visit)
        self.pages.append(visit.page)
        if visit.is_settled and visit.lags:
            self._lagging(home, of_baseline)
            keep(self.progress, visit.files)
        elif visit.is_settled:
            self._settled(home, visit)
        else:
            self._failed(home, of_baseline, passing=visit.passing)
            keep(self.progress, visit.files)
        return visit.passing

    def _addressed(self, home: Due) -> Due:
        """With the category of its page's address: that of its entry, as it was remembered, or its remit's."""
        addressed = self.progress.addressed
        if home.category == self.remit.category:
            addressed.pop(home.urn, None)
        elif home.category:
            addressed[home.urn] = home.category
        return replace(home, category=addressed.get(home.urn, self.remit.category))

    def _settled(self, home: Due, visit: PageVisit) -> None:
        progress, urn = self.progress, home.urn
        progress.failures.pop(urn, None)
        again = after_reading(progress.again.pop(urn, None), home, self.now, self.today)
        is_gone = visit.home.status in GONE
        keep(progress, replace(visit.files, watched={}) if is_gone else visit.files.put_off())
        if again is not None and not is_gone:
            progress.again[urn] = again
        if home.latest is not None:
            progress.homes[urn] = home.latest
        progress.not_before[urn] = self.today + (GONE_FOR if is_gone else timedelta(days=1))

    def _lagging(self, home: Due, of_baseline: bool) -> None:
        """A page that is behind the list: it is nobody's matter unless it stays so."""
        failure = self._try_again(home, of_baseline, LAGGING)
        if failure.times >= TELLS_OF_LAG:
            what = f"the list has a report of {home.latest} that its page doesn't show. Look at the page"
            self.problems.append(self._problem(home, what))

    def _try_again(self, home: Due, of_baseline: bool, waits: Sequence[timedelta]) -> Failure:
        before = self.progress.failures.get(home.urn)
        failure = after_failure(before, home, self.now, in_baseline=of_baseline, waits=waits)
        self.progress.failures[home.urn] = failure
        self.progress.not_before[home.urn] = self.today + timedelta(days=1)
        return failure

    def _failed(self, home: Due, of_baseline: bool, passing: FetchFailed | None = None) -> None:
        failure = self._try_again(home, of_baseline, LASTING if passing is None else PASSING)
        if passing is not None and failure.times >= FAILURES_IN_A_ROW:
            self.problems.append(self._problem(home, f"failed {failure.times} times in a row: {passing}"))

    def _gone(self, home: Due, error: NotFound, of_baseline: bool) -> None:
        """A home without a page: a fault if the list shows it, and no surprise for one that closed long ago."""
        if home.urn in self.progress.homes or home.moved:
            self.pages.append(Try(home.urn, str(error)))
            self.problems.append(self._problem(home, str(error)))
            self._failed(home, of_baseline)
        else:
            self.progress.not_before[home.urn] = self.today + GONE_FOR

    def _problem(self, home: Due, what: str) -> Problem:
        where = f"page of {home.urn}{self.remit.beside}"
        return Problem(where=where, what=what, trouble=Trouble.PAGE, home=f"{self.remit.key}:{home.urn}")

    def reading(self, since: date) -> Reading:
        """What the poll came to."""
        progress = self.progress
        common = self._common_run()
        self._remember(common is not None)
        to_go_on = [failure for failure in progress.failures.values() if failure.due <= self.now]
        is_complete = not self.left and self.stopped_by is None and not to_go_on
        outcome = self._outcome(common is not None)
        baseline: int | None = None
        if is_complete and outcome.is_good:
            progress.read = self.now
            baseline = None if self.baseline.complete else len(progress.homes)
            progress.baseline = replace(self.baseline, complete=True)
            progress.prune(since, self.today)
        return Reading(
            outcome=outcome,
            detail=self._detail(common),
            in_part=common is not None and self.stopped_by is None,
            homes=tuple(visit.home for visit in self.visits),
            inspections=self._all("news"),
            findings={key: quoted for visit in self.visits for key, quoted in visit.findings.items()},
            background=self._all("background"),
            listings={visit.home.key: visit.listing for visit in self.visits if visit.listing is not None},
            problems=(*self.problems, *(problem for visit in self.visits for problem in visit.problems)),
            unfinished=frozenset(visit.home.key for visit in self.visits if visit.passing is not None),
            cursor=dump(progress),
            newest=max(
                (day for entry in self.found.entries if (day := entry.latest) and day <= self.today), default=None
            ),
            baseline=baseline,
            retry_after=self.stopped_by.retry_after if isinstance(self.stopped_by, Refused) else None,
            goes_on=bool(self.left) and self.stopped_by is None,
        )

    def _all(self, part: str) -> tuple[Inspection, ...]:
        return tuple(inspection for visit in self.visits for inspection in getattr(visit, part))

    def _remember(self, is_common: bool) -> None:
        """Keeps the failures in a row; once the site's trouble is over, all that has failed of it is due."""
        progress, runs = self.progress, self._runs()
        was_common = any(map(_is_common, progress.runs.values()))
        progress.runs = {part: run for part, run in runs.items() if run is not None}
        if is_common:
            failed = {attempt.home for attempt in (*self.pages, *self.reports) if attempt.failed}
            failed |= {urn for run in progress.runs.values() if run.is_common for urn in run.homes}
            for urn in failed & set(progress.failures):
                progress.failures[urn] = replace(progress.failures[urn], is_common=True)
        elif was_common:
            for urn, failure in progress.failures.items():
                if failure.is_common:
                    progress.failures[urn] = replace(failure, due=min(failure.due, self.now), is_common=False)

    def _outcome(self, is_common: bool) -> Outcome:
        if self.stopped_by is not None:
            return Outcome.REFUSED if isinstance(self.stopped_by, Refused) else Outcome.UNREACHABLE
        if self.found.doubt is not None:
            return Outcome.IMPLAUSIBLE
        if is_common:
            return Outcome.MALFORMED
        return Outcome.CHANGED if self._all("news") or self._all("background") else Outcome.UNCHANGED

    def _detail(self, common: tuple[str, Run] | None) -> str:
        why = str(self.stopped_by) if self.stopped_by is not None else self.found.doubt
        if why is None and common is not None:
            why = _common_words(self.remit.many, *common)
        news, background = len(self._all("news")), len(self._all("background"))
        were_due = {home.urn for home in self.due}
        many = self.remit.many
        homes = f"{sum(visit.page.home in were_due for visit in self.visits)} of {len(self.due)} due {many} read"
        read = f"{homes}, {news} inspections new, {background} for the history"
        return f"{why}; {read}" if why else f"{len(self.found.entries)} {many} listed; {read}"


def _is_common(run: Run | None) -> bool:
    return run is not None and run.is_common


def _common_words(many: str, part: str, run: Run) -> str:
    what = f"{many}' pages" if part == PAGE else "report files"
    return (
        f"most of the {what} that were asked for could not be read, all in the same way, such as that of "
        f"{run.homes[0]}: {run.what}; see in a browser whether the site has changed"
    )
