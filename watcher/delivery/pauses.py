"""How long a message waits until its next attempt."""

import random
from dataclasses import dataclass
from datetime import timedelta

from watcher.delivery.ledger import Delivery
from watcher.delivery.verdict import Answer, Verdict
from watcher.timing.backoff import delay, with_jitter

PROBE_EVERY = timedelta(hours=1)
"""How often a stopped channel is tried."""

UNKNOWN_PAUSES = (4, 16, 1)
"""Before a message of unknown fate goes again, in times of the usual first pause: longer and longer; after the last it
is looked for once more, and then the operator decides."""

_JITTER = 0.5


@dataclass(frozen=True, slots=True)
class Pauses:
    """Doubling from `base` to `cap`, with jitter so that messages part, and no less than the channel asks."""

    base: timedelta
    cap: timedelta
    rng: random.Random

    def before_next(self, attempts: int, retry_after: timedelta | None) -> timedelta:
        """After so many attempts."""
        own = with_jitter(delay(attempts, base=self.base, cap=self.cap), _JITTER, self.rng)
        return max(own, retry_after or timedelta())

    def after(self, sent: Delivery, verdict: Verdict) -> timedelta:
        """After a verdict on an attempt."""
        pause = self.before_next(sent.attempts, verdict.retry_after)
        if verdict.answer is Answer.UNKNOWN and not sent.is_repeatable:
            times = UNKNOWN_PAUSES[min(sent.unknowns, len(UNKNOWN_PAUSES) - 1)]
            pause = max(with_jitter(self.base * times, _JITTER, self.rng), verdict.retry_after or timedelta())
        if verdict.stops or sent.stopped is not None:
            pause = max(PROBE_EVERY, verdict.retry_after or PROBE_EVERY)
        return pause
