"""Messages that a swift channel takes one right after another: in order, each once, and few of them at stake."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.delivery.bursts import single
from tests.delivery.scripted import ACCEPTED, LATER, REFUSED, UNKNOWN, Desk, Scripted, is_sending
from watcher.delivery.calls import Calls, NotCalledError
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.together import MOST, Together
from watcher.delivery.under_way import AHEAD
from watcher.delivery.verdict import Answer, Verdict
from watcher.errors import LedElsewhereError, TransientError
from watcher.history.failures import CommitFailedError
from watcher.history.protocol import Transaction
from watcher.messages.message import Message

MANY = 40
STOPPED = Verdict(Answer.REFUSED, "the login was refused", stops=True)


@dataclass
class Swift(Scripted):
    """One that takes messages in a row, and notes what the history said when it was called."""

    takes_in_a_row: bool = True
    look: Callable[[str], Delivery | None] = lambda _: None
    marked: list[int] = field(default_factory=list)
    """How many the history says are being sent, after each commit: other threads may read it amid one."""

    def send(self, message: Message) -> Verdict:
        known = self.look(message.id)
        assert known is None or known.state is State.SENDING, "marked before the call"
        return Scripted.send(self, message)


def filled(folder: Path, channel: Swift) -> Desk:
    desk = Desk(folder, channel)
    desk.store(*(single(number) for number in range(MANY)))
    channel.look, store = desk.history.delivery, desk.history.store

    def counted(deliveries: Sequence[Delivery]) -> None:
        store(deliveries)
        channel.marked.append(sum(delivery.state is State.SENDING for delivery in desk.stored()))

    desk.history.store = counted  # type: ignore[method-assign]
    return desk


def test_all_go_in_order_each_marked_before_it_and_few_at_once(tmp_path: Path) -> None:
    channel = Swift()
    with filled(tmp_path, channel) as desk:
        before = desk.history.version
        assert len(desk.deliver()) == MANY
        assert [message.id for message in channel.sent] == [delivery.id for delivery in desk.stored()]
        assert {(one.state, one.attempts) for one in desk.stored()} == {(State.ACCEPTED, 1)}
        assert 1 < max(channel.marked) <= AHEAD
        assert desk.history.version - before < 1.5 * MANY, "verdicts and marks share their commits"


def test_only_the_last_says_that_no_more_follow(tmp_path: Path) -> None:
    channel = Swift()
    with filled(tmp_path, channel) as desk:
        desk.deliver()
    assert [message.more_follow for message in channel.sent] == [True] * (MANY - 1) + [False]


def test_a_slow_or_ordinary_channel_has_one_at_stake(tmp_path: Path) -> None:
    channel = Swift(takes_in_a_row=False)
    with filled(tmp_path, channel) as desk:
        desk.deliver()
    assert max(channel.marked) == 1
    assert len(channel.sent) == MANY


@pytest.mark.parametrize("verdict", [LATER, UNKNOWN, STOPPED, REFUSED], ids=lambda one: one.detail)
def test_what_was_marked_behind_one_that_failed_is_not_called_and_is_as_it_was(
    tmp_path: Path, verdict: Verdict
) -> None:
    channel = Swift(answer=lambda _, number: verdict if number == 10 else ACCEPTED)
    with filled(tmp_path, channel) as desk:
        desk.deliver()
        assert all(one.state is not State.SENDING for one in desk.stored())
        assert all(one.attempts <= 1 for one in desk.stored())
        for _ in range(6):
            desk.deliver(after=timedelta(hours=2))
        assert [one for one in desk.stored() if one.state not in (State.ACCEPTED, State.REFUSED)] == []
        again = 0 if verdict is REFUSED else 1
        assert len(channel.sent) == MANY + again
        assert len({message.id for message in channel.sent}) == MANY


def test_after_a_kill_few_are_of_unknown_fate_and_all_arrive(tmp_path: Path) -> None:
    """What is there while the tenth is being sent is all that the next process finds."""

    def killed_at_ten(_: Message, number: int) -> Verdict:
        if number == 10:
            shutil.copytree(tmp_path / "data", tmp_path / "left")
        return ACCEPTED

    channel, after = Swift(answer=killed_at_ten), Swift()
    with filled(tmp_path / "data", channel) as desk:
        desk.deliver()
    with Desk(tmp_path / "left", after) as left:
        lost = {one.id for one in left.stored() if one.state is State.SENDING}
        assert 1 <= len(lost) <= AHEAD
        left.outbox.recover()
        for _ in range(3):
            left.deliver(after=timedelta(hours=2))
        assert {one.state for one in left.stored()} == {State.ACCEPTED}
        sent = [message.id for message in (*channel.sent[:10], *after.sent)]
        assert {name for name in sent if sent.count(name) > 1} <= lost
        assert {message.id for message in after.sent if message.possibly_repeated} == lost


@pytest.mark.anyio
async def test_a_call_in_a_row_is_made_only_after_one_that_was_accepted() -> None:
    caller = Calls("desk")
    made: list[str] = []

    def call(name: str, verdict: Verdict) -> Callable[[], Verdict]:
        def work() -> Verdict:
            made.append(name)
            return verdict

        return work

    first = caller.call(call("first", ACCEPTED))
    second = caller.call(call("second", LATER), in_a_row=True)
    third = caller.call(call("third", ACCEPTED), in_a_row=True)
    assert (await first, await second) == (ACCEPTED, LATER)
    with pytest.raises(NotCalledError):
        await third
    assert await caller.call(call("fourth", ACCEPTED)) == ACCEPTED
    assert await caller.call(call("fifth", ACCEPTED), in_a_row=True) == ACCEPTED
    assert made == ["first", "second", "fourth", "fifth"]


@pytest.mark.anyio
async def test_what_is_stored_together_is_one_commit_and_each_hears_what_came_of_its_own() -> None:
    commits: list[int] = []
    fault: Exception | None = None

    def store(*deliveries: Delivery) -> None:
        commits.append(len(deliveries))
        if fault is not None and any(delivery.id == first.id for delivery in deliveries):
            raise fault

    first, second = single(1), single(2)
    together = Together(store)
    assert list(await asyncio.gather(together.store(first), together.store(second))) == [first, second]
    assert commits == [2]
    fault = LedElsewhereError("accepted elsewhere")
    heard: list[object] = list(
        await asyncio.gather(together.store(first), together.store(second), return_exceptions=True)
    )
    assert heard == [fault, second]
    assert commits == [2, 2, 1, 1]
    fault = TransientError("the disk is full")
    heard = list(await asyncio.gather(together.store(first), together.store(second), return_exceptions=True))
    assert heard == [fault, fault]
    assert commits == [2, 2, 1, 1, 2]


def test_verdicts_that_the_disk_would_not_take_are_stored_first_once_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = Swift()
    with filled(tmp_path, channel) as desk:
        store, is_full = desk.history.store, False

        def full(deliveries: Sequence[Delivery]) -> None:
            nonlocal is_full
            is_full = is_full or len(channel.sent) >= 10
            if is_full:
                raise CommitFailedError("the disk is full")
            store(deliveries)

        async def full_and_mended() -> None:
            monkeypatch.setattr(desk.history, "store", full)
            with pytest.raises(CommitFailedError):
                await desk.outbox.deliver_due()
            while is_sending():
                await asyncio.sleep(0.005)
            monkeypatch.setattr(desk.history, "store", store)
            with suppress(CommitFailedError):  # others ended as the first did
                desk.outbox.finish()
            for _ in range(6):
                desk.clock.advance(timedelta(hours=2))
                await desk.outbox.deliver_due()

        asyncio.run(full_and_mended())
        assert {one.state for one in desk.stored()} == {State.ACCEPTED}
        assert len(channel.sent) == len({message.id for message in channel.sent}) == MANY


@pytest.mark.anyio
async def test_of_what_is_stored_together_that_is_left_out_which_is_not_wanted_any_more_and_many_take_several() -> None:
    commits: list[list[Delivery]] = []
    together = Together(lambda *deliveries: commits.append(list(deliveries)))
    messages = [single(number) for number in range(MOST + 2)]
    gone = messages[3]
    asked = (together.store(one, lambda one=one: one is not gone) for one in messages)  # type: ignore[misc]
    heard = await asyncio.gather(*asked)
    assert heard == [one if one is not gone else None for one in messages]
    assert list(map(len, commits)) == [MOST - 1, 2]


@pytest.mark.parametrize("in_a_row", [True, False], ids=["in a row", "ordinary"])
def test_what_is_silenced_while_its_mark_waits_for_a_commit_stays_silenced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_a_row: bool
) -> None:
    channel = Swift(takes_in_a_row=in_a_row)
    with filled(tmp_path, channel) as desk:
        held = {desk.stored()[number].id for number in (0, 3, 7)}
        ask = Together.store

        async def silenced_meanwhile(
            together: Together, delivery: Delivery, is_still_wanted: Callable[[], bool] = lambda: True
        ) -> Delivery | None:
            if delivery.id in held and delivery.state is State.SENDING:
                known = desk.history.delivery(delivery.id)
                assert known is not None
                asked = asyncio.ensure_future(ask(together, delivery, is_still_wanted))
                await asyncio.sleep(0)
                silenced = replace(known, state=State.SILENCED)
                desk.history.commit(Transaction(deliveries=(silenced,)))
                desk.outbox.note(silenced)
                return await asked
            return await ask(together, delivery, is_still_wanted)

        monkeypatch.setattr(Together, "store", silenced_meanwhile)
        desk.deliver()
        assert {one.id for one in desk.stored() if one.state is State.SILENCED} == held
        assert not held & {message.id for message in channel.sent}
        assert len(channel.sent) == MANY - len(held)


def test_many_ordinary_channels_store_marks_and_verdicts_in_few_commits_and_have_one_at_stake_each(
    tmp_path: Path,
) -> None:
    channels = [Scripted(f"desk{number}") for number in range(10)]
    with Desk(tmp_path, *channels) as desk:
        store, at_stake = desk.history.store, list[int]()
        desk.store(*(single(number, channel=channel.name) for number in range(4) for channel in channels))

        def counted(deliveries: Sequence[Delivery]) -> None:
            store(deliveries)
            sent = Counter(one.channel for one in desk.stored() if one.state is State.SENDING)
            at_stake.append(max(sent.values(), default=0))

        desk.history.store = counted  # type: ignore[method-assign]
        assert len(desk.deliver()) == 40
        assert max(at_stake) == 1
        assert len(at_stake) < 40, "of two for each message"
