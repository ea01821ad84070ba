"""What the operator has to know of the machine below: the history's room, its refusals, the clock; pure."""

from datetime import timedelta

from watcher.delivery import Notice
from watcher.history.protocol import Room
from watcher.service.self_watch import Matter
from watcher.timing.durations import format_duration

MOST_DOCUMENTS = 150_000
"""So many documents the embedded history was measured with; beyond that it opens slowly and fills the memory."""

LEAST_FREE = 50_000_000
"""Bytes that should be free beside the history."""

LEAST_FREE_SNAPSHOTS = 2
"""Snapshots that there should be room for: a new one is written beside the present one."""

LARGEST_STEP = timedelta(minutes=5)
"""A clock that moves by more against the monotonic one was set, or the machine slept."""

ROOM_FOR_COMMITS = 100_000
"""Bytes that must be free before a disk that was full is tried again: a small commit alone proves too little."""

REFUSED = "history:refused"
"""The matter of a history that takes nothing."""


def matters_of_room(room: Room) -> list[Matter]:
    """What is near its limits, before anything fails."""
    found = []
    if room.documents > MOST_DOCUMENTS:
        text = (
            f"{room.documents:,} documents; up to {MOST_DOCUMENTS:,} it was measured. Nothing is lost, but starting "
            f"takes longer and the memory fills: give this process more, or watch less."
        )
        found.append(Matter("history:documents", "the history grows past its limits", text))
    least = max(LEAST_FREE, LEAST_FREE_SNAPSHOTS * room.snapshot_bytes)
    if room.free_bytes < least:
        text = (
            f"{room.free_bytes // 1_000:,} kB are free where the history lives, and {least // 1_000:,} kB should be. "
            f"Make room: on a full disk nothing is read and nothing is sent."
        )
        found.append(Matter("history:room", "the history's disk is nearly full", text))
    return found


def matter_of_refusal(trouble: str) -> Matter:
    """A history that takes nothing, with its reason."""
    text = f"{trouble} Until then nothing is read and no message is sent; nothing that was stored is lost."
    return Matter(REFUSED, "the history cannot be stored", text)


def clock_step(wall: timedelta, monotonic: timedelta) -> Notice | None:
    """What to tell of a wall clock that moved otherwise than the monotonic one in the same time; None if it did not."""
    step = wall - monotonic
    if abs(step) <= LARGEST_STEP:
        return None
    way = "forward" if step > timedelta(0) else "back"
    text = (
        f"By {format_duration(abs(step))}, within {format_duration(monotonic)}: it was set, or this machine slept. "
        f"What is due is read now; see that the machine keeps its time (NTP)."
    )
    return Notice(f"the clock jumped {way}", text)
