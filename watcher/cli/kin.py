"""Which other registrations may be of the same home, before it and after it: offered with their reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rich.console import Console
from rich.text import Text

from watcher.facts import regulators
from watcher.facts.inspection import GONE, Home
from watcher.judging.context import Related
from watcher.judging.register import Register
from watcher.judging.successors import predecessors, successors
from watcher.text import inert


@dataclass(frozen=True, slots=True)
class Kin:
    """What may be the same home under another number."""

    home: Home
    before: Sequence[Related] = ()
    after: Sequence[Related] = ()

    def as_json(self) -> dict[str, Any]:
        """For programs: the home's key, the day it closed, and the registrations that may be its own."""
        return {
            "home": self.home.key,
            "status": self.home.status,
            "closed_on": self.home.closed_on.isoformat() if self.home.closed_on else None,
            "possible_predecessors": [related.contract() for related in self.before],
            "possible_successors": [related.contract() for related in self.after],
        }

    def print(self, console: Console) -> None:
        """For people; nothing where there is nothing to offer."""
        for what, others in (("possibly its predecessor", self.before), ("possibly its successor", self.after)):
            for related in others:
                registered = f", registered {related.registered}" if related.registered else ""
                reasons = "; ".join(inert(reason) for reason in related.reasons)
                console.print(Text(f"{what}: {related.home_id}{registered} ({reasons})"))


def kin(home: Home, register: Register, day: date) -> Kin:
    """The registrations that may be of the same home, as known on a day."""
    sector = register.of(regulators.of(home.regulator))
    return Kin(
        home,
        before=predecessors(home, sector, home.registered or day),
        after=successors(home, sector, day) if home.status in GONE else (),
    )
