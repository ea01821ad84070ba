"""What becomes of messages where one of several watchers begins to send, and another ends."""

import asyncio
import threading
import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.delivery.scripted import ACCEPTED, LATER, REFUSED, UNKNOWN, Blocked, Desk, Scripted, is_sending
from tests.messages.messages import SEEN, delivery
from watcher.delivery.ledger import ARRIVED_LATE, POSSIBLY_REPEATED, Delivery, State
from watcher.delivery.outbox import Outbox
from watcher.delivery.verdict import Answer, Verdict
from watcher.history.failures import CommitFailedError


def test_who_may_send_no_more_begins_no_attempt(tmp_path: Path) -> None:
    channel = Scripted()
    with Desk(tmp_path, channel, may_send=lambda: False) as desk:
        desk.store(delivery(1))
        assert desk.deliver() == ()
        (stored,) = desk.stored()
        assert (stored.state, channel.sent) == (State.WAITING, [])


def test_a_mark_that_was_stored_too_late_to_call_is_no_call(tmp_path: Path) -> None:
    channel = Scripted()

    def may_send() -> bool:
        (stored,) = desk.stored()
        return stored.state is not State.SENDING

    with Desk(tmp_path, channel, may_send=may_send) as desk:
        desk.store(delivery(1))
        desk.deliver()
        assert channel.sent == []
        (stored,) = desk.stored()
        assert (stored.state, stored.detail) == (State.WAITING, "not sent: another watcher leads by now")


@pytest.mark.parametrize("found", [None, Verdict(Answer.ACCEPTED, reference="7")], ids=["not found", "found"])
def test_what_a_former_leader_was_sending_is_looked_for_and_goes_marked(tmp_path: Path, found: Verdict | None) -> None:
    channel = Scripted(found=found)
    with Desk(tmp_path, channel) as desk:
        former = delivery(1).sending(SEEN, 1)
        desk.history.store([former])
        asyncio.run(desk.outbox.take_over(2))
        desk.deliver(timedelta(minutes=3))
        assert [looked for looked, _ in channel.looked] == [former.id]
        (stored,) = desk.stored()
        assert stored.state is State.ACCEPTED
        if found is None:
            (message,) = channel.sent
            assert (message.possibly_repeated, message.term, stored.term) == (True, 2, 2)
            assert stored.detail == POSSIBLY_REPEATED
        else:
            assert (channel.sent, stored.reference) == ([], "7")


def test_who_follows_knows_what_is_open_and_what_was_settled(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted(answer=lambda *_: ACCEPTED)) as desk:
        desk.store(delivery(1))
        follower = Outbox(desk.history, desk.channels, desk.clock)
        desk.deliver()
        desk.store(delivery(2))
        assert [known.id for known in follower.troubled()] == [delivery(1).id]
        asyncio.run(follower.follow())
        assert [known.id for known in follower.troubled()] == [delivery(2).id]


def test_who_follows_asks_not_for_each_that_was_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Desk(tmp_path, Scripted(answer=lambda *_: REFUSED)) as desk:
        desk.store(*map(delivery, range(1, 4)))
        follower = Outbox(desk.history, desk.channels, desk.clock)
        desk.deliver()
        monkeypatch.setattr(desk.history, "delivery", lambda _: pytest.fail("asked for one by one"))
        asyncio.run(follower.follow())
        assert [known.state for known in follower.troubled()] == [State.REFUSED] * 3


