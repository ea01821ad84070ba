"""How a home stands by now, shown on the first message about it: that message is changed, and nobody is notified."""

from collections.abc import Callable, Mapping

from watcher.judging.changes import What
from watcher.messages.alert import Alert
from watcher.messages.days import known, on_its_day, which
from watcher.messages.grades_in_words import areas_counted, so, worst_of
from watcher.messages.numbers import british
from watcher.messages.titles import newly_inadequate, rated, visit
from watcher.text import cut, inert

_LONGEST = 250
_LONGEST_GRADE = 80


def state_line(alert: Alert, recovered: Alert | None = None) -> str:
    """The present state that a change brings: `recovered after 53 days, rated good (published 25 September 2018)`.

    `recovered` is the latest recovery told of the home before, if there was one: a drop after it is one more.
    """
    if recovered is not None and alert.change is What.DROPPED_TO_INADEQUATE:
        since = british(recovered.published or recovered.day)
        return cut(
            f"{_rating(alert)} again, after recovery to {_rating(recovered)} on {since}{_published(alert)}", _LONGEST
        )
    return cut(_LINES[alert.change](alert), _LONGEST)


def _rating(alert: Alert) -> str:
    """The rating as the regulator printed it, within a sentence."""
    return rated(alert) or "inspected"


def _standing(alert: Alert) -> str:
    """The rating that stands where this inspection brings none."""
    before = alert.before.grades.get(alert.before.headline or alert.headline, "") if alert.before else ""
    return inert(before, _LONGEST_GRADE).lower() or worst_of(alert.home)


def _published(alert: Alert) -> str:
    return f" ({known(alert)})"


def _graded(alert: Alert) -> str:
    return f"{_rating(alert)}{_published(alert)}"


def _still(alert: Alert) -> str:
    if not alert.inspected:
        return f"still {_rating(alert)} after another inspection{_published(alert)}"
    again = f"still {_rating(alert)}, inspected again on {british(alert.inspected)}"
    return f"{again}{_published(alert)}" if alert.published else again


def _recovered(alert: Alert) -> str:
    days = alert.days_inadequate
    after = f" after {days} day{'' if days == 1 else 's'}" if days else ""
    return f"recovered{after}, rated {_rating(alert)}{_published(alert)}"


def _area(alert: Alert) -> str:
    number = len(newly_inadequate(alert))
    low = f"{areas_counted(alert.home, number)} newly {so(worst_of(alert.home))}"
    return f"{_rating(alert)}, with {low}{_published(alert)}"


def _visited(alert: Alert) -> str:
    return f"still {_standing(alert)}; {visit(alert)}{on_its_day(alert)}"


def _corrected(alert: Alert) -> str:
    was = inert((alert.was or {}).get(alert.headline, ""), _LONGEST_GRADE).lower()
    if alert.gone is not None and alert.was == alert.grades:
        return f"{_rating(alert)}: the {which('inspection', alert)}, once gone from its page, was issued again"
    before = f", not {was}" if was and was != alert.grades.get(alert.headline) else ""
    return f"{_rating(alert)}{before}: the {which('inspection', alert)} was corrected"


def _withdrawn(alert: Alert) -> str:
    return f"withdrawn: the {which('inspection', alert)} has gone from its page"


def _closed(alert: Alert) -> str:
    related = alert.context.related if alert.context else ()
    homes = [inert(successor.home_id, 40) for successor in related]
    is_certain = bool(related) and all(successor.is_certain for successor in related)
    how, several = ("carried on", " and ") if is_certain else ("possibly carried on", " or ")
    successor = f"; {how} as {several.join(homes)}" if homes else ""
    return f"closed, or gone from the register, while {so(_rating(alert))}{successor}"


def _overdue(alert: Alert) -> str:
    since = british(alert.published or alert.day)
    return f"overdue: still {_rating(alert)}, and nothing has been published since {since}"


_LINES: Mapping[What, Callable[[Alert], str]] = {
    What.DROPPED_TO_INADEQUATE: _graded,
    What.FIRST_INADEQUATE: _graded,
    What.STILL_INADEQUATE: _still,
    What.RECOVERED: _recovered,
    What.DROPPED: _graded,
    What.IMPROVED: _graded,
    What.AREA_INADEQUATE: _area,
    What.VISITED: _visited,
    What.LATE: _graded,
    What.CORRECTED: _corrected,
    What.WITHDRAWN: _withdrawn,
    What.CLOSED: _closed,
    What.OVERDUE: _overdue,
    What.GROUP_CONCERN: _graded,
}
