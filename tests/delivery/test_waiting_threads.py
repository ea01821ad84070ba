"""With threads and stopped channels too, the open messages in memory choose as a plain search would."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.messages.messages import SEEN, delivery
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.waiting import Waiting

GROUPS = (1, 2)
"""Numbers of messages in whose threads others go: 3, 5, 7 ... in that of 1, and 4, 6, 8 ... in that of 2."""
STEPS = st.lists(
    st.tuples(st.integers(1, 12), st.sampled_from(State), st.integers(0, 3), st.sampled_from([None, None, "way"])),
    min_size=1,
    max_size=60,
)


def made(number: int) -> Delivery:
    one = delivery(number, home="group" if number in GROUPS else f"ofsted:SC{number % 3}")
    if number in GROUPS:
        return replace(one, number=number, subject=f"group:{number}")
    return replace(one, number=number, thread=delivery(2 - number % 2, home="group").id)


def searched(known: dict[int, Delivery]) -> Delivery | None:
    """The first due of the oldest open message of each home, if that one waits for no group and no stop."""
    opened = {
        delivery.id: delivery
        for _, delivery in sorted(known.items())
        if delivery.state in (State.WAITING, State.SENDING)
    }
    stopping = [delivery for delivery in opened.values() if delivery.stopped is not None]
    heads: dict[str, Delivery] = {}
    for message in opened.values():
        heads.setdefault(message.subject, message)
    free = stopping or [delivery for delivery in heads.values() if delivery.thread not in opened]
    return min(
        (delivery for delivery in free if delivery.state is State.WAITING),
        key=lambda delivery: (delivery.due, delivery.number),
        default=None,
    )


@given(STEPS)
def test_the_next_message_is_the_one_that_a_search_finds(steps: list[tuple[int, State, int, str | None]]) -> None:
    waiting, known = Waiting(), dict[int, Delivery]()
    for number, state, minutes, stopped in steps:
        due = SEEN + timedelta(minutes=minutes)
        known[number] = replace(made(number), state=state, due=due, stopped=stopped)
        waiting.put(known[number])
        expected = searched(known)
        for now in (SEEN + timedelta(minutes=1), SEEN + timedelta(minutes=3)):
            assert waiting.next(("desk", None), now) == (expected if expected and expected.due <= now else None)


def test_nothing_is_kept_of_threads_and_stops_that_are_over() -> None:
    waiting = Waiting()
    for state in (State.WAITING, State.SENDING, State.ACCEPTED):
        for number in range(1, 9):
            waiting.put(replace(made(number), state=state, stopped="way" if number == 4 else None))
    assert (len(waiting), waiting._following, waiting._stopping, waiting._queues) == (0, {}, {}, {})
