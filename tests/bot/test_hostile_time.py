"""A clock that jumps, a restored backup, a bot that is no more: what was asked is done once, and waits for nobody."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.bot.world import bot_world
from tests.standins.slack_payloads import block_actions
from tests.web import stage
from watcher.delivery.channels.slack.buttons import ACKNOWLEDGE, HISTORY, SILENCE
from watcher.facts.stored import stored
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Transaction
from watcher.service.bots import Bots
from watcher.watching.asked import KNOWN_FOR, Asked, Asking

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("jump", [timedelta(days=3), timedelta(days=-3), timedelta(hours=7), timedelta(hours=-7)])
async def test_what_was_done_is_known_after_a_jump_of_the_clock(tmp_path: Path, jump: timedelta) -> None:
    async with bot_world(tmp_path) as world:
        payload = block_actions(SILENCE, world.told().id, response_url=world.slack.people.address(world.slack.url))
        sent = world.lines.send("interactive", payload)
        await world.done(sent)
        (silence,) = world.history.silences()
        world.clock.advance(jump)
        await world.done(world.press(HISTORY))  # whatever comes first has the oldest forgotten
        again = world.lines.send("interactive", payload, name=sent.id)
        await world.until(lambda: len(again.answers) == 2)
        await world.done(world.press(HISTORY))
        assert world.history.was_asked(sent.id, "")
        assert list(world.history.silences()) == [silence]
        assert all("ilenced" not in heard for heard in world.heard())


@pytest.mark.parametrize("jump", [timedelta(days=3), timedelta(days=-3)])
async def test_a_clock_that_jumped_between_a_press_and_its_doing_puts_it_into_no_future(
    tmp_path: Path, jump: timedelta
) -> None:
    async with bot_world(tmp_path) as world:
        history, told = world.history, world.told()
        await world.bot.stop()
        await world.outbox.close()
        at = stage.NOW - jump
        history.commit(Transaction(asked=[_asked(ACKNOWLEDGE, told.id, at), _asked(SILENCE, told.id, at)]))
        async with bot_world(tmp_path, history=history) as later:
            await later.until(lambda: not later.history.asked())
            assert later.acknowledgement is not None
            assert later.acknowledgement.at == min(at, stage.NOW)
            await later.outbox.deliver_due()


async def test_a_silence_is_never_longer_than_asked_though_the_clock_was_ahead_when_it_was_asked_for(
    tmp_path: Path,
) -> None:
    async with bot_world(tmp_path) as world:
        history, told = world.history, world.told()
        await world.bot.stop()
        await world.outbox.close()
        history.commit(Transaction(asked=[_asked(SILENCE, told.id, stage.NOW + timedelta(days=4_000))]))
        async with bot_world(tmp_path, history=history) as later:
            await later.until(lambda: not later.history.asked())
            assert all(each.until <= stage.NOW + timedelta(days=15) for each in later.history.silences())


def _asked(what: str, subject: str, at: object, **more: object) -> Asked:
    return Asked(
        **{  # type: ignore[arg-type]  # as they are given
            "id": f"{what} {at}", "trigger": f"t {what} {at}", "way": "desk", "asking": Asking.BUTTON, "what": what,
            "subject": subject, "user": "U1", "by": "ann", "place": "C0123456789", "at": at, **more,
        }
    )  # fmt: skip


def test_many_questions_do_not_stay(tmp_path: Path) -> None:
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    for day in range(30):
        at = stage.NOW + timedelta(days=day)
        asked = [replace(_asked(HISTORY, "f" * 16, at), id=f"{day} {number}", trigger="") for number in range(200)]
        history.commit(Transaction(asked=asked))
        history.commit(Transaction(asked=[each.ended(at) for each in asked]))
    known = sum(history.was_asked(f"{day} {number}", "") for day in range(30) for number in range(200))
    assert known <= 2_000
    assert all(history.was_asked(f"29 {number}", "") for number in range(200))
    history.close()


async def test_what_was_asked_of_a_bot_that_is_no_more_does_not_wait_for_ever(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        asked = _asked(ACKNOWLEDGE, world.told().id, stage.NOW, way="office")
        world.history.commit(Transaction(asked=[asked]))
        settings = world.desk.settings()
        bots = Bots(replace(world.desk, settings=lambda: settings))
        await bots.look()
        assert world.history.asked() == [asked]  # it may be back soon
        world.clock.advance(KNOWN_FOR + HOUR)
        await bots.look()
        assert world.history.asked() == []
        assert world.acknowledgement is None
        await bots.stop()


def test_what_is_done_keeps_nothing_of_who_asked_what_and_where() -> None:
    asked = _asked(HISTORY, "f" * 16, stage.NOW, reply_to="https://hooks.slack.com/x", text="words", team="T1")
    assert set(stored(asked.ended(stage.NOW))) == {"id", "trigger", "way", "asking", "at", "done"}


async def test_what_was_asked_of_a_bot_that_is_called_otherwise_now_is_done(tmp_path: Path) -> None:
    """A channel with the same app came in before the one by which the bot was called."""
    async with bot_world(tmp_path, beside={"second": {"channel": "C0456789"}}) as world:
        await world.bot.stop()
        world.history.commit(Transaction(asked=[_asked(ACKNOWLEDGE, world.told().id, stage.NOW, way="second")]))
        bots = Bots(world.desk)
        await bots.look()
        await world.until(lambda: not world.history.asked())
        assert world.acknowledgement is not None
        await bots.stop()
