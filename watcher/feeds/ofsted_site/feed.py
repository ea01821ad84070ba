"""Ofsted's reports site: the list of homes with new documents, their pages, and the grades in the report files."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from watcher.facts.regulators import OFSTED
from watcher.facts.sources import Sort, Source
from watcher.feeds.advance import Advance, OnAdvance, unnoticed
from watcher.feeds.feed import Cursor, Knowledge, Outcome, Problem, Reading, Trouble
from watcher.feeds.ofsted_site.access import SiteAccess
from watcher.feeds.ofsted_site.cursor import Baseline, Progress, load
from watcher.feeds.ofsted_site.home_page import REGULATOR
from watcher.feeds.ofsted_site.markup import UnexpectedPageError
from watcher.feeds.ofsted_site.poll import Poll
from watcher.feeds.ofsted_site.reader import Reader
from watcher.feeds.ofsted_site.search import form_address
from watcher.feeds.ofsted_site.slow import step
from watcher.feeds.ofsted_site.sweep import sweep, why_empty, why_shrunk
from watcher.feeds.ofsted_site.visit import Visitor
from watcher.feeds.web.http import FetchFailed, NotModified, PoliteClient, Refused, Unreachable, origins
from watcher.options.way_out import DIRECTLY, WayOut
from watcher.timing.clock import Clock

TIME_ZONE = OFSTED.time_zone
"""The publisher's: its dates are days there."""


class OfstedSite:
    """Reads the reports site politely: what is unchanged costs a conditional request, what is new its page and reports.

    The first complete reading is the silent baseline. A reading that is cut short by `budget`, or by a publisher who is
    in trouble, yields what it has read, with a cursor from which the next poll goes on.
    """

    def __init__(
        self,
        name: str,
        *,
        url: str,
        hosts: Sequence[str],
        contact: str,
        spacing: timedelta,
        look_back: timedelta,
        clock: Clock,
        budget: timedelta | None = None,
        way_out: WayOut = DIRECTLY,
        on_advance: OnAdvance = unnoticed,
        categories: Sequence[str] = ("children's home",),
        client: PoliteClient | None = None,
        reader: Reader | None = None,
    ) -> None:
        self._name = name
        self._look_back = look_back
        self._clock = clock
        self._budget = budget
        self._on_advance = on_advance
        self._categories = tuple(categories)
        client = client or PoliteClient(
            contact=contact,
            hosts=origins(url, hosts),
            spacing=spacing,
            now=clock.now,
            monotonic=clock.monotonic,
            way_out=way_out,
        )
        self._site = SiteAccess(url.rstrip("/"), client, reader or Reader())

    @property
    def name(self) -> str:
        """Its name in the configuration."""
        return self._name

    async def close(self) -> None:
        """Lets go of connections and of the process that reads what was fetched."""
        await self._site.close()

    async def read(self, cursor: Cursor, knowledge: Knowledge, now: datetime) -> Reading:
        """One poll; an outcome that is not good may still carry what was read before it, with a cursor for it."""
        began = self._clock.monotonic()
        progress = load(cursor)
        today = now.astimezone(TIME_ZONE).date()
        since = progress.window(self._look_back, today)
        try:
            await self._read_form(progress, today)
            found = await sweep(self._site, progress.categories, since, progress.pages)
        except (FetchFailed, UnexpectedPageError) as error:
            return _failed(error, cursor)
        shrunk = why_shrunk(found.entries, progress.homes, max(since, today - self._look_back))
        found = replace(found, doubt=found.doubt or why_empty(found, since, today) or shrunk)
        progress.pages = found.pages
        baseline = progress.baseline = progress.baseline or Baseline(since, today)
        source = Source(today, self._name, Sort.PAGE)
        visitor = Visitor(self._site, knowledge, source, baseline)
        poll = Poll(progress, baseline, visitor, found, now, lambda: self._is_over(began), self._counting())
        try:
            await poll.visit_all()
        finally:
            self._on_advance(self._name, None)
        if poll.has_time:
            poll.problems += await step(self._site, progress, found.entries, since, _asked_of(knowledge), now)
        return poll.reading(since)

    def _counting(self) -> Callable[[int, int], None]:
        """Passes on how many of the pages are done, since now."""
        began = self._clock.now()
        return lambda done, due: self._on_advance(self._name, Advance(done, due, began))

    async def _read_form(self, progress: Progress, today: date) -> None:
        """Learns the numbers of the categories, once a day."""
        if progress.categories_read == today and progress.categories_wanted == self._categories:
            return
        answer = await self._site.client.get(form_address(self._site.root))
        if isinstance(answer, NotModified):
            raise UnexpectedPageError("the site says 'not modified' without having been asked")
        progress.categories = await self._site.reader.categories(answer, self._categories)
        progress.categories_wanted, progress.categories_read = self._categories, today

    async def check(self) -> Sequence[Problem]:
        """Fetches robots.txt, the search form and the first results; what is wrong with them, or nothing."""
        progress, today = Progress(), self._clock.now().astimezone(TIME_ZONE).date()
        try:
            await self._read_form(progress, today)
            last_week = today - timedelta(days=7)
            found = await sweep(self._site, progress.categories, last_week, ())
        except (FetchFailed, UnexpectedPageError) as error:
            return (Problem(where=self._site.root, what=str(error), trouble=Trouble.LIST),)
        doubt = (Problem(where=self._site.root, what=found.doubt, trouble=Trouble.LIST),) if found.doubt else ()
        return (*doubt, *found.problems(today))

    def _is_over(self, began: float) -> bool:
        """Whether a reading that began then has used up its time."""
        return self._budget is not None and self._clock.monotonic() - began >= self._budget.total_seconds()


def _asked_of(knowledge: Knowledge) -> Callable[[str], date | None]:
    """The latest publication that is known of a home, by its number."""
    return lambda urn: knowledge.latest_published(f"{REGULATOR}:{urn}")


def _failed(error: FetchFailed | UnexpectedPageError, cursor: Cursor) -> Reading:
    """A reading of which nothing is believed."""
    outcome = Outcome.MALFORMED
    if isinstance(error, Refused):
        outcome = Outcome.REFUSED
    elif isinstance(error, Unreachable):
        outcome = Outcome.UNREACHABLE
    retry_after = error.retry_after if isinstance(error, Refused) else None
    return Reading(outcome=outcome, detail=str(error), cursor=cursor, retry_after=retry_after)
