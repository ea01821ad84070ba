"""Every page's address over the stage: what is added here is tried by every test of the pages."""

from dataclasses import dataclass


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
    Address("/homes?area=Derby&standing=inadequate", "homes filtered"),
    Address("/homes?q=esland&sort=-inspected&all=yes", "homes found by a word"),
    Address("/homes?area=Derby&rating=outstanding&region=London", "no such homes"),
    Address("/homes?area=Derbi&owner=Esland&rating=bad&page=0", "homes asked for with mistakes", 400),
    Address("/homes?page=9999", "homes beyond the last page", 404),
    Address("/homes/ofsted:SC0", "no such home", 404),
    Address("/owners", "owners"),
    Address("/owners?q=esland", "owners found by a word"),
    Address("/owners/Esland%20North%20Limited", "an owner"),
    Address("/owners/%22%3E%3Cimg%20src=https:%2F%2Fevil.example%2Fx%20onerror=alert(1)%3E", "an owner that hurts"),
    Address("/owners/Eslund", "no such owner", 404),
    Address("/areas", "areas"),
    Address("/areas/Derby", "an area"),
    Address("/areas/Derby?rating=bad", "an area asked for with mistakes", 400),
    Address("/watches/derby", "a watch"),
    Address("/watches/everything?page=2", "a watch of everything"),
    Address("/watches/nothing", "a watch of nothing"),
    Address("/watches/derbi", "no such watch", 404),
    Address("/changes", "changes"),
    Address("/changes?area=Derby&what=recovered&from=2018-01-01&to=2024-12-31", "changes filtered"),
    Address("/changes?what=recoverd&from=9999-01-01", "changes asked for with mistakes", 400),
    Address("/changes?area=Derby&to=2001-01-01", "no such changes"),
    Address("/numbers", "numbers"),
    Address("/numbers?by=owner&page=2", "numbers by owner"),
    Address("/numbers?by=yeer", "numbers asked for with mistakes", 400),
    Address("/status", "status"),
    Address("/nowhere", "no such page", 404),
)
"""The HTML pages, with an example of each state that looks different: full, filtered, empty, not found."""

DATA: tuple[Address, ...] = (
    Address("/healthz", "healthz"),
    Address("/metrics", "metrics"),
    Address("/homes.csv", "homes as CSV"),
    Address("/homes.json", "homes as JSON"),
    *(
        Address(f"/{name}.{form}", f"{name} as {form.upper()}")
        for name in ("owners", "areas", "changes", "numbers", "owners/Esland%20North%20Limited", "watches/derby")
        for form in ("csv", "json")
    ),
    Address("/status.json", "status as JSON"),
)
"""What is not for people: JSON, CSV, Atom, calendars, figures."""

WITHOUT_QUERY: tuple[str, ...] = tuple(sorted({address.path.partition("?")[0] for address in (*PAGES, *DATA)}))
"""Each path once."""
