"""News that a reading brought waits for no tick."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import home, inspection
from tests.clock import ManualClock
from tests.delivery.scripted import Scripted
from tests.messages.messages import SEEN
from watcher.config.settings import Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.ledger import State
from watcher.delivery.outbox import Outbox
from watcher.feeds.feed import Outcome, Problem, Reading
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.embedded.history import EmbeddedHistory
from watcher.service.heartbeat import Heartbeat
from watcher.service.service import Service
from watcher.watching.watches import Watch

pytestmark = pytest.mark.anyio


class OneDrop:
    """A feed whose every reading brings the same drop."""

    name = "ofsted"

    async def read(self, *_: object) -> Reading:
        drop, good = inspection("2018-01-20", "inadequate"), inspection("2017-05-01", "good")
        return Reading(outcome=Outcome.CHANGED, homes=(home(),), background=(good,), inspections=(drop,))

    async def check(self) -> Sequence[Problem]:
        return ()

    async def close(self) -> None:
        pass


async def test_a_message_goes_out_with_the_reading_that_brought_it_and_in_one_round_at_a_time(tmp_path: Path) -> None:
    clock, channel, feed = ManualClock(SEEN), Scripted(), OneDrop()
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    settings = Settings(
        feeds={"ofsted": OfstedSiteOptions()},
        channels={"desk": ConsoleOptions()},
        watch=(Watch(name="all", to=("desk",)),),
    )
    outbox = Outbox(history, {"desk": channel}, clock)
    service = Service(
        settings, history, {"ofsted": feed}, outbox, clock, Heartbeat(tmp_path, SEEN), tick=timedelta(days=1)
    )
    await asyncio.gather(service.duties.readings.read(feed), service.duties.deliver(), service.duties.deliver())
    assert [delivery.state for delivery in history.deliveries()] == [State.ACCEPTED]
    assert len(channel.sent) == 1
    history.close()
