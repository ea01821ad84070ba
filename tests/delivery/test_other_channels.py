"""The outbox is given other channels while it works: nothing is lost, sent twice, or sent sooner than it may be."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.delivery.scripted import ACCEPTED, LATER, REFUSED, Blocked, Desk, Scripted
from tests.delivery.test_outbox_channels import MINUTE, SECOND, SOON, home, until
from tests.messages.messages import SEEN, delivery
from watcher.delivery.lanes import Lanes, Manner
from watcher.delivery.ledger import State
from watcher.delivery.verdict import Answer, Verdict
from watcher.timing.clock import SystemClock


def test_a_message_waits_for_a_channel_that_went_and_goes_when_it_returns(tmp_path: Path) -> None:
    first, again = Scripted(answer=lambda *_: LATER), Scripted()
    with Desk(tmp_path, first) as desk:
        desk.store(delivery(1))
        desk.deliver()
        desk.outbox.take_channels({})
        desk.store(delivery(2, home=home(2)))
        assert desk.deliver(timedelta(hours=2)) == ()
        assert [(one.state, one.attempts) for one in desk.stored()] == [(State.WAITING, 1), (State.WAITING, 0)]
        assert len(desk.outbox.troubled()) == 2
        desk.outbox.take_channels({"desk": again})
        assert [one.state for one in desk.deliver()] == [State.ACCEPTED] * 2
        assert (len(first.sent), len(again.sent)) == (1, 2)


def test_what_was_to_be_tried_later_goes_at_once_on_the_changed_channel(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted(answer=lambda *_: LATER), Scripted("other", answer=lambda *_: LATER)) as desk:
        desk.store(delivery(1), delivery(2, channel="other"))
        desk.deliver()
        desk.outbox.take_channels({**desk.channels, "desk": Scripted()})
        assert [one.channel for one in desk.deliver(SECOND)] == ["desk"]


def test_of_two_changes_between_two_rounds_the_first_counts_too(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted(answer=lambda *_: LATER)) as desk:
        desk.store(delivery(1))
        desk.deliver()
        renewed = Scripted()
        desk.outbox.take_channels({"desk": renewed})
        desk.outbox.take_channels({"desk": renewed, "other": Scripted("other")})
        assert [one.channel for one in desk.deliver(SECOND)] == ["desk"]


def test_a_stop_ends_with_the_way_that_was_refused_and_not_with_any_change(tmp_path: Path) -> None:
    stopping = Scripted(answer=lambda *_: Verdict(Answer.REFUSED, "invalid_auth", stops=True))
    stopping.way = "old"  # type: ignore[attr-defined]  # as a channel with a secret has one
    with Desk(tmp_path, stopping) as desk:
        desk.store(delivery(1))
        desk.deliver()
        assert desk.outbox.stopped() == {"desk"}
        same, other = Scripted(), Scripted()
        same.way, other.way = "old", "new"  # type: ignore[attr-defined]  # likewise
        desk.outbox.take_channels({"desk": same})
        assert desk.deliver(MINUTE) == ()
        desk.outbox.take_channels({"desk": other})
        assert [one.state for one in desk.deliver()] == [State.ACCEPTED]
        assert desk.outbox.stopped() == frozenset()


def test_a_changed_channel_keeps_the_spacing_of_its_place(tmp_path: Path) -> None:
    spaced = [Scripted(spacing=timedelta(seconds=10)) for _ in range(2)]
    with Desk(tmp_path, spaced[0]) as desk:
        desk.store(delivery(1))
        desk.deliver()
        desk.outbox.take_channels({"desk": spaced[1]})
        desk.store(delivery(2, home=home(2)))
        desk.deliver(SECOND)
        assert desk.pauses == [9]


def test_an_unchanged_channel_keeps_its_rest(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted(answer=lambda *_: LATER)) as desk:
        desk.store(*(delivery(number, home=home(number)) for number in range(1, 4)))
        desk.deliver()
        desk.store(delivery(4, home=home(4)))
        desk.outbox.take_channels({**desk.channels, "other": Scripted("other")})
        desk.deliver(SECOND)
        assert [one.attempts for one in desk.stored()] == [1, 1, 1, 0]


async def changed_under_way(desk: Desk, blocked: Blocked, new: Scripted) -> None:
    round_under_way = asyncio.create_task(desk.outbox.deliver_due())
    await until(lambda: [one.state for one in desk.stored()][:1] == [State.SENDING])
    desk.outbox.take_channels({"desk": new})
    desk.store(delivery(2))
    await asyncio.sleep(0.05)
    assert new.sent == [], "two calls of one channel at a time"
    blocked.released.set()
    await round_under_way


def test_a_message_under_way_ends_on_the_old_one_and_the_next_takes_the_new(tmp_path: Path) -> None:
    blocked, new = Blocked(), Scripted()
    old = Scripted(answer=blocked)
    with Desk(tmp_path, old) as desk:
        desk.store(delivery(1))
        asyncio.run(changed_under_way(desk, blocked, new))
        assert [one.state for one in desk.stored()] == [State.ACCEPTED] * 2
        assert (len(old.sent), len(new.sent)) == (1, 1)


def test_a_refusal_of_the_old_one_is_kept(tmp_path: Path) -> None:
    blocked = Blocked(REFUSED)
    with Desk(tmp_path, Scripted(answer=blocked)) as desk:
        desk.store(delivery(1))
        asyncio.run(changed_under_way(desk, blocked, Scripted()))
        assert [one.state for one in desk.stored()] == [State.REFUSED, State.ACCEPTED]


def test_the_verdict_of_a_call_that_hangs_on_the_old_one_still_counts(tmp_path: Path) -> None:
    blocked, new = Blocked(), Scripted(found=Verdict(Answer.LATER, "ask again"))
    with Desk(tmp_path, Scripted(answer=blocked), deadline=SOON) as desk:

        async def hangs() -> None:
            desk.store(delivery(1))
            await desk.outbox.deliver_due()
            desk.outbox.take_channels({"desk": new})
            blocked.released.set()
            async with asyncio.timeout(120):
                while desk.stored()[0].state is not State.ACCEPTED:
                    await asyncio.sleep(0.01)
                    await desk.outbox.deliver_due()

        asyncio.run(hangs())
        assert [one.state for one in desk.stored()] == [State.ACCEPTED]
        assert new.sent == []


@pytest.mark.anyio
async def test_a_former_way_is_forgotten_once_nothing_can_come_of_it() -> None:
    blocked, manner = Blocked(), Manner(clock=SystemClock(), rest=SECOND, deadline=SOON)
    lanes = Lanes({"desk": Scripted()}, manner)
    (lane,) = lanes.all()
    sent = delivery(1).sending(SEEN)
    with pytest.raises(TimeoutError):
        await lane.call(blocked, sent)
    lanes.take({})
    assert (lanes.returned(()), lanes.all()) == ([], (lane,))
    blocked.released.set()
    await until(lambda: not lane.is_left_with(sent))
    assert (lanes.returned((lane,)), lanes.all()) == ([(lane, sent, ACCEPTED)], (lane,))
    assert (lanes.returned(()), lanes.all()) == ([], ())


def test_a_message_that_waits_for_its_turn_takes_the_new_way(tmp_path: Path) -> None:
    old, new = Scripted(spacing=timedelta(seconds=10)), Scripted()

    async def other_meanwhile(_: float) -> None:
        desk.outbox.take_channels({"desk": new})

    with Desk(tmp_path, old, pause=other_meanwhile) as desk:
        desk.store(delivery(1))
        desk.deliver()
        desk.store(delivery(2, home=home(2)))
        desk.deliver(SECOND)
        assert (len(old.sent), len(new.sent)) == (1, 1)
        assert [one.state for one in desk.stored()] == [State.ACCEPTED] * 2


def test_a_message_that_waits_for_its_turn_is_not_begun_twice_where_its_reader_has_a_way_of_his_own_now(
    tmp_path: Path,
) -> None:
    old, apart = Scripted(spacing=timedelta(seconds=10)), Scripted()
    apart.ways_apart = True  # type: ignore[attr-defined]  # as a channel with a way for each reader has it

    async def other_meanwhile(_: float) -> None:
        desk.outbox.take_channels({"desk": apart})
        await asyncio.sleep(0.3)  # what is due is looked for again and again

    with Desk(tmp_path, old, pause=other_meanwhile) as desk:
        desk.store(delivery(1))
        desk.deliver()
        desk.store(replace(delivery(2, home=home(2)), recipient="desk@example.org"))
        desk.deliver(SECOND)
        assert len([*old.sent, *apart.sent]) == 2
        assert [(one.state, one.attempts) for one in desk.stored()] == [(State.ACCEPTED, 1)] * 2
