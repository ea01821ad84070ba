"""Channels that are not what somebody says they are: whose rules hold, whose watches, whose questions wait for ever."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.bot.commands.test_watches import asks
from tests.bot.world import CHANGE, BotWorld, bot_world
from tests.standins.slack_payloads import BOT_USER, member_left_channel, slash_command
from tests.web import stage
from watcher.answers.status import ServiceStanding
from watcher.bot.commands.watches import unwatch, watch, watches
from watcher.bot.line.envelope import Envelope
from watcher.bot.places import channel_in
from watcher.delivery.channels.slack.buttons import ACKNOWLEDGE, SILENCE
from watcher.delivery.ledger import Delivery
from watcher.history.protocol import Transaction
from watcher.watching.made_watches import MadeWatch

pytestmark = pytest.mark.anyio

NAMED, PLACE = "#managers", "C0000000077"


async def _told_to_managers(world: BotWorld) -> Delivery:
    """The alert's message to another channel of the same app."""
    world.slack.channels.add(NAMED)
    told = world.told()
    message = Delivery.of("managers", told.subject, told.content, CHANGE, stage.NOW)
    world.history.commit(Transaction(deliveries=(message,)))
    world.outbox.refresh()
    await world.desk.deliver()
    return message


@pytest.mark.parametrize("button", [ACKNOWLEDGE, SILENCE])
async def test_who_may_act_is_said_by_the_channel_of_the_message(tmp_path: Path, button: str) -> None:
    managers = {"channel": NAMED, "may_act": ("U777",)}
    async with bot_world(tmp_path, beside={"managers": managers}) as world:
        message = await _told_to_managers(world)
        await world.done(world.press(button, message.id, channel=PLACE, user="U666"))
        assert world.acknowledgement is None
        assert list(world.history.silences()) == []
        await world.done(world.press(button, message.id, channel=PLACE, user="U777"))
        assert world.acknowledgement or world.history.silences()


async def test_a_command_from_no_channel_is_one_of_no_configured_channel(tmp_path: Path) -> None:
    async with bot_world(tmp_path, beside={"managers": {"channel": NAMED}}) as world:
        assert channel_in(world.desk.settings(), "desk", "") == "desk/"
        for place in ("", "../desk", "c0456", "U0456"):
            payload = slash_command("watch owner Care")
            payload["channel_id"] = place
            payload["response_url"] = world.slack.people.address(world.slack.url)
            await world.done(world.lines.send("slash_commands", payload))
        assert list(world.history.made_watches()) == []
        assert len(world.heard()) == 4


@pytest.mark.parametrize("error", ["ratelimited", "internal_error", "user_not_in_channel", "invalid_auth"])
async def test_who_cannot_be_helped_is_told_so(tmp_path: Path, error: str) -> None:
    async with bot_world(tmp_path) as world:
        world.slack.errors |= {"conversations.info": error, "chat.postEphemeral": error}
        await world.done(world.write("watch owner Care"))
        assert list(world.history.made_watches()) == []
        (heard,) = world.heard()
        assert error in heard


async def test_a_bot_that_is_said_to_have_left_twice_tells_once(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        world.slack.channels.add("C0456")
        await asks(world, watch, "owner Care")
        member = member_left_channel(BOT_USER, channel="C0456")
        own = member_left_channel("", channel="C0456")
        own["event"] = {"type": "channel_left", "channel": "C0456"}
        for number, payload in enumerate((member, own)):
            world.bot._inbox.put(Envelope(f"left {number}", "events_api", payload, False, 0))
        await world.until(lambda: world.history.was_asked("left 1", ""))
        await world.until(lambda: not world.history.asked())
        assert world.history.made_watches()[0].paused is not None
        for _ in range(3):
            await world.bot.look_at_watches()
        assert len(world.slack.people.told) == 1


async def test_a_press_in_a_thread_counts_and_one_of_another_channels_message_does_not(tmp_path: Path) -> None:
    async with bot_world(tmp_path, beside={"managers": {"channel": PLACE}}) as world:
        world.slack.channels.add(PLACE)
        told = world.told()
        await world.done(world.press(ACKNOWLEDGE, told.id, channel=PLACE, is_ephemeral=True))
        assert world.acknowledgement is None
        shown = {"ts": "1548261231.000300", "thread_ts": "1548261231.000200", "text": "An alert", "blocks": []}
        await world.done(world.press(ACKNOWLEDGE, message=shown))
        assert world.acknowledgement is not None


async def test_who_asked_what_fails_hears_that_it_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watcher.bot.bot.AGAIN_AFTER", 0.0)

    def broken() -> ServiceStanding:
        raise ValueError("a fault of ours")

    async with bot_world(tmp_path) as world:
        world.bot._desk = replace(world.desk, standing=broken)
        await world.done(world.write("status"))
        (heard,) = world.heard()
        assert heard.startswith("That could not be done")


async def test_a_channel_that_is_configured_later_has_its_own_rules_and_its_former_watches(tmp_path: Path) -> None:
    managers = {"channel": PLACE, "may_act": ("U777",)}
    async with bot_world(tmp_path, beside={"managers": managers}) as world:
        world.slack.channels.add(PLACE)
        made = MadeWatch(number=1, of="owner", value="Care", to=f"desk/{PLACE}", by="ann", made=stage.NOW)
        told = world.told()
        message = Delivery.of(made.to, told.subject, told.content, CHANGE, stage.NOW)
        world.history.commit(Transaction(made_watches=[made], deliveries=(replace(message, state=told.state),)))
        await world.done(world.press(ACKNOWLEDGE, message.id, channel=PLACE, user="U666"))
        assert world.acknowledgement is None
        assert "1. Owner Care" in await asks(world, watches, "", place=PLACE)
        assert "may_act" in await asks(world, unwatch, "1", place=PLACE, user="U666")
        assert "is removed" in await asks(world, unwatch, "1", place=PLACE, user="U777")
        await world.done(world.press(ACKNOWLEDGE, message.id, channel=PLACE, user="U777"))
        assert world.acknowledgement is not None
