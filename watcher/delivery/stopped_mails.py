"""Who wants no more of watcher's mails: the one place that decides whether a message may go to an address."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from watcher.delivery.ledger import Delivery
from watcher.messages.message import Notice
from watcher.messages.numbers import british
from watcher.text import inert
from watcher.timing.zones import require_zone


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedMails:
    """That an address stopped its mails, and whether they were resumed since."""

    address: str
    since: datetime
    by: str = ""
    why: str = ""
    door: str = ""
    """A `Door`."""
    resumed: datetime | None = None
    """From this moment on what is new goes there again."""

    def __post_init__(self) -> None:
        """Raises ValueError for a moment that could be compared with no other."""
        require_zone(self.since, self.resumed)

    @property
    def key(self) -> str:
        """The address as it is compared."""
        return self.address.casefold()

    @property
    def is_in_force(self) -> bool:
        """Whether mails are stopped now."""
        return self.resumed is None

    @property
    def moved(self) -> datetime:
        """When it changed last."""
        return self.resumed or self.since

    def json(self) -> dict[str, str | None]:
        """What `--json` prints of it."""
        return {
            "address": self.address,
            "since": self.since.isoformat(),
            "by": self.by or None,
            "why": self.why,
            "door": self.door or None,
        }

    def ended(self, now: datetime) -> Self:
        """The same, resumed."""
        return replace(self, resumed=max(self.since, now))


StopOf = Callable[[str], StoppedMails | None]
"""The last time that an address stopped its mails."""


def why_declined(delivery: Delivery, stop_of: StopOf) -> str:
    """Why a message may not go to its recipient, who stopped these mails; empty where it may.

    What watcher tells its operator about itself goes all the same: one who has gone blind is worse. Of what was made
    before mails were resumed nothing is sent after.
    """
    if delivery.recipient is None or isinstance(delivery.content, Notice):
        return ""
    return why_not_to(delivery.recipient, delivery.created, stop_of)


def why_not_to(address: str, made: datetime, stop_of: StopOf) -> str:
    """Why nothing that was made at that moment may go to an address; empty where it may."""
    stop = stop_of(address)
    if stop is None or (stop.resumed is not None and made >= stop.resumed):
        return ""
    who, day = inert(address), british(stop.since.date())
    if stop.resumed is None:
        return f"not sent: {who} stopped these mails on {day}"
    return f"not sent: {who} had stopped these mails from {day} to {british(stop.resumed.date())}"
