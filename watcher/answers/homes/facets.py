"""Which homes have which value of a filter, kept: so that a question is answered without asking every home.

It says the same as `Chosen.fits` asked of each home; made when it is first asked for, and brought up to date by the
homes that have altered.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from watcher.answers.asked.chosen import FILED, Chosen, filed_under
from watcher.config.settings import Settings
from watcher.facts.inspection import Described
from watcher.facts.owners import same_owner
from watcher.watching.watches import why_not_home

HomeKeys = frozenset[str]
"""Keys of homes."""


class _Filed:
    """The homes under each value of one filter; never altered."""

    def __init__(self, keys: Mapping[str, HomeKeys], spellings: Mapping[str, str]) -> None:
        self.keys, self.spellings = keys, spellings

    @classmethod
    def of(cls, homes: Mapping[str, Described], name: str) -> "_Filed":
        keys = dict[str, set[str]]()
        for key, home in homes.items():
            for value in filed_under(home, name):
                keys.setdefault(value, set()).add(key)
        spellings = {value: _spelt(value, found, homes, name) for value, found in keys.items()}
        return cls({value: frozenset(found) for value, found in keys.items()}, spellings)

    def updated(
        self, changed: Iterable[tuple[str, Described | None, Described]], homes: Mapping[str, Described], name: str
    ) -> "_Filed":
        """With what these homes are now, among all `homes`, in place of what they were."""
        keys, touched = dict(self.keys), set[str]()
        for key, was, home in changed:
            before, after = filed_under(was, name) if was else {}, filed_under(home, name)
            for value in before.keys() - after.keys():
                keys[value] -= {key}
            for value in after:
                keys[value] = keys.get(value, frozenset()) | {key}
            touched |= before.keys() | after.keys()
        keys = {value: found for value, found in keys.items() if found}
        kept = {value: spelling for value, spelling in self.spellings.items() if value not in touched}
        again = {value: _spelt(value, keys[value], homes, name) for value in touched if value in keys}
        return _Filed(keys, kept | again)


def _spelt(value: str, keys: Collection[str], homes: Mapping[str, Described], name: str) -> str:
    """How one of several homes spells a value: the same one in whatever order they became known."""
    return filed_under(homes[min(keys)], name)[value]


class Facets:
    """The homes of one moment by what they can be asked for."""

    def __init__(self, homes: Mapping[str, Described]) -> None:
        self._homes = homes
        self._filed: dict[str, _Filed] = {}
        self._watched: tuple[Settings | None, dict[tuple[str, date | None], HomeKeys]] = None, {}

    def updated(self, changed: Mapping[str, Described]) -> "Facets":
        """Of the same homes but for those that have changed, or are new."""
        facets = Facets({**self._homes, **changed})
        moved = [(key, self._homes.get(key), home) for key, home in changed.items()]
        facets._filed = {name: filed.updated(moved, facets._homes, name) for name, filed in [*self._filed.items()]}
        settings, watched = self._watched
        if settings is not None:
            again = {
                (name, day): (keys - changed.keys()) | _covered(changed, name, day, settings)
                for (name, day), keys in [*watched.items()]
            }
            facets._watched = settings, again
        return facets

    def fitting(self, chosen: Chosen, settings: Settings, day: date | None) -> HomeKeys | None:
        """The keys of the homes that fit every filter about homes; None where all do."""
        found: list[HomeKeys] = [
            self._any(name, map(normal, values)) for name, normal in FILED.items() if (values := getattr(chosen, name))
        ]
        if chosen.watch:
            found.append(frozenset().union(*(self._watching(name, day, settings) for name in chosen.watch)))
        if chosen.group:
            owners = {same_owner(owner) for name in chosen.group for owner in settings.groups.get(name, ())}
            found.append(self._any("owner", owners))
        return frozenset.intersection(*found) if found else None

    def spellings(self, name: str) -> Mapping[str, str]:
        """The values that homes have of a filter, as `unknown` wants them."""
        return self._of(name).spellings

    def under(self, name: str, value: str) -> HomeKeys:
        """The homes with one value of a filter, in whatever spelling."""
        return self._any(name, [FILED[name](value)])

    def _any(self, name: str, values: Iterable[str]) -> HomeKeys:
        keys = self._of(name).keys
        return frozenset().union(*(keys.get(value, frozenset()) for value in values))

    def _of(self, name: str) -> _Filed:
        if name not in self._filed:
            self._filed[name] = _Filed.of(self._homes, name)
        return self._filed[name]

    def _watching(self, name: str, day: date | None, settings: Settings) -> HomeKeys:
        if self._watched[0] is not settings:
            self._watched = settings, {}
        watched = self._watched[1]
        if (name, day) not in watched:
            watched[name, day] = _covered(self._homes, name, day, settings)
        return watched[name, day]


def _covered(homes: Mapping[str, Described], name: str, day: date | None, settings: Settings) -> HomeKeys:
    watches = [watch for watch in settings.watch if watch.name == name]
    return frozenset(
        key
        for key, home in homes.items()
        if any(why_not_home(home, watch, settings.groups, day) is None for watch in watches)
    )
