"""Watches of people: made and removed from a chat, a page or the command line; what is meant is looked up first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from watcher.answers.asked.chosen import FILED, filed_under
from watcher.answers.homes.nearest import nearest as nearest_homes
from watcher.answers.homes.nearest import no_such_home
from watcher.config.made_watches import called, channel_for, without_made
from watcher.config.settings import Settings
from watcher.errors import WatcherError
from watcher.facts.stored import ALWAYS
from watcher.history.protocol import History, Transaction
from watcher.judging.changes import What
from watcher.options.mistakes import did_you_mean, nearest_names
from watcher.text import inert, squash
from watcher.watching.deeds import Act, Signature
from watcher.watching.made_watches import MOST_IN_A_CHANNEL, MadeWatch
from watcher.watching.usual_changes import DEFAULT_CHANGES

EVERY_CHANGE = ("all", "everything")


class NothingToWatchError(WatcherError):
    """There is nothing of that name; `nearest` has what may have been meant."""

    def __init__(self, why: str, nearest: Sequence[str] = ()) -> None:
        super().__init__(why)
        self.nearest = tuple(nearest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A watch as somebody asks for it."""

    of: str
    """A key of `FILTERS`."""
    value: str
    """As it was written."""
    changes: tuple[What, ...] = field(default=DEFAULT_CHANGES, metadata=ALWAYS)
    to: str
    user: str = ""
    """The chat's id of who asks."""

    def made(self, number: int, signature: Signature) -> MadeWatch:
        """The watch that it becomes."""
        return MadeWatch(
            number=number,
            of=self.of,
            value=self.value,
            changes=self.changes,
            to=self.to,
            by=signature.by,
            user=self.user,
            made=signature.at,
            door=signature.door,
        )


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it."""

    watch: MadeWatch
    is_new: bool
    """False where there was such a watch already."""


def why_no_channel(settings: Settings, channel: str) -> str:
    """Why nothing can be told there, and what to write; empty where it can."""
    if channel_for(settings, channel) is not None:
        return ""
    return (
        f"there is no channel {inert(channel, 80)!r}{did_you_mean(channel, without_made(settings).channels)}; another "
        "channel of a Slack bot is written as desk/C0456, the bot's channel and the id"
    )


def looked_up(history: History, settings: Settings, wanted: Wanted) -> Wanted:
    """The same, with its value and its channel as they are called here.

    Raises WatcherError with what to write instead, NothingToWatchError with the nearest.
    """
    if why := why_no_channel(settings, wanted.to):
        raise WatcherError(why)
    value = value_meant(history, settings, wanted.of, wanted.value)
    return replace(wanted, value=value, to=called(settings, wanted.to))


def same_watch(history: History, wanted: Wanted) -> MadeWatch | None:
    """The watch in force that asks for the same; raises WatcherError where there is none and no room for it."""
    there = [watch for watch in history.made_watches() if watch.is_in_force and watch.to == wanted.to]
    for watch in there:
        if _asks_for(watch, wanted):
            return watch
    if len(there) >= MOST_IN_A_CHANNEL:
        full = f"there are {MOST_IN_A_CHANNEL} watches of people's in {wanted.to} already"
        raise WatcherError(f"{full}: remove one first")
    return None


def _asks_for(watch: MadeWatch, wanted: Wanted) -> bool:
    same = (wanted.to, wanted.of, squash(wanted.value), frozenset(wanted.changes))
    return (watch.to, watch.of, squash(watch.value), frozenset(watch.changes)) == same


def _made_by_this(history: History, wanted: Wanted, signature: Signature) -> MadeWatch | None:
    """The watch that this same asking has made before it was interrupted, be it removed since."""
    own = (watch for watch in history.made_watches() if (watch.by, watch.made) == (signature.by, signature.at))
    return next((watch for watch in own if _asks_for(watch, wanted)), None)


def make_watch(history: History, settings: Settings, wanted: Wanted, signature: Signature) -> Made:
    """Keeps a watch, once; raises WatcherError with what to write instead, NothingToWatchError with the nearest."""
    wanted = looked_up(history, settings, wanted)
    if (watch := _made_by_this(history, wanted, signature)) is not None:
        return Made(watch, is_new=True)
    if (watch := same_watch(history, wanted)) is not None:
        return Made(watch, is_new=False)
    number = max((watch.number for watch in history.made_watches()), default=0) + 1
    made = wanted.made(number, signature)
    history.commit(Transaction(made_watches=(made,), deeds=(signature.deed(Act.WATCH, made.name),)))
    return Made(made, is_new=True)


def remove_watch(history: History, number: int, signature: Signature) -> MadeWatch | None:
    """Ends a watch of people's; None where there is none of that number in force."""
    watch = next((watch for watch in history.made_watches() if watch.number == number and watch.is_in_force), None)
    if watch is None:
        return None
    ended = watch.removed(by=signature.by, at=signature.at, door=signature.door)
    history.commit(Transaction(made_watches=(ended,), deeds=(signature.deed(Act.UNWATCH, ended.name),)))
    return ended


