"""After the first step: what several homes of one owner or group come to, told with the drop that brings it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from watcher.facts import regulators
from watcher.facts.inspection import Home
from watcher.history.protocol import History
from watcher.judging.changes import MOVES, NEWLY_INADEQUATE, Change, Concern
from watcher.judging.concerns import group_concerns
from watcher.judging.register import Register
from watcher.rounds.tell.news import News


def with_concerns(
    fresh: Sequence[Change],
    history: History,
    register: Callable[[], Register],
    home_of: Callable[[str], Home],
    groups: Mapping[str, Sequence[str]],
) -> tuple[Change, ...]:
    """The changes, each that brings group concerns followed by them; `register` is asked only if one may.

    Changes that were told before must be left out: the concern was told with them, and what came since is another's.
    """
    if not any(change.what in NEWLY_INADEQUATE for change in fresh):
        return tuple(fresh)
    now, before = register(), history.register()

    def concerns(change: Change) -> Iterator[Change]:
        home = home_of(change.home)
        regulator = regulators.of(home.regulator)
        for concern in group_concerns(change, home, now.of(regulator), groups, before.of(regulator)):
            if history.change(concern.id) is None:
                yield concern

    return tuple(told for change in fresh for told in (change, *concerns(change)))


def sharing_messages(all_news: Sequence[News]) -> list[News]:
    """The news, what comes first of an inspection naming every concern that the same channel is to be told of."""
    concerns: dict[tuple[str, str], list[Concern]] = {}
    first: dict[tuple[str, str], str] = {}
    for news in all_news:
        for channel in news.alert.channels if news.change.what in MOVES else ():
            place = (channel, news.change.inspection.key)
            first.setdefault(place, news.change.id)
            concerns.setdefault(place, []).extend(filter(None, (news.change.concern,)))
    return [replace(news, concerns=dict(_named_by(news, first, concerns))) for news in all_news]


def _named_by(
    news: News, first: Mapping[tuple[str, str], str], concerns: Mapping[tuple[str, str], Iterable[Concern]]
) -> Iterator[tuple[str, tuple[Concern, ...]]]:
    for channel in news.alert.channels:
        place = (channel, news.change.inspection.key)
        named = tuple(concerns.get(place, ()))
        if named and first.get(place) == news.change.id:
            yield channel, named
