"""One reading on its way: the locations that are due, what they yielded, and where to go on."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from watcher.facts.regulators import CQC
from watcher.feeds.cqc_api.answers import Location, UnexpectedAnswerError
from watcher.feeds.cqc_api.calls import Api
from watcher.feeds.cqc_api.changes import ask_for_changes
from watcher.feeds.cqc_api.cursor import ApiProgress, DueLocation, dump
from watcher.feeds.cqc_api.news import Sifted, Sifter
from watcher.feeds.feed import Outcome, Problem, Reading, Trouble
from watcher.feeds.web.failures import FetchFailed, NotFound, Refused, Unreachable
from watcher.messages.numbers import counted

FAILURES_IN_A_ROW = 3
"""After so many the API or the network is to blame, not the locations, and the reading ends."""
AGAIN = (timedelta(0), timedelta(0), timedelta(hours=1), timedelta(hours=2), timedelta(hours=4))
"""How long to leave a location alone that was not answered in so many readings in a row; the last one for ever."""
MOST_TRIES = 10
"""A location whose answer is never understood is left alone until it changes again."""
TOLD_ALONE = 5
"""So many vanished grades are told one by one; more of them at once are one matter."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which locations are read; what is empty does not filter."""

    local_authority: tuple[str, ...] = ()
    directorate: tuple[str, ...] = ()
    care_home: bool = False

    def takes(self, location: Location) -> bool:
        """Whether a location lies within them."""
        return (
            (not self.local_authority or location.local_authority in self.local_authority)
            and (not self.directorate or location.directorate in self.directorate)
            and (not self.care_home or location.is_care_home)
        )


