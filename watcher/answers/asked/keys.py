"""By what numbers are told: the words that stand for a home's owner, area, region and so on."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from watcher.facts.inspection import Home
from watcher.facts.owners import same_owner
from watcher.judging.around import groups_by_owner
from watcher.judging.numbers import Key, KeyOf
from watcher.judging.register import family
from watcher.text import squash

HEADINGS: Mapping[str, str] = {
    "year": "Year",
    "region": "Region",
    "sector": "Sector",
    "owner": "Owner",
    "group": "Group",
    "area": "Local authority",
    "type": "Type",
    "constituency": "Constituency",
}
"""What numbers are told by, in the words of the command, and what stands above it."""

BY = tuple(HEADINGS)

_WORDS: Mapping[str, Callable[[Home], str | None]] = {
    "region": lambda home: home.region,
    "sector": lambda home: home.sector,
    "owner": lambda home: home.owner,
    "area": lambda home: home.local_authority,
    "type": family,
    "constituency": lambda home: home.constituency,
}
_SAME: Mapping[str, Callable[[str], str]] = {"owner": same_owner, "area": squash, "constituency": squash}
"""Of words that vary in print the form in which they are the same."""


class Keys:
    """The keys of homes; where the print of a word varies it is the spelling of most homes."""

    def __init__(self, homes: Iterable[Home], groups: Mapping[str, Sequence[str]]) -> None:
        self._groups = groups_by_owner(groups)
        self._spellings: dict[tuple[str, str], dict[str, int]] = {}
        for home in homes:
            for name, normal in _SAME.items():
                if words := _WORDS[name](home):
                    spellings = self._spellings.setdefault((name, normal(words)), {})
                    spellings[words] = spellings.get(words, 0) + 1

    def of(self, names: Sequence[str]) -> KeyOf:
        """The keys of these names; where a group is asked for, homes without one are left out."""
        of_homes = [name for name in names if name != "year"]
        return KeyOf(lambda home: self._key(home, of_homes), names.index("year") if "year" in names else None)

    def _key(self, home: Home, names: Sequence[str]) -> Key | None:
        words = tuple(self._said(home, name) for name in names)
        return None if "group" in names and words[names.index("group")] is None else words

    def _said(self, home: Home, name: str) -> str | None:
        if name == "group":
            return self._groups.get(same_owner(home.owner)) if home.owner else None
        words = _WORDS[name](home) or None
        if words is None or name not in _SAME:
            return words
        spellings = self._spellings[name, _SAME[name](words)]
        return min(spellings, key=lambda spelling: (-spellings[spelling], spelling))
