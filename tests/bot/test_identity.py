"""Who the bot is, where Slack says it, where it does not yet, and where a server never does."""

from collections import deque
from pathlib import Path

import pytest

from tests.bot.world import bot_world
from tests.standins.slack import Behaviour, SlackStandIn, drops, fails_with, says
from tests.standins.slack_payloads import BOT_USER, TEAM
from watcher.bot import identity
from watcher.bot.replies import NO_ANSWER, UNANSWERED, SlackRefusedError, lacks_method
from watcher.delivery.channels.slack.buttons import ACKNOWLEDGE

pytestmark = pytest.mark.anyio

NOTHING = says("<html>", 404, "text/html")


@pytest.fixture(autouse=True)
def _asks_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "AGAIN_AFTER", 0.0)


def _asked(slack: SlackStandIn) -> int:
    return [method for method, _ in slack.calls].count("auth.test")


def _in_turn(behaviours: list[Behaviour]) -> Behaviour:
    """Each for one call, then a proper answer."""
    left = deque([*behaviours, says({"ok": True, "team_id": TEAM, "user_id": BOT_USER})])
    return lambda handler, arguments: (left.popleft() if len(left) > 1 else left[0])(handler, arguments)


@pytest.mark.parametrize("answer", [NOTHING, says("", 200), says([]), says({"ok": False}), says("<html>", 502)])
async def test_where_a_server_has_no_such_method_what_was_asked_is_done(tmp_path: Path, answer: Behaviour) -> None:
    with SlackStandIn() as slack:
        slack.files.ways["auth.test"] = answer
        async with bot_world(tmp_path, slack=slack) as world:
            await world.done(world.press(ACKNOWLEDGE))
            assert world.acknowledgement is not None
            await world.done(world.press(ACKNOWLEDGE))
            assert _asked(slack) == UNANSWERED


async def test_where_a_server_says_that_it_has_no_such_method_it_is_asked_once(tmp_path: Path) -> None:
    with SlackStandIn() as slack:
        slack.files.ways["auth.test"] = fails_with("unknown_method")
        async with bot_world(tmp_path, slack=slack) as world:
            await world.done(world.press(ACKNOWLEDGE))
            assert world.acknowledgement is not None
            assert _asked(slack) == 1


async def test_a_server_in_slacks_place_need_not_name_its_workspace(tmp_path: Path) -> None:
    with SlackStandIn() as slack:
        slack.files.ways["auth.test"] = says({"ok": True, "user_id": BOT_USER})
        async with bot_world(tmp_path, slack=slack) as world:
            await world.done(world.press(ACKNOWLEDGE))
            assert world.acknowledgement is not None
            assert _asked(slack) == 1


@pytest.mark.parametrize("answer", [fails_with("invalid_auth"), fails_with("internal_error"), drops])
async def test_what_was_asked_waits_while_slack_refuses_the_token_or_is_not_reached(
    tmp_path: Path, answer: Behaviour
) -> None:
    with SlackStandIn() as slack:
        slack.files.ways["auth.test"] = answer
        async with bot_world(tmp_path, slack=slack) as world:
            sent = world.press(ACKNOWLEDGE)
            await world.until(lambda: _asked(slack) > 5 * UNANSWERED)
            assert world.acknowledgement is None
            assert len(world.history.asked()) == 1
            del slack.files.ways["auth.test"]
            await world.done(sent)
            assert world.acknowledgement is not None


async def test_a_server_that_answers_in_between_is_asked_until_it_says_who(tmp_path: Path) -> None:
    with SlackStandIn() as slack:
        slack.files.ways["auth.test"] = _in_turn([NOTHING, NOTHING, fails_with("internal_error"), NOTHING, NOTHING])
        async with bot_world(tmp_path, slack=slack) as world:
            await world.done(world.press(ACKNOWLEDGE, team="T0000FOREIGN"))
            assert world.acknowledgement is None
            await world.done(world.press(ACKNOWLEDGE))
            assert world.acknowledgement is not None
            assert _asked(slack) == 6


@pytest.mark.parametrize("url", ["https://slack.com/api/", "https://slack-gov.com/api/", "https://acme.slack.com/api/"])
def test_slack_itself_is_never_taken_for_a_server_that_does_not_say(url: str) -> None:
    assert not lacks_method(SlackRefusedError(NO_ANSWER), 1_000, url)
    assert lacks_method(SlackRefusedError(NO_ANSWER), UNANSWERED, "https://slack.example.com/api/")
    assert not lacks_method(SlackRefusedError(NO_ANSWER), UNANSWERED - 1, "https://slack.example.com/api/")
