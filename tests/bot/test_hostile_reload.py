"""A configuration that is altered while people press: whatever Slack was told has arrived is done, once."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.bot.world import bot_world, slack_options
from tests.standins.slack_payloads import NAME
from watcher.config.settings import Settings
from watcher.delivery.channels.slack.buttons import ACKNOWLEDGE, HISTORY
from watcher.service.bots import Bots

pytestmark = pytest.mark.anyio


async def test_presses_while_the_bot_is_begun_anew_again_and_again_are_all_done(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        await world.bot.stop()
        settings = {"now": world.desk.settings()}
        bots = Bots(replace(world.desk, settings=lambda: settings["now"]))
        sent = []
        for number in range(6):
            options = slack_options(world.slack, may_act=(f"U00{number}",))
            settings["now"] = settings["now"].model_copy(update={"channels": {"desk": options}})
            looking = asyncio.create_task(bots.look())
            while not looking.done():
                with suppress(IndexError):  # no line is open just now
                    sent.append(world.press(HISTORY))
                await asyncio.sleep(0.001)
            await looking
            await world.until(lambda: bots.connected() == {"desk": True} and world.lines.open_lines)
            sent += [world.press(HISTORY) for _ in range(20)]
        await world.until(lambda: not world.history.asked())
        await world.until(lambda: all(each.took is not None for each in sent[-20:]))
        await world.until(lambda: not world.history.asked())
        acknowledged = [each for each in sent if each.took is not None]
        assert all(world.history.was_asked(each.id, "") for each in acknowledged)
        answered = len(world.slack.people.replies)
        assert len(acknowledged) <= answered
        await bots.stop()


async def test_an_app_token_that_is_replaced_while_connected_is_taken_up_and_nothing_is_lost(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        (first,) = world.lines.open_lines
        world.slack.app_token = "xapp-1-another"
        world.bot.options = world.bot.options.model_copy(update={"app_token": SecretStr("xapp-1-another")})
        before = [world.press(HISTORY) for _ in range(10)]
        world.bot.look_at_secrets()
        await world.until(lambda: first.closed.is_set() and len(world.lines.open_lines) == 1)
        await world.until(lambda: world.bot.state.is_connected)
        after = world.press(ACKNOWLEDGE)
        await world.done(after)
        kept = [each for each in before if each.took is not None]
        await world.until(lambda: not world.history.asked())
        assert all(world.history.was_asked(each.id, "") for each in kept)
        assert world.acknowledgement is not None
        assert world.acknowledgement.by == NAME


async def test_another_way_to_slack_is_taken_up(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        await world.bot.stop()
        settings = {"now": world.desk.settings()}
        bots = Bots(replace(world.desk, settings=lambda: settings["now"]))
        await bots.look()
        await world.until(lambda: bots.connected() == {"desk": True})
        lines = len(world.lines.lines)
        proxied = Settings.model_validate({"network": {"proxy": "http://127.0.0.1:9"}})
        settings["now"] = settings["now"].model_copy(update={"network": proxied.network})
        await bots.look()
        await world.until(lambda: len(world.lines.lines) > lines)  # this machine is reached without a proxy
        await bots.stop()
