"""The first step: what was told before is not told again."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from watcher.feeds.feed import Problem, Trouble
from watcher.history.protocol import History
from watcher.judging.changes import Change, What

_SAID_DAILY = frozenset({What.OVERDUE, What.CLOSED})
"""What every reading finds anew as long as it is so: no sign of a page that flaps."""

_SHOWN_FOR = timedelta(days=7)
"""A page that flaps says the same again within days; until then it is not over."""


def without_those_told(changes: Iterable[Change], history: History) -> tuple[Sequence[Change], Sequence[Problem]]:
    """The changes that are new, each once, and for the operator those that have come again."""
    fresh: dict[str, Change] = {}
    again: list[Change] = []
    for change in changes:
        if change.id in fresh or history.change(change.id) is not None:
            again.append(change)
        else:
            fresh[change.id] = change
    return tuple(fresh.values()), tuple(_flapping(again))


def _flapping(changes: Iterable[Change]) -> Iterator[Problem]:
    for change in changes:
        if change.what not in _SAID_DAILY:
            what = f"{change.what} was told before and has come again: the page may flap between an old and a new state"
            where, home = change.inspection.key, change.home
            yield Problem(where=where, what=what, trouble=Trouble.REPEATED, home=home, lasts=_SHOWN_FOR)
