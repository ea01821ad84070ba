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
    Address("/homes/ofsted:SC0", "no such home", 404),
    Address("/sign-in", "sign in"),
    Address("/status", "status"),
    Address("/nowhere", "no such page", 404),
)
"""The HTML pages, with an example of each state that looks different: full, filtered, empty, not found."""

ACTING: tuple[str, ...] = ("/sign-out", "/status")
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
