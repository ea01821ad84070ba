"""Moments that can be compared: each says its time zone."""

from datetime import datetime


def require_zone(*moments: datetime | None) -> None:
    """Raises ValueError for a moment that could be compared with no other, as it says no time zone."""
    for moment in moments:
        if moment is not None and moment.tzinfo is None:
            raise ValueError(f"{moment.isoformat()!r} says no time zone")
