"""Whether the service does its work: the pipeline's own heartbeat, each feed's freshness, the oldest unsent message."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import orjson

from watcher.feeds.options import FeedOptions
from watcher.history.failures import HistoryAwayError
from watcher.history.protocol import History


class HistoryNow(StrEnum):
    """How the history is."""

    OK = "ok"
    TAKES_NOTHING = "takes nothing"
    """What it knows can be read; nothing can be stored, so nothing is read and nothing sent."""
    AWAY = "away"
    """Its database does not answer. A restart of this process would not help."""


@dataclass(frozen=True, slots=True)
class Health:
    """The state of the service at one moment."""

    alive: bool
    """Whether every job came through lately; this alone decides whether the process should be restarted."""
    heartbeat_age: timedelta
    feeds: dict[str, dict[str, Any]]
    oldest_unsent: timedelta | None
    role: str = "leader"
    """`leader`, or `standby` of a service that reads and sends nothing as long as another does."""
    history: HistoryNow = HistoryNow.OK

    def as_json(self) -> dict[str, Any]:
        """The health page: ages in seconds, moments in ISO 8601."""
        return {
            "status": "ok" if self.alive else "failing",
            "role": self.role,
            "history": self.history.value,
            "heartbeat_age_seconds": round(self.heartbeat_age.total_seconds(), 1),
            "feeds": self.feeds,
            "oldest_unsent_seconds": round(self.oldest_unsent.total_seconds(), 1) if self.oldest_unsent else None,
        }

    def page(self) -> tuple[int, bytes]:
        """The health page, under the status that says the same in a number."""
        return (200 if self.alive else 503), _written(self.as_json())


def health(
    feeds: Mapping[str, FeedOptions],
    history: History,
    heartbeat_age: timedelta,
    longest_age: timedelta,
    oldest_unsent: timedelta | None,
    now: datetime,
    role: str = "leader",
) -> Health:
    """The state of the service now; it is alive as long as its heartbeat is no older than `longest_age`."""
    try:
        states = _states(feeds, history, now)
    except HistoryAwayError:
        return Health(heartbeat_age <= longest_age, heartbeat_age, {}, oldest_unsent, role, HistoryNow.AWAY)
    how = HistoryNow.TAKES_NOTHING if history.trouble else HistoryNow.OK
    return Health(heartbeat_age <= longest_age, heartbeat_age, states, oldest_unsent, role, how)


def _states(feeds: Mapping[str, FeedOptions], history: History, now: datetime) -> dict[str, dict[str, Any]]:
    states = {}
    for name, options in feeds.items():
        state = history.feed(name)
        age = now - state.last_good if state.last_good else None
        states[name] = {
            "outcome": state.outcome or None,
            "last_good": state.last_good.isoformat() if state.last_good else None,
            "age_seconds": round(age.total_seconds(), 1) if age is not None else None,
            "fresh": age is not None and age <= options.stale_after,
            "failures": state.failures,
        }
    return states


def readiness(why_not: str) -> dict[str, Any]:
    """Whether pages can be answered."""
    return {"ready": not why_not, "why": why_not or None}


def readiness_page(why_not: str) -> tuple[int, bytes]:
    """The page that says so, under the status that says the same."""
    return (503 if why_not else 200), _written(readiness(why_not))


def _written(page: Mapping[str, Any]) -> bytes:
    return orjson.dumps(page, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def why_not_ready(history: History | None) -> str:
    """Why pages cannot be answered now; empty if they can. Asks the history, so not for the loop."""
    if history is None:
        return "the history is not opened yet"
    try:
        history.restored()  # what is asked for least
    except HistoryAwayError:
        return "the history does not answer"
    return ""
