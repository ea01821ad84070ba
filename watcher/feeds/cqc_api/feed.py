"""The CQC's API as a feed."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from pydantic import SecretStr

from watcher.facts.regulators import CQC
from watcher.facts.sources import Sort, Source
from watcher.feeds.advance import Advance, OnAdvance, unnoticed
from watcher.feeds.cqc_api.answers import UnexpectedAnswerError
from watcher.feeds.cqc_api.calls import KEY_HEADER, Api, Query, filters_of
from watcher.feeds.cqc_api.changes import SHOWN_WITHIN, up_to
from watcher.feeds.cqc_api.cursor import ApiProgress, Digests, load
from watcher.feeds.cqc_api.news import KnownOf, Sifter
from watcher.feeds.cqc_api.poll import ApiPoll, Filters
from watcher.feeds.feed import Cursor, Knowledge, Outcome, Problem, Reading, Trouble
from watcher.feeds.web.http import FetchFailed, PoliteClient, Refused, SecretHeader, Unreachable, origins
from watcher.feeds.worker.worker import Worker
from watcher.options.way_out import DIRECTLY, WayOut
from watcher.timing.clock import Clock

MOST_LACKING = 0.1
"""A list of locations that lacks a larger share of what it claims to have is not believed."""


class CqcApi:
    """Reads the API politely: all locations that fit the filters once, as the silent baseline, then what has changed.

    A reading that is cut short by `budget`, or by an API in trouble, yields what it has read, with a cursor from which
    the next poll goes on. With other filters their list is read anew, as silently.
    """

    def __init__(
        self,
        name: str,
        *,
        url: str,
        key: SecretStr | None,
        hosts: Sequence[str],
        contact: str,
        spacing: timedelta,
        look_back: timedelta,
        filters: Filters,
        clock: Clock,
        budget: timedelta | None = None,
        way_out: WayOut = DIRECTLY,
        on_advance: OnAdvance = unnoticed,
    ) -> None:
        self._name, self._filters, self._look_back = name, filters, look_back
        self._clock, self._budget, self._on_advance = clock, budget, on_advance
        client = PoliteClient(
            contact=contact,
            hosts=origins(url, hosts),
            spacing=spacing,
            now=clock.now,
            monotonic=clock.monotonic,
            way_out=way_out,
            key=SecretHeader(url, KEY_HEADER, key) if key is not None else None,
        )
        self._api = Api(url, client, Worker())

    @property
    def name(self) -> str:
        """Its name in the configuration."""
        return self._name

    async def close(self) -> None:
        """Lets go of connections and of the process that reads what was fetched."""
        await self._api.close()

    async def read(self, cursor: Cursor, knowledge: Knowledge, now: datetime) -> Reading:
        """One poll; an outcome that is not good may still carry what was read before it, with a cursor for it."""
        began, progress = self._clock.monotonic(), load(cursor)
        try:
            await self._list(progress, knowledge.inspections, now)
        except (FetchFailed, UnexpectedAnswerError) as error:
            return _failed(error, cursor)
        source = Source(now.astimezone(CQC.time_zone).date(), self._name, Sort.PAGE)
        sifter = Sifter(knowledge.inspections, source)
        poll = ApiPoll(self._api, progress, self._filters, sifter, now, lambda: self._is_over(began), self._counting())
        try:
            await poll.visit_all(self._look_back)
        finally:
            self._on_advance(self._name, None)
        if poll.stopped_by is not None and not poll.asked and not poll.baseline and cursor:
            return _failed(poll.stopped_by, cursor)
        return poll.reading()

    async def _list(self, progress: ApiProgress, known: KnownOf, now: datetime) -> None:
        """Reads which locations there are, before the first reading of them and with other filters."""
        query = self._query
        filters = tuple(f"{name}={value}" for name, value in query)
        if progress.begun is not None and progress.filters == filters:
            return
        listed = await self._api.locations(query)
        if not listed.ids:
            raise UnexpectedAnswerError(
                f"{self._api.root}/locations lists nothing: see that the filters are spelled as CQC does"
            )
        if listed.lacks > MOST_LACKING * (listed.total or 0):
            have = f"{len(listed.ids)} of {listed.total}"
            raise UnexpectedAnswerError(f"{self._api.root}/locations lists {have} locations; it is asked again later")
        progress.filters, progress.outside = filters, Digests()
        new = (number for number in listed.ids if not (progress.is_complete and known(f"{CQC.key}:{number}")))
        progress.left = sorted(new, reverse=True)
        progress.begun = up_to(now, [listed]) - SHOWN_WITHIN

    @property
    def _query(self) -> Query:
        filters = self._filters
        return filters_of(filters.local_authority, filters.directorate, care_home=filters.care_home)

    async def check(self) -> Sequence[Problem]:
        """Asks for the first locations; what is wrong, or nothing."""
        try:
            listed = await self._api.first_locations(self._query)
        except (FetchFailed, UnexpectedAnswerError) as error:
            return (Problem(where=self._api.root, what=str(error), trouble=Trouble.LIST),)
        if listed.ids:
            return ()
        what = "lists no location that fits: see that local_authority and directorate are spelled as CQC does"
        return (Problem(where=self._api.root, what=what, trouble=Trouble.LIST),)

    def _counting(self) -> Callable[[int, int], None]:
        """Passes on how many of the locations are done, since now."""
        began = self._clock.now()
        return lambda done, due: self._on_advance(self._name, Advance(done, due, began))

    def _is_over(self, began: float) -> bool:
        """Whether a reading that began then has used up its time."""
        return self._budget is not None and self._clock.monotonic() - began >= self._budget.total_seconds()


def _failed(error: FetchFailed | UnexpectedAnswerError, cursor: Cursor) -> Reading:
    """A reading of which nothing is believed."""
    outcome = Outcome.MALFORMED
    if isinstance(error, Refused):
        outcome = Outcome.REFUSED
    elif isinstance(error, Unreachable):
        outcome = Outcome.UNREACHABLE
    retry_after = error.retry_after if isinstance(error, Refused) else None
    return Reading(outcome=outcome, detail=str(error), cursor=cursor, retry_after=retry_after)
