"""What goes wrong around a press: it is done once all the same, holds up nobody, and is not said to be done before."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.bot.world import HOME, BotWorld, bot_world
from tests.builders import MATTER
from tests.service.test_full_disk import fill
from tests.standins.slack_payloads import block_actions, slash_command
from tests.standins.socket_mode import Sent
from tests.web import stage
from watcher.bot import bot as bots
from watcher.bot import inbox, marks, outgoing, payloads
from watcher.bot.desk import BotDesk
from watcher.bot.identity import Acquaintance
from watcher.bot.presses import DOES, Pressed, acknowledged
from watcher.delivery.channels.slack.buttons import ACKNOWLEDGE, HISTORY, SILENCE
from watcher.delivery.ledger import Delivery
from watcher.history.failures import CommitFailedError
from watcher.history.protocol import Transaction
from watcher.watching.asked import Asked, Asking

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)


def press_of(world: BotWorld, who: str, action: str = ACKNOWLEDGE) -> Sent:
    """Somebody of that name presses."""
    payload = block_actions(action, world.told().id, user=f"U{who.upper()}")
    payload["user"] |= {"username": who, "name": who}
    payload["response_url"] = world.slack.people.address(world.slack.url)
    return world.lines.send("interactive", payload)


def full(disk: Path, world: BotWorld) -> Path:
    """Leaves no room, not even in the last page of the journal; what takes it."""
    ballast = fill(disk)
    with suppress(CommitFailedError):
        for number in range(1000):  # each another, as what alters nothing takes no room
            world.history.commit(Transaction(notices={"full": replace(MATTER, title=str(number))}))
    return ballast


def kept(world: BotWorld, number: int = 1, action: str = ACKNOWLEDGE) -> Asked:
    """What somebody asked at the present moment, as it is kept."""
    return Asked(
        id=f"e{number}", trigger=f"t{number}", way="desk", asking=Asking.BUTTON, what=action,
        subject=world.told().id, user="U1", by="ann", at=world.clock.now(),
    )  # fmt: skip


async def test_what_a_full_disk_does_not_keep_is_not_acknowledged_and_not_done(small_disk: Path) -> None:
    async with bot_world(small_disk) as world:
        ballast = full(small_disk, world)
        with capture_logs() as logs:
            before = world.press(ACKNOWLEDGE)
            await world.until(lambda: any("could not be kept" in entry["event"] for entry in logs))
        assert before.took is None
        ballast.unlink()
        await world.done(press_of(world, "ben"))
        assert before.took is None
        assert world.acknowledgement is not None
        assert world.acknowledgement.by == "ben"


async def test_a_command_that_is_not_kept_is_answered_that_nothing_was_done(small_disk: Path) -> None:
    async with bot_world(small_disk) as world:
        full(small_disk, world)
        sent = world.lines.send("slash_commands", slash_command("help"))
        await world.until(lambda: sent.took is not None)
        (answer,) = sent.answers
        assert answer is not None
        assert answer["text"].startswith("Nothing was done\nThe history takes nothing just now")
        assert world.history.asked() == []


async def test_what_was_kept_is_done_once_there_is_room(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bots, "AGAIN_AFTER", 0.01)
    tries: list[str] = []

    def does(desk: BotDesk, asked: Asked, delivery: Delivery) -> Pressed:
        tries.append(asked.id)
        return acknowledged(desk, asked, delivery)

    monkeypatch.setitem(DOES, ACKNOWLEDGE, does)
    async with bot_world(small_disk) as world:
        await world.bot.stop()
        world.history.commit(Transaction(asked=(kept(world),)))
        ballast = full(small_disk, world)
        async with bot_world(small_disk, history=world.history, slack=world.slack) as later:
            await later.until(lambda: len(tries) > 3)
            assert later.acknowledgement is None
            ballast.unlink()
            await later.until(lambda: not later.history.asked())
            assert later.acknowledgement is not None
            assert later.acknowledgement.at == stage.NOW


async def test_of_two_at_once_the_first_does_it_and_the_other_hears_who_did(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        await world.done(press_of(world, "ann"), press_of(world, "ben"))
        assert world.acknowledgement is not None
        assert world.acknowledgement.by == "ann"
        await world.until(world.heard)
        (heard,) = world.heard()
        assert "Acknowledged already" in heard
        assert "By ann" in heard
        await world.until(lambda: "Acknowledged by ann" in world.slack.messages[0]["text"])


async def test_what_is_pressed_first_is_done_first_whatever_it_has_to_wait_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_own = Acquaintance.is_own

    async def is_own_at_last(acquaintance: Acquaintance, asked: Asked) -> bool:
        for _ in range(100 if asked.by == "ann" else 0):  # turns of the loop: the other would be through long before
            await asyncio.sleep(0)
        return await is_own(acquaintance, asked)

    monkeypatch.setattr(Acquaintance, "is_own", is_own_at_last)
    async with bot_world(tmp_path) as world:
        await world.bot.stop()
        world.history.commit(Transaction(asked=(kept(world, 1), replace(kept(world, 2), user="U2", by="ben"))))
        async with bot_world(tmp_path, history=world.history, slack=world.slack) as later:
            await later.until(lambda: not later.history.asked())
            assert later.acknowledgement is not None
            assert later.acknowledgement.by == "ann"


@pytest.mark.parametrize("by", [-HOUR, HOUR])
async def test_a_clock_that_was_set_between_arrival_and_doing_makes_nothing_twice(
    tmp_path: Path, by: timedelta
) -> None:
    async with bot_world(tmp_path) as world:
        await world.bot.stop()
        world.history.commit(Transaction(asked=(kept(world, 1), kept(world, 2, SILENCE))))
        async with bot_world(tmp_path, history=world.history, slack=world.slack, begins=stage.NOW + by) as later:
            await later.until(lambda: not later.history.asked())
            assert later.acknowledgement is not None
            came = min(stage.NOW, stage.NOW + by)  # what came in the future came now
            assert later.acknowledgement.at == came
            await later.done(later.press(SILENCE), later.press(ACKNOWLEDGE))
            (silence,) = later.history.silences()
            assert (silence.home, silence.made) == ((HOME,), came)
            await later.until(lambda: len(later.heard()) == 2)


async def test_what_fails_holds_up_nobody_and_is_given_up_after_its_tries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def fails(_: object, asked: Asked, __: object) -> None:
        tries.append(asked.id)
        raise RuntimeError("poisoned")

    monkeypatch.setitem(DOES, SILENCE, fails)
    monkeypatch.setattr(bots, "AGAIN_AFTER", 60.0)
    async with bot_world(tmp_path) as world:
        poisoned = [world.press(SILENCE) for _ in range(bots.AT_A_TIME + 1)]
        await world.until(lambda: len(tries) == len(poisoned))
        world.press(ACKNOWLEDGE)
        await world.until(lambda: world.acknowledgement)
        assert len(tries) == len(poisoned)  # none of them has been tried again meanwhile
    monkeypatch.setattr(bots, "AGAIN_AFTER", 0.01)
    async with bot_world(tmp_path) as world:
        await world.until(lambda: not world.history.asked())
        again = tries[len(poisoned) :]
        assert {name: again.count(name) for name in again} == {each.id: bots.TRIES for each in poisoned}


async def test_an_envelope_that_breaks_the_reading_takes_no_other_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = payloads.read_envelope

    def reads(envelope: Any, *more: Any) -> payloads.Arrived:
        if envelope.payload.get("poisoned"):
            raise RuntimeError
        return read(envelope, *more)

    monkeypatch.setattr(inbox, "read_envelope", reads)
    async with bot_world(tmp_path) as world:
        lost = [world.lines.send("interactive", {"poisoned": True}) for _ in range(5)]
        await world.done(world.press(ACKNOWLEDGE))
        assert world.acknowledgement is not None
        assert [each.took for each in lost] == [None] * 5


async def test_while_slack_hangs_deeds_are_done_and_messages_changed(tmp_path: Path) -> None:
    released = threading.Event()

    def hangs(handler: Any, _: Mapping[str, Any]) -> None:
        released.wait(30)
        handler.say("ok", 200, "text/plain")

    async with bot_world(tmp_path) as world:
        world.slack.people.script.extend([hangs] * 20)
        asked = [world.press(HISTORY) for _ in range(20)]
        await world.until(lambda: len(world.slack.people.script) == 20 - outgoing.AT_A_TIME)
        await world.done_but_for(asked, world.press(SILENCE, user="U2"))
        await world.until(lambda: "Silenced until" in world.slack.messages[0]["text"])
        assert len(world.slack.people.script) == 20 - outgoing.AT_A_TIME
        await world.until(lambda: all(each.took is not None for each in asked))
        released.set()
        await world.until(lambda: not world.history.asked())


async def test_while_slack_is_down_deeds_are_done_answers_given_up_and_messages_changed_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "AGAIN_AFTER", (0.01, 0.01, 0.01))
    async with bot_world(tmp_path) as world:
        await world.done(world.write("help"))
        heard = len(world.heard())
        world.slack.is_down = True
        await world.done(world.press(ACKNOWLEDGE), world.press(SILENCE), world.press(HISTORY), world.write("help"))
        assert world.acknowledgement is not None
        assert len(world.history.silences()) == 1
        assert len(world.heard()) == heard
        assert "Acknowledged" not in world.slack.messages[0]["text"]
        world.slack.is_down = False
        world.clock.advance(HOUR)
        await world.desk.deliver()
        said = ("Acknowledged by", "Silenced until")
        await world.until(lambda: all(words in world.slack.messages[0]["text"] for words in said))


async def test_an_answer_that_waits_too_long_is_given_up_untried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "LASTS", -1.0)
    async with bot_world(tmp_path) as world:
        await world.done(world.press(HISTORY))
        assert world.heard() == []


async def test_marks_that_the_history_does_not_take_are_made_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marks, "AGAIN_AFTER", 0.01)
    monkeypatch.setattr(marks, "MOST_AT_ONCE", 2)
    async with bot_world(tmp_path) as world:
        refusals = [CommitFailedError("full")] * 3
        commit: Callable[[Transaction], None] = world.history.commit

        def commits(transaction: Transaction) -> None:
            if refusals and any(asked.done is not None for asked in transaction.asked):
                raise refusals.pop()
            commit(transaction)

        monkeypatch.setattr(world.bot._marks, "_commit", partial(commits))
        await world.done(*[world.press(HISTORY) for _ in range(7)])
        assert refusals == []


async def test_a_flood_of_presses_commands_and_repeats_is_acknowledged_and_each_done_once(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        presses = [block_actions(ACKNOWLEDGE, world.told().id, user=f"U{number}") for number in range(200)]
        commands = [slash_command("watches", user=f"U{number}") for number in range(200)]
        for number, payload in enumerate(presses):
            payload["user"]["username"] = f"person{number}"
        for payload in (*presses, *commands):
            payload["response_url"] = world.slack.people.address(world.slack.url)
        sent = world.lines.flood([("interactive", each) for each in presses])
        sent += world.lines.flood([("slash_commands", each) for each in commands])
        pairs = zip(presses, sent, strict=False)
        again = [world.lines.send("interactive", each, name=first.id) for each, first in pairs]
        others = world.lines.flood([("interactive", each) for each in presses])  # what it holds in another envelope
        await world.until(lambda: all(each.took is not None for each in (*sent, *others)))
        await world.until(lambda: all(len(each.answers) == 2 for each in again))
        await world.until(lambda: not world.history.asked())
        addresses = [path for path, _ in world.slack.people.replies]
        assert len(addresses) == len(set(addresses)) == 399  # whoever acknowledged sees it on the message
        assert world.acknowledgement is not None
