"""How the watcher stands, from what it stored: for `watcher status` and the container's health check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from watcher.cli.tables import feeds_table
from watcher.delivery.ledger import Delivery, State
from watcher.facts.stored import stored
from watcher.feeds.options import FeedOptions
from watcher.history.protocol import FeedState, History, OpenMatter
from watcher.messages.numbers import counted
from watcher.service import heartbeat
from watcher.timing.durations import format_duration


@dataclass(frozen=True, slots=True)
class ServiceStanding:
    """The state at one moment."""

    now: datetime
    feeds: Sequence[FeedState]
    stale_after: Mapping[str, timedelta]
    heartbeat_age: timedelta | None
    """None where no service runs."""
    waiting: Sequence[Delivery]
    refused: Sequence[Delivery]
    matters: Mapping[str, OpenMatter]

    @property
    def service_is_alive(self) -> bool:
        """Whether a service runs and does its work."""
        return self.heartbeat_age is not None and self.heartbeat_age <= heartbeat.STALE_AFTER

    @property
    def needs_attention(self) -> bool:
        """Whether the operator should look."""
        hangs = self.heartbeat_age is not None and not self.service_is_alive
        return hangs or bool(self.refused or self.matters) or any(state.problems or state.held for state in self.feeds)

    def as_json(self) -> dict[str, Any]:
        """The state for programs: moments in ISO 8601, ages in seconds."""
        return {
            "service": "not running" if self.heartbeat_age is None else "alive" if self.service_is_alive else "hangs",
            "heartbeat_age_seconds": self.heartbeat_age.total_seconds() if self.heartbeat_age is not None else None,
            "feeds": [self._feed_json(state) for state in self.feeds],
            "waiting": len(self.waiting),
            "oldest_waiting": self.waiting[0].created.isoformat() if self.waiting else None,
            "refused": len(self.refused),
            "matters": [{"key": key, **stored(matter)} for key, matter in self.matters.items()],
            "needs_attention": self.needs_attention,
        }

    def _feed_json(self, state: FeedState) -> dict[str, Any]:
        return {
            "feed": state.name,
            "outcome": state.outcome or None,
            "detail": state.detail,
            "last_good": state.last_good.isoformat() if state.last_good else None,
            "failures": state.failures,
            "held": stored(state.held) if state.held else None,
            "problems": [{"where": where, **stored(problem)} for where, problem in state.problems.items()],
        }

    def print(self, console: Console) -> None:
        """The state for people."""
        if self.heartbeat_age is None:
            console.print("no service is running")
        else:
            word = "[green]alive[/]" if self.service_is_alive else "[red]hangs[/]"
            console.print(f"service: {word}, heartbeat {format_duration(self.heartbeat_age)} ago", highlight=False)
        console.print(feeds_table(self.feeds, self.stale_after, self.now))
        oldest = f", the oldest since {self.waiting[0].created:%Y-%m-%d %H:%M} UTC" if self.waiting else ""
        waiting = counted(len(self.waiting), "message waits", "messages wait")
        console.print(f"{waiting}{oldest}; {len(self.refused)} refused", highlight=False)
        for matter in self.matters.values():
            console.print(Text(f"!! {matter.title}: {matter.text}", style="red"))
        for state in self.feeds:
            for where, problem in state.problems.items():
                console.print(Text(f"?? {where}: {problem.what}"))


def of(feeds: Mapping[str, FeedOptions], folder: Path, history: History, now: datetime) -> ServiceStanding:
    """The state now."""
    beats = heartbeat.read(folder)
    deliveries = list(history.deliveries())
    return ServiceStanding(
        now=now,
        feeds=[history.feed(name) for name in feeds],
        stale_after={name: feed.stale_after for name, feed in feeds.items()},
        heartbeat_age=heartbeat.age(beats, now) if beats else None,
        waiting=[delivery for delivery in deliveries if delivery.state in (State.WAITING, State.SENDING)],
        refused=[delivery for delivery in deliveries if delivery.state is State.REFUSED],
        matters=history.notices(),
    )
