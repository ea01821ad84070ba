"""What every channel has in the configuration, whatever its kind, and what each kind says that it can do."""

from dataclasses import dataclass
from datetime import time
from typing import ClassVar, Self

from watcher.delivery.quiet_hours import QuietHours
from watcher.messages.digest import Day
from watcher.options.table import Options
from watcher.options.way_out import WayOut


@dataclass(frozen=True, slots=True)
class DigestTimes:
    """When a channel sends what it has gathered, by the clock of the configuration's time zone."""

    at: time
    days: tuple[Day, ...]


class ChannelOptions(Options):
    """A way to tell somebody something. What a kind can do it says here: nobody else asks which kind it is."""

    kind: str
    quiet: QuietHours | None = None
    """When what is not urgent waits for the morning."""

    follows: ClassVar[bool] = False
    """Whether a message names the earlier one about its home that it follows."""

    has_threads: ClassVar[bool] = False
    """Whether what follows a message stands below it, and the message can be changed to say how a home stands now."""

    @property
    def recipients(self) -> tuple[str | None, ...]:
        """Who gets each message, each by himself; None where the channel has no addresses of readers."""
        return (None,)

    def told_way(self, _: WayOut) -> str:
        """How its messages leave this machine, in words; empty where no proxy could be asked."""
        return ""

    @property
    def place(self) -> tuple[object, ...] | None:
        """Where messages go: two channels of one place say everything twice; None where that is not known."""
        return None

    def elsewhere(self, place: str) -> Self | None:  # most kinds have one place
        """The same for another place of the same chat, by its id there; None where there can be none."""
        return None

    @property
    def is_answered(self) -> bool:
        """Whether people can answer there, and so make watches of their own."""
        return False

    @property
    def digest_times(self) -> DigestTimes | None:
        """When what was gathered is sent; None where each alert goes by itself."""
        return None
