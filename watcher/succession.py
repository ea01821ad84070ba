"""Which homes may carry on one that has closed: offered to readers, never merged; pure."""

from collections.abc import Iterable
from datetime import date, timedelta

from watcher.alert import Alert, Successor
from watcher.changes import GONE
from watcher.grades import squash
from watcher.inspection import Home
from watcher.watches import same_owner

MOST = 3
"""Homes that are offered: with more, none of them says anything."""

AT_THE_SAME_TIME = timedelta(days=120)
"""A home of another owner is a successor only if it was registered no longer than this before the other was gone."""


def possible_successors(closed: Home, alert: Alert, homes: Iterable[Home], today: date) -> tuple[Successor, ...]:
    """The homes that fit the one that an alert says has closed, the likeliest first.

    Such a home is of the same type, was registered after the inadequate inspection, and has the same owner, or is in
    the same authority and was registered when the other closed; which `today` stands for, since no source says it.
    """
    found = sorted(
        (-_likeness(closed, home), today - home.registered, home.key, home)
        for home in homes
        if home.registered is not None and _may_follow(closed, alert, home, today)
    )
    return tuple(Successor.of(home) for *_, home in found[:MOST])


def _may_follow(closed: Home, alert: Alert, home: Home, today: date) -> bool:
    if home.key == closed.key or home.regulator != closed.regulator or home.status in GONE:
        return False
    if home.type is None or closed.type is None or squash(home.type) != squash(closed.type):
        return False
    if home.registered is None or not alert.inspected <= home.registered <= today:
        return False
    return _has_same_owner(closed, home) or (_is_near(closed, home) and today - home.registered <= AT_THE_SAME_TIME)


def _likeness(closed: Home, home: Home) -> int:
    return 2 * _has_same_owner(closed, home) + _is_near(closed, home)


def _has_same_owner(closed: Home, home: Home) -> bool:
    return bool(closed.owner and home.owner) and same_owner(closed.owner or "") == same_owner(home.owner or "")


def _is_near(closed: Home, home: Home) -> bool:
    return closed.local_authority is not None and closed.local_authority == home.local_authority