def watch_meant(history: History, text: str, *, offered: str | None = None) -> MadeWatch:
    """The watch in force that a number, or a name, means; raises WatcherError for any other, with those there are.

    Those for the channel `offered` alone where one is named.
    """
    in_force = [watch for watch in history.made_watches() if watch.is_in_force]
    wanted = text.strip().lstrip("#")
    for watch in in_force:
        if wanted in (str(watch.number), watch.name):
            return watch
    near = [watch for watch in in_force if offered in (None, watch.to)]
    there = ", ".join(str(watch.number) for watch in near[-20:])
    raise WatcherError(
        f"there is no watch {inert(text, 40)!r} that people made" + (f"; there are: {there}" if there else "")
    )


def value_meant(history: History, settings: Settings, of: str, text: str) -> str:
    """What an area, owner, home or group is called that somebody writes; a home's key.

    Raises NothingToWatchError with the nearest.
    """
    if of == "home":
        return _home_meant(history, text)
    said = FILED.get(of, squash)(text)
    if (found := _filed(history, of, text).get(said)) is not None:
        return found
    names = _names(history, settings, of)
    if (found := names.get(said)) is not None:
        return found
    near = nearest_names(text, names.values())
    raise NothingToWatchError(f"there is no {of} {inert(text, 80)!r}{did_you_mean(text, names.values())}", near)


def _names(history: History, settings: Settings, of: str) -> Mapping[str, str]:
    """What it can be called, by the form in which that is compared."""
    if of == "group":
        return {squash(name): name for name in settings.groups}
    names: dict[str, str] = {}
    for entry in history.register():
        names |= filed_under(entry.home, of)
    return names


def _filed(history: History, of: str, text: str) -> Mapping[str, str]:
    """The same of the homes of an owner or area alone, which are looked up."""
    register, names = history.register(), dict[str, str]()
    near = {"owner": register.of_owners, "area": register.in_areas}.get(of)
    for entry in near([text]) if near else ():
        names |= filed_under(entry.home, of)
    return names


def _home_meant(history: History, text: str) -> str:
    homes = history.homes_called(text.strip())
    if len(homes) == 1:
        return homes[0].key
    if homes:
        keys = sorted(home.key for home in homes)
        raise NothingToWatchError(f"{inert(text, 80)!r} may mean any of: {', '.join(keys)}", keys)
    known = [entry.home for entry in history.register()]
    raise NothingToWatchError(no_such_home(text, known), [home.key for home in nearest_homes(text, known)])


def changes_meant(text: str) -> tuple[What, ...]:
    """The sorts of change that somebody names, with commas between them; those of every watch where none is named.

    Raises NothingToWatchError for any other, with the nearest.
    """
    words = [squash(word) for word in text.split(",") if word.strip()]
    if not words:
        return DEFAULT_CHANGES
    if words[0] in EVERY_CHANGE:
        return tuple(What)
    known = {what.value: what for what in What}
    for word in words:
        if word not in known:
            why = f"there is no change {inert(word, 80)!r}{did_you_mean(word, known)}"
            raise NothingToWatchError(why, nearest_names(word, known))
    return tuple(dict.fromkeys(known[word] for word in words))
