"""One poll of one remit: its part of the search form, of the result list and of the pages, by its own progress."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from watcher.facts.regulators import OFSTED
from watcher.facts.sources import Sort, Source
from watcher.feeds.feed import Knowledge, Outcome, Problem, Reading, Trouble
from watcher.feeds.ofsted_site.access import SiteAccess
from watcher.feeds.ofsted_site.cursor import Baseline, Progress, dump
from watcher.feeds.ofsted_site.markup import UnexpectedPageError
from watcher.feeds.ofsted_site.poll import Poll
from watcher.feeds.ofsted_site.remit import Remit
from watcher.feeds.ofsted_site.search import form_address
from watcher.feeds.ofsted_site.set_back import bring_back
from watcher.feeds.ofsted_site.slow import step
from watcher.feeds.ofsted_site.sweep import sweep, why_empty, why_shrunk
from watcher.feeds.ofsted_site.visit import Visitor
from watcher.feeds.web.http import FetchFailed, NotModified, Refused, Unreachable

TIME_ZONE = OFSTED.time_zone
"""The publisher's: its dates are days there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemitReading:
    """What one remit of a feed is read with; whatever comes of one leaves the others as they are."""

    feed: str
    site: SiteAccess
    remit: Remit
    look_back: timedelta
    is_over: Callable[[], bool]
    """Whether the time of the whole reading is used up."""
    on_page: Callable[[int, int], None]

    async def read(self, progress: Progress, before: Mapping[str, Any], knowledge: Knowledge, now: datetime) -> Reading:
        """One poll, with the progress after it as its cursor; `before` is that of the poll before, to go back to."""
        site, remit, today = self.site, self.remit, now.astimezone(TIME_ZONE).date()
        was_set_back = bring_back(progress, self.look_back, now, today)
        progress.noted = now
        if was_set_back:  # stays so, even if nothing of this reading is believed
            before = dump(progress)
        since = progress.window(self.look_back, today)
        try:
            await self._read_form(progress, today)
            found = await sweep(site, remit, progress.categories, since, progress.pages)
        except (FetchFailed, UnexpectedPageError) as error:
            return _failed(error, before)
        shrunk = why_shrunk(found.entries, progress.homes, max(since, today - self.look_back), remit.many)
        found = replace(found, doubt=found.doubt or why_empty(found, remit, since, today) or shrunk)
        progress.pages = found.pages
        baseline = progress.baseline = progress.baseline or Baseline(since, today)
        source = Source(today, self.feed, Sort.PAGE)
        visitor = Visitor(remit, site, knowledge, source, baseline)
        poll = Poll(progress, baseline, visitor, found, now, self.is_over, self.on_page)
        await poll.visit_all()
        if poll.has_time:
            poll.problems += await step(site, remit, progress, found.entries, since, self._asked_of(knowledge), now)
        return poll.reading(since)

    async def check(self, today: date) -> Sequence[Problem]:
        """Fetches the search form and the first results; what is wrong with them, or nothing."""
        where, progress = f"{self.site.root}{self.remit.beside}", Progress()
        try:
            await self._read_form(progress, today)
            found = await sweep(self.site, self.remit, progress.categories, today - timedelta(days=7), ())
        except (FetchFailed, UnexpectedPageError) as error:
            return (Problem(where=where, what=str(error), trouble=Trouble.LIST),)
        doubt = (Problem(where=where, what=found.doubt, trouble=Trouble.LIST),) if found.doubt else ()
        return (*doubt, *found.problems(today))

    async def _read_form(self, progress: Progress, today: date) -> None:
        """Learns the number of the remit's category, once a day."""
        wanted = (self.remit.label,)
        if progress.categories_read == today and progress.categories_wanted == wanted:
            return
        answer = await self.site.client.get(form_address(self.site.root))
        if isinstance(answer, NotModified):
            raise UnexpectedPageError("the site says 'not modified' without having been asked")
        progress.categories = await self.site.reader.categories(answer, wanted)
        progress.categories_wanted, progress.categories_read = wanted, today

    def _asked_of(self, knowledge: Knowledge) -> Callable[[str], date | None]:
        """The latest publication that is known of a home, by its number."""
        return lambda urn: knowledge.latest_published(f"{self.remit.key}:{urn}")


def _failed(error: FetchFailed | UnexpectedPageError, before: Mapping[str, Any]) -> Reading:
    """A reading of which nothing is believed."""
    outcome = Outcome.MALFORMED
    if isinstance(error, Refused):
        outcome = Outcome.REFUSED
    elif isinstance(error, Unreachable):
        outcome = Outcome.UNREACHABLE
    retry_after = error.retry_after if isinstance(error, Refused) else None
    return Reading(outcome=outcome, detail=str(error), cursor=before, retry_after=retry_after)
