"""What people did about an alert or its home, as the message about it tells its readers: who, when, where and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

from watcher.messages.numbers import british
from watcher.text import cut, inert

LONGEST = 500
"""Of one line."""
_LONGEST_NAME = 80


class Done(StrEnum):
    """What somebody did."""

    ACKNOWLEDGED = "acknowledged"
    SILENCED = "silenced"
    SILENCE_ENDED = "silence ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldDeed:
    """One thing that somebody did, which a message has to say since."""

    done: Done
    by: str
    """Empty where an older version did not keep it."""
    at: datetime
    where: str = ""
    """Through which door, in words with a comma before; empty where that was not kept."""
    why: str = ""
    until: datetime | None = None
    """Of a silence."""


def deed_lines(deeds: Sequence[ToldDeed], zone: tzinfo) -> tuple[str, ...]:
    """The deeds in their order, a line each; moments as the clocks of the readers show them."""
    return tuple(_line(deed, zone) for deed in deeds)


def has_acknowledged(deeds: Sequence[ToldDeed]) -> bool:
    """Whether somebody has taken the alert in hand."""
    return any(deed.done is Done.ACKNOWLEDGED for deed in deeds)


def _line(deed: ToldDeed, zone: tzinfo) -> str:
    """`Acknowledged by Ann, 20:14 on 3 August 2018, in Slack: we know`."""
    until = f" {_end(deed.until.astimezone(zone))}" if deed.until is not None else ""
    by = f" by {inert(deed.by, _LONGEST_NAME)}" if deed.by else ""
    at = deed.at.astimezone(zone)
    why = f": {inert(deed.why)}" if deed.why else ""
    clock = f"{at:%H:%M} UTC" if zone is UTC else f"{at:%H:%M}"
    said = f"{_WORDS[deed.done]}{until}{by}, {clock} on {british(at.date())}{inert(deed.where)}{why}"
    return cut(inert(said, LONGEST), LONGEST)


_WORDS = {Done.ACKNOWLEDGED: "Acknowledged", Done.SILENCED: "Silenced", Done.SILENCE_ENDED: "Silence ended"}


def _end(until: datetime) -> str:
    """The day on which a silence ends; of one that ends with a day, that day."""
    if until.time() == time():
        return f"to the end of {british(until.date() - timedelta(days=1))}"
    return f"until {british(until.date())}"
