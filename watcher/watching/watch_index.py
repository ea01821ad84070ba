"""Which of many watches cover a home, found by what it is rather than by asking each of them; pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from watcher.facts.inspection import Home
from watcher.facts.owners import same_owner
from watcher.judging.changes import What
from watcher.text import squash
from watcher.watching.watches import Routing, Watch, routing_of, why_not_home, why_not_what

MOST_NAMED = 100
"""So many watches at most have each its reason kept with every change that it did not ask for. Of more, those that
cover the home are named, and the others counted: their reasons would be many times all else that is kept."""

_ANY = ("", "")
"""The place of what no single filter narrows."""

_Place = tuple[str, str]
"""A filter and a value of it, as both are compared."""


class WatchIndex:
    """The watches of a configuration, by the narrowest filter that each has."""

    def __init__(self, watches: Sequence[Watch], groups: Mapping[str, Sequence[str]]) -> None:
        self.watches = watches
        self._groups = groups
        self._places: defaultdict[_Place, list[int]] = defaultdict(list)
        for number, watch in enumerate(watches):
            for place in dict.fromkeys(_places_of(watch, groups)):
                self._places[place].append(number)

    def covering(self, home: Home, day: date) -> list[Watch]:
        """The watches that cover a home on a day, in their order, whatever changes they ask for."""
        numbers = {number for place in _places_in(home) for number in self._places.get(place, ())}
        near = (self.watches[number] for number in sorted(numbers))
        return [watch for watch in near if why_not_home(home, watch, self._groups, day) is None]

    def route(self, what: What, home: Home, day: date) -> Routing:
        """Where a sort of change of a home goes on a day, as `route_what` finds it; of more watches than `MOST_NAMED`
        those that do not cover the home have one reason together."""
        if len(self.watches) <= MOST_NAMED:
            return routing_of(self.watches, lambda watch: self._why_not(what, home, watch, day))
        covering = self.covering(home, day)
        routing = routing_of(covering, lambda watch: why_not_what(what, watch))
        others = len(self.watches) - len(covering)
        if not others:
            return routing
        return Routing(routing.watches, routing.channels, {**routing.reasons, **reason_of_others(others)})

    def _why_not(self, what: What, home: Home, watch: Watch, day: date) -> str | None:
        return why_not_what(what, watch) or why_not_home(home, watch, self._groups, day)


def reason_of_others(number: int) -> dict[str, str]:
    """What is kept of so many watches that do not cover a home."""
    name = "1 other watch" if number == 1 else f"{number:,} other watches"
    return {name: "of another home, owner, place or sort"}


def _places_of(watch: Watch, groups: Mapping[str, Sequence[str]]) -> Iterator[_Place]:
    """Where a watch is looked for: one of these is a place of every home that it covers."""
    owners = [owner for name in watch.group for owner in groups.get(name, ())]
    if watch.listed is not None:
        yield from (("listed", name) for name in watch.listed.homes)
    elif watch.home:
        yield from (("home", name.casefold()) for name in watch.home)
    elif watch.owner or watch.group:
        yield from (("owner", same_owner(name)) for name in watch.owner or owners)
    elif (filter_ := next((name for name in _OTHER_FILTERS if getattr(watch, name)), None)) is not None:
        yield from ((filter_, squash(value)) for value in getattr(watch, filter_))
    else:
        yield _ANY


_OTHER_FILTERS = ("constituency", "local_authority", "type", "region", "regulator")
"""The filters that compare a fact of a home as `squash` has it, narrow ones first."""


def _places_in(home: Home) -> Iterable[_Place]:
    number = home.id.upper()
    yield from (("listed", f"{home.regulator.lower()}:{number}"), ("listed", number))
    yield from (("home", home.key.casefold()), ("home", home.id.casefold()), _ANY)
    if home.owner:
        yield "owner", same_owner(home.owner)
    for name in _OTHER_FILTERS:
        if value := getattr(home, name):
            yield name, squash(value)
