"""What a press under an alert does: once, for all to see, or with a word to whoever pressed alone."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.bot.world import CHANGE, HOME, alert, bot_world
from tests.standins.slack_payloads import NAME, block_actions, view_submission
from tests.web import stage
from watcher.bot.payloads import REASON
from watcher.delivery.channels.slack.buttons import ACKNOWLEDGE, HISTORY, SILENCE
from watcher.delivery.ledger import Delivery
from watcher.history.protocol import Told, Transaction
from watcher.judging.changes import What
from watcher.watching.asked import Asked, Asking

pytestmark = pytest.mark.anyio


async def test_acknowledge_takes_it_in_hand_and_asks_for_a_reason(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        await world.done(world.press(ACKNOWLEDGE))
        given = world.acknowledgement
        assert given is not None
        assert (given.by, given.why, given.at, given.door) == (NAME, "", stage.NOW, "slack")
        (form,) = world.slack.people.forms
        assert form["view"]["private_metadata"] == world.told().id
        assert world.heard() == []


async def test_a_second_one_hears_who_did_and_nobody_else_does(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        await world.done(world.press(ACKNOWLEDGE))
        world.clock.advance(timedelta(minutes=5))
        await world.done(world.press(ACKNOWLEDGE, user="U999"))
        assert world.acknowledgement is not None
        assert world.acknowledgement.at == stage.NOW
        (heard,) = world.heard()
        assert "Acknowledged already" in heard
        assert f"By {NAME}, at 12:00" in heard
        assert [body["response_type"] for _, body in world.slack.people.replies] == ["ephemeral"]
        assert len(world.slack.people.forms) == 1


async def test_two_at_once_are_one_and_a_word_to_the_other(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        await world.done(world.press(ACKNOWLEDGE, user="U001"), world.press(ACKNOWLEDGE, user="U002"))
        assert len(world.heard()) + len(world.slack.people.forms) >= 1
        assert world.acknowledgement is not None


async def test_an_envelope_or_a_trigger_that_comes_again_does_nothing(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        payload = block_actions(SILENCE, world.told().id)
        sent = world.lines.send("interactive", payload)
        await world.done(sent)
        again = world.lines.send("interactive", payload, name=sent.id)
        other = world.lines.send("interactive", payload)
        await world.until(lambda: len(again.answers) == 2 and other.took is not None)
        assert world.history.asked() == []
        assert len(world.history.silences()) == 1


async def test_silence_holds_for_a_fortnight_and_says_so_when_pressed_again(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        await world.done(world.press(SILENCE))
        (silence,) = world.history.silences()
        assert (silence.home, silence.until, silence.by, silence.door) == (
            (HOME,), stage.NOW + timedelta(days=14), NAME, "slack",
        )  # fmt: skip
        world.clock.advance(timedelta(days=1))
        await world.done(world.press(SILENCE))
        assert len(world.history.silences()) == 1
        assert "Silenced already" in world.heard()[0]
        assert f"silenced by {NAME}, with the button under an alert." in world.heard()[0]


async def test_what_is_old_cannot_be_acknowledged_or_silenced_and_says_why(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        over = replace(alert(), id="00000000000dead2", change=What.RECOVERED)
        world.history.commit(Transaction(changes=(Told(alert=over, seen=stage.NOW, feed="ofsted"),)))
        await world.done(world.press(ACKNOWLEDGE), world.press(SILENCE))
        assert world.acknowledgement is None
        assert list(world.history.silences()) == []
        assert all("This alert is old: recovered has been told since" in heard for heard in world.heard())
        assert len(world.heard()) == 2


async def test_its_history_is_told_to_whoever_asks_alone(tmp_path: Path) -> None:
    async with bot_world(tmp_path, may_act=("U777",)) as world:
        await world.done(world.press(HISTORY))
        ((_, body),) = world.slack.people.replies
        assert body["response_type"] == "ephemeral"
        assert "SC900100" in body["text"]


async def test_a_reason_is_added_by_whoever_acknowledged_and_by_nobody_else(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        await world.done(world.press(ACKNOWLEDGE))
        values = {REASON: {REASON: "We visit <!channel> on Monday"}}
        own = world.told().id
        foreign = view_submission(REASON, values, private_metadata=own)
        foreign["user"] |= {"username": "eve", "id": "U666"}
        await world.done(world.lines.send("interactive", foreign))
        assert [told["channel"] for told in world.slack.people.told] == ["U666"]
        assert world.acknowledgement is not None
        assert world.acknowledgement.why == ""
        await world.done(world.lines.send("interactive", view_submission(REASON, values, private_metadata=own)))
        assert world.acknowledgement.why == "We visit <!channel> on Monday"
        assert world.slack.rung == world.slack.people.rung == []
        assert world.slack.rung == world.slack.people.rung == []


async def test_a_reason_that_is_too_long_is_refused_in_the_form(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        await world.done(world.press(ACKNOWLEDGE))
        values = {REASON: {REASON: "x" * 100_000}}
        sent = world.lines.send("interactive", view_submission(REASON, values, private_metadata=world.told().id))
        await world.until(lambda: sent.answers)
        (answer,) = sent.answers
        assert answer is not None
        assert answer["response_action"] == "errors"
        assert REASON in answer["errors"]


@pytest.mark.parametrize("button", [ACKNOWLEDGE, SILENCE])
async def test_only_those_who_may_act_do(tmp_path: Path, button: str) -> None:
    async with bot_world(tmp_path, may_act=("U777", "usergroup:S012")) as world:
        world.slack.people.groups["S012"] = ["U888"]
        await world.done(world.press(button, user="U666"))
        assert world.acknowledgement is None
        assert list(world.history.silences()) == []
        assert "may_act" in world.heard()[0]
        await world.done(world.press(button, user="U888"))
        assert world.acknowledgement or world.history.silences()
        assert [method for method, _ in world.slack.calls].count("usergroups.users.list") == 1


async def test_a_group_that_cannot_be_asked_for_lets_nobody_in(tmp_path: Path) -> None:
    async with bot_world(tmp_path, may_act=("usergroup:S012",)) as world:
        world.slack.errors["usergroups.users.list"] = "missing_scope"
        await world.done(world.press(ACKNOWLEDGE))
        assert world.acknowledgement is None
        assert "missing_scope" in world.heard()[0]


@pytest.mark.parametrize(
    ("value", "says"),
    [("f" * 16, "does not know that message"), (CHANGE, "does not know that message")],
)
async def test_an_altered_value_is_looked_up_and_does_nothing(tmp_path: Path, value: str, says: str) -> None:
    async with bot_world(tmp_path) as world:
        await world.done(world.press(ACKNOWLEDGE, value))
        assert world.acknowledgement is None
        assert says in world.heard()[0]


async def test_a_button_does_nothing_to_a_message_of_another_channel(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        await world.done(world.press(HISTORY, channel="C0000000002"), world.press(ACKNOWLEDGE, channel="C0000000002"))
        assert world.acknowledgement is None
        assert all("another channel" in heard for heard in world.heard())


async def test_what_comes_from_another_workspace_is_acknowledged_and_not_done(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        await world.done(world.press(ACKNOWLEDGE, team="T0000FOREIGN"))
        assert world.acknowledgement is None
        assert world.heard() == []


async def test_the_answers_address_is_slacks_own_or_the_web_api_is_used(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        payload = block_actions(HISTORY, world.told().id)
        for address in (
            "http://169.254.169.254/latest",
            "https://hooks.slack.com.evil.example/x",
            "file:///etc/passwd",
        ):
            payload["response_url"] = address
            payload["trigger_id"] = address
            await world.done(world.lines.send("interactive", payload))
        assert len(world.slack.people.ephemeral) == 3
        assert world.heard() == []


async def test_what_was_kept_and_not_done_is_done_after_a_restart(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        delivery = world.told()
        history = world.history
        await world.bot.stop()
        await world.outbox.close()
        asked = _kept(delivery)
        history.commit(Transaction(asked=(asked,)))
        async with bot_world(tmp_path, history=history) as later:
            await later.until(lambda: not later.history.asked())
            assert later.acknowledgement is not None
            assert later.slack.people.forms == []


def _kept(delivery: Delivery) -> Asked:
    return Asked(
        id="e1", trigger="t1", way="desk", asking=Asking.BUTTON, what=ACKNOWLEDGE, subject=delivery.id,
        user="U1", by="ann", at=stage.NOW - timedelta(minutes=1),
    )  # fmt: skip
