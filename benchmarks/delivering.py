"""From a change seen to the message accepted by Slack, and an outbox with 10,000 messages waiting.

Slack takes one message a second and channel. That pause is Slack's rule and the same for everybody, so it is left out
of the first figure: the changes come one at a time and the channel's spacing is set to nothing. The last figure is the
beginning of a day of 118 reports with the real spacing, where the details are a matter of minutes.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from tests.standins.slack import CHANNEL, TOKEN, SlackStandIn
from watcher.config.settings import Log, Settings
from watcher.delivery.channel import Channel
from watcher.delivery.channels.kinds import open_channels
from watcher.delivery.channels.slack.channel import SlackChannel
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.delivery.ledger import State
from watcher.delivery.outbox import Outbox
from watcher.delivery.waiting import Waiting
from watcher.facts.grades import read_grade
from watcher.facts.inspection import Inspection, Judgement, Kind
from watcher.facts.sources import Sort, Source
from watcher.feeds.feed import Outcome, Problem, Reading
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.embedded.history import EmbeddedHistory
from watcher.messages.alert import Alert
from watcher.rounds.poll import poll
from watcher.service.logs import set_up
from watcher.timing.clock import SystemClock
from watcher.watching.watches import Watch

CHANGES = 1_000
HOMES = 500
WAITING = 10_000
REPORTS = 118
_DEADLINE = timedelta(minutes=1)


def run() -> None:
    """Prints median and worst time from seen to accepted, start and choice with many waiting, and a day of reports."""
    set_up(Log(level="warning"))
    with SlackStandIn() as slack:
        _one_at_a_time(slack)
    _many_waiting()
    with SlackStandIn() as slack:
        _a_day_of_reports(slack)


class _Told:
    """A feed that brings what it is told to, so that a change is seen at a known moment."""

    name = "ofsted"

    def __init__(self) -> None:
        self.inspections: tuple[Inspection, ...] = ()
        self.background: tuple[Inspection, ...] = ()
        self.seen = 0.0

    async def read(self, *_: object) -> Reading:
        self.seen = time.perf_counter()
        return Reading(outcome=Outcome.CHANGED, inspections=self.inspections, background=self.background)

    async def check(self) -> Sequence[Problem]:
        return ()

    async def close(self) -> None:
        pass


def _one_at_a_time(slack: SlackStandIn) -> None:
    with TemporaryDirectory() as folder:
        history = EmbeddedHistory.open(Path(folder))
        settings = _settings(slack.url)
        feed, outbox = _Told(), Outbox(history, _channels(settings, spacing=timedelta()), SystemClock())
        took = asyncio.run(_measure(history, settings, feed, outbox))
        history.close()
    took.sort()
    print(
        f"{len(took):,} changes, seen to accepted: median {median(took) * 1000:.0f} ms (aim 200 ms), "
        f"99 of 100 within {took[int(len(took) * 0.99)] * 1000:.0f} ms, worst {took[-1] * 1000:.0f} ms (aim 1 s); "
        f"{len(slack.messages):,} messages at Slack, {len(slack.updates):,} changed since"
    )


async def _measure(history: EmbeddedHistory, settings: Settings, feed: _Told, outbox: Outbox) -> list[float]:
    """What the service does after a reading, change by change."""
    took = []
    for number in range(CHANGES):
        feed.inspections = (_change(f"ofsted:SC9{number % HOMES:05}", number // HOMES),)
        await poll(history, feed, settings, SystemClock(), _DEADLINE)
        outbox.refresh()
        ended = await outbox.deliver_due()
        took.append(time.perf_counter() - feed.seen)
        states = [
            delivery.state for delivery in ended if isinstance(delivery.content, Alert)
        ]  # an alert above may be changed too
        if states != [State.ACCEPTED]:
            raise RuntimeError(f"{states} instead of one message that was accepted")
    return took


def _many_waiting() -> None:
    with TemporaryDirectory() as folder:
        history = EmbeddedHistory.open(Path(folder))
        settings = _settings("http://127.0.0.1:9/api/")
        homes = [f"ofsted:SC9{number:05}" for number in range(WAITING)]
        for start in range(0, WAITING, 100):  # in portions, as readings bring them
            feed = _Told()
            _bring_drops(feed, homes[start : start + 100])
            asyncio.run(poll(history, feed, settings, SystemClock(), _DEADLINE))
        history.close()
        began, busy = time.perf_counter(), time.process_time()
        history = EmbeddedHistory.open(Path(folder))
        opened = time.perf_counter()
        outbox = Outbox(history, _channels(settings, spacing=timedelta()), SystemClock())
        outbox.recover()
        started, busy = time.perf_counter(), time.process_time() - busy
        for _ in range(1_000):
            outbox.refresh()
        refreshed = time.perf_counter()
        waiting = list(history.deliveries(open_only=True))
        print(
            f"{len(waiting):,} waiting: start {started - began:.2f} s (aim 2 s), of which the history "
            f"{opened - began:.2f} s; {busy:.2f} s of the processor; taking up the new {(refreshed - started):.3f} ms; "
            f"choosing the next {_choosing(history):.3f} ms (aim 5 ms)"
        )
        history.close()


def _choosing(history: EmbeddedHistory) -> float:
    """Milliseconds to choose the next message and to take note of its attempt, in memory."""
    waiting, now = Waiting(), SystemClock().now()
    for delivery in history.deliveries(open_only=True):
        waiting.put(delivery)
    began = time.perf_counter()
    for _ in range(1_000):
        chosen = waiting.next(("desk", None), now)
        if chosen is None:
            raise RuntimeError("nothing to choose from")
        waiting.put(chosen.sending(now).interrupted())
    return time.perf_counter() - began


def _a_day_of_reports(slack: SlackStandIn) -> None:
    with TemporaryDirectory() as folder:
        history = EmbeddedHistory.open(Path(folder), with_bundle=False)
        settings = _settings(slack.url)
        feed, outbox = _Told(), Outbox(history, _channels(settings), SystemClock())
        _bring_drops(feed, [f"ofsted:SC9{number:05}" for number in range(REPORTS)])
        took = asyncio.run(_until_all_told(history, settings, feed, outbox, slack))
        history.close()
    print(
        f"{REPORTS} reports at once: one message after {took[0] * 1000:.0f} ms that tells of all, "
        f"and {len(took) - 1} details within {took[-1]:.1f} s, at Slack's pace"
    )


async def _until_all_told(
    history: EmbeddedHistory, settings: Settings, feed: _Told, outbox: Outbox, slack: SlackStandIn
) -> list[float]:
    """When each of the first messages was there, in seconds since the change was seen."""
    await poll(history, feed, settings, SystemClock(), _DEADLINE)
    outbox.refresh()
    telling = asyncio.create_task(outbox.deliver_due(within=timedelta(seconds=5)))
    took: list[float] = []
    while not telling.done() or len(took) < len(slack.messages):
        if len(took) < len(slack.messages):
            took.append(time.perf_counter() - feed.seen)
        await asyncio.sleep(0.005)
    await telling
    return took


def _settings(url: str) -> Settings:
    return Settings(
        feeds={"ofsted": OfstedSiteOptions(brake=1.0)},
        channels={"desk": SlackOptions(channel=CHANNEL, url=url, token=SecretStr(TOKEN))},
        watch=(Watch.model_validate({"name": "all", "changes": "all", "to": ["desk"]}),),
    )


def _channels(settings: Settings, spacing: timedelta | None = None) -> dict[str, Channel]:
    channels = open_channels(settings.channels, settings.house_style)
    for channel in channels.values():
        if spacing is not None and isinstance(channel, SlackChannel):
            channel.spacing = spacing
    return channels


def _bring_drops(feed: _Told, homes: Sequence[str]) -> None:
    """Each home good before and inadequate now; the earlier inspections tell the brake that this is no flood."""
    feed.inspections = tuple(_change(home, 0) for home in homes)
    feed.background = tuple(_change(home, -1) for home in homes)


def _change(home: str, number: int) -> Inspection:
    """Inadequate and good in turn, so that every one of them is a change."""
    inspected = date(2020, 1, 1) + timedelta(days=number)
    words = "inadequate" if number % 2 == 0 else "good"
    return Inspection(
        home=home,
        kind=Kind.FULL,
        inspected=inspected,
        published=inspected + timedelta(days=30),
        document=f"{home}:{number}",
        judgements=tuple(Judgement(area, read_grade(words, "ofsted")) for area in ("overall", "protected", "leaders")),
        sources=(Source(inspected, "ofsted", Sort.PAGE),),
    )


if __name__ == "__main__":
    run()
