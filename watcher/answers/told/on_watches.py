"""Who watches a home, and what it is called on their lists."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from watcher.config.settings import Settings
from watcher.facts.inspection import Home
from watcher.text import inert
from watcher.watching.watches import why_not_home

_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Watching:
    """A watch that covers a home, or on whose list it stands."""

    watch: str
    label: str
    """What its list calls the home; empty where it has no list, or no name for it."""
    remark: str
    """Why it does not count today, though it stands on the list; else empty."""

    @property
    def words(self) -> str:
        """The name, with the label and the remark in brackets."""
        beside = "; ".join(part for part in (f"“{self.label}”" if self.label else "", self.remark) if part)
        return f"{inert(self.watch, _LONGEST)} ({beside})" if beside else inert(self.watch, _LONGEST)


def watching(home: Home, settings: Settings, day: date) -> Iterator[Watching]:
    """Each watch that covers a home on a day, in the order of the configuration."""
    for watch in settings.watch:
        listed = watch.listed.find(home) if watch.listed is not None else None
        label = inert(listed.label, _LONGEST) if listed else ""
        if why_not_home(home, watch, settings.groups, day) is None:
            yield Watching(watch.name, label, "")
        elif listed is not None and (why := listed.why_not(day, watch.listed.file if watch.listed else "")):
            yield Watching(watch.name, label, inert(why))
