"""The third step: what the history tells around a change that somebody asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from watcher.judging.around import around
from watcher.judging.changes import What
from watcher.judging.context import Context
from watcher.judging.register import Register
from watcher.rounds.tell.news import News


class Circumstances:
    """What is around the changes of one reading; all homes are gone through only if there is something to tell."""

    def __init__(self, register: Callable[[], Register], groups: Mapping[str, Sequence[str]], today: date) -> None:
        self._of_all_homes, self._groups, self._today = register, groups, today

    def worded(self, news: News) -> News:
        """The news with its context; without one where nobody asked for it."""
        if not news.alert.channels:
            return news
        return replace(news, alert=replace(news.alert, context=self._context(news)))

    def _context(self, news: News) -> Context:
        """As of today; of a move that is superseded already, as of its own publication, without what followed."""
        change, home, inspection = news.change, news.home, news.change.inspection
        if change.superseded_by is None or change.what is What.LATE:
            return around(change, home, self._register, self._groups, max(self._today, inspection.became_known))
        context = around(change, home, self._register, self._groups, inspection.became_known)
        past = tuple(earlier for earlier in context.past if earlier.inspected <= inspection.day)
        return replace(context, past=past, expected_by=None)

    @cached_property
    def _register(self) -> Register:
        return self._of_all_homes()
