"""What the operator hears of a release of official files: what it filled, and what it contradicts."""

from collections.abc import Sequence
from dataclasses import dataclass

from watcher.messages.numbers import counted
from watcher.text import inert

MOST_HOMES = 5
"""As many homes are named; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRead:
    """What a release came to, in numbers and in the keys of homes."""

    title: str
    key: str
    link: str | None = None
    new: int = 0
    """Inspections that nothing told of before and that nobody is told of."""
    numbered: int = 0
    """Inspections whose event number was not known."""
    closed: tuple[str, ...] = ()
    missed: int = 0
    """Inspections that the watched feeds had missed, and that readers are told of."""
    grades: tuple[str, ...] = ()
    """Homes with an inspection whose grades a page tells otherwise."""
    dates: tuple[str, ...] = ()
    """Homes with an inspection whose dates a page tells otherwise."""


def release_title(feed: str, release: ReleaseRead) -> str:
    """The whole in one line."""
    filled = (
        counted(release.new, "inspection"),
        counted(release.numbered, "event number"),
        counted(len(release.closed), "closure"),
    )
    return f"{feed}: {inert(release.title, 150)}: {filled[0]}, {filled[1]} and {filled[2]} were new"


def release_text(release: ReleaseRead) -> str:
    """What readers heard of it, which homes have closed, and what it contradicts."""
    missed = "Nobody was told."
    if release.missed:
        those = counted(release.missed, "inspection")
        missed = f"{those} had been missed so far: told to those who asked, as late. Nobody was told of the rest."
    closed = (f"Closed: {_named(release.closed)}.",) if release.closed else ()
    grades = _contradicted("grades", release.grades)
    dates = _contradicted("dates", release.dates)
    against = (*grades, *dates) or ("Nothing contradicts what was known from pages.",)
    return " ".join((missed, *closed, *against))


def _contradicted(what: str, homes: Sequence[str]) -> tuple[str, ...]:
    number = counted(len(homes), "home")
    return (f"It tells other {what} than the pages of {number}: {_named(homes)}.",) if homes else ()


def _named(homes: Sequence[str]) -> str:
    """The first of them by key, and how many more there are."""
    more = len(homes) - MOST_HOMES
    named = ", ".join(inert(home, 60) for home in homes[:MOST_HOMES])
    return f"{named} and {more} more" if more > 0 else named
