"""Every page's address over the stage: what is added here is tried by every test of the pages."""

from dataclasses import dataclass

from tests.web.stage import FOUNDING_CHANGE, HOSTILE, OPEN_CHANGE, hostile_id
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
    Address("/homes.html", "homes as a file"),
    Address("/homes/ofsted:SC0", "no such home", 404),
    Address("/homes/SC47898", "no such home, but one that is nearly so", 404),
    Address("/homes/ofsted:SC478986", "home"),
    *(Address(f"/homes/ofsted:{hostile_id(number)}", f"home that hurts, {number}") for number in range(len(HOSTILE))),
    Address("/homes/ofsted:1225631", "home that was never graded"),
    Address("/homes/ofsted:1232473", "home without inspections"),
    Address("/homes/ofsted:1027076", "home on no list"),
    Address("/homes/ofsted:1027077", "home that stands inadequate"),
    Address("/homes/ofsted:2742177", "home on another scale"),
    Address("/homes/ofsted:SC476270", "home with many inspections"),
    Address(f"/changes/{FOUNDING_CHANGE}", "change"),
    Address(f"/changes/{OPEN_CHANGE}", "change that nobody has acknowledged"),
    Address("/changes/130c8e5779a57f21", "change of before the beginning"),
    *(
        Address(f"/changes/{1000 + number:016x}", f"change, {what}")
        for number, what in enumerate(What)
        if what is not What.GROUP_CONCERN
    ),
    Address("/changes/ffffffffffffffff", "no such change", 404),
    Address("/nowhere", "no such page", 404),
)
"""The HTML pages, with an example of each state that looks different: full, filtered, empty, not found."""

DATA: tuple[Address, ...] = (
    Address("/healthz", "healthz"),
    Address("/metrics", "metrics"),
    Address("/homes.csv", "homes as CSV"),
    Address("/homes.json", "homes as JSON"),
    Address("/homes/ofsted:SC478986.json", "home as JSON"),
    Address(f"/changes/{FOUNDING_CHANGE}.json", "change as JSON"),
)
"""What is not for people: JSON, CSV, Atom, calendars, figures."""

WITHOUT_QUERY: tuple[str, ...] = tuple(sorted({address.path.partition("?")[0] for address in (*PAGES, *DATA)}))
"""Each path once."""
