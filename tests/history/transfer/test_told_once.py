"""What waits when a history is moved is told once, from the other place; what was told is not told again."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from tests.builders import SITE, home, inspection
from tests.clock import ManualClock
from tests.standins.postgres import FreshDatabase
from tests.standins.slack import CHANNEL, TOKEN, SlackStandIn
from watcher.config.settings import Settings
from watcher.delivery.channels.kinds import open_channels
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.delivery.outbox import Outbox
from watcher.facts.inspection import Inspection
from watcher.feeds.feed import Outcome, Reading
from watcher.history.opening import open_history
from watcher.history.protocol import History
from watcher.history.transfer.move import move
from watcher.judging.changes import What
from watcher.options.place import HistoryPlace
from watcher.rounds.take_in import absorb, take_in
from watcher.watching.watches import Watch

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
GOOD = inspection("2025-05-01", "good", published="2025-06-10", document="1")
DROP = inspection("2026-01-20", "inadequate", published="2026-03-03", document="2")
LATER = inspection("2026-04-02", "good", published="2026-05-11", document="3")


def taken_in(history: History, settings: Settings, clock: ManualClock, *inspections: Inspection) -> None:
    reading = Reading(outcome=Outcome.CHANGED, homes=(home(),), inspections=inspections)
    history.commit(take_in(history, SITE, reading, settings, clock.now()).transaction())


def delivered(history: History, settings: Settings, clock: ManualClock) -> None:
    outbox = Outbox(history, open_channels(settings.channels, settings.house_style), clock)
    outbox.recover()
    asyncio.run(outbox.deliver_due())


def test_what_waits_is_told_once_and_what_was_told_is_not(tmp_path: Path, database: FreshDatabase) -> None:
    folder = HistoryPlace(tmp_path / "data")
    shared = HistoryPlace(tmp_path / "data", database.url, lambda: database.password)
    clock = ManualClock(NOW)
    with SlackStandIn() as slack:
        slack.now = NOW.timestamp() + 86_400
        settings = Settings(
            channels={"desk": SlackOptions(channel=CHANNEL, url=slack.url, token=SecretStr(TOKEN))},
            watch=(Watch(name="all", to=("desk",), changes=tuple(What)),),
        )
        history = open_history(folder, with_bundle=False)
        history.commit(absorb(history, [home()], [GOOD], None).transaction())
        clock.advance(timedelta(days=1))
        taken_in(history, settings, clock, DROP)
        history.close()
        assert not slack.messages
        move(folder, shared, clock.now())
        history = open_history(shared)
        delivered(history, settings, clock)
        assert len(slack.messages) == 1
        history.close()
        move(shared, folder, clock.now())
        history = open_history(folder, with_bundle=False)
        clock.advance(timedelta(days=70))
        taken_in(history, settings, clock, DROP)
        delivered(history, settings, clock)
        assert len(slack.messages) == 1
        taken_in(history, settings, clock, LATER)
        delivered(history, settings, clock)
        first, later = slack.messages
        assert (later["thread_ts"], "ossibly repeated" in str(slack.messages)) == (first["ts"], False)
        history.close()
