"""How the watcher stands, made from what it stored, for the command line, or from what a running service knows."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from watcher.answers.status import FeedNow, MatterNow, RoleNow, ServiceNow, ServiceStanding
from watcher.config.made_watches import with_made
from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery, State, Way, last_taken
from watcher.feeds.advance import Advance
from watcher.history.protocol import FeedState, History, OpenMatter
from watcher.messages.matter import Matter
from watcher.messages.topics import Topic, topic_of
from watcher.service.heartbeat import Pulse, pulse
from watcher.service.pace import next_reading
from watcher.service.progress import under_way
from watcher.service.role import role_elsewhere
from watcher.service.self_watch import LONGEST_ASLEEP, homes_of, matters_of_feeds
from watcher.service.undelivered import matters_of_deliveries

OPEN = (State.WAITING, State.SENDING)


def stored_standing(settings: Settings, history: History, now: datetime) -> ServiceStanding:
    """The state as the files tell it, whoever has them in hands; reads no message that came to its end."""
    settings = with_made(settings, history.made_watches())
    waiting, given_up = list(history.deliveries(open_only=True)), list(history.given_up())
    held = [delivery for delivery in history.gathered() if delivery.is_held]
    refused = [delivery for delivery in given_up if delivery.state is State.REFUSED]
    unknown = [delivery for delivery in given_up if delivery.state is State.UNKNOWN]
    states, known = [history.feed(name) for name in settings.feeds], history.notices()
    troubled = [*waiting, *refused, *unknown]
    matters = _matters(settings, history, states, troubled, now, last_taken(history.last_sent()))
    stopped = list(history.stopped_mails().values())
    return ServiceStanding(
        now=now,
        service=service_now(pulse(settings.data_dir, now), role=role_elsewhere(history)),
        feeds=feeds_now(settings, states, under_way(settings.data_dir), now),
        waiting=len(waiting),
        oldest_waiting=waiting[0].created if waiting else None,
        refused=len(refused),
        held=len(held),
        held_until=first_morning(held),
        matters=[MatterNow(matter=matter, since=since_of(matter, known)) for matter in matters],
        stopped_mails=stopped,
        number_of_stopped=len(stopped),
    )


def first_morning(held: Iterable[Delivery]) -> datetime | None:
    """When the first goes of the messages that quiet hours hold; None without any."""
    return min((delivery.held_until for delivery in held if delivery.held_until is not None), default=None)


def service_now(beat: Pulse, since: datetime | None = None, role: RoleNow | None = None) -> ServiceNow:
    """Whether the service runs, by its pulse; and which part it has, where several do."""
    return ServiceNow(
        word=beat.word,
        sentence=f"{beat.sentence()}; {role.sentence()}" if role else beat.sentence(),
        role=role,
        holder=beat.holder,
        heartbeat_age=beat.age,
        is_ill=beat.word == "hangs" or beat.last is not None,
        since=since,
    )


def feeds_now(
    settings: Settings, states: Iterable[FeedState], advances: Mapping[str, Advance], now: datetime
) -> Sequence[FeedNow]:
    """Each feed, and how far the reading under way is."""
    return [
        FeedNow(
            state=state,
            next=next_reading(settings.feeds[state.name], state, now),
            is_stale=state.last_good is None or now - state.last_good > settings.feeds[state.name].stale_after,
            advance=advances.get(state.name),
        )
        for state in states
    ]


def since_of(matter: Matter, known: Mapping[str, OpenMatter]) -> datetime | None:
    """Since when the operator knows of a matter."""
    before = known.get(matter.key)
    return before.since if before else None


def with_known(found: Iterable[Matter], known: Mapping[str, OpenMatter]) -> list[Matter]:
    """What was found and what the operator was told of besides, the gravest first."""
    found = list(found)
    keys = {matter.key for matter in found}
    others = (_stored(key, matter) for key, matter in known.items() if key not in keys)
    return sorted([*found, *others], key=lambda matter: matter.topic.gravity.rank)


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
    return with_known(found, known)


def _stored(key: str, matter: OpenMatter) -> Matter:
    topic = topic_of(matter.topic) or Topic.UNNAMED
    return Matter(key, topic, matter.title, matter.text, frozenset(matter.not_through))
