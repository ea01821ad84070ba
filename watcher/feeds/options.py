"""What every feed has in the configuration, whatever its kind."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from watcher.network.way_out import WayOut
from watcher.options.table import Options
from watcher.options.values import Duration, Names

MISSED = 12
"""So many readings missed make a feed stale, unless its options say otherwise."""

STALE_AFTER_AT_LEAST = timedelta(hours=6)

_NOT_SAID = timedelta(-1)


class FeedOptions(Options):
    """A publisher: how often and how politely it is read, and when what it says or does not say is a matter."""

    kind: str
    every: Duration = timedelta(minutes=30)
    stale_after: Duration = Field(default=_NOT_SAID, validate_default=True)
    brake: Annotated[float, Field(gt=0, le=1)] = 0.2
    spacing: Duration = timedelta(seconds=2)
    hosts: Names = ()

    @field_validator("stale_after")
    @classmethod
    def _several_readings_missed(cls, value: timedelta, options: ValidationInfo) -> timedelta:
        every: timedelta = options.data.get("every", timedelta())
        if value != _NOT_SAID:
            return value
        return max(MISSED * min(every, timedelta.max // MISSED), STALE_AFTER_AT_LEAST)

    @property
    def still_after(self) -> int | None:
        """After so many working days without anything new of any home something is wrong; None where none need come."""
        return None

    def way(self, _: WayOut) -> str:
        """How its publisher is asked, in words; empty where no proxy could be asked."""
        return ""

    @property
    def regulators(self) -> tuple[str, ...]:
        """Of which regulators the feed tells anything: it names no home of another."""
        raise NotImplementedError
