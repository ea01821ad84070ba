"""How the homes of a channel's readers stand, as one line at the end of a digest; complete on its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from watcher.facts import regulators
from watcher.facts.grades import is_inadequate
from watcher.facts.stored import ALWAYS
from watcher.messages.numbers import british, counted, grades_counted
from watcher.text import inert

MOST_NAMED = 4
"""Homes that stand inadequate and are named; of more it is said how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InadequateNow:
    """A home that stands inadequate."""

    home_id: str
    label: str = ""
    """What its readers call it; empty where they have no name for it."""
    since: date
    """When the first inspection of the unbroken run became known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomesInBrief:
    """How many homes have each grade on a day."""

    grades: Mapping[str, int] = field(default_factory=dict, metadata=ALWAYS)
    """The best first."""
    not_graded: int = 0
    inadequate: tuple[InadequateNow, ...] = ()
    """At most MOST_NAMED of them, those that are so for the shortest time first; none of a whole country."""
    missing: int = 0
    """How many numbers that a watch names are of no home that is known to be open."""
    country: str = ""
    """Which, where some watch covers all homes there are; empty otherwise."""
    regulator: str = ""
    """The key of whose homes they are; empty in one of an older version."""
    thing: str = "home"
    """What one of them is called."""
    others: tuple["HomesInBrief", ...] = ()
    """The same of their homes that other regulators inspect: they are never counted together."""

    @property
    def homes(self) -> int:
        """How many there are of this regulator."""
        return sum(self.grades.values()) + self.not_graded

    @property
    def number_inadequate(self) -> int:
        """How many of them have a grade that counts as inadequate."""
        return sum(number for grade, number in self.grades.items() if is_inadequate(self.regulator, grade))


def homes_now_line(now: HomesInBrief | None, day: date) -> str:
    """The line in words: `Your 60 homes: 3 outstanding, 48 good, ..., 1 inadequate: SC478986, since 3 August.`

    Empty where nothing is known of whose homes they are; `day` is the one that the line was made on.
    """
    if now is None:
        return ""
    missing = _missing(now)
    if not now.homes and not now.others:
        return f"None of the homes that you asked for is known to be open.{missing}"
    if not now.others:
        whose = f"{inert(now.country, 60)}, " if now.country else "Your "
        return f"{whose}{_stand(now, day)}.{missing}"
    each = ". ".join(f"{regulators.of(one.regulator).called}: {_stand(one, day)}" for one in (now, *now.others))
    return f"{'' if now.country else 'Your homes. '}{each}.{missing}"


def _stand(now: HomesInBrief, day: date) -> str:
    """How those of one regulator stand: `60 homes: 3 outstanding, 48 good, 1 inadequate`."""
    better = {grade: number for grade, number in now.grades.items() if not is_inadequate(now.regulator, grade)}
    worst = {grade: number for grade, number in now.grades.items() if grade not in better}
    ungraded = f"{now.not_graded:,} not graded yet" if now.not_graded else ""
    told = ", ".join(part for part in (grades_counted(better), ungraded, grades_counted(worst)) if part)
    return f"{counted(now.homes, inert(now.thing, 60))}: {told}{_named(now, now.number_inadequate, day)}"


def _named(now: HomesInBrief, number: int, day: date) -> str:
    """Which homes stand inadequate."""
    if not now.inadequate:
        return ""
    named = [_home(home, day) for home in now.inadequate]
    more = number - len(named)
    return f": {'; '.join([*named, *([f'and {more:,} more'] if more > 0 else [])])}"


def _home(home: InadequateNow, day: date) -> str:
    label = f" ({inert(home.label, 60)})" if home.label else ""
    since = f"{home.since.day} {home.since:%B}" if home.since.year == day.year else british(home.since)
    return f"{inert(home.home_id, 40)}{label}, since {since}"


def _missing(now: HomesInBrief) -> str:
    if not now.missing:
        return ""
    numbers = counted(now.missing, "number that you named is", "numbers that you named are")
    return f" {numbers} of no home that is known to be open."
