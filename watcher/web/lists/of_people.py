"""The watches that people made, as pages show them: who made one is shown to who is signed in alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from watcher.answers.told.watched import changes_asked, made_on, watched, why_not_told
from watcher.messages.numbers import british_moment
from watcher.text import inert
from watcher.watching.deeds import through
from watcher.watching.made_watches import MadeWatch
from watcher.web.addresses import watch_page
from watcher.web.visit import Visit


@dataclass(frozen=True, slots=True)
class ShownWatch:
    """One of them in words."""

    name: str
    what: str
    """Of what, with the changes."""
    made: str
    """Where to, since when, and for who is signed in by whom."""
    why_not: str
    """Why it tells nothing now; empty where it does."""
    address: str
    """Its page; empty while it is not routed."""
    remove: str
    """Where it is removed."""


def of_people(visit: Visit) -> Iterator[ShownWatch]:
    """Those in force, in the order in which they were made."""
    return (shown_watch(visit, watch) for watch in visit.history.made_watches() if watch.is_in_force)


def shown_watch(visit: Visit, watch: MadeWatch) -> ShownWatch:
    """One of them."""
    is_routed = any(one.name == watch.name for one in visit.settings.watch)
    who = f" by {inert(watch.by or 'somebody', 80)}{through(watch.door)}" if visit.actor else ""
    return ShownWatch(
        name=inert(watch.name, 100),
        what=f"{watched(visit.history, watch)}: {changes_asked(watch.changes)}",
        made=f"to {inert(watch.to, 80)}, since {made_on(watch, visit.settings.timezone)}{who}",
        why_not=why_not_told(watch, visit.settings),
        address=watch_page(watch.name) if is_routed else "",
        remove=removing(watch.name),
    )


def removing(name: str) -> str:
    """Where one of them is removed."""
    return f"/watches/{quote(name, safe='')}/remove"


def made_by_people(visit: Visit, name: str) -> Iterator[tuple[str, str]]:
    """What a watch's own page says of its making, a heading and words each; nothing of one of the configuration."""
    for watch in visit.history.made_watches():
        if watch.name != name:
            continue
        moment = british_moment(watch.made.astimezone(visit.settings.timezone))
        who = f" by {inert(watch.by or 'somebody', 80)}{through(watch.door)}" if visit.actor else ""
        yield "Made", f"{moment}{who}"
        if why := why_not_told(watch, visit.settings):
            yield "Now", why
