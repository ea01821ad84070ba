"""The homes of one regulator that somebody asks numbers of, to be told by this and by that."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from watcher.answers.asked.keys import Keys
from watcher.facts.inspection import Dated
from watcher.judging.numbers import Key, Numbers, Story, count
from watcher.judging.register import Sector
from watcher.judging.years import Coverage


class ToldBy:
    """The homes of one regulator that somebody asks numbers of, to be told by this and by that."""

    def __init__(self, sector: Sector, stories: Sequence[Story], coverage: Coverage, keys: Keys) -> None:
        self.sector = sector
        """All homes of the regulator."""
        self.coverage = coverage
        self._stories = stories
        self._keys = keys
        self._counted: dict[tuple[str, ...], Mapping[Key, Numbers]] = {}

    @cached_property
    def dated(self) -> Dated | None:
        """What the days of the inspections are that are counted; None where not all are the same."""
        days = {visit.dated for story in self._stories for visit in story.entry.graded}
        return days.pop() if len(days) == 1 else None if days else Dated.INSPECTED

    def by(self, *names: str) -> Mapping[Key, Numbers]:
        """The numbers by these keys, kept; of homes in no group none where it is asked by group."""
        if names not in self._counted:
            self._counted[names] = count(self._stories, self.sector, self.coverage, self._keys.of(names))
        return self._counted[names]

    @cached_property
    def whole(self) -> Numbers:
        """All of them together."""
        return self.by().get((), Numbers())
