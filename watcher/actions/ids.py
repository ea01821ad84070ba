"""Ids as people write them: whole, or a beginning that is long enough and means one thing; or a home's number."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from watcher.answers.homes.nearest import described, nearest
from watcher.errors import WatcherError
from watcher.facts.inspection import Home
from watcher.history.protocol import History
from watcher.text import printable

SHORTEST = 6


@dataclass(frozen=True, slots=True)
class Meant:
    """What somebody means who writes an id or a home's number."""

    id: str
    notes: tuple[str, ...] = ()
    """What he is told of how that was settled."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What an id is to be of, and the command that lists those there are."""

    name: str
    listing: str


def meaning(text: str, meanings: Mapping[str, Collection[str]], what: str) -> str:
    """The one thing that an id, or the beginning of one, means; `meanings` has the things that each id means.

    Raises WatcherError where there is none, and where there are several lists them.
    """
    ids = [text] if text in meanings else [known for known in meanings if is_beginning(text, known)]
    things = sorted({thing for known in ids for thing in meanings[known]})
    if len(things) == 1:
        return things[0]
    if things:
        raise WatcherError(f"{text!r} may mean any of: {', '.join(things)}")
    no_such = f"there is no {what} '{printable(text)}'"
    raise WatcherError(f"{no_such}; write its id or at least {SHORTEST} characters of its beginning")


def is_beginning(text: str, known: str) -> bool:
    """Whether a text is an id, or enough of its beginning."""
    return text == known or (len(text) >= SHORTEST and known.startswith(text))


def may_begin_an_id(text: str) -> bool:
    """Whether a message or change may be meant, so that it is worth looking at each: their ids are hex digits."""
    return len(text) >= SHORTEST and not set(text) - set("0123456789abcdef")


def meaning_or_of_home(
    text: str,
    meanings: Mapping[str, Collection[str]],
    what: Thing,
    *,
    history: History,
    of_home: Callable[[Home], Meant],
) -> Meant:
    """The same, or what `of_home` finds of the home whose number it is.

    A whole id goes before a number, and a number before the beginning of an id, of which whoever asked is told.
    """
    home = None if text in meanings else home_called(history, text)
    begun = {known: set(things) for known, things in meanings.items() if is_beginning(text, known)}
    if home is None and not begun:
        raise WatcherError(_nothing(text, what, history))
    if home is None:
        return Meant(meaning(text, meanings, what.name))
    try:
        meant = of_home(home)
    except WatcherError as error:
        raise WatcherError("; ".join((str(error), *_also(text, begun, what)))) from None
    others = {known: things for known, things in begun.items() if things != {meant.id}}
    return replace(meant, notes=(*_also(text, others, what), *meant.notes))


def _nothing(text: str, what: Thing, history: History) -> str:
    """That a text fits nothing, with the nearest homes, and what to write."""
    near = " or ".join(map(described, nearest(text, history.homes())))
    asked = f"; did you mean home {near}?" if near else ""
    ways = f"a home's number, an id (`{what.listing}` lists them), or at least {SHORTEST} characters of its beginning"
    return f"there is no {what.name} '{printable(text)}', nor a home of that number; write {ways}{asked}"


def _also(text: str, begun: Collection[str], what: Thing) -> tuple[str, ...]:
    """That a home's number begins ids too; nothing where it does not."""
    if not begun:
        return ()
    ids = ", ".join(sorted(begun))
    return (f"{printable(text)} was taken as a home's number; the {what.name} that begins with it is meant by: {ids}",)


def home_called(history: History, text: str) -> Home | None:
    """The home that a key means, or a number of any regulator's, in capitals or not; None where there is none.

    Raises WatcherError where there are several, with their keys.
    """
    text = text.encode("utf-8", "replace").decode()  # bytes of the command line that are no text
    if record := history.home(text):
        return record.home
    called = history.homes_called(text) if text else ()
    if len(called) > 1:
        raise WatcherError(f"{text!r} may mean any of: {', '.join(sorted(home.key for home in called))}")
    return called[0] if called else None
