"""The open messages in memory choose as a plain search through all of them would."""

import sys
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from types import FrameType
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tests.messages.messages import SEEN, delivery
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.waiting import Waiting

STEPS = st.lists(st.tuples(st.integers(1, 12), st.sampled_from(State), st.integers(0, 3)), min_size=1, max_size=60)


def searched(known: dict[int, Delivery], channel: str) -> Delivery | None:
    """The first due of the oldest open message of each home, if that one waits."""
    heads: dict[str, Delivery] = {}
    for _, opened in sorted(known.items()):
        if opened.channel == channel and opened.state in (State.WAITING, State.SENDING):
            heads.setdefault(opened.subject, opened)
    waiting = [delivery for delivery in heads.values() if delivery.state is State.WAITING]
    return min(waiting, key=lambda delivery: (delivery.due, delivery.number), default=None)


@given(STEPS)
@example([(7, State.WAITING, 0), (1, State.WAITING, 3)])  # one made earlier comes back before the oldest
def test_the_next_message_is_the_one_that_a_search_finds(steps: list[tuple[int, State, int]]) -> None:
    waiting, known = Waiting(), dict[int, Delivery]()
    for number, state, minutes in steps:
        fresh = delivery(number, channel="desk" if number % 4 else "other", home=f"ofsted:SC{number % 3}")
        due = SEEN + timedelta(minutes=minutes)
        known[number] = replace(fresh, number=number, state=state, due=due)
        waiting.put(known[number])
        for channel in ("desk", "other"):
            expected = searched(known, channel)
            for now in (SEEN + timedelta(minutes=1), SEEN + timedelta(minutes=3)):
                assert waiting.next((channel, None), now) == (expected if expected and expected.due <= now else None)
    open_ones = [delivery for delivery in known.values() if delivery.state in (State.WAITING, State.SENDING)]
    assert len(waiting) == len(open_ones)
    assert sorted(delivery.number for delivery in waiting) == sorted(delivery.number for delivery in open_ones)


def test_choosing_among_ten_thousand_takes_no_more_steps_than_among_a_hundred() -> None:
    few, many = steps_of_choosing(100), steps_of_choosing(10_000)
    assert 0 < many < 1.1 * few


def steps_of_choosing(number: int) -> int:
    """Instructions that choosing fifty messages takes among so many, and noting that each is being sent."""
    waiting, steps = Waiting(), 0
    for position in range(number):
        waiting.put(replace(delivery(position, home=f"ofsted:SC{position}"), number=position))

    def count(frame: FrameType, event: str, _: object) -> Any:
        nonlocal steps
        frame.f_trace_opcodes = True
        steps += event == "opcode"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        for _ in range(50):
            chosen = waiting.next(("desk", None), SEEN)
            assert chosen is not None
            waiting.put(chosen.sending(SEEN))
    finally:
        sys.settrace(before)
    return steps


def test_when_many_stops_end_all_messages_are_gone_through_once() -> None:
    """A release of thousands of readers whose server refused each of them must not take their number squared."""

    class Counted(defaultdict[Any, Any]):
        times = 0

        def items(self) -> Any:
            self.times += 1
            return super().items()

    waiting = Waiting(lambda one: (one.channel, one.recipient))
    stopped = [
        replace(delivery(number), number=number, recipient=f"r{number}", stopped="way", is_stop_of_recipient=True)
        for number in range(1, 21)
    ]
    behind = [replace(one, id=f"behind {one.number}", number=100 + one.number, stopped=None) for one in stopped]
    for one in (*stopped, *behind):
        waiting.put(one)
    waiting._queues = queues = Counted(list, waiting._queues)
    for one in stopped:
        waiting.put(replace(one.moving(), state=State.ACCEPTED))
    found = [waiting.next((one.channel, one.recipient), SEEN) for one in behind]
    assert found == behind
    assert queues.times == 1
