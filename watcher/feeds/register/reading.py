"""A table that was read, weighed against the history: what is news, what is only to be known, what nobody can tell."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from watcher.facts.inspection import GONE, Home, Inspection
from watcher.facts.sources import Sort, Source
from watcher.feeds.feed import Knowledge, Problem
from watcher.feeds.register.cursor import KeptProblem, RegisterProgress
from watcher.feeds.register.problems import Untaken
from watcher.feeds.register.rows import RegisterRow
from watcher.feeds.register.standing import Meaning, Moment, not_before, stated, weigh
from watcher.feeds.register.table import ReadTable, WrongRow, packed, unpacked
from watcher.feeds.register.words import RegisterWords

FEWEST_GRADED = 10
"""A column with fewer grades is told home by home."""
COLUMN_MISSED_FOR = timedelta(days=31)
"""So long rows without a grade of a column that was emptied are not believed, however late their date is: the missing
grade may be the lowest."""
_BREATH = 200
"""Rows after which others have their turn."""


@dataclass(slots=True)
class WeighedTable:
    """What the changed rows of a table come to."""

    homes: list[Home] = field(default_factory=list)
    inspections: list[Inspection] = field(default_factory=list)
    background: list[Inspection] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()
    strangers: int = 0
    """Rows with grades of homes of which none was known."""
    unsettled: set[bytes] = field(default_factory=set)
    """The rows that are looked at again, whether they change or not."""
    is_for_tomorrow: bool = False
    emptied: Mapping[str, date] = field(default_factory=dict)
    """As the cursor has it."""


class TableWeigher:
    """Weighs the rows of one table for one regulator."""

    def __init__(
        self, regulator: str, words: RegisterWords, moment: Moment, where: str, knowledge: Knowledge | None
    ) -> None:
        self._regulator = regulator
        self._words = words
        self._moment = moment
        self._knowledge = knowledge
        self._source = Source(moment.today, moment.feed, Sort.PAGE)
        self._found = Untaken(where)
        self._weighed = WeighedTable()
        self._were_there = frozenset[bytes]()

    async def weigh(self, table: ReadTable, before: RegisterProgress) -> WeighedTable:
        """All that have changed; without `knowledge` it is the first reading, and all of it background."""
        emptied = self._emptied(table, before)
        self._found.emptied = frozenset(emptied)
        self._weighed.emptied = emptied
        self._were_there = unpacked(before.to_come)
        self._moment = replace(
            self._moment,
            is_older=bool(table.newest and before.newest and table.newest < before.newest),
            new_areas=frozenset(
                area
                for area, graded in table.graded.items()
                if graded >= FEWEST_GRADED and (self._moment.is_anew or not before.graded.get(area))
            ),
        )
        areas = tuple(dict.fromkeys((*table.areas, *before.graded)))
        for at, row in enumerate(table.changed):
            if at % _BREATH == 0:
                await asyncio.sleep(0)
            if unknown := self._words.unknown(row):
                for word in unknown:
                    self._found.words[word].append(row.id)
                self._leave(row)
            else:
                self._weigh(row, areas)
        self._weighed.problems = tuple(self._found.problems(table.wrong))
        return self._weighed

    def _emptied(self, table: ReadTable, before: RegisterProgress) -> dict[str, date]:
        """Since when columns have been without most of their grades, of those for which nobody has waited enough."""
        today = self._moment.today
        since = {
            area: min(before.emptied.get(area, today), today)
            for area, graded in before.graded.items()
            if graded >= FEWEST_GRADED and table.graded.get(area, 0) < graded / 2 and table.rows > before.rows / 2
        }
        return {area: day for area, day in since.items() if today - day < COLUMN_MISSED_FOR}

    def _weigh(self, row: RegisterRow, areas: Sequence[str]) -> None:
        key = f"{self._regulator}:{row.id}"
        inspection = stated(key, row, self._words.judgements(row), self._source)
        if row.is_beside and inspection is None:
            self._describe(row, self._source)
            return
        if self._knowledge is None:
            self._describe(row, self._source)
            self._weighed.background += [inspection] if inspection else []
            return
        known = self._knowledge.inspections(key)
        self._weighed.strangers += inspection is not None and not known
        weighed = weigh(row, inspection, known, self._moment, areas)
        if weighed.meaning is Meaning.VANISHED or self._found.emptied & set(weighed.vanished):
            for area in weighed.vanished:
                self._found.vanished[area].append(key)
            self._leave(row)
            return
        self._describe(row, not_before(self._source, (said for one in known for said in one.sources)))
        if weighed.meaning is Meaning.OLDER:
            self._leave(row)
        elif weighed.meaning is Meaning.TOMORROW:
            self._weighed.is_for_tomorrow = True
            self._leave(row)
        elif weighed.inspection is not None and weighed.meaning in (Meaning.NEWS, Meaning.BACKGROUND):
            was_there = bytes.fromhex(row.digest) in self._were_there
            is_news = weighed.meaning is Meaning.NEWS and row.status not in GONE and not was_there
            (self._weighed.inspections if is_news else self._weighed.background).append(weighed.inspection)

    def _describe(self, row: RegisterRow, source: Source) -> None:
        """Takes what a row says of its home, unless a later one of it does."""
        if not row.is_earlier:
            self._weighed.homes.append(_home(self._regulator, row, source))

    def _leave(self, row: RegisterRow) -> None:
        self._weighed.unsettled.add(bytes.fromhex(row.digest))


def settled(table: ReadTable, weighed: WeighedTable) -> str:
    """The digests of the rows that need not be looked at again while they stay as they are."""
    if not weighed.unsettled:
        return table.digests
    return packed([*(unpacked(table.digests) - weighed.unsettled)])


def progress_after(before: RegisterProgress, table: ReadTable, weighed: WeighedTable, today: date) -> RegisterProgress:
    """Where the next reading goes on, but for where the table was had from."""
    is_for_tomorrow = weighed.is_for_tomorrow or any(rows.wrong is WrongRow.FUTURE for rows in table.wrong)
    return replace(
        before,
        since=before.since or table.newest or today,
        smaller=None,
        rows=table.rows,
        homes=table.homes,
        digests=settled(table, weighed),
        to_come=(table.to_come if before.since is None else before.to_come) if table.to_come else "",
        graded={**table.graded, **{area: before.graded[area] for area in weighed.emptied}},
        emptied=weighed.emptied,
        newest=table.newest,
        again=today + timedelta(days=1) if is_for_tomorrow else None,
        problems=tuple(
            KeptProblem(problem.where, problem.what, problem.trouble)
            for problem in weighed.problems
            if problem.home is None
        ),
    )


def _home(regulator: str, row: RegisterRow, source: Source) -> Home:
    return Home(
        regulator=regulator,
        id=row.id,
        type=row.type,
        name=row.name,
        owner=row.owner,
        brand=row.brand,
        local_authority=row.local_authority,
        region=row.region,
        status=row.status,
        link=row.link,
        source=source,
    )
