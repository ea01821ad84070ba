"""What people ask in a chat: kept from before it is answered until it is done, so that none is lost or done twice."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from watcher.timing.zones import require_zone

KNOWN_FOR = timedelta(days=1)
"""For how long what was done is recognised when it comes again; a chat repeats itself within minutes."""
KNOWN_AT_LEAST = 500
"""So many of them are recognised for longer, since the clock may have jumped."""


class Asking(StrEnum):
    """In which way somebody asked."""

    BUTTON = "button"
    REASON = "reason"
    """The reason that somebody gives for what a button did."""
    COMMAND = "command"
    LEFT = "left"
    """The bot was taken out of a channel."""
    JOINED = "joined"
    """The bot was taken into a channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One thing that was asked, as far as it is believed: who, where, and the words; all else is looked up."""

    id: str
    """Of the envelope that it came in."""
    trigger: str = ""
    """The id of what somebody did, which is the same however often it is sent."""
    way: str
    """The name of the configured channel whose bot was asked."""
    asking: Asking
    what: str = ""
    """Which button it was."""
    subject: str = ""
    """Of what: the id of a delivery or a change, as the chat says it."""
    text: str = ""
    """The words: of a command, or a reason."""
    user: str = ""
    """The id of who asked."""
    by: str = ""
    """What that person is called."""
    team: str = ""
    """The id of the workspace that it says it comes from."""
    place: str = ""
    """The id of the chat's channel."""
    reply_to: str = ""
    """Where an answer goes, for half an hour; gone once it is done."""
    at: datetime
    """When it came."""
    done: datetime | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for a moment that could be compared with no other."""
        require_zone(self.at, self.done)

    def ended(self, now: datetime) -> Self:
        """Done: what is left is enough to know it by, and names nobody and no place."""
        kept = type(self)(id=self.id, trigger=self.trigger, way=self.way, asking=self.asking, at=self.at)
        return replace(kept, done=now)

    def is_forgotten(self, now: datetime) -> bool:
        """Whether nobody needs to know any more that it was done; the clock may have been set back meanwhile."""
        return self.done is not None and abs(now - self.done) > KNOWN_FOR
