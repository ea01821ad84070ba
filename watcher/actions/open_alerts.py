"""The alerts of a home that somebody still waits to have acknowledged; or what became of them, where there are none."""

from collections.abc import Sequence

from watcher.actions.ids import Meant
from watcher.errors import WatcherError
from watcher.facts.inspection import Home
from watcher.history.protocol import History, Told
from watcher.messages.days import known
from watcher.messages.titles import happened
from watcher.messages.ways import ACKNOWLEDGE_BY
from watcher.rounds.reminders import Case
from watcher.text import inert


def cases_of(history: History, home: str) -> Sequence[Case]:
    """Every change of a home, by its key, that anybody was sent a message about, the newest first."""
    changes = list(history.changes(home))
    cases = (
        Case(
            told=told,
            changes=changes,
            deliveries=history.messages_about(told.alert.id),
            acknowledgement=history.acknowledgement(told.alert.id),
        )
        for told in reversed(changes)
    )
    return [case for case in cases if case.deliveries]


def newest_open(history: History, home: Home) -> Meant:
    """The newest open alert of a home, and in notes which it is, and which others are open.

    Raises WatcherError where there is none: by whom the last was acknowledged, what has settled it since, or that
    there never was any.
    """
    cases = cases_of(history, home.key)
    found = [case.told for case in cases if case.is_open]
    if not found:
        raise WatcherError(_none_open(inert(home.id, 40), cases))
    newest, *others = found
    still = (f"still open of this home: {_which(told)}; {ACKNOWLEDGE_BY} {told.alert.id}" for told in others)
    which = f"the newest open alert of {inert(home.id, 40)}: {_which(newest)}"
    return Meant(newest.alert.id, (which, *still))


def _none_open(number: str, cases: Sequence[Case]) -> str:
    last = next((case for case in cases if case.is_to_acknowledge), None)
    if last is not None:
        return f"no alert of {number} is open: {_which(last.told)}: {_settled(last)}"
    if cases:
        newest = cases[0].told
        asked = f"the newest that was sent asks nobody to take it in hand: {_which(newest)}"
        return f"no alert of {number} is open; {asked}; all the same: {ACKNOWLEDGE_BY} {newest.alert.id}"
    return f"no alert of {number} was ever sent; `watcher explain {number}` says why"


def _settled(case: Case) -> str:
    """What became of an alert that is open no more, for people."""
    if case.acknowledgement is not None:
        return str(case.acknowledgement)
    later = case.superseded_by()
    return f"settled since: {_which(later)}" if later else ""


def _which(told: Told) -> str:
    """An alert in words, with its day."""
    alert = told.alert
    day = known(alert)
    return f"{happened(alert)} ({day})"
