"""The net under the feeds that watch: which inspections of a file came out under their eyes, and were missed.

They are judged and told as any other, and the message says how late they are. Whatever came out before anybody watched,
or is of homes that nobody watches, is background. None waits to be told by the site after all: taken in silently, it
would be known there, and never told.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date

from watcher.facts.inspection import Home, Inspection, Kind
from watcher.facts.statements import DATE_TOLERANCE, find
from watcher.feeds.feed import Knowledge

_AT_ONCE = 100
"""So many are looked up before others have their turn."""


class _Watched:
    """Since when each kind of home has been watched, asked once."""

    def __init__(self, knowledge: Knowledge, homes: Iterable[Home]) -> None:
        self._knowledge = knowledge
        self._kinds = {home.key: (home.regulator, home.type) for home in homes}
        self._since: dict[tuple[str, str | None], date | None] = {}

    async def since(self, home: str) -> date | None:
        """Of a home by its key; None for one that nobody watches."""
        asked = self._kinds.get(home, (home.partition(":")[0], None))
        if asked not in self._since:
            self._since[asked] = await asyncio.to_thread(self._knowledge.watched_since, *asked)
        return self._since[asked]


async def split(
    homes: Iterable[Home], inspections: Sequence[Inspection], knowledge: Knowledge
) -> tuple[tuple[Inspection, ...], tuple[Inspection, ...]]:
    """The statements of inspections that were missed, and all others."""
    watched = _Watched(knowledge, homes)
    missed: list[Inspection] = []
    others: list[Inspection] = []
    for number, inspection in enumerate(inspections):
        since = await watched.since(inspection.home)
        is_new = since is not None and inspection.became_known > since
        is_missed = is_new and not _is_known(knowledge.inspections(inspection.home), inspection)
        (missed if is_missed else others).append(inspection)
        if number % _AT_ONCE == 0:
            await asyncio.sleep(0)
    return _together(missed, others)


def _together(
    missed: Iterable[Inspection], others: Iterable[Inspection]
) -> tuple[tuple[Inspection, ...], tuple[Inspection, ...]]:
    """Every statement of a missed inspection with the others of it: taken in before it, one would make it known."""
    of_homes: dict[str, list[Inspection]] = {}
    for inspection in missed:
        of_homes.setdefault(inspection.home, []).append(inspection)
    left: list[Inspection] = []
    for inspection in others:
        of_same = of_homes.get(inspection.home, [])
        (left if find(of_same, inspection) is None else of_same).append(inspection)
    return tuple(one for found in of_homes.values() for one in found), tuple(left)


def _is_known(known: Iterable[Inspection], stated: Inspection) -> bool:
    """Whether readers may have heard of it, withdrawn since or not; nobody has of what is only retold, or of a grade
    that was not known.

    A page's visit of a kind that no list knows, within days of it, is the same for all anybody can tell.
    """
    firm = [inspection for inspection in known if not inspection.is_retold]
    same = find(firm, stated)
    if same is not None:
        return same.rating is not None or stated.rating is None
    near = (abs(other.day - stated.day) <= DATE_TOLERANCE for other in firm if other.kind is Kind.OTHER)
    return any(near)
