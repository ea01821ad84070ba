"""By which day an inspection is known: that of the visit, else that of the publication, else when it was first seen.

Not every publisher says when it visited, and some say no day at all: no sentence may call one of them another.
"""

from datetime import date
from typing import Protocol

from watcher.facts.inspection import Dated
from watcher.messages.numbers import british, british_short

NO_DATE = "its publisher gives no date"
NO_VISIT = "the day of the visit is not published"


class _Days(Protocol):
    """An inspection with its three days, of which at least one is known."""

    @property
    def inspected(self) -> date | None: ...
    @property
    def published(self) -> date | None: ...
    @property
    def seen(self) -> date | None: ...


def when(one: _Days) -> str:
    """`inspected 17 July 2018`, `published 3 August 2024` or `first seen 16 April 2026`."""
    return _said(one, "inspected ")


def which(thing: str, one: _Days) -> str:
    """`inspection of 17 July 2018`, `inspection published 3 August 2024`, `inspection first seen 16 April 2026`."""
    return f"{thing} {_said(one, 'of ')}"


def on_its_day(one: _Days) -> str:
    """Behind what was done: ` on 17 July 2018`, `, published 3 August 2024`, `, first seen 16 April 2026`."""
    said = _said(one, "on ")
    return f" {said}" if one.inspected else f", {said}"


def known(one: _Days) -> str:
    """By which day its readers know it: `published 3 August 2018`, else as `when`."""
    return f"published {british(one.published)}" if one.published else when(one)


def _said(one: _Days, of_the_visit: str) -> str:
    if one.inspected:
        return f"{of_the_visit}{british(one.inspected)}"
    if one.published:
        return f"published {british(one.published)}"
    return f"first seen {british(one.seen)}" if one.seen else "of a day that is not known"


BEFORE_THE_DAY = {Dated.INSPECTED: "", Dated.PUBLISHED: "published ", Dated.SEEN: "first seen "}
"""What stands before a day where that of the visit goes without saying."""


def day_said(day: date, dated: Dated) -> str:
    """A day that takes little room: `3 Aug 2018`, or `published 3 Aug 2018` where it is not that of the visit."""
    return f"{BEFORE_THE_DAY[dated]}{british_short(day)}"
