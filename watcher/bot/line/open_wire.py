"""One connection of a line, and what becomes of it as time passes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.bot.line.state import Patience
from watcher.bot.line.wire import Wire
from watcher.timing.clock import Clock


@dataclass(slots=True, eq=False)
class OpenWire:
    """One connection, and what is known of its life."""

    wire: Wire
    opened: float
    heard: float
    heard_at: datetime
    came: int = 0
    asked: float | None = None
    """When Slack was asked whether it is still there; None once anything came."""
    is_greeted: bool = False
    leaves: bool = False
    """Whether Slack has said that it will close it."""
    ends: float | None = None
    """When it is let go, once another has taken its place."""
    parted: float | None = None
    """When goodbye was said."""


def keep(wire: Wire, clock: Clock) -> OpenWire:
    """A connection from now on."""
    now = clock.monotonic()
    return OpenWire(wire, opened=now, heard=now, heard_at=clock.now())


def note(kept: OpenWire, clock: Clock) -> None:
    """Notes that something may have come."""
    if kept.wire.came != kept.came:
        kept.came, kept.heard, kept.heard_at, kept.asked = kept.wire.came, clock.monotonic(), clock.now(), None


def look_after(kept: OpenWire, clock: Clock, patience: Patience) -> str:
    """Asks a silent one whether it is there, and says goodbye in time; why it is to be given up, if it is.

    The wall clock shows what the other does not: a machine that slept. It only makes the question earlier.
    """
    now, wall = clock.monotonic(), clock.now()
    if not kept.is_greeted and now - kept.opened >= patience.opening.total_seconds():
        return "Slack did not greet"
    if kept.asked is not None and now - kept.asked >= patience.answer.total_seconds():
        return "nothing came by it any more"
    silence = patience.silence
    if kept.asked is None and (
        now - kept.heard >= silence.total_seconds() or not timedelta() <= wall - kept.heard_at < silence
    ):
        kept.asked = now
        kept.wire.ask()
    return _let_go(kept, now, patience)


def _let_go(kept: OpenWire, now: float, patience: Patience) -> str:
    if kept.ends is not None and now >= kept.ends and kept.parted is None:
        kept.parted = now
        kept.wire.finish()
    if kept.parted is not None and now - kept.parted >= patience.first_wait.total_seconds():
        return "its place is taken"
    return ""
