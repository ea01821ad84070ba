"""Commands and their buttons, all the way through Slack and back."""

from pathlib import Path

import pytest

from tests.bot.commands.asking import buttons
from tests.bot.world import bot_world
from tests.standins.slack_payloads import NAME
from watcher.bot.said import ASK, Said
from watcher.delivery.channels.slack.buttons import HISTORY
from watcher.judging.changes import What

pytestmark = pytest.mark.anyio


async def test_each_command_is_answered_to_whoever_asked_alone(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        words = [
            "help",
            "home SC900100",
            "owner Care",
            "area Derby",
            "recent",
            "numbers",
            "status",
            "nonsense <!channel>",
        ]
        for each in words:
            await world.done(world.write(each))
        replies = [body for _, body in world.slack.people.replies]
        assert [body["response_type"] for body in replies] == ["ephemeral"] * len(words)
        assert all("blocks" in body for body in replies)
        assert replies[1]["text"].startswith("SC900100, a children's home")
        assert replies[2]["text"].startswith("Care\nCare: 1 children's home, not graded yet")
        assert world.slack.rung == world.slack.people.rung == []
        assert world.slack.people.rejected == []


async def test_public_is_for_the_channel_and_buttons_keep_it(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        await world.done(world.write("owner Caer public"))
        ((_, offered),) = world.slack.people.replies
        assert offered["response_type"] == "ephemeral"
        (question,) = buttons(Said(text="", blocks=offered["blocks"])).values()
        await world.done(world.press(f"{ASK}_0", question, is_ephemeral=True))
        _, told = world.slack.people.replies[-1]
        assert told["response_type"] == "in_channel"
        assert told["text"].startswith("Care\n")


async def test_the_button_under_an_alert_tells_the_homes_history(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        await world.done(world.press(HISTORY))
        ((_, told),) = world.slack.people.replies
        assert told["response_type"] == "ephemeral"
        assert told["text"].startswith("SC900100, a children's home\nNot graded yet")


async def test_watches_are_made_listed_and_removed_however_they_are_written(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        await world.done(world.write("watch owner “Care” *dropped*"))
        (made,) = world.history.made_watches()
        assert (made.of, made.value, made.changes) == ("owner", "Care", (What.DROPPED,))
        await world.done(world.write("watches public"))
        assert world.slack.people.replies[-1][1]["response_type"] == "in_channel"
        assert "1. Owner Care" in world.heard()[-1]
        shown = str(world.slack.people.replies[-1][1]["blocks"][-1])
        assert f"{NAME} asked: /watcher watches" in shown
        await world.done(world.write("unwatch 1"))
        assert world.heard()[-1].startswith("Watch 1 is removed")
