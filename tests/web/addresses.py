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
    Address("/", "first page"),
    Address("/homes", "homes"),
    Address("/homes/ofsted:SC478986", "home"),
    Address(f"/homes/ofsted:{stage.hostile_id(0)}", "home that hurts"),
    Address(f"/homes/ofsted:{stage.hostile_id(7)}", "home with a long name"),
    Address("/homes/ofsted:SC0", "no such home", 404),
    Address(f"/changes/{stage.FOUNDING_CHANGE}", "change"),
    Address(f"/changes/{stage.OPEN_CHANGE}", "change that nobody acknowledged"),
    Address("/changes/ffffffffffffffff", "no such change", 404),
    Address("/sign-in", "sign in"),
    Address("/homes?area=Derby&standing=inadequate", "homes filtered"),
    Address("/homes?area=Derby&rating=outstanding&region=London", "no such homes"),
    Address("/homes?area=Derbi&owner=Esland&rating=bad&page=0", "homes asked for with mistakes", 400),
    Address("/owners", "owners"),
    Address("/owners/%22%3E%3Cimg%20src=https:%2F%2Fevil.example%2Fx%20onerror=alert(1)%3E", "an owner that hurts"),
    Address("/areas/Derby", "an area"),
    Address("/watches/derby", "a watch"),
    Address("/changes", "changes"),
    Address("/changes?what=recoverd&from=9999-01-01", "changes asked for with mistakes", 400),
    Address("/changes?area=Derby&to=2001-01-01", "no such changes"),
    Address("/numbers", "numbers"),
    Address("/numbers?by=owner&page=2", "numbers by owner"),
    Address("/status", "status"),
    Address("/nowhere", "no such page", 404),
)
"""The HTML pages, with an example of each state that looks different: full, filtered, empty, not found."""

_HOMES = [
    Address(f"/homes/ofsted:{stage.hostile_id(number)}", f"home {number}") for number in range(len(stage.HOSTILE))
]
_CHANGES = [Address(f"/changes/{stage.change_id(what)}", what.value) for what in What if what is not What.GROUP_CONCERN]

MORE: tuple[Address, ...] = (
    *_HOMES,
    *_CHANGES,
    Address("/homes/SC47898", "no such home, but one that is nearly so", 404),
    Address("/homes/ofsted:1225631", "home that was never graded"),
    Address("/homes/ofsted:1232473", "home without inspections"),
    Address("/homes/ofsted:1027076", "home on no list"),
    Address("/homes/ofsted:1027077", "home that stands inadequate"),
    Address("/homes/ofsted:2742177", "home on another scale"),
    Address("/homes/ofsted:SC476270", "home with many inspections"),
    Address("/changes/130c8e5779a57f21", "change of before the beginning"),
    Address("/homes?q=esland&sort=-inspected&all=yes", "homes found by a word"),
    Address("/homes?page=9999", "homes beyond the last page", 404),
    Address("/owners?q=esland", "owners found by a word"),
    Address("/owners/Esland%20North%20Limited", "an owner"),
    Address("/owners/Eslund", "no such owner", 404),
    Address("/areas", "areas"),
    Address("/areas/Derby?rating=bad", "an area asked for with mistakes", 400),
    Address("/watches/everything?page=2", "a watch of everything"),
    Address("/watches/nothing", "a watch of nothing"),
    Address("/watches/derbi", "no such watch", 404),
    Address("/watches/desk%2FC0456%2F1", "a watch that somebody made"),
    Address("/watches/desk%2FC0457%2F2", "a watch that is paused"),
    Address("/watches/gone%2FC0458%2F3", "a watch without its channel", 404),
    Address("/watches/desk%2FC0456%2F4", "a watch that was removed", 404),
    Address("/watches/screen%2F5", "a watch of an owner that hurts"),
    Address("/changes?area=Derby&what=recovered&from=2018-01-01&to=2024-12-31", "changes filtered"),
    Address("/numbers?by=yeer", "numbers asked for with mistakes", 400),
)
"""Pages that look like one of those: a browser is not needed to see whether they are sound."""

ACTING: tuple[str, ...] = (
    "/sign-out",
    "/",
    "/status",
    "/watches/desk%2FC0456%2F1",
    f"/homes/ofsted:{stage.hostile_id(0)}",
    f"/changes/{stage.OPEN_CHANGE}",
)
"""Pages that show more to somebody who may act."""

DATA: tuple[Address, ...] = (
    Address("/healthz", "healthz"),
    Address("/readyz", "readyz"),
    Address("/metrics", "metrics"),
    Address("/homes.html", "homes by their other name"),
    Address("/homes.csv", "homes as CSV"),
    Address("/homes.json", "homes as JSON"),
    *(
        Address(f"/{name}.{form}", f"{name} as {form.upper()}")
        for name in ("owners", "areas", "changes", "numbers", "owners/Esland%20North%20Limited", "watches/derby")
        for form in ("csv", "json")
    ),
    Address("/status.json", "status as JSON"),
    Address("/homes/ofsted:SC478986.json", "home as JSON"),
    Address(f"/changes/{stage.FOUNDING_CHANGE}.json", "change as JSON"),
    Address("/changes.atom", "changes as a feed"),
    Address("/watches/derby.atom", "a watch as a feed"),
    *(
        Address(f"/watches/desk%2FC0456%2F1.{form}", f"a watch that somebody made as {form.upper()}")
        for form in ("csv", "json", "atom")
    ),
    Address("/calendar.ics", "calendar"),
    Address("/calendar.ics?area=Derby", "calendar of an area"),
)
"""What needs no browser: JSON, CSV, Atom, calendars, figures, and pages by another name."""

WITHOUT_QUERY: tuple[str, ...] = tuple(sorted({address.path.partition("?")[0] for address in (*PAGES, *DATA)}))
"""Each path once."""
