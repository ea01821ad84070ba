"""What is logged at its loudest holds no token, no address of an answer, no trigger, no name and no reason."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from tests.bot.commands.test_watches import asks
from tests.bot.world import bot_world
from tests.standins.slack import APP_TOKEN, TOKEN, drops, says
from tests.standins.slack_payloads import (
    BOT_USER,
    NAME,
    block_actions,
    member_left_channel,
    slash_command,
    view_submission,
)
from watcher.answers.status import ServiceStanding
from watcher.bot.commands.watches import watch
from watcher.bot.payloads import REASON
from watcher.config.settings import Log
from watcher.delivery.channels.slack.buttons import ACKNOWLEDGE, HISTORY, SILENCE
from watcher.service import logs

pytestmark = pytest.mark.anyio

WHY = "the planted reason of somebody"
USER = "U0PLANTED"
SECRETS = (TOKEN, APP_TOKEN, "planted", NAME, USER, "5e02f688431632090159904932f27756", "hooks.slack.com", "/reply/")


@pytest.fixture
def loud() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.set_up(Log(level="debug"))
    yield
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


async def test_nothing_of_it_is_logged(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], loud: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.bot.bot.AGAIN_AFTER", 0.0)
    monkeypatch.setattr("watcher.bot.outgoing.AGAIN_AFTER", (0.0,))

    def broken() -> ServiceStanding:
        raise ValueError("a fault of ours")

    async with bot_world(tmp_path) as world:
        world.slack.channels.add("C0456")
        await asks(world, watch, "owner Care", user=USER)
        world.slack.errors |= {"views.open": "expired_trigger_id", "chat.postEphemeral": "channel_not_found"}
        world.slack.people.script.extend([drops, says("", 500), says({}, 302, Location="http://127.0.0.1:1/x")] * 2)
        for button in (ACKNOWLEDGE, SILENCE, HISTORY, HISTORY):
            await world.done(world.press(button, user=USER))
        reason = view_submission(REASON, {REASON: {REASON: WHY}}, private_metadata=world.told().id, user=USER)
        await world.done(world.lines.send("interactive", reason))
        for kind, payload in (
            ("interactive", block_actions("planted_button", WHY, user=USER)),
            ("interactive", view_submission(REASON, {REASON: {REASON: WHY * 500}}, private_metadata="f" * 16)),
            ("options", {"planted": WHY}),
        ):
            world.lines.send(kind, payload)
        await world.done(world.write(f"watch area {WHY}", user=USER), world.write("<!channel>", user=USER))
        foreign = world.lines.send("slash_commands", slash_command(f"home {WHY}", user=USER, team="T0FOREIGN"))
        await world.done(foreign)
        world.bot._desk = replace(world.desk, standing=broken)
        await world.done(world.write("status", user=USER))
        world.slack.errors["chat.postMessage"] = "cannot_dm_bot"
        await world.done(world.lines.send("events_api", member_left_channel(BOT_USER, channel="C0456")))
        await world.bot.look_at_watches()
    said = capfd.readouterr().err
    assert "an answer in Slack was given up" in said
    assert "no reason could be asked for" in said
    assert "could not be told that a watch" in said
    assert "a fault of ours" in said
    assert [secret for secret in SECRETS if secret in said] == []
