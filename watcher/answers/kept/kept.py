"""Answers for pages, which come fast: what they are made from is kept, and brought up to date by what has altered.

The same answers as those of the commands, made by the same functions; of lists one page at a time. Of any thread: one
of those that ask brings up to date what is kept, the others wait for it. What is told is as of the last commit.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from watcher.answers.asked.chosen import Chosen, Unknown, unknown
from watcher.answers.asked.query import ROWS
from watcher.answers.asked.sorting import WORST_FIRST, Sorting
from watcher.answers.counts.chart import Charted
from watcher.answers.counts.names import areas_among, owners_among
from watcher.answers.counts.numbers import numbers_of, read_until, told_of
from watcher.answers.counts.stories import Stories
from watcher.answers.counts.told_by import ToldBy
from watcher.answers.homes.every_home import REQUIREMENTS_DUE, EveryHome
from watcher.answers.homes.home_now import HomeNow, Teller, last_read, listing
from watcher.answers.homes.homes import KEYS, OWN_KEYS, HomesAsked, HomesNow, answered, as_of, asked
from watcher.answers.kept.kept_due import KeptDue, KeptRequirements
from watcher.answers.kept.kept_log import KeptLog
from watcher.answers.kept.lately import Lately
from watcher.answers.log.changes import KEYS as LOG_KEYS
from watcher.answers.log.changes import log_sheet
from watcher.answers.sheet import Row, Sheet
from watcher.config.settings import Settings
from watcher.history.protocol import History
from watcher.judging.changes import What
from watcher.text import squash
from watcher.timing.garbage import without_garbage_collection

MOST_TOLD_BY = 4
"""Filters about homes whose counts are kept, so that what is asked of the same homes by something else comes fast."""


@dataclass(frozen=True, slots=True)
class Export:
    """All rows of an answer, made one by one while they are taken: for files, which are sent as they grow."""

    keys: Sequence[str]
    """Every key that a row may have, in the order of a file's columns."""
    rows: Iterator[Row]


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of the log."""

    sheet: Sheet
    total: int
    """How many changes were asked for."""


class Kept:
    """What pages ask of one history, as the present settings see it."""

    def __init__(self, history: History, settings: Callable[[], Settings]) -> None:
        self._history, self._settings = history, settings
        self._making = threading.Lock()
        self._every: EveryHome | None = None
        self._due = KeptDue(history)
        self._required = KeptRequirements(history)
        self._judging = threading.Lock()
        self._stories: Stories | None = None
        self._told = Lately[Sequence[ToldBy]](lambda _: 1, most_rows=MOST_TOLD_BY)
        self._numbers = Lately[Charted](lambda answer: len(answer.sheet.rows))
        self._names = Lately[Sheet](lambda sheet: len(sheet.rows))
        self._below = Lately[Sequence[str]](len)
        """What stands below all homes of a question, on whichever page of them."""
        self._log: KeptLog | None = None

    def every(self, now: datetime) -> EveryHome:
        """Every home as of the last commit and of the local day."""
        day = now.astimezone(self._settings().timezone).date()
        with self._making:
            register, kept = self._history.register(), self._every
            if kept is None or kept.register is not register or kept.day != day:
                with without_garbage_collection():
                    self._every = kept = EveryHome(register, day, kept)
            return kept

    def warm(self, now: datetime) -> None:
        """Makes what takes seconds the first time, so that nobody waits for it; for a thread at the start."""
        self.homes(Chosen(), now)
        self._logged(now)
        self.numbers(Chosen(), ("year",), now)

    def homes(
        self,
        chosen: Chosen,
        now: datetime,
        *,
        with_gone: bool = False,
        text: str = "",
        sort: Sorting = WORST_FIRST,
        first: int = 0,
        most: int = ROWS,
    ) -> HomesNow:
        """One page of the homes that stand and fit, and what stands below all of them."""
        settings = self._settings()
        found, teller = self._asked(settings, chosen, now, with_gone=with_gone, text=text, sort=sort)
        shown = found.shown[first : first + most]
        below = self._below.answer(
            (found.every, settings), (chosen, squash(text), text, with_gone), lambda: found.below(settings)
        )
        return answered(found, settings, shown, teller, self._about(found.every, settings), below)

    def home_rows(
        self,
        chosen: Chosen,
        now: datetime,
        *,
        with_gone: bool = False,
        text: str = "",
        sort: Sorting = WORST_FIRST,
    ) -> Export:
        """All of these homes as programs get them."""
        found, teller = self._asked(self._settings(), chosen, now, with_gone=with_gone, text=text, sort=sort)
        own = teller.own_keys(found.shown)
        rows = (home.contract(found.every.day) for home in teller.told(found.entries(found.shown)))
        return Export((*KEYS, *(key for key in OWN_KEYS if key in own)), rows)

    def home(self, key: str, now: datetime) -> HomeNow | None:
        """How one home stands, by its key; None where there is none."""
        settings, every = self._settings(), self.every(now)
        entry = every.register.get(key)
        return next(self._teller(every, settings, Chosen()).told([entry])) if entry else None

    def log(
        self,
        chosen: Chosen,
        span: tuple[date, date],
        now: datetime,
        what: Sequence[What] = (),
        *,
        first: int = 0,
        most: int = ROWS,
        newest_first: bool = True,
    ) -> LogPage:
        """One page of the changes of the homes chosen that became known from one day to another."""
        settings, every, log = self._logged(now)
        places = log.places(every, settings, chosen, span, what)
        shown = places[::-1] if newest_first else places
        rows = list(log.rows(shown[first : first + most], every, settings))
        return LogPage(log_sheet(rows, len(places), chosen, span, self._about(every, settings)), len(places))

    def log_rows(
        self,
        chosen: Chosen,
        span: tuple[date, date],
        now: datetime,
        what: Sequence[What] = (),
        *,
        newest_first: bool = False,
    ) -> Export:
        """All of these changes as programs get them."""
        settings, every, log = self._logged(now)
        places = log.places(every, settings, chosen, span, what)
        return Export(LOG_KEYS, log.rows(places[::-1] if newest_first else places, every, settings))

    def home_of(self, change_id: str, now: datetime) -> str | None:
        """The key of the home that a change is of, by its whole id; None for an id that no change has."""
        if (told := self._history.change(change_id)) is not None:
            return told.alert.home
        _, _, log = self._logged(now)
        return log.home_of(change_id)

    def _logged(self, now: datetime) -> tuple[Settings, EveryHome, KeptLog]:
        with self._judging:
            settings, every, log = self._settings(), self.every(now), self._log
            if log is None or log.register is not every.register or log.groups != settings.groups:
                self._log = log = KeptLog(self._history, every.register, settings.groups, log)
            return settings, every, log

    def numbers(self, chosen: Chosen, by: Sequence[str], now: datetime) -> Charted:
        """The numbers of the chosen homes; raises NothingSoCalledError for a filter that nothing fits."""
        settings, every = self._settings(), self.every(now)
        read = read_until(settings, self._history)
        homes, made_from = (chosen, tuple(read.items())), (every, settings)

        def make() -> Charted:
            told = self._told.answer(
                made_from,
                homes,
                lambda: told_of(self._stories_of(every), every.facets, settings, chosen, every.day, read),
            )
            return numbers_of(told, settings, chosen, by)

        return self._numbers.answer(made_from, (*homes, tuple(by)), make)

    def _stories_of(self, every: EveryHome) -> Stories:
        """Asked by one thread at a time."""
        stories = self._stories
        if stories is None or stories.register is not every.register:
            self._stories = stories = Stories(self._history, every.register, stories)
        return stories

    def owners(self, chosen: Chosen, text: str, now: datetime) -> Sheet:
        """The owners with all words of a text in their names, those with most homes first."""
        return self._named(owners_among, chosen, text, now)

    def areas(self, chosen: Chosen, text: str, now: datetime) -> Sheet:
        """The local authorities with all words of a text in their names, those with most homes first."""
        return self._named(areas_among, chosen, text, now)

    def _named(
        self, among: Callable[[EveryHome, Settings, Chosen, str], Sheet], chosen: Chosen, text: str, now: datetime
    ) -> Sheet:
        settings, every = self._settings(), self.every(now)
        make = partial(among, every, settings, chosen, text)
        return self._names.answer((every, settings), (among.__name__, chosen, squash(text)), make)

    def unknown(self, chosen: Chosen, now: datetime) -> Iterable[Unknown]:
        """Each value of a filter that nothing is called, with the nearest that something is."""
        return unknown(chosen, self.every(now).facets.spellings, self._settings())

    def known_as_of(self, now: datetime) -> str:
        """As of when all that is told is known."""
        return self._about(self.every(now), self._settings())

    def _asked(
        self, settings: Settings, chosen: Chosen, now: datetime, *, with_gone: bool, text: str, sort: Sorting
    ) -> tuple[HomesAsked, Teller]:
        every = self.every(now)
        teller = self._teller(every, settings, chosen)
        due = self._due.of(every.register) if sort.by == REQUIREMENTS_DUE else _not_asked
        found = asked(
            every, settings, chosen, with_gone=with_gone, text=text, sort=sort, label_of=teller.label, due_of=due
        )
        return found, teller

    def _teller(self, every: EveryHome, settings: Settings, chosen: Chosen) -> Teller:
        read_at, lists = last_read(settings, self._history), listing(settings, chosen.watch)
        return Teller(every, settings, read_at, lists, self._required.of(every.register))

    def _about(self, every: EveryHome, settings: Settings) -> str:
        return as_of(every.lists, last_read(settings, self._history), settings)


def _not_asked(_: str) -> None:
    """No day, where it is not sorted by."""
