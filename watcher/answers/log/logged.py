"""Rows of the log as messages tell them: with all that was told of each then, or as it would have been told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from watcher.answers.sheet import Row
from watcher.config.settings import Settings
from watcher.facts.inspection import Home
from watcher.history.protocol import History
from watcher.judging.changes import Change
from watcher.messages.alert import Alert
from watcher.rounds.replay import asked_for, changes_of
from watcher.watching.watches import labels_of


@dataclass(frozen=True, slots=True)
class LoggedChange:
    """One change of the log as messages tell it."""

    alert: Alert
    known: date
    """The day on which it became known."""
    seen: datetime | None = None
    """When the watcher saw it; None for what was published before it watched."""


def logged(history: History, settings: Settings, rows: Sequence[Row], watches: Collection[str]) -> list[LoggedChange]:
    """These changes in their order; a home is called as the lists of these watches call it, for other lists are not
    for these readers. One that is gone since its row was made is left out."""

    @cache
    def judged(key: str) -> tuple[Home, Mapping[str, Change]]:
        record = history.home(key)
        home = record.home if record is not None else Home.named(key)
        return home, {change.id: change for change in changes_of(history, settings, home)}

    found = []
    for row in rows:
        home, changes = judged(row["home"])
        change, told = changes.get(row["id"]), history.change(row["id"])
        if change is None:
            continue
        alert = told.alert if told else asked_for(change, home, settings) or Alert.of(change, home)
        alert = alert.labelled(labels_of(home, settings.watch, watches))
        found.append(LoggedChange(alert, change.inspection.became_known, told.seen if told else None))
    return found
