"""A channel in memory whose answers a test decides, and an outbox over a real history that can be opened again."""

import asyncio
import random
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from tests.clock import ManualClock
from tests.messages.messages import SEEN
from watcher.delivery.channel import Channel
from watcher.delivery.ledger import Delivery
from watcher.delivery.outbox import Outbox
from watcher.delivery.verdict import Answer, Verdict
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Transaction
from watcher.messages.alert import Alert
from watcher.messages.message import Message

ACCEPTED = Verdict(Answer.ACCEPTED, reference="1")
LATER = Verdict(Answer.LATER, "busy")
REFUSED = Verdict(Answer.REFUSED, "no such channel")
UNKNOWN = Verdict(Answer.UNKNOWN, "lost")


@dataclass
class Scripted:
    """Answers with what `answer` says to a message, the first attempt being number 1."""

    name: str = "desk"
    answer: Callable[[Message, int], Verdict] = lambda *_: ACCEPTED
    found: Verdict | None = UNKNOWN
    spacing: timedelta = timedelta()
    sent: list[Message] = field(default_factory=list)
    looked: list[tuple[str, datetime]] = field(default_factory=list)

    def send(self, message: Message) -> Verdict:
        self.sent.append(message)
        return self.answer(message, len(self.sent))

    def find(self, message: Message, since: datetime) -> Verdict | None:
        self.looked.append((message.id, since))
        return self.found

    def check(self) -> str | None:
        return None

    @property
    def homes(self) -> list[str]:
        """The homes whose messages were sent, in order."""
        return [message.content.home_id for message in self.sent if isinstance(message.content, Alert)]


class Blocked:
    """An answer that does not come until it is released."""

    def __init__(self, verdict: Verdict = ACCEPTED) -> None:
        self.released = threading.Event()
        self._verdict = verdict

    def __call__(self, *_: object) -> Verdict:
        assert self.released.wait(60)
        return self._verdict


def is_sending() -> bool:
    """Whether an attempt of an outbox is under way in this loop."""
    return any(task.get_name().startswith("deliver to ") for task in asyncio.all_tasks())


class Desk:
    """An outbox in a folder; `reopened` is the process started anew at the same moment."""

    def __init__(self, folder: Path, *channels: Channel, clock: ManualClock | None = None, **settings: Any) -> None:
        self.folder = folder
        self.clock = clock or ManualClock(SEEN)
        self.settings = settings
        self.channels: Mapping[str, Channel] = {channel.name: channel for channel in channels}
        self.history = EmbeddedHistory.open(folder, with_bundle=False)
        self.pauses: list[float] = []
        known: dict[str, Any] = {"rng": random.Random(1), "deadline": timedelta(seconds=5), "pause": self._pause}
        self.outbox = Outbox(self.history, self.channels, self.clock, **{**known, **settings})

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.clock.advance(timedelta(seconds=seconds))
        await asyncio.sleep(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.history.close()

    def store(self, *deliveries: Delivery) -> None:
        """What intake does: stores new messages and says that there are some."""
        self.history.commit(Transaction(deliveries=deliveries))
        self.outbox.refresh()

    def deliver(self, after: timedelta = timedelta()) -> Sequence[Delivery]:
        """One round, after some time."""
        self.clock.advance(after)
        return asyncio.run(self.outbox.deliver_due())

    def stored(self) -> list[Delivery]:
        """What the history knows."""
        return list(self.history.deliveries())

    def reopened(self) -> "Desk":
        """The next process: nothing but the folder is left of this one."""
        self.history.close()
        desk = Desk(self.folder, *self.channels.values(), clock=self.clock, **self.settings)
        desk.outbox.recover()
        return desk
