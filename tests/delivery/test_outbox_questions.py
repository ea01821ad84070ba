"""An outbox that asks the ledger for little knows what one knows that is told of every message."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.clock import ManualClock
from tests.delivery.scripted import Scripted
from tests.messages.messages import SEEN, alert
from watcher.delivery.books import SLICE
from watcher.delivery.ledger import STATE_SUBJECT, Delivery, State
from watcher.delivery.outbox import Outbox
from watcher.history.embedded.history import EmbeddedHistory

CHANNELS = ("desk", "mail", "gone")


class _Telling(EmbeddedHistory):
    """Tells of every message where the last are asked for."""

    def last_sent(self) -> Iterator[Delivery]:
        return self.deliveries()


def _deliveries(chance: random.Random) -> Iterator[Delivery]:
    for number in range(60):
        channel = chance.choice(CHANNELS)
        recipient = f"r{chance.randrange(3)}@example.org" if channel == "mail" else None
        subject = f"{STATE_SUBJECT}x" if chance.random() < 0.3 else f"home{chance.randrange(5)}"
        made = Delivery.of(channel, subject, alert(), f"content {number}", SEEN, recipient=recipient)
        state = chance.choice(list(State))
        attempted = SEEN + timedelta(minutes=number) if chance.random() < 0.8 or state is State.ACCEPTED else None
        remark = "no picture" if chance.random() < 0.4 and state in (State.ACCEPTED, State.LAPSED) else ""
        yield replace(made, state=state, attempted=attempted, remark=remark)


def _outbox(history: EmbeddedHistory) -> Outbox:
    return Outbox(history, {name: Scripted(name) for name in CHANNELS[:2]}, ManualClock(SEEN + timedelta(days=1)))


def test_random_ledgers_are_known_alike(tmp_path: Path) -> None:
    for seed in range(12):
        folder = tmp_path / str(seed)
        history = EmbeddedHistory.open(folder, with_bundle=False)
        history.store(list(_deliveries(random.Random(seed))))
        little = _outbox(history)
        history.close()
        whole = _Telling.open(folder, with_bundle=False)
        much = _outbox(whole)
        assert little.troubled() == much.troubled()
        assert little.last_taken() == much.last_taken()
        assert little.stopped() == much.stopped()
        whole.close()


def test_what_is_taken_up_in_slices_is_what_is_taken_up_at_once(tmp_path: Path) -> None:
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    outboxes = _outbox(history), _outbox(history)
    made = [Delivery.of("desk", f"home{number}", alert(), f"{number}", SEEN) for number in range(3 * SLICE + 1)]
    history.store(made)

    async def take_up() -> int:
        begun = asyncio.ensure_future(outboxes[0].take_up())
        turns = 0
        while not begun.done():
            turns += 1
            await asyncio.sleep(0)
        return turns

    assert asyncio.run(take_up()) >= 3  # others had their turn in between
    outboxes[1].refresh()
    assert [one.id for one in outboxes[0].troubled()] == [one.id for one in outboxes[1].troubled()]
    assert len(outboxes[0].troubled()) == len(made)
    history.close()