def test_what_it_does_itself_while_it_reads_what_others_have_stored_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read before it was sent here is not sent again, and nothing waits for the reading."""
    channel, is_sent = Scripted(), threading.Event()
    with Desk(tmp_path, channel) as desk:
        desk.store(delivery(1))
        desk.history.store([delivery(2)])
        read = desk.history.deliveries

        def slowly(**which: bool) -> list[Delivery]:
            found = list(read(**which))
            if which == {"open_only": True}:
                assert is_sent.wait(60)
            return found

        async def followed_while_it_sends() -> None:
            monkeypatch.setattr(desk.history, "deliveries", slowly)
            following = asyncio.create_task(desk.outbox.follow())
            await asyncio.sleep(0)
            await desk.outbox.deliver_due()
            is_sent.set()
            await following
            await desk.outbox.deliver_due()

        asyncio.run(followed_while_it_sends())
        assert [message.id for message in channel.sent] == [delivery(1).id, delivery(2).id]
        assert {(one.state, one.attempts) for one in desk.stored()} == {(State.ACCEPTED, 1)}


def test_what_was_being_sent_comes_to_its_verdict(tmp_path: Path) -> None:
    blocked = Blocked()
    leads = [True]

    async def lose(outbox: Outbox) -> None:
        sending = asyncio.create_task(outbox.deliver_due())
        while not channel.sent:
            await asyncio.sleep(0.005)
        leads[0] = False
        assert await sending == ()
        blocked.released.set()
        while is_sending():
            await asyncio.sleep(0.005)
        outbox.finish()

    channel = Scripted(answer=blocked)
    with Desk(tmp_path, channel, may_send=lambda: leads[0]) as desk:
        desk.store(delivery(1), delivery(2))
        asyncio.run(lose(desk.outbox))
        assert [stored.state for stored in desk.stored()] == [State.ACCEPTED, State.WAITING]


def test_a_call_of_a_former_leadership_is_not_made_in_a_later_one(tmp_path: Path) -> None:
    channel, loops = Scripted(), list[asyncio.AbstractEventLoop]()

    def may_send() -> bool:
        """Right before the call another has led, and this one leads again."""
        if threading.current_thread() is not threading.main_thread():
            asyncio.run_coroutine_threadsafe(desk.outbox.take_over(3), loops[0]).result(60)
        return True

    async def lead() -> None:
        loops.append(asyncio.get_running_loop())
        await desk.outbox.take_over(1)
        await desk.outbox.deliver_due()

    with Desk(tmp_path, channel, may_send=may_send) as desk:
        desk.store(delivery(1))
        asyncio.run(lead())
        assert channel.sent == []
        assert [stored.state for stored in desk.stored()] == [State.WAITING]


@pytest.mark.parametrize("verdict", [LATER, UNKNOWN], ids=lambda verdict: verdict.answer.value)
def test_what_another_was_sending_since_stays_of_unknown_fate(tmp_path: Path, verdict: Verdict) -> None:
    blocked = Blocked(verdict)

    async def lead_again(outbox: Outbox) -> None:
        sending = asyncio.create_task(outbox.deliver_due())
        while not channel.sent:
            await asyncio.sleep(0.005)
        (known,) = desk.stored()
        desk.history.store([known.interrupted().sending(SEEN, 2)])  # and is killed
        await outbox.take_over(3)
        blocked.released.set()
        await sending

    channel = Scripted(answer=blocked)
    with Desk(tmp_path, channel) as desk:
        desk.store(delivery(1))
        asyncio.run(desk.outbox.take_over(1))
        asyncio.run(lead_again(desk.outbox))
        (stored,) = desk.stored()
        assert (stored.state, stored.unsure_since) == (State.WAITING, SEEN)


def test_a_verdict_that_was_not_stored_undoes_nothing_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Desk(tmp_path, Scripted(answer=lambda *_: LATER)) as desk:
        desk.store(delivery(1))
        asyncio.run(desk.outbox.take_over(1))
        store = desk.history.store

        def full(deliveries: Sequence[Delivery]) -> None:
            if any(one.state is not State.SENDING for one in deliveries):
                raise CommitFailedError("the disk is full")
            store(deliveries)

        monkeypatch.setattr(desk.history, "store", full)
        with pytest.raises(CommitFailedError):
            desk.deliver()
        monkeypatch.setattr(desk.history, "store", store)
        (own,) = desk.stored()
        desk.history.store([own.interrupted().sending(SEEN, 2)])
        asyncio.run(desk.outbox.take_over(3))
        assert [(stored.state, stored.unsure_since) for stored in desk.stored()] == [(State.WAITING, SEEN)]


def sent(term: int, **more: object) -> Delivery:
    return replace(delivery(1).sending(SEEN, term), **more)  # type: ignore[arg-type]


ACCEPTED_BY_FORMER = sent(1, state=State.ACCEPTED, reference="1")
LATE = {
    "open": (sent(1, state=State.WAITING), State.ACCEPTED, ARRIVED_LATE, "1"),
    "being sent": (sent(2), State.ACCEPTED, f"{POSSIBLY_REPEATED}; {ARRIVED_LATE}", "1"),
    "sent again, and nobody knows": (
        sent(1).interrupted().sending(SEEN, 2).interrupted(),
        State.ACCEPTED,
        f"{POSSIBLY_REPEATED}; {ARRIVED_LATE}",
        "1",
    ),
    "sent again, and refused": (
        sent(1).interrupted().sending(SEEN, 2).settled(LATER, SEEN),
        State.ACCEPTED,
        ARRIVED_LATE,
        "1",
    ),
    "both late": (
        sent(2, state=State.ACCEPTED, reference="2", detail=f"{POSSIBLY_REPEATED}; {ARRIVED_LATE}"),
        State.ACCEPTED,
        f"{POSSIBLY_REPEATED}; {ARRIVED_LATE}",
        "2",
    ),
    "found": (sent(1, state=State.ACCEPTED, reference="1"), State.ACCEPTED, "", "1"),
    "sent again": (
        sent(2, state=State.ACCEPTED, reference="2"),
        State.ACCEPTED,
        f"{POSSIBLY_REPEATED}; {ARRIVED_LATE}",
        "2",
    ),
}


@pytest.mark.parametrize(("known", "state", "detail", "reference"), LATE.values(), ids=LATE)
def test_a_late_verdict_counts(known: Delivery, state: State, detail: str, reference: str) -> None:
    late = ACCEPTED_BY_FORMER.accepted_late(known)
    assert (late.state, late.detail, late.reference) == (state, detail, reference)


def test_the_term_is_kept_and_its_absence_takes_no_room() -> None:
    known = sent(7)
    assert known.document()["term"] == 7
    assert Delivery.from_document(known.document(), 1).term == 7
    Delivery.prove(known.document())
    assert "term" not in delivery(1).document()


def test_who_follows_for_months_keeps_no_more_than_what_is_open(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted()) as desk:
        desk.history.store([delivery(number) for number in range(400)])
        asyncio.run(desk.outbox.follow())
        tracemalloc.start()
        try:
            before, _ = tracemalloc.get_traced_memory()
            asyncio.run(_followed(desk, 2))
            first, _ = tracemalloc.get_traced_memory()
            asyncio.run(_followed(desk, 20))
            last, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert last - first < (first - before) / 2


async def _followed(desk: Desk, times: int) -> None:
    for _ in range(times):
        await desk.outbox.follow()


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(hours=1)], ids=["clocks agree", "his clock is ahead"])
def test_what_a_former_leader_may_still_send_stays_in_doubt_whatever_becomes_of_ones_own_attempts(
    tmp_path: Path, ahead: timedelta
) -> None:
    """Who leads is busy at first: a look that finds nothing then tells of his own attempt alone."""
    channel = Scripted(answer=lambda _, number: LATER if number < 3 else ACCEPTED, found=None)
    with Desk(tmp_path, channel) as desk:
        desk.store(delivery(1))
        (stored,) = desk.stored()
        desk.history.store([stored.sending(SEEN + ahead, 1)])
        desk.clock.advance(timedelta(minutes=5))
        asyncio.run(desk.outbox.take_over(2))
        for _ in range(3):
            desk.deliver(timedelta(hours=2))
        assert [known.state for known in desk.stored()] == [State.ACCEPTED]
    assert [message.possibly_repeated for message in channel.sent] == [True] * 3
