"""Bots run as the configuration asks; the operator hears of one that cannot answer, and of watches that are paused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from tests.bot.world import bot_world, slack_options
from watcher.bot.bot import Bot
from watcher.bot.line.state import LineState
from watcher.config.settings import Settings
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.messages.topics import Topic
from watcher.service.bots import PATIENCE, Bots, matters_of_bots, matters_of_nowhere, matters_of_paused
from watcher.watching.made_watches import MadeWatch

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DOWN = LineState(is_connected=False, since=NOW, trouble="Slack cannot be reached.")
WATCH = MadeWatch(number=1, of="area", value="Derby", to="desk/C1", by="ann", made=NOW)


def test_a_line_is_told_of_when_it_has_been_down_for_long_or_at_once_where_it_is_refused() -> None:
    assert list(matters_of_bots({"desk": DOWN}, NOW + PATIENCE)) == []
    (matter,) = matters_of_bots({"desk": DOWN}, NOW + PATIENCE + timedelta(seconds=1))
    assert (matter.key, matter.topic) == ("bot:desk", Topic.BOT)
    assert "Slack cannot be reached." in matter.text
    assert len(list(matters_of_bots({"desk": replace(DOWN, is_refused=True)}, NOW))) == 1
    assert list(matters_of_bots({"desk": replace(DOWN, is_connected=True)}, NOW + PATIENCE * 2)) == []


def test_paused_watches_are_one_matter_for_each_channel_until_they_go_on_or_are_removed() -> None:
    other = replace(WATCH, number=2, paused=NOW)
    (matter,) = matters_of_paused([replace(WATCH, paused=NOW), other])
    assert (matter.key, matter.topic) == ("paused:desk/C1", Topic.PAUSED)
    assert "1, 2" in matter.text
    removed = other.removed(by="bob", at=NOW, door="page")
    assert list(matters_of_paused([WATCH, removed])) == []


@pytest.mark.anyio
async def test_one_runs_for_each_app_and_ends_with_its_channel(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        await world.bot.stop()
        settings = {"now": Settings(channels={name: slack_options(world.slack) for name in ("desk", "second")})}
        bots = Bots(replace(world.desk, settings=lambda: settings["now"]))
        await bots.look()
        assert list(bots.states) == ["desk"]
        await world.until(lambda: bots.connected() == {"desk": True})
        await bots.look()
        settings["now"] = Settings()
        await bots.look()
        assert bots.connected() == {}
        await world.until(lambda: world.lines.open_lines == [])
        await bots.stop()


def test_watches_for_a_channel_that_is_gone_or_renamed_are_told_of(tmp_path: Path) -> None:
    settings = Settings(channels={"office": SlackOptions(channel="C0123456789")})
    here = replace(WATCH, number=3, to="office/C0456")
    (matter,) = matters_of_nowhere(settings, [WATCH, replace(WATCH, number=2), here])
    assert (matter.key, matter.topic) == ("nowhere:desk/C1", Topic.NOWHERE)
    assert "1, 2." in matter.text
    removed = WATCH.removed(by="bob", at=NOW, door="page")
    assert list(matters_of_nowhere(settings, [removed, here])) == []


@pytest.mark.anyio
async def test_one_that_cannot_be_begun_is_told_and_does_not_keep_another_from_answering(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with bot_world(tmp_path) as world:
        await world.bot.stop()
        other = slack_options(world.slack, app_token=SecretStr("xapp-1-another"))
        settings = Settings(channels={"broken": other, "desk": slack_options(world.slack)})
        bots = Bots(replace(world.desk, settings=lambda: settings))

        def fails(bot: Bot) -> None:
            if bot.way == "broken":
                raise RuntimeError("no more threads")
            start(bot)

        start = Bot.start
        with monkeypatch.context() as patched, capture_logs():
            patched.setattr(Bot, "start", fails)
            await bots.look()
            await world.until(lambda: bots.connected() == {"broken": False, "desk": True})
            (matter,) = bots.matters()
            assert (matter.key, "RuntimeError" in matter.text) == ("bot:broken", True)
        await bots.look()
        assert not any("RuntimeError" in matter.text for matter in bots.matters())
        await bots.stop()