class ApiPoll:
    """One reading on its way."""

    def __init__(
        self,
        api: Api,
        progress: ApiProgress,
        filters: Filters,
        sifter: Sifter,
        now: datetime,
        is_over: Callable[[], bool],
        on_location: Callable[[int, int], None],
    ) -> None:
        self.api, self.progress, self.filters, self.sifter = api, progress, filters, sifter
        self.now, self._is_over, self._on_location = now, is_over, on_location
        self.found: list[Sifted] = []
        self.problems: list[Problem] = []
        self.stopped_by: FetchFailed | UnexpectedAnswerError | None = None
        self.baseline: int | None = None
        self._left_due = False
        """Whether what has changed was not read to the end."""
        self._visited: set[str] = set()
        self.gone = self.asked = self._in_a_row = 0
        self._since: list[date | None] = []
        """From when what was found is news, one for one."""

    async def visit_all(self, look_back: timedelta) -> None:
        """Reads what is due and what is left of the list, until time or the API's patience runs out."""
        progress = self.progress
        if not progress.is_complete:
            await self._read_list()
            if progress.left or self.stopped_by is not None:
                return
            progress.is_complete, progress.read, self.baseline = True, progress.begun, progress.homes
        try:
            self.problems += await ask_for_changes(self.api, progress, self.now, look_back)
        except (FetchFailed, UnexpectedAnswerError) as error:
            self.stopped_by = error
            return
        await self._read_due()
        await self._read_list()

    async def _read_list(self) -> None:
        """Reads the locations of the list silently."""
        while self.progress.left and not self._has_to_end():
            self._on_location(self.asked, self.asked + len(self.progress.left))
            number = self.progress.left[-1]
            if number in self.progress.due and self.progress.is_complete:
                self.progress.left.pop()  # it has changed, and is read for that
                continue
            await self._visit(number, DueLocation())
            self.progress.left.pop()

    async def _read_due(self) -> None:
        """Reads the locations that have changed, those that have failed before after all others."""
        due_now = {number: due for number, due in self.progress.due.items() if self._is_due(number, due)}
        numbers = sorted(due_now, key=lambda number: due_now[number].has_failed)
        for position, number in enumerate(numbers):
            if self._has_to_end():
                self._left_due = True
                return
            self._on_location(self.asked, self.asked + len(numbers) - position + len(self.progress.left))
            due = self.progress.due[number]
            await self._visit(number, due)
            if self.progress.due.get(number) is due:
                del self.progress.due[number]

    def _is_due(self, number: str, due: DueLocation) -> bool:
        today = self.sifter.source.as_of
        # A moment further ahead than any wait was noted by a clock that was wrong.
        waits = due.again is not None and self.now < due.again <= self.now + AGAIN[-1]
        return (due.not_before or today) <= today and not waits and number not in self._visited

    @property
    def _has_more(self) -> bool:
        """Whether something is left that is not put off."""
        return bool(self.progress.left) or self._left_due

    def _has_to_end(self) -> bool:
        """Each reading gets on by one location at least."""
        return self.stopped_by is not None or (self.asked > 0 and self._is_over())

    async def _visit(self, number: str, due: DueLocation) -> None:
        """Reads one location; notes it as due if it is to be asked for again."""
        self.asked += 1
        self._visited.add(number)
        try:
            location = await self.api.location(number)
        except NotFound:
            self.gone += 1
            self._in_a_row = 0
        except (Unreachable, Refused) as error:
            self._failed(error, at_once=isinstance(error, Refused))
            self._not_answered(number, due, error)
        except (FetchFailed, UnexpectedAnswerError) as error:
            self._failed(error)
            self._not_understood(number, due, error)
        else:
            self._in_a_row = 0
            await self._take(location, due)

    def _failed(self, error: FetchFailed | UnexpectedAnswerError, *, at_once: bool = False) -> None:
        self._in_a_row += 1
        if at_once or self._in_a_row == FAILURES_IN_A_ROW:
            self.stopped_by = error

    def _not_answered(self, number: str, due: DueLocation, error: FetchFailed) -> None:
        """It comes again behind the others, at first in the next reading; if that lasts, it is told."""
        failures = due.failures + 1
        again = self.now + AGAIN[min(failures, len(AGAIN)) - 1]
        self._note(number, replace(due, failures=failures, again=again))
        if failures >= FAILURES_IN_A_ROW:
            self._tell(number, f"failed {failures} times in a row: {error}")

    def _not_understood(self, number: str, due: DueLocation, error: FetchFailed | UnexpectedAnswerError) -> None:
        self._tell(number, str(error))
        if due.tries + 1 < MOST_TRIES:
            self._note(number, replace(due, tries=due.tries + 1))

    def _note(self, number: str, due: DueLocation) -> None:
        """Notes a location as due, as the last one."""
        self.progress.due.pop(number, None)
        self.progress.due[number] = due

    def _tell(self, number: str, what: str) -> None:
        home = f"{CQC.key}:{number}"
        self.problems.append(Problem(where=home, what=what, trouble=Trouble.PAGE, home=home))

    async def _take(self, location: Location, due: DueLocation) -> None:
        is_known = bool(self.sifter.known(f"{CQC.key}:{location.id}"))
        if not self.filters.takes(location) and not is_known:
            self.progress.outside.add([location.id])
            return
        owner, is_owner_known = await self._owner(location)
        found = self.sifter.sift(location, owner, due.since)
        self.found.append(found)
        self._since.append(due.since)
        if not self.progress.is_complete:
            self.progress.homes += 1
        today = self.sifter.source.as_of
        is_again = self.progress.is_again(location.id, today)
        if is_again:  # of two statements of one day nobody can tell which is the later one: the next day's is
            self.progress.due[location.id] = DueLocation(due.since, not_before=today + timedelta(days=1))
        elif found.ahead is not None:
            self.progress.due[location.id] = DueLocation(due.since or found.ahead, not_before=found.ahead)
        elif not is_owner_known and due.tries + 1 < MOST_TRIES:
            self.progress.due[location.id] = DueLocation(due.since, due.tries + 1)

    async def _owner(self, location: Location) -> tuple[str | None, bool]:
        """The name of its provider, asked for once; None where it has none that may be kept."""
        providers, number = self.progress.providers, location.provider
        if number is None:
            return None, True
        if number not in providers and self.stopped_by is None:
            try:
                providers[number] = (await self.api.provider(number)).name or ""
            except (Unreachable, Refused) as error:
                self._failed(error, at_once=isinstance(error, Refused))
            except (FetchFailed, UnexpectedAnswerError):
                return None, True
        return providers.get(number) or None, number in providers

    def reading(self) -> Reading:
        """What it came to."""
        read, stated = {found.home.key for found in self.found}, set[str]()
        for found, since in zip(self.found, self._since, strict=True):
            self.sifter.pass_on(found, since, read, stated)
        news = tuple(inspection for found in self.found for inspection in found.news)
        background = tuple(inspection for found in self.found for inspection in found.background)
        outcome = self._outcome(is_changed=bool(news or background))
        return Reading(
            outcome=outcome,
            detail=self._detail(len(news), len(background)),
            homes=tuple(found.home for found in self.found),
            inspections=news,
            background=background,
            problems=tuple({problem.where: problem for problem in self._problems()}.values()),
            cursor=dump(self.progress),
            newest=max((found.newest for found in self.found if found.newest), default=None),
            baseline=self.baseline,
            retry_after=self.stopped_by.retry_after if isinstance(self.stopped_by, Refused) else None,
            goes_on=self.stopped_by is None and self._has_more,
        )

    def _problems(self) -> list[Problem]:
        vanished = [found for found in self.found if found.vanished]
        problems = [*self.problems, *(problem for found in self.found for problem in found.problems)]
        if len(vanished) > TOLD_ALONE:
            homes = ", ".join(found.home.key for found in vanished[:TOLD_ALONE])
            what = f"the ratings of {len(vanished)} locations are not shown any more, such as of {homes}; look at their"
            what = f"{what} pages"
            return [*problems, Problem(where="ratings that have vanished", what=what, trouble=Trouble.GRADE)]
        for found in vanished:
            what = f"its rating was {found.vanished!r} and is not shown any more; look at {found.home.link}"
            where = f"{found.home.key}: its rating"
            problems.append(Problem(where=where, what=what, trouble=Trouble.GRADE, home=found.home.key))
        return problems

    def _outcome(self, *, is_changed: bool) -> Outcome:
        match self.stopped_by:
            case None:
                return Outcome.CHANGED if is_changed else Outcome.UNCHANGED
            case Refused():
                return Outcome.REFUSED
            case Unreachable():
                return Outcome.UNREACHABLE
        return Outcome.MALFORMED

    def _detail(self, news: int, background: int) -> str:
        left = len(self.progress.left) + len(self.progress.due)
        parts = [
            f"{counted(self.asked, 'location')} asked for, {news} inspections new, {background} for the history",
            f"{self.gone} gone or not public" if self.gone else "",
            f"{left} left for the next readings" if left else "",
            str(self.stopped_by) if self.stopped_by is not None else "",
        ]
        return "; ".join(filter(None, reversed(parts) if self.stopped_by is not None else parts))
