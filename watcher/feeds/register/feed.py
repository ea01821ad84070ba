"""A register: read as a whole, of which only the rows that have changed are looked at."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta

from watcher.facts import regulators
from watcher.feeds.feed import Cursor, Knowledge, Outcome, Problem, Reading, Trouble
from watcher.feeds.register.cursor import RegisterProgress, dump, is_same_table, load, mark_of, marks_of, still_counted
from watcher.feeds.register.options import RegisterOptions
from watcher.feeds.register.reading import TableWeigher, WeighedTable, progress_after
from watcher.feeds.register.source import FoundTable, RegisterSource, Unchanged
from watcher.feeds.register.standing import Moment
from watcher.feeds.register.table import ReadTable, unpacked
from watcher.feeds.register.tasks import TABLE
from watcher.feeds.register.words import RegisterWords
from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.web.http import FetchFailed, Malformed, Refused, Unreachable
from watcher.feeds.worker.worker import Worker, WorkerInterruptedError
from watcher.messages.numbers import counted
from watcher.options.way_out import DIRECTLY, WayOut
from watcher.timing.clock import Clock

LEAST_SHARE = 0.9
"""Of the rows of the last reading. From month to month registers lose one or two in a hundred, and win as many; what
loses ten was cut, filtered or exported by halves."""
FEWEST_STRANGERS = 10
"""Of fewer homes that nobody has heard of the numbers are not doubted."""
PATIENCE = timedelta(days=7)
"""A smaller table, or one of other homes, is believed once it has stayed so for so long: the register is so now."""


class RegisterFeed:
    """Reads a register politely: one that has not changed costs a conditional request, a changed one its changed rows.

    The first reading is the silent baseline. What a table does not say any more says nothing.
    """

    def __init__(
        self, name: str, options: RegisterOptions, *, contact: str, clock: Clock, way_out: WayOut = DIRECTLY
    ) -> None:
        (self._regulator,) = options.regulators
        self._name = name
        self._clock = clock
        self._patience = max(PATIENCE, 3 * options.every)
        self._wanted = options.wanted
        self._mark = mark_of(self._regulator, self._wanted)
        self._where = options.url
        self._worker = Worker()
        self._source = RegisterSource(options, contact, clock, way_out, self._worker)

    @property
    def name(self) -> str:
        """Its name in the configuration."""
        return self._name

    async def close(self) -> None:
        """Lets go of connections and of the process that reads what was fetched."""
        await self._source.close()
        await self._worker.close()

    async def read(self, cursor: Cursor, knowledge: Knowledge, now: datetime) -> Reading:
        """One poll."""
        today = self._today(now)
        kept = load(cursor)
        asked = kept if self._is_settled(kept, today) else replace(kept, digest="", validators=_NONE.validators)
        try:
            found = await self._source.fetch(asked)
            if isinstance(found, Unchanged):
                return _unchanged(kept, found, today)
            table = await self._table(found, kept, today)
        except FetchFailed as error:
            return _failed(error, cursor)
        since = min(kept.smaller or today, today)
        is_patient = is_same_table(kept, self._wanted) and today < since + self._patience
        if is_patient and (why := self._why_smaller(kept, table)):
            return self._implausible(kept, why, since)
        is_first = kept.since is None
        moment = Moment(today, self._name, kept.since or today, is_anew=kept.wanted != self._mark)
        weigher = self._weigher(moment, None if is_first else knowledge)
        before = kept if not moment.is_anew else still_counted(kept, self._wanted)
        weighed = await weigher.weigh(table, before)
        if is_patient and not is_first and not moment.is_anew and _are_others(kept, table, weighed):
            why = (
                f"is not about the same homes: {counted(weighed.strangers, 'row')} with grades are of numbers that "
                "were never there, in the place of those that were. See whether its publisher writes them otherwise"
            )
            return self._implausible(kept, why, since)
        return self._reading(before, found, table, weighed, today, is_first=is_first)

    async def check(self) -> Sequence[Problem]:
        """Reads the table without taking anything of it; what is wrong with it, or nothing."""
        today = self._today(self._clock.now())
        try:
            found = await self._source.fetch(_NONE)
            if isinstance(found, Unchanged):
                return ()
            table = await self._table(found, _NONE, today)
        except FetchFailed as error:
            return (Problem(where=self._where, what=str(error), trouble=Trouble.LIST),)
        weighed = await self._weigher(Moment(today, self._name, today), None).weigh(table, _NONE)
        return weighed.problems

    def _today(self, now: datetime) -> date:
        return now.astimezone(regulators.of(self._regulator).time_zone).date()

    def _is_settled(self, kept: RegisterProgress, today: date) -> bool:
        """Whether a table that has not changed has nothing to tell: what waits for tomorrow does so today alone."""
        return kept.wanted == self._mark and (kept.again is None or kept.again == today + timedelta(days=1))

    async def _table(self, found: FoundTable, kept: RegisterProgress, today: date) -> ReadTable:
        """What is in the file; raises FetchFailed."""
        before = kept.digests if kept.wanted == self._mark else ""
        idle = sorted(RegisterWords(self._regulator, self._wanted).idle)
        try:
            table = await self._worker.do(
                TABLE, found.content, found.name, asdict(self._wanted), before, today.isoformat(), idle
            )
        except FileRefusedError as error:
            raise Malformed(self._where, f"is not understood: {error}") from error
        except WorkerInterruptedError as error:
            raise Unreachable(self._where, f"{error}; watcher tries again by itself") from error
        if not table.rows:
            raise Malformed(self._where, f"has no rows below its header in {found.name}; nothing was taken")
        return table

    def _why_smaller(self, kept: RegisterProgress, table: ReadTable) -> str:
        """What speaks against a table, given the one that was read before it; empty if nothing does."""
        if kept.since is None:
            return ""
        counts = (("rows", table.rows, kept.rows), ("homes", table.homes, kept.homes))
        return next(
            (
                f"has {now:,} {what} where it had {before:,} at the last reading: fewer than {LEAST_SHARE:.0%}"
                for what, now, before in counts
                if now < min(LEAST_SHARE * before, before - 1)  # one row may go from the smallest table
            ),
            "",
        )

    def _implausible(self, kept: RegisterProgress, why: str, since: date) -> Reading:
        """Nothing of a table is taken; it counts from the first reading that found it so.

        After weeks without any nobody knows what lay there meanwhile.
        """
        until = since + self._patience
        return Reading(
            outcome=Outcome.IMPLAUSIBLE,
            detail=f"{self._where} {why}. Nothing was taken; if it stays so until {until.isoformat()} it is believed",
            cursor=dump(replace(kept, smaller=since)),
        )

    def _weigher(self, moment: Moment, knowledge: Knowledge | None) -> TableWeigher:
        return TableWeigher(
            self._regulator, RegisterWords(self._regulator, self._wanted), moment, self._where, knowledge
        )

    def _reading(
        self,
        before: RegisterProgress,
        found: FoundTable,
        table: ReadTable,
        weighed: WeighedTable,
        today: date,
        *,
        is_first: bool,
    ) -> Reading:
        after = replace(
            progress_after(before, table, weighed, today),
            wanted=self._mark,
            columns=marks_of(self._wanted),
            digest=found.digest,
            validators=found.validators,
            page=found.page,
            link=found.link,
        )
        changed = f"{counted(len(table.changed), 'row')} new or changed since the last reading"
        return Reading(
            outcome=Outcome.CHANGED,
            detail=f"{found.name}: {counted(table.rows, 'row')}, {'all new' if is_first else changed}",
            homes=tuple(weighed.homes),
            inspections=tuple(weighed.inspections),
            background=tuple(weighed.background),
            problems=weighed.problems,
            rows=table.rows,
            cursor=dump(after),
            newest=min(table.newest, today) if table.newest else None,
            baseline=len({home.key for home in weighed.homes}) if is_first else None,
        )


_NONE = RegisterProgress()


def _are_others(kept: RegisterProgress, table: ReadTable, weighed: WeighedTable) -> bool:
    """Whether most of what is graded is of homes that nobody has heard of, in the place of those that are known."""
    if weighed.strangers < max(FEWEST_STRANGERS, max(table.graded.values(), default=0) / 2):
        return False
    before = unpacked(kept.digests)
    gone = len(before - unpacked(table.digests))
    return gone > len(before) / 2 and gone >= weighed.strangers / 2


def _unchanged(kept: RegisterProgress, found: Unchanged, today: date) -> Reading:
    after = replace(kept, smaller=None, validators=found.validators, page=found.page, link=found.link)
    return Reading(
        outcome=Outcome.UNCHANGED,
        detail=f"unchanged, {counted(kept.rows, 'row')}",
        problems=tuple(problem.problem for problem in kept.problems),
        cursor=dump(after),
        newest=min(kept.newest, today) if kept.newest else None,
    )


def _failed(error: FetchFailed, cursor: Cursor) -> Reading:
    """A reading of which nothing is believed."""
    if isinstance(error, Refused):
        return Reading(outcome=Outcome.REFUSED, detail=str(error), cursor=cursor, retry_after=error.retry_after)
    outcome = Outcome.UNREACHABLE if isinstance(error, Unreachable) else Outcome.MALFORMED
    return Reading(outcome=outcome, detail=str(error), cursor=cursor)
