"""A Slack that answers nonsense, or nothing: what was asked is done all the same, once, and tells nobody else's."""

from pathlib import Path

import pytest

from tests.bot.world import bot_world
from tests.standins.slack import Behaviour, says
from tests.standins.slack_payloads import TEAM
from watcher.delivery.channels.slack.buttons import ACKNOWLEDGE, HISTORY

pytestmark = pytest.mark.anyio


async def test_a_bot_that_is_not_told_its_workspace_waits_and_takes_no_foreign_press(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.bot.bot.AGAIN_AFTER", 0.01)
    async with bot_world(tmp_path) as world:
        world.slack.identity = {}
        foreign = world.press(ACKNOWLEDGE, team="T0FOREIGN")
        await world.until(lambda: [method for method, _ in world.slack.calls].count("auth.test") > 2)
        assert world.acknowledgement is None
        world.slack.identity = {"team_id": TEAM}
        await world.done(foreign)
        assert world.acknowledgement is None
        await world.done(world.press(ACKNOWLEDGE))
        assert world.acknowledgement is not None


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
