"""A bot's further channel has a stroke in its name: whatever carries the name of a channel takes it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.builders import SITE, home, inspection, signed
from tests.clock import ManualClock
from tests.service.reloading import NOW, renewable
from tests.service.test_reload_watches import PLACE, THERE, names, places, watch
from watcher.actions.acknowledge import acknowledgement_of
from watcher.actions.silence import silence_of
from watcher.cli.commands.backup import back_up, bring_back
from watcher.config.made_watches import with_made
from watcher.config.settings import Settings
from watcher.delivery.channels.kinds import open_channels
from watcher.delivery.ledger import State
from watcher.delivery.outbox import Outbox
from watcher.facts.stored import stored
from watcher.feeds.feed import Outcome, Reading
from watcher.history.box import FolderBox
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Transaction
from watcher.judging.changes import What
from watcher.messages.alert import Alert
from watcher.messages.digest import Digest
from watcher.messages.morning import Morning
from watcher.rounds import calendar
from watcher.rounds.take_in import absorb, take_in
from watcher.service.requests import Request, leave
from watcher.timing.clock import Clock
from watcher.watching.deeds import Door
from watcher.watching.made_watches import MadeWatch
from watcher.web.health import Health
from watcher.web.metrics import Figures

GOOD = inspection("2025-05-01", "good", published="2025-06-10", document="1")
DROP = inspection("2026-01-20", "inadequate", published="2026-03-03", document="2")
AGAIN = inspection("2026-04-02", "good", published="2026-05-11", document="3")
MADE = MadeWatch(number=4, of="area", value="Derby", changes=tuple(What), to=THERE, by="Ann", made=NOW)


@pytest.mark.anyio
async def test_figures_logs_acknowledgements_and_silences_know_it(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:
        world.readers.channels.add(PLACE)
        watch(world, 0)
        watch(world, 1)
        await world.until(lambda: f"{THERE}/2" in names(world))
        with capture_logs() as logs:
            drop = world.publish_drop(0)
            await world.next_round()
            await world.until(lambda: len(places(world)) == 2)
            await world.until(lambda: {alert.state for alert in world.alerts} == {State.ACCEPTED})
            await world.until(lambda: THERE in [line.get("channel") for line in logs])
        assert json.dumps([line for line in logs if line.get("channel") == THERE])
        (alert,) = {alert.content.id for alert in world.alerts if isinstance(alert.content, Alert)}
        well = Health(alive=True, heartbeat_age=timedelta(), feeds={}, oldest_unsent=None)
        figures = Figures(world.service.settings.channels, world.service.outbox.stopped(), {})
        page = world.metrics.page(well, figures).decode()
        assert f'watcher_deliveries_total{{channel="{THERE}",verdict="accepted"}} 1.0' in page
        assert f'watcher_channel_stopped{{channel="{THERE}"}} 0.0' in page
        taken = acknowledgement_of(alert, by="Bob", why="rang them", now=NOW, door=Door.SLACK)
        leave(FolderBox(world.folder), Request("acknowledge", alert, stored(taken)))
        await world.until(lambda: PLACE in [str(update["channel"]) for update in world.readers.updates])
        changed = next(update for update in world.readers.updates if update["channel"] == PLACE)
        assert "Bob" in json.dumps(changed)
        other = [*world.site.homes][1]
        quiet = silence_of(
            {"home": [other]}, until="14d", why="x", by="Bob", now=NOW, zone=world.service.settings.timezone,
            door=Door.PAGE,
        )  # fmt: skip
        leave(FolderBox(world.folder), Request("silence", quiet.id, stored(quiet)))
        await world.until(lambda: bool(world.history.silences()))
        assert world.publish_drop(1) != drop
        await world.next_round()
        await world.until(lambda: State.SILENCED in {alert.state for alert in world.alerts})
        held = [alert for alert in world.alerts if alert.state is State.SILENCED]
        assert THERE in [delivery.channel for delivery in held]
        mine = next(delivery for delivery in held if delivery.channel == THERE)
        leave(FolderBox(world.folder), Request.signed("retry", mine.id, signed(NOW)))
        await world.until(lambda: places(world).count(PLACE) == 2)


def configured(**channels: object) -> Settings:
    """A Slack bot's channel and what more there is."""
    desk = {"kind": "slack", "channel": "C0001", "url": "http://127.0.0.1:9"}
    return Settings.model_validate({"channels": {"desk": desk, **channels}})


