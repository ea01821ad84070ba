"""A Slack that answers nonsense, or nothing: what was asked is done all the same, once, and tells nobody else's."""

import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.bot.world import bot_world
from tests.standins.slack import Behaviour, hangs, says
from tests.standins.slack_payloads import TEAM, slash_command
from watcher.bot.bot import AT_A_TIME
from watcher.bot.identity import Identity, identity_of
from watcher.bot.replies import SlackRefusedError, lacks_method
from watcher.delivery.channels.slack.buttons import ACKNOWLEDGE, HISTORY

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("said", [{"ok": True}, {"team_id": ""}, {"team_id": None, "team": TEAM}, {"team_id": [TEAM]}])
def test_whoever_does_not_say_of_which_workspace_the_bot_is_has_not_said_who_it_is(said: Mapping[str, Any]) -> None:
    with pytest.raises(SlackRefusedError) as refused:
        identity_of({"user_id": "U1", **said}, "https://slack.com/api/")
    assert not lacks_method(refused.value, 1_000, "https://slack.com/api/")
    assert identity_of({"team_id": TEAM}, "https://slack.com/api/") == Identity(team=TEAM)


@pytest.mark.parametrize(
    "nonsense",
    [
        says("", 200),
        says("[" * 100_000, 200),
        says([], 200),
        says("null", 200),
        says({"ok": "yes"}, 200),
        says("\x00\xff", 500, "text/html"),
        says({}, 302, Location="http://127.0.0.1:1/elsewhere"),
    ],
)
async def test_answers_that_are_nonsense_undo_nothing(tmp_path: Path, nonsense: Behaviour) -> None:
    async with bot_world(tmp_path) as world:
        world.slack.people.script.extend([nonsense] * 2)
        await world.done(world.press(ACKNOWLEDGE), world.press(HISTORY))
        assert world.acknowledgement is not None


async def test_what_arrives_is_acknowledged_though_slack_takes_no_answers(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        await world.done(world.write("watch owner Care"))
        world.slack.people.script.extend([hangs] * 20)
        for _ in range(AT_A_TIME):
            world.write("help")
        await world.until(lambda: len(world.slack.people.script) == 20 - AT_A_TIME)
        for _ in range(3):  # whatever else the bot asks of Slack meanwhile
            world.bot._spawn(world.bot._in_thread(lambda: world.slack.released.wait(30)), "asks")
        sent = world.press(HISTORY)
        await world.until(lambda: sent.took is not None)
        assert sent.took is not None
        assert sent.took < 8  # a call of Slack that hangs is given up after 10
        world.slack.released.set()


async def test_answers_that_nobody_can_be_given_hold_up_nobody_else(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        lost = [
            world.lines.send("slash_commands", slash_command("help", channel="C0NOWHERE", response_url="about:blank"))
            for _ in range(2 * AT_A_TIME)
        ]
        world.slack.errors["chat.postEphemeral"] = "channel_not_found"
        await world.done(world.press(ACKNOWLEDGE), *lost)
        assert world.acknowledgement is not None


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_answer_and_no_token_follows_a_redirect(tmp_path: Path, status: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.setblocking(False)
        moved = says({}, status, Location=f"http://127.0.0.1:{elsewhere.getsockname()[1]}/x")
        async with bot_world(tmp_path) as world:
            world.slack.people.script.append(moved)
            world.slack.ways |= {"views.open": moved, "chat.postEphemeral": moved}
            await world.done(world.press(ACKNOWLEDGE), world.press(HISTORY))
            assert world.acknowledgement is not None
        with pytest.raises(BlockingIOError):
            elsewhere.accept()


async def test_a_flood_of_questions_holds_up_nobody_who_acts(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        for _ in range(300):
            world.write("owner Caer", user="UFLOOD")
        world.press(ACKNOWLEDGE)
        await world.until(lambda: world.acknowledgement)
        assert len(world.history.asked()) > 100
