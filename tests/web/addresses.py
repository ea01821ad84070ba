"""Every page's address over the stage: what is added here is tried by every test of the pages."""

from dataclasses import dataclass

from tests.web import stage
from watcher.judging.changes import What


@dataclass(frozen=True, slots=True)
class Address:
    """A page to try."""

    path: str
    name: str
    """For files and tests' names."""
    status: int = 200

    def __str__(self) -> str:
        """Its name."""
        return self.name


PAGES: tuple[Address, ...] = (
    Address("/homes", "homes"),
    Address("/homes/ofsted:SC478986", "home"),
    Address(f"/homes/ofsted:{stage.hostile_id(0)}", "home that hurts"),
    Address(f"/homes/ofsted:{stage.hostile_id(7)}", "home with a long name"),
    Address("/homes/ofsted:SC0", "no such home", 404),
    Address(f"/changes/{stage.FOUNDING_CHANGE}", "change"),
    Address(f"/changes/{stage.OPEN_CHANGE}", "change that nobody acknowledged"),
    Address("/changes/ffffffffffffffff", "no such change", 404),
    Address("/sign-in", "sign in"),
    Address("/status", "status"),
    Address("/nowhere", "no such page", 404),
)
"""The HTML pages, with an example of each state that looks different: full, filtered, empty, not found."""

_HOMES = [
    Address(f"/homes/ofsted:{stage.hostile_id(number)}", f"home {number}") for number in range(len(stage.HOSTILE))
]
_CHANGES = [Address(f"/changes/{stage.change_id(what)}", what.value) for what in What if what is not What.GROUP_CONCERN]

MORE: tuple[Address, ...] = (*_HOMES, *_CHANGES)
"""Pages that look like one of those: a browser is not needed to see whether they are sound."""

ACTING: tuple[str, ...] = (
    "/sign-out",
    "/status",
    f"/homes/ofsted:{stage.hostile_id(0)}",
    f"/changes/{stage.OPEN_CHANGE}",
)
"""Pages that show more to somebody who may act."""

DATA: tuple[Address, ...] = (
    Address("/healthz", "healthz"),
    Address("/metrics", "metrics"),
    Address("/homes.html", "homes by their other name"),
    Address("/homes.csv", "homes as CSV"),
    Address("/homes.json", "homes as JSON"),
    Address("/status.json", "status as JSON"),
)
"""What needs no browser: JSON, CSV, Atom, calendars, figures, and pages by another name."""

WITHOUT_QUERY: tuple[str, ...] = tuple(sorted({address.path.partition("?")[0] for address in (*PAGES, *DATA)}))
"""Each path once."""
