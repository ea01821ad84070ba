"""What every feed has in the configuration, whatever its kind."""

from datetime import timedelta
from typing import Annotated, ClassVar, Self

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from watcher.facts.regulators import FILE_HOSTS
from watcher.options.addresses import host_of, is_own
from watcher.options.table import Options
from watcher.options.values import Duration, Hosts
from watcher.options.way_out import WayOut

MISSED = 12
"""So many readings missed make a feed stale, unless its options say otherwise."""

STALE_AFTER_AT_LEAST = timedelta(hours=6)

LEAST_EVERY = timedelta(minutes=5)

_NOT_SAID = timedelta(-1)


def _short(value: timedelta) -> str:
    """As the configuration has it."""
    minutes, seconds = divmod(value.total_seconds(), 60)
    return f"{minutes:g}m" if minutes and not seconds else f"{value.total_seconds():g}s"


class FeedOptions(Options):
    """A publisher: how often and how politely it is read, and when what it says or does not say is a matter."""

    least_spacing: ClassVar[timedelta] = timedelta(0)
    """A publisher is asked no faster; a host of one's own may be."""

    kind: str
    every: Duration = timedelta(minutes=30)
    stale_after: Duration = Field(default=_NOT_SAID, validate_default=True)
    brake: Annotated[float, Field(gt=0, le=1)] = 0.2
    spacing: Duration = timedelta(seconds=2)
    hosts: Hosts = FILE_HOSTS
    """Besides its own these alone are followed, by links and redirects."""

    @field_validator("stale_after")
    @classmethod
    def _several_readings_missed(cls, value: timedelta, options: ValidationInfo) -> timedelta:
        every: timedelta = options.data.get("every", timedelta())
        if value != _NOT_SAID:
            return value
        return max(MISSED * min(every, timedelta.max // MISSED), STALE_AFTER_AT_LEAST)

    @model_validator(mode="after")
    def _spares_publishers(self) -> Self:
        strangers = [host for host in self.asked if not is_own(host)]
        floors = (("every", self.every, LEAST_EVERY), ("spacing", self.spacing, self.least_spacing))
        low = [
            InitErrorDetails(
                type=PydanticCustomError(
                    "too_often", "at least {least} for {host}", {"least": _short(least), "host": host}
                ),
                loc=(key,),
                input=_short(given),
            )
            for key, given, least in floors
            for host in strangers[:1]
            if given < least
        ]
        if low:
            raise ValidationError.from_exception_data("feed", low)
        return self

    @property
    def asked(self) -> tuple[str, ...]:
        """The hosts that are asked: of its address, and those that the configuration names besides."""
        named = self.hosts if "hosts" in self.model_fields_set else ()
        return tuple(host_of(address) for address in (getattr(self, "url", ""), *named) if address)

    @property
    def tells_the_present(self) -> bool:
        """Whether whoever reads it knows how homes stand by now; not where it tells of what was months ago."""
        return True

    @property
    def still_after(self) -> int | None:
        """After so many working days without anything new of any home something is wrong; None where none need come."""
        return None

    def told_way(self, _: WayOut) -> str:
        """How its publisher is asked, in words; empty where no proxy could be asked."""
        return ""

    @property
    def only_in(self) -> tuple[str, ...]:
        """The local authorities whose homes it reads alone; empty where it reads the whole country."""
        return ()

    @property
    def regulators(self) -> tuple[str, ...]:
        """Of which regulators the feed tells anything: it names no home of another."""
        raise NotImplementedError
