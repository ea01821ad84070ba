"""Every home as it is counted, in a region of its country: made once, then again of the homes that alter."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from watcher.answers.asked.keys import Keys
from watcher.answers.homes.regions import Regions, regions_of_areas
from watcher.history.protocol import History
from watcher.judging.numbers import Story, plain_story_of, story_of
from watcher.judging.register import Entry, Register


class Stories:
    """The stories of all homes of one register, by key, in its order."""

    def __init__(self, history: History, register: Register, former: "Stories | None" = None) -> None:
        self.register = register
        altered = register.differing(former.register) if former is not None else None
        if former is None or altered is None:
            former, altered, self._entries = None, (), {entry.home.key: entry for entry in register}
        else:
            now = ((key, register.get(key)) for key in altered)
            self._entries = {**former._entries, **{key: entry for key, entry in now if entry is not None}}
        self.regions = regions_of_areas(entry.home for entry in self._entries.values())
        again = frozenset(altered)
        self.by_home: Mapping[str, Story] = {
            key: self._story(history, entry, former if key not in again else None)
            for key, entry in self._entries.items()
        }
        self._keys: tuple[Mapping[str, Sequence[str]], Keys] | None = None

    def _story(self, history: History, entry: Entry, former: "Stories | None") -> Story:
        """The one that was made before, if nothing of the home has altered; few inspections are read for one."""
        key = entry.home.key
        if former is not None:
            told = former.by_home[key]
            return told if former.regions == self.regions else _placed(told._replace(entry=entry), self.regions)
        return _placed(plain_story_of(entry) or story_of(entry, history.records(key)), self.regions)

    def keys(self, groups: Mapping[str, Sequence[str]]) -> Keys:
        """By what they are told; kept."""
        kept = self._keys
        if kept is None or kept[0] != groups:
            self._keys = kept = groups, Keys((story.entry.home for story in self.by_home.values()), groups)
        return kept[1]


def _placed(story: Story, regions: Regions) -> Story:
    home = story.entry.home
    region = regions.of(home)
    if region == home.region:
        return story
    return story._replace(entry=replace(story.entry, home=replace(home, region=region)))
