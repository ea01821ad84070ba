"""What a configuration allows and its writer hardly means: for `check` to show and for `run` to log."""

import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from watcher.config.settings import Settings
from watcher.facts.inspection import Home
from watcher.watching.listed import known_ids
from watcher.watching.made_watches import place_of

MOST_ROWS = 10
"""Rows of a list without a known home that are named."""

Modes = Mapping[Path, int]
"""What the system says of each file that is there: its kind and who may read it, as `st_mode`."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One such thing, and what to do about it."""

    what: str
    """The part of the configuration that it is about."""
    detail: str
    misses_news: bool = False
    """Whether readers would miss something."""


def remarks(settings: Settings, modes: Modes) -> Iterator[Remark]:
    """Everything remarkable, those first by which readers miss something."""
    if not settings.watch:
        yield Remark("watch", "there is none, so nobody is told of any home: add a [[watch]]", misses_news=True)
    if stat.S_ISREG(modes.get(settings.data_dir, 0)):
        what = f"{settings.data_dir} is a file: name a folder, or move the file away"
        yield Remark("data_dir", what, misses_news=True)
    if not settings.operator.to:
        yield Remark("operator", "nobody hears of what cannot be read, told or sent: name channels in [operator] to")
    yield from _of_watches(settings)
    yield from _of_channels(settings)
    yield from _of_pages(settings)
    for key, path in _secret_paths(settings).items():
        if modes.get(path, 0) & stat.S_IROTH:
            yield Remark(key, f"everybody on this machine can read {path}: chmod o-r {path}")


def remarks_on_lists(
    settings: Settings, homes: Callable[[], Iterable[Home]], before: Settings | None = None
) -> Iterator[Remark]:
    """The rows of each list that are no known home, the first by number; `check` names the nearest there are.

    Of lists that the settings `before` had already nothing is said; only for others the homes are asked for.
    """
    remarked = {watch.name: watch.listed for watch in before.watch} if before is not None else {}
    new = [watch for watch in settings.watch if watch.listed is not None and watch.listed != remarked.get(watch.name)]
    known = known_ids(homes()) if new else frozenset()
    for watch in new:
        unknown = watch.listed.unknown(known) if watch.listed is not None else ()
        if watch.listed is None or not unknown:
            continue
        named = ", ".join(f"{home.id} (row {home.row})" for home in unknown[:MOST_ROWS])
        more = f" and {len(unknown) - MOST_ROWS} more" if len(unknown) > MOST_ROWS else ""
        what = f"no known home is {named}{more}: look at these rows of {watch.listed.file}; `watcher check` says more"
        yield Remark(f"watch {watch.name}", what, misses_news=True)


def _secret_paths(settings: Settings) -> Mapping[str, Path]:
    """The files that are nobody else's business, by the key that names each."""
    users = settings.web.users_file
    return {**settings.secret_paths, **({"web.users_file": users} if users else {})}


def _of_pages(settings: Settings) -> Iterator[Remark]:
    web = settings.web
    if web.users_file and not web.is_behind_tls:
        what = 'people sign in without TLS: put it in front of the pages and name it, as in base_url = "https://..."'
        yield Remark("web.users_file", what)


def _of_watches(settings: Settings) -> Iterator[Remark]:
    for watch in settings.watch:
        if watch.escalate_to and set(watch.escalate_to) <= set(watch.to):
            yield Remark(f"watch {watch.name}", "escalate_to names nobody but `to`: name others, or leave it out")


def _of_channels(settings: Settings) -> Iterator[Remark]:
    named = {name for watch in settings.watch for name in watch.channels} | {*settings.operator.to}
    used = named | {place_of(name)[0] for name in settings.channels if "/" in name}
    first: dict[tuple[object, ...], str] = {}
    for name, channel in settings.channels.items():
        if name not in used and "/" not in name and not channel.is_answered:
            yield Remark(f"channel {name}", "nobody uses it: name it in a watch or in [operator], or leave it out")
        if channel.place is not None and (other := first.setdefault(channel.place, name)) != name:
            yield Remark(f"channel {name}", f"leads where {other} leads: who is told by both reads everything twice")


def modes_of(settings: Settings) -> Modes:
    """What the system says of the files that a configuration names."""
    found = {}
    for path in (settings.data_dir, *_secret_paths(settings).values()):
        try:
            found[path] = path.stat().st_mode
        except (OSError, ValueError):  # what is not there, or is no path, is told elsewhere
            continue
    return found
