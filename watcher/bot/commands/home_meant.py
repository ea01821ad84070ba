"""The home that somebody means: by its number, in whatever letters, or by what their channel's lists call it."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from watcher.answers.asked.sorting import WORST_FIRST
from watcher.answers.homes.nearest import nearest
from watcher.bot.commands.question import ChatQuestion
from watcher.bot.commands.words import Words
from watcher.bot.desk import BotDesk
from watcher.facts.inspection import Described
from watcher.text import squash

_MOST_OFFERED = 5
_LONGEST_ID = 60
"""Characters; nothing longer is looked for nearly."""


def every_home(desk: BotDesk) -> Collection[Described]:
    """Every home that is known."""
    return desk.kept.every(desk.now()).cards.values()


def homes_meant(homes: Iterable[Described], ids: Sequence[str]) -> Sequence[Described]:
    """The homes that have the first of some numbers that any has, with or without regulator and SC before it."""
    wanted = frozenset(ids) | {f"sc{one}" for one in ids}
    by_id: dict[str, list[Described]] = {}
    for home in homes:
        for name in (home.id.casefold(), home.key.casefold()):
            if name in wanted:
                by_id.setdefault(name, []).append(home)
    return next((found for one in ids if (found := by_id.get(one) or by_id.get(f"sc{one}"))), [])


def labelled(desk: BotDesk, question: ChatQuestion, written: Words) -> Sequence[str]:
    """The numbers of the homes that a list of the channel's own watches calls so; other lists are not for it."""
    called = frozenset(map(squash, written.readings))
    return [
        listed.id.casefold()
        for watch in desk.settings().watch
        if question.channel in (*watch.to, *watch.escalate_to)
        for listed in watch.listed or ()
        if listed.label and squash(listed.label) in called
    ]


def offered(desk: BotDesk, homes: Iterable[Described], written: Words) -> Sequence[Described]:
    """The homes whose numbers are nearly so, or else the worst of those with all the words in name, area or owner."""
    return next(_offered(desk, homes, written), ())[:_MOST_OFFERED]


def _offered(desk: BotDesk, homes: Iterable[Described], written: Words) -> Iterator[Sequence[Described]]:
    yield from (near for one in written.ids if len(one) <= _LONGEST_ID and (near := nearest(one, homes)))
    every = desk.kept.every(desk.now())
    words = squash(written.readings[-1]).split() if written.readings else []
    if words:
        there = (every.cards[key] for key in every.sorted(WORST_FIRST) if key in every.there)
        yield every.having(words, there, lambda _: "")
