"""Payloads that somebody altered, and names that hurt: ids are looked up, nothing is believed, nobody is rung."""

from pathlib import Path

import pytest

from tests.bot.world import bot_world
from tests.standins.slack_payloads import block_actions, slash_command, view_submission
from watcher.bot.payloads import REASON
from watcher.bot.replies import is_reply_address
from watcher.delivery.channels.slack.buttons import ACKNOWLEDGE, HISTORY

pytestmark = pytest.mark.anyio


async def test_a_press_without_a_channel_does_nothing(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        payload = block_actions(ACKNOWLEDGE, world.told().id)
        del payload["channel"]
        payload["container"].pop("channel_id")
        sent = world.lines.send("interactive", payload)
        await world.until(lambda: sent.took is not None)
        await world.done(world.press(HISTORY))
        assert world.acknowledgement is None


async def test_a_team_that_is_no_id_is_not_ours(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        sents = []
        for team in ("t-foreign", 7, ["T0123456789"], "x y", {"id": "T0123456789"}):
            payload = block_actions(ACKNOWLEDGE, world.told().id)
            payload["team"]["id"] = payload["user"]["team_id"] = team
            sent = world.lines.send("interactive", payload)
            sents.append(sent)
        await world.until(lambda: all(sent.took is not None for sent in sents))
        await world.done(world.press(HISTORY))
        assert world.acknowledgement is None


@pytest.mark.parametrize(
    "called",
    ["<!channel>", "x" * 5_000, "\u202eeve\u202c", "\u200b\u2060", "*bold* `x` & <@U1>|", "ann\n\x1b[31mred", ":tada:"],
)
async def test_names_that_hurt_ring_nobody_and_are_one_line(tmp_path: Path, called: str) -> None:
    async with bot_world(tmp_path) as world:
        payload = block_actions(ACKNOWLEDGE, world.told().id)
        payload["user"]["username"] = payload["user"]["name"] = called
        payload["response_url"] = world.slack.people.address(world.slack.url)
        await world.done(world.lines.send("interactive", payload))
        given = world.acknowledgement
        assert given is not None
        assert given.by.isprintable()
        assert 0 < len(given.by) <= 80
        values = {REASON: {REASON: "&" * 300}}
        reason = view_submission(REASON, values, private_metadata=world.told().id)
        reason["user"]["username"] = reason["user"]["name"] = called
        await world.done(world.lines.send("interactive", reason))
        await world.done(world.press(ACKNOWLEDGE, user="U2"))
        await world.until(lambda: len(world.slack.updates) >= 1)
        for words in ("help public", "watch area Derby public", "home x", "<!channel> <@U1>"):
            payload = slash_command(words)
            payload["user_name"] = called
            payload["response_url"] = world.slack.people.address(world.slack.url)
            await world.done(world.lines.send("slash_commands", payload))
        assert world.slack.rung == world.slack.people.rung == []
        assert world.slack.people.rejected == []
        assert len(world.heard()) == 5


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:{other}/reply/1",
        "http://localhost:{port}/reply/1",
        "http://[::1]:{port}/reply/1",
        "http://127.0.0.1/reply/1",
        "https://127.0.0.1:{port}/reply/1",
        "http://u:p@127.0.0.1:{port}/reply/1",
        "http://127.0.0.1:{port}\\@hooks.slack.com/",
        "https://hooks.slack.com@127.0.0.1:{port}/",
    ],
)
def test_an_answer_goes_to_the_stand_in_itself_and_to_no_other_place_of_its_machine(address: str) -> None:
    own = "http://127.0.0.1:4321/api/"
    assert is_reply_address("http://127.0.0.1:4321/reply/1", own)
    assert not is_reply_address(address.format(port=4321, other=2375), own)


@pytest.mark.parametrize(
    "address",
    [
        "https://slack.com/api/chat.postMessage",
        "https://hooks.slack.com:8443/x",
        "http://hooks.slack.com/x",
        "https://hooks.slack.com./x",
        "https://hooks.slack.com\\.evil.example/x",
        "https://evil.example#hooks.slack.com/",
        "https://evil.example?hooks.slack.com/",
        "https://[::ffff:127.0.0.1]/x",
        "https://2130706433/x",
        "https://hooks\u3002slack.com/x",
        "https://hooks.slack.com%00.evil.example/x",
        "https://hooks.slack.com:443@evil.example/x",
        "https://hooks.slack.com:99999/x",
        "https://[hooks.slack.com/x",
        "//hooks.slack.com/x",
        "",
        "\thttps://hooks.slack.com/x",
    ],
)
def test_no_answer_goes_elsewhere_than_to_slack(address: str) -> None:
    for own in ("https://slack.com/api/", "https://slack-gov.com/api/", "https://SLACK.com/api/"):
        assert is_reply_address("https://hooks.slack.com/actions/T1/2/x", own)
        assert not is_reply_address(address, own)


async def test_of_two_at_once_one_is_asked_for_a_reason_and_the_other_hears_who(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        pressed = []
        for user in ("ann", "bob"):
            payload = block_actions(ACKNOWLEDGE, world.told().id, user=f"U{user.upper()}")
            payload["user"]["username"] = user
            payload["response_url"] = world.slack.people.address(world.slack.url)
            pressed.append(world.lines.send("interactive", payload))
        await world.done(*pressed)
        assert world.acknowledgement is not None
        assert len(world.slack.people.forms) == 1
        (heard,) = world.heard()
        assert world.acknowledgement.by.capitalize() in heard


async def test_two_of_one_name_are_two_people(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        await world.done(world.press(ACKNOWLEDGE, user="U001"), world.press(ACKNOWLEDGE, user="U002"))
        assert len(world.slack.people.forms) == 1
        assert len(world.heard()) == 1


async def test_a_reason_is_not_taken_from_a_namesake(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        await world.done(world.press(ACKNOWLEDGE, user="U001"))
        foreign = view_submission(REASON, {REASON: {REASON: "No need"}}, private_metadata=world.told().id, user="U002")
        await world.done(world.lines.send("interactive", foreign))
        assert world.acknowledgement is not None
        assert world.acknowledgement.why == ""
