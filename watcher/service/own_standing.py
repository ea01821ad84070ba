"""How a running service stands by what it has in memory: asked anew for each look at its page."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from watcher.answers.status import ChannelNow, MatterNow, ServiceStanding, StuckMessage
from watcher.answers.told.sent import verdict
from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery, State
from watcher.feeds.advance import Advance
from watcher.messages.alert import Alert
from watcher.messages.matter import Matter
from watcher.messages.titles import title
from watcher.options.owner import signature
from watcher.service.heartbeat import Heartbeat, Pulse
from watcher.service.reach import Reach
from watcher.service.role import role_now
from watcher.service.self_watch import REFUSED, find_matters, matter_of_refusal
from watcher.service.service import Service
from watcher.service.standing import OPEN, feeds_now, first_morning, service_now, since_of, with_known
from watcher.text import inert

MOST_STUCK = 50
"""So many messages are told one by one."""


class OwnStanding:
    """What a service makes of itself; reads no message that has come to its end.

    May be asked in any thread, beside the work of the service.
    """

    def __init__(
        self,
        service: Service,
        heartbeat: Heartbeat,
        advances: Callable[[], Mapping[str, Advance]],
    ) -> None:
        self._service = service
        self._heartbeat = heartbeat
        self._advances = advances
        self._reach = Reach(service.settings, service.history)

    def now(self) -> ServiceStanding:
        """The state at this moment, with whom each matter touches."""
        service, settings, history = self._service, self._service.settings, self._service.history
        now, known = service.clock.now(), history.notices()
        troubled = service.outbox.troubled()
        waiting = [delivery for delivery in troubled if delivery.state in OPEN]
        gathered = list(history.gathered())
        held = [delivery for delivery in gathered if delivery.is_held]
        reach, stopped = self._reach_of(settings), list(history.stopped_mails().values())
        states = [history.feed(name) for name in settings.feeds]
        found = self._matters(settings, now)
        since = {matter.key: since_of(matter, known) for matter in found}
        if REFUSED in since:
            since[REFUSED] = service.refused_since
        return ServiceStanding(
            now=now,
            service=service_now(Pulse(self._heartbeat.age(now), signature()), service.began, role_now(service)),
            feeds=feeds_now(settings, states, self._advances(), now),
            waiting=len(waiting),
            oldest_waiting=waiting[0].created if waiting else None,
            refused=sum(delivery.state is State.REFUSED for delivery in troubled),
            matters=[
                MatterNow(matter=matter, since=since[matter.key], touched=reach.touched(matter, troubled))
                for matter in found
            ],
            held=len(held),
            held_until=first_morning(held),
            channels=list(channels_now(settings, troubled, service.outbox.stopped(), gathered)),
            stuck=list(islice(stuck_messages(troubled), MOST_STUCK)),
            silences=[silence for silence in history.silences() if now < silence.until],
            stopped_mails=stopped,
            number_of_stopped=len(stopped),
            reload=service.last_reload,
        )

    def _matters(self, settings: Settings, now: datetime) -> Sequence[Matter]:
        service = self._service
        try:
            found = find_matters(settings, service.history, service.outbox, service.awake_since, now)
        except OSError as error:  # the disk does not even say how full it is: what is known is told all the same
            found = [matter_of_refusal(f"The folder of the history cannot be looked at ({error.strerror}).")]
        beside = [matter for matter in service.matters_beside() if matter.key not in {known.key for known in found}]
        return with_known([*found, *beside], service.history.notices())

    def _reach_of(self, settings: Settings) -> Reach:
        if self._reach.settings is not settings:
            self._reach = Reach(settings, self._service.history)
        return self._reach


def stuck_messages(troubled: Iterable[Delivery]) -> Iterator[StuckMessage]:
    """The messages among them that move only if somebody asks."""
    return (_stuck(delivery) for delivery in troubled if delivery.state in (State.REFUSED, State.UNKNOWN))


def _stuck(delivery: Delivery) -> StuckMessage:
    return StuckMessage(
        id=delivery.id,
        change=delivery.content.id if isinstance(delivery.content, Alert) else None,
        about=title(delivery.content, delivery.reminder),
        channel=delivery.channel,
        recipient=inert(delivery.recipient or ""),
        verdict=verdict(delivery),
        detail=inert(delivery.detail),
        at=delivery.attempted or delivery.created,
    )


def channels_now(
    settings: Settings, troubled: Sequence[Delivery], stopped: frozenset[str], gathered: Sequence[Delivery]
) -> Iterator[ChannelNow]:
    """Each channel, those that are gone and still have messages too; of bots' further ones those that are asked for."""
    for_digests = Counter(delivery.channel for delivery in gathered if not delivery.is_held)
    held = [delivery for delivery in gathered if delivery.is_held]
    asked = {*(name for watch in settings.watch for name in watch.channels), *(one.channel for one in gathered)}
    there = [name for name in settings.channels if "/" not in name or name in asked]
    stuck = [delivery for delivery in troubled if delivery.state in (*OPEN, State.REFUSED, State.UNKNOWN)]
    for name in dict.fromkeys((*there, *(delivery.channel for delivery in stuck))):
        options = settings.channels.get(name)
        mine = [delivery for delivery in stuck if delivery.channel == name]
        waiting = [delivery.created for delivery in mine if delivery.state in OPEN]
        states = Counter(delivery.state for delivery in mine)
        mornings = [delivery for delivery in held if delivery.channel == name]
        yield ChannelNow(
            name=name,
            kind=options.kind if options is not None else "",
            is_stopped=name in stopped,
            waiting=len(waiting),
            oldest=min(waiting, default=None),
            gathered=for_digests[name],
            held=len(mornings),
            held_until=first_morning(mornings),
            refused=states[State.REFUSED],
            unknown=states[State.UNKNOWN],
        )
