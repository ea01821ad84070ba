"""Ofsted's reports site: the lists of who has new documents, their pages, and the grades in the report files."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.feeds.advance import Advance, OnAdvance, unnoticed
from watcher.feeds.exchange import OnExchange, unheard
from watcher.feeds.feed import Cursor, Knowledge, Problem, Reading
from watcher.feeds.ofsted_site.access import SiteAccess
from watcher.feeds.ofsted_site.cursor import Progress, cursor_of, load, with_progress
from watcher.feeds.ofsted_site.reader import Reader
from watcher.feeds.ofsted_site.remit import HOMES, Remit
from watcher.feeds.ofsted_site.remit_reading import TIME_ZONE, RemitReading
from watcher.feeds.ofsted_site.together import STOPPED_BY, together
from watcher.feeds.web.http import PoliteClient, origins
from watcher.options.way_out import DIRECTLY, WayOut
from watcher.timing.clock import Clock


class OfstedSite:
    """Reads the reports site politely: what is unchanged costs a conditional request, what is new its page and reports.

    Each remit goes its own way through one reading, with one client and within one budget: its first complete reading
    is its silent baseline, whenever it is added, and nothing that is wrong with one is laid at another's door. What is
    cut short by `budget`, or by a publisher who is in trouble, yields what it has read, with a cursor from which the
    next poll goes on.
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
        remits: Sequence[Remit] = (HOMES,),
        on_exchange: OnExchange = unheard,
        client: PoliteClient | None = None,
        reader: Reader | None = None,
    ) -> None:
        self._name = name
        self._look_back = look_back
        self._clock = clock
        self._budget = budget
        self._on_advance = on_advance
        self._remits = tuple(remits)
        client = client or PoliteClient(
            contact=contact,
            hosts=origins(url, hosts),
            spacing=spacing,
            now=clock.now,
            monotonic=clock.monotonic,
            way_out=way_out,
            on_exchange=on_exchange,
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
        parts: dict[Remit, Reading] = {}
        try:
            for remit, progress in self._in_turn(cursor):
                before = cursor_of(cursor, remit)
                one = self._reading(remit, lambda: self._is_over(began))
                parts[remit] = part = await one.read(progress, before, knowledge, now)
                if part.cursor is not before:
                    cursor = with_progress(cursor, remit, part.cursor)
                if part.outcome in STOPPED_BY:
                    break
        finally:
            self._on_advance(self._name, None)
        if len(self._remits) == 1:
            return replace(parts[self._remits[0]], cursor=cursor)
        return together(parts, self._remits, cursor)

    def _in_turn(self, cursor: Cursor) -> Sequence[tuple[Remit, Progress]]:
        """The remits with their progress, those in trouble last: what stops one stops no other."""
        loaded = [(remit, load(cursor, remit)) for remit in self._remits]
        return sorted(loaded, key=lambda pair: _soundness(pair[1]), reverse=True)

    def _reading(self, remit: Remit, is_over: Callable[[], bool]) -> RemitReading:
        return RemitReading(
            feed=self._name,
            site=self._site,
            remit=remit,
            look_back=self._look_back,
            is_over=is_over,
            on_page=self._counting(),
        )

    def _counting(self) -> Callable[[int, int], None]:
        """Passes on how many of the pages are done, since now."""
        began = self._clock.now()
        return lambda done, due: self._on_advance(self._name, Advance(done, due, began))

    async def check(self) -> Sequence[Problem]:
        """Fetches robots.txt, the search form and the first results; what is wrong with them, or nothing."""
        today = self._clock.now().astimezone(TIME_ZONE).date()
        readings = [self._reading(remit, lambda: False) for remit in self._remits]
        return tuple([problem for reading in readings for problem in await reading.check(today)])

    def _is_over(self, began: float) -> bool:
        """Whether a reading that began then has used up its time."""
        return self._budget is not None and self._clock.monotonic() - began >= self._budget.total_seconds()


def _soundness(progress: Progress) -> tuple[float, bool]:
    return progress.read.timestamp() if progress.read else 0.0, not progress.failures
