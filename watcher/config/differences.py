"""What differs between two configurations, by table and name: for the log, and for whoever asked for the change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from watcher.config.settings import Settings
from watcher.text import inert

_MOST_NAMED = 20
"""So many names of a table are said; the others are counted."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs in one table of the configuration; in one without names of its own, only that it does."""

    table: str
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __str__(self) -> str:
        """In words, with names and never with values: a value may be nobody's business."""
        listed = (("added", self.added), ("changed", self.changed), ("removed", self.removed))
        said = ", ".join(f"{what} {_listed(names)}" for what, names in listed if names)
        return f"{self.table}: {said or 'changed'}"


def differences(before: Settings, after: Settings) -> list[Difference]:
    """What differs, in the order of the tables; empty if nothing does."""
    return list(_differences(before, after))


def said(found: list[Difference]) -> str:
    """All of it as one line."""
    return "; ".join(map(str, found)) or "nothing is different"


def _differences(before: Settings, after: Settings) -> Iterator[Difference]:
    for name in Settings.model_fields:
        old, new = getattr(before, name), getattr(after, name)
        if old == new:
            continue
        olds, news = _named(old), _named(new)
        yield Difference(
            name,
            added=tuple(news.keys() - olds.keys()),
            changed=tuple(key for key in olds.keys() & news.keys() if olds[key] != news[key]),
            removed=tuple(olds.keys() - news.keys()),
        )


def _named(value: object) -> Mapping[str, Any]:
    """The entries of a table by their names; none of what is no table of named ones."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, tuple) and all(hasattr(entry, "name") for entry in value):
        return {entry.name: entry for entry in value}
    return {}


def _listed(names: tuple[str, ...]) -> str:
    shown = [inert(name) for name in sorted(names)[:_MOST_NAMED]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")