def reads(history: EmbeddedHistory, settings: Settings, clock: Clock) -> None:
    """What a drop's reading does."""
    history.commit(absorb(history, [home()], [GOOD], None).transaction())
    read = Reading(outcome=Outcome.CHANGED, homes=(home(),), inspections=(DROP,))
    history.commit(take_in(history, SITE, read, settings, clock.now()).transaction())


def test_a_backup_restored_elsewhere_has_the_watches_and_what_was_told_for_them(tmp_path: Path) -> None:
    clock, removed = ManualClock(NOW), replace(MADE, number=5).removed(by="Bob", at=NOW, door="page")
    history = EmbeddedHistory.open(tmp_path / "one", with_bundle=False)
    history.commit(Transaction(made_watches=(replace(MADE, paused=NOW), removed)))
    reads(history, with_made(configured(), history.made_watches()), clock)
    kept, told = list(history.made_watches()), [delivery.id for delivery in history.deliveries()]
    history.close()
    back_up(tmp_path / "one", tmp_path / "b.gz", NOW)
    bring_back(tmp_path / "two", tmp_path / "b.gz", NOW + timedelta(hours=1))
    again = EmbeddedHistory.open(tmp_path / "two", with_bundle=False)
    assert list(again.made_watches()) == kept
    assert [delivery.id for delivery in again.deliveries()] == told
    assert {delivery.channel for delivery in again.deliveries()} == {THERE}
    settings = with_made(configured(), again.made_watches())
    assert [watch.name for watch in settings.watch] == [MADE.name]
    again.close()


def test_a_digest_and_quiet_hours_take_what_people_watch(tmp_path: Path) -> None:
    digest = {"kind": "email-digest", "smtp": "smtp://a.invalid", "from": "w@example.org", "to": ["a@example.org"]}
    night = {"quiet": {"from": "20:00", "to": "07:00"}}
    settings = configured(
        morning=digest, desk={"kind": "slack", "channel": "C0001", "url": "http://a.invalid", **night}
    )
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    clock = ManualClock(datetime(2026, 5, 11, 22, 0, tzinfo=UTC))
    history.commit(Transaction(made_watches=(MADE, replace(MADE, number=6, to="morning"))))
    settings = with_made(settings, history.made_watches())
    reads(history, settings, clock)
    read = Reading(outcome=Outcome.CHANGED, homes=(home(),), inspections=(AGAIN,))
    history.commit(take_in(history, SITE, read, settings, clock.now()).transaction())
    alerts = [one for one in history.deliveries() if isinstance(one.content, Alert)]
    by_channel = [(one.channel, one.content.change, one.state) for one in alerts if isinstance(one.content, Alert)]
    assert (THERE, What.RECOVERED, State.GATHERED) in by_channel
    assert (THERE, What.DROPPED_TO_INADEQUATE, State.WAITING) in by_channel
    outbox = Outbox(history, open_channels(settings.channels, settings.house_style), clock)
    clock.advance(timedelta(hours=10))
    calendar.make(history, outbox, settings, clock.now())
    made = {type(one.content): one for one in history.deliveries() if one.state is State.WAITING}
    assert made[Morning].channel == THERE
    assert made[Digest].channel == "morning"
    told = made[Digest].content
    assert isinstance(told, Digest)
    assert [item.alert.watches for item in told.items] == [("morning/6",)] * 2
    history.close()
