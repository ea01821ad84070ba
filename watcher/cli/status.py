"""How the watcher stands, from what it stored: for `watcher status` and the container's health check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console
from rich.text import Text

from watcher import __version__
from watcher.cli.matters import by_gravity, print_matters, print_waiting
from watcher.cli.tables import stopped_json
from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery, State, Way, last_taken
from watcher.delivery.stopped_mails import StoppedMails
from watcher.facts.stored import stored
from watcher.feeds.advance import Advance
from watcher.feeds.options import FeedOptions
from watcher.history.protocol import FeedState, History, OpenMatter, Untold
from watcher.messages.numbers import counted
from watcher.messages.topics import Topic, topic_of
from watcher.service.heartbeat import Pulse, pulse
from watcher.service.matter import Matter
from watcher.service.progress import under_way
from watcher.service.self_watch import (
    LONGEST_ASLEEP,
    homes_of,
    matters_of_feeds,
    next_reading,
)
from watcher.service.undelivered import matters_of_deliveries
from watcher.text import inert
from watcher.timing.durations import format_duration


@dataclass(frozen=True, slots=True)
class ServiceStanding:
    """The state at one moment."""

    now: datetime
    feeds: Sequence[FeedState]
    options: Mapping[str, FeedOptions]
    pulse: Pulse
    waiting: Sequence[Delivery]
    refused: Sequence[Delivery]
    known: Mapping[str, OpenMatter]
    """What the operator was told of and is not over."""
    matters: Sequence[Matter]
    """What needs attention now, the gravest first."""
    reading: Mapping[str, Advance] = field(default_factory=dict)
    """How far the readings under way are, by feed."""
    stopped_mails: Sequence[StoppedMails] = ()
    """Who has stopped these mails."""

    @property
    def needs_attention(self) -> bool:
        """Whether the operator should look."""
        is_ill = self.pulse.word == "hangs" or self.pulse.last is not None
        open_ones = bool(self.refused or self.known or self.matters)
        return is_ill or open_ones or any(state.problems or state.held for state in self.feeds)

    def as_json(self) -> dict[str, Any]:
        """The state for programs: moments in ISO 8601, ages in seconds."""
        age = self.pulse.age
        return {
            "version": __version__,
            "service": self.pulse.word,
            "holder": self.pulse.holder,
            "heartbeat_age_seconds": age.total_seconds() if age is not None else None,
            "feeds": [self._feed_json(state) for state in self.feeds],
            "waiting": len(self.waiting),
            "oldest_waiting": self.waiting[0].created.isoformat() if self.waiting else None,
            "refused": len(self.refused),
            "matters": [self._matter_json(matter) for matter in self.matters],
            "stopped_mails": [stopped_json(stop) for stop in self.stopped_mails],
            "needs_attention": self.needs_attention,
        }

    def _matter_json(self, matter: Matter) -> dict[str, Any]:
        before = self.known.get(matter.key)
        return {
            "key": matter.key,
            "title": matter.title,
            "text": matter.text,
            "since": before.since.isoformat() if before else None,
            "not_through": sorted(matter.not_through),
            "topic": matter.topic.key,
            "gravity": matter.topic.gravity.value,
            "homes": [subject.line for subject in matter.subjects],
            "means": matter.topic.link,
        }

    def _feed_json(self, state: FeedState) -> dict[str, Any]:
        return {
            "feed": state.name,
            "outcome": state.outcome or None,
            "detail": state.detail,
            "last_good": state.last_good.isoformat() if state.last_good else None,
            "next": self._next(state).isoformat(),
            "failures": state.failures,
            "reading": self._reading_json(state.name),
            "held": stored(state.held) if state.held else None,
            "problems": [_problem_json(where, problem) for where, problem in state.problems.items()],
        }

    def _reading_json(self, feed: str) -> dict[str, Any] | None:
        advance = self.reading.get(feed)
        if advance is None:
            return None
        left = advance.left(self.now)
        return {
            "pages_done": advance.done,
            "pages_due": advance.due,
            "began": advance.began.isoformat(),
            "seconds_left": round(left.total_seconds()) if left is not None else None,
        }

    def _next(self, state: FeedState) -> datetime:
        return next_reading(self.options[state.name], state, self.now)

    def print(self, console: Console) -> None:
        """The state for people: what matters first."""
        style = {"alive": "green", "hangs": "red"}.get(self.pulse.word, "")
        console.print(Text(self.pulse.sentence(), style=style))
        console.print(Text(f"watcher {__version__}"))
        for state in self.feeds:
            self._print_feed(console, state)
        oldest = f", the oldest since {self.waiting[0].created:%Y-%m-%d %H:%M} UTC" if self.waiting else ""
        waiting = counted(len(self.waiting), "message waits", "messages wait")
        console.print(f"{waiting}{oldest}; {len(self.refused)} refused", highlight=False)
        for stop in self.stopped_mails:
            since = f"{stop.since:%Y-%m-%d %H:%M} UTC"
            console.print(Text(f"no mails go to {inert(stop.address)}, who stopped them at {since}"))
        print_matters(console, self.matters, self.known, self.now)
        print_waiting(console, self.feeds, self.matters)

    def _print_feed(self, console: Console, state: FeedState) -> None:
        is_stale = state.last_good is None or self.now - state.last_good > self.options[state.name].stale_after
        good = f"read well {format_duration(self.now - state.last_good)} ago" if state.last_good else "never read well"
        outcome = f" (last: {state.outcome})" if state.outcome else ""
        when = f", {self._when(state)}" if self.pulse.age is not None else ""
        console.print(Text.assemble(f"{state.name}: ", (good, "red" if is_stale else ""), f"{outcome}{when}"))
        if (advance := self.reading.get(state.name)) is not None:
            console.print(f"reading: {advance.sentence(self.now)}", highlight=False)
        if state.detail:
            console.print(Text(inert(state.detail, 500), style="dim"))

    def _when(self, state: FeedState) -> str:
        """When a running service reads a feed next."""
        wait = self._next(state) - self.now
        return f"next in {format_duration(wait)}" if wait > timedelta(0) else "next now"


def _problem_json(where: str, problem: Untold) -> dict[str, Any]:
    return {
        "where": where,
        "what": problem.what,
        "home": problem.home,
        "since": problem.since.isoformat(),
        "trouble": problem.trouble.value,
        "until": problem.until.isoformat() if problem.until else None,
        "tries": problem.tries,
    }


def of(settings: Settings, history: History, now: datetime) -> ServiceStanding:
    """The state now."""
    deliveries = list(history.deliveries())
    waiting = [delivery for delivery in deliveries if delivery.state in (State.WAITING, State.SENDING)]
    refused = [delivery for delivery in deliveries if delivery.state is State.REFUSED]
    unknown = [delivery for delivery in deliveries if delivery.state is State.UNKNOWN]
    states, known = [history.feed(name) for name in settings.feeds], history.notices()
    return ServiceStanding(
        now=now,
        feeds=states,
        options=settings.feeds,
        pulse=pulse(settings.data_dir, now),
        waiting=waiting,
        refused=refused,
        known=known,
        matters=_matters(settings, history, states, [*waiting, *refused, *unknown], now, last_taken(deliveries)),
        reading=under_way(settings.data_dir),
        stopped_mails=list(history.stopped_mails().values()),
    )


def _matters(
    settings: Settings,
    history: History,
    states: Sequence[FeedState],
    troubled: Sequence[Delivery],
    now: datetime,
    taken: Mapping[Way, datetime],
) -> list[Matter]:
    """What is found now, and what the operator was told of that only a running service can find."""
    known, tried = history.notices(), [state for state in states if state.began is not None]
    homes, awake_since = homes_of(history), now - LONGEST_ASLEEP
    found = [
        *matters_of_feeds(settings.feeds, tried, awake_since, now, known, homes),
        *matters_of_deliveries(settings.channels, troubled, now, taken),
    ]
    others = {key: matter for key, matter in known.items() if key not in {matter.key for matter in found}}
    return by_gravity([*found, *(_stored(key, matter) for key, matter in others.items())])


def _stored(key: str, matter: OpenMatter) -> Matter:
    return Matter(
        key, topic_of(matter.topic) or Topic.UNNAMED, matter.title, matter.text, frozenset(matter.not_through)
    )
