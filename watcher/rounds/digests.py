"""Makes the digests that are due, each in one commit with what it tells; no network, no clock."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery, State, messages
from watcher.feeds.feed import Trouble
from watcher.history.protocol import FeedState, History, Transaction, Untold
from watcher.messages.alert import Alert
from watcher.messages.brief import abridged
from watcher.messages.digest import Digest, Item, Unread, digest_due, distinct
from watcher.messages.digest_parts import split
from watcher.messages.not_read import NotRead
from watcher.messages.numbers import british
from watcher.rounds.readers_homes import homes_in_brief
from watcher.rounds.tell.not_read import covering, known_home
from watcher.watching.silences import silencing
from watcher.watching.watches import labels_of


def due(history: History, settings: Settings, now: datetime) -> Iterator[Transaction]:
    """What is to be committed now, one transaction a digest; nothing of a local date that had its digest."""
    gathered = [delivery for delivery in history.gathered() if not delivery.is_held]
    digests = {name for name, options in settings.channels.items() if options.digest_times is not None}
    if stranded := _stranded(gathered, digests, now):
        yield Transaction(deliveries=stranded)
    for name, day in _days(history, settings, now):
        mine = [delivery for delivery in gathered if delivery.channel == name]
        yield _digest(history, settings, name, day, mine, now)


def are_due(history: History, settings: Settings, now: datetime) -> bool:
    """Whether a digest is to be made, for which all homes are gone through."""
    return any(_days(history, settings, now))


def _days(history: History, settings: Settings, now: datetime) -> Iterator[tuple[str, date]]:
    """The channels that are to have a digest now, each with the local date that it is of."""
    for name, options in settings.channels.items():
        times = options.digest_times
        if times is None:
            continue
        day = digest_due(times.at, times.days, settings.timezone, partial(history.has_digest, name), now)
        if day is not None:
            yield name, day


def _digest(
    history: History, settings: Settings, channel: str, day: date, gathered: Sequence[Delivery], now: datetime
) -> Transaction:
    alerts = (
        Item(abridged(delivery.content), delivery.message().seen)
        for delivery in gathered
        if isinstance(delivery.content, Alert)
    )
    items = tuple(distinct(alerts))
    states = _states(history, settings)
    mine = [watch for watch in settings.watch if channel in watch.to]
    whole = Digest(
        day=day,
        items=items,
        total=len(items),
        feeds=len(states),
        unread=tuple(unread_feeds(history, settings, now)),
        entries_not_read=sum(_is_of_no_home(problem) for state in states for problem in state.problems.values()),
        not_read=tuple(_not_read(history, settings, channel, states, gathered, now)),
        homes=homes_in_brief(history, mine, settings.groups, day),
    )
    made = [
        delivery
        for part in split(whole)
        for delivery in messages(
            settings.channels, channel, "digest", part, f"digest {day.isoformat()} {part.part}", now
        )
    ]
    detail = f"in the digest of {british(day)}"
    marked = [replace(delivery, state=State.IN_DIGEST, reference=made[0].id, detail=detail) for delivery in gathered]
    return Transaction(deliveries=(*made, *marked))


def _states(history: History, settings: Settings) -> list[FeedState]:
    """The feeds that tell how homes stand by now; of a configuration without any, the others."""
    present = [name for name, options in settings.feeds.items() if options.tells_the_present]
    return [history.feed(name) for name in present or settings.feeds]


def unread_feeds(history: History, settings: Settings, now: datetime) -> Iterator[Unread]:
    """The feeds whose last good reading is older than it should be; a reader must not take their silence for news."""
    for state in _states(history, settings):
        if state.last_good is None or now - state.last_good > settings.feeds[state.name].stale_after:
            yield Unread(state.name, state.last_good)


def _is_of_no_home(problem: Untold) -> bool:
    """Whether it is an entry of a list that could be about any home."""
    return problem.home is None and problem.trouble is Trouble.LIST


def _not_read(
    history: History,
    settings: Settings,
    channel: str,
    states: Sequence[FeedState],
    gathered: Sequence[Delivery],
    now: datetime,
) -> Iterator[NotRead]:
    """What of its readers' homes still could not be read, each once; of homes that somebody silenced nothing."""
    new = {delivery.content.id for delivery in gathered if isinstance(delivery.content, NotRead)}
    standing = {said.id: said for state in states for problem in state.problems.values() if (said := problem.not_read)}
    mine = [watch for watch in settings.watch if channel in watch.to]
    silences = history.silences()
    for said in sorted(standing.values(), key=lambda said: (said.home, said.day or date.min)):
        home = known_home(history, said.home)
        watches = covering(home, mine, settings.groups, now.astimezone(settings.timezone).date())
        if watches and silencing(home, silences, now) is None:
            names = [watch.name for watch in watches]
            described = said.described(home, names, labels_of(home, watches, names))
            yield replace(described, is_new=said.id in new)


def _stranded(gathered: Sequence[Delivery], digests: Container[str], now: datetime) -> tuple[Delivery, ...]:
    """What was gathered for a channel that makes no digests any more: it goes by itself, or shows that it waits."""
    return tuple(
        replace(delivery, state=State.WAITING, due=now) for delivery in gathered if delivery.channel not in digests
    )
