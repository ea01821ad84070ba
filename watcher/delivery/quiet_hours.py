"""Quiet hours: when what is not urgent waits for the morning, by the clock of the configuration's time zone; pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from watcher.messages.digest import DAYS, Day
from watcher.options.table import Options
from watcher.options.values import at_least_one, one_or_more, time_of_day

_A_DAY = timedelta(days=1)


class QuietHours(Options):
    """From when to when, over midnight if `from` is the later; and on which days they begin."""

    begins: Annotated[time, BeforeValidator(time_of_day)] = Field(alias="from")
    ends: Annotated[time, BeforeValidator(time_of_day)] = Field(alias="to")
    days: Annotated[tuple[Day, ...], BeforeValidator(one_or_more), AfterValidator(at_least_one)] = DAYS
    """Those on which they begin."""

    @model_validator(mode="after")
    def _has_a_length(self) -> Self:
        if self.begins == self.ends:
            raise ValueError('from and to are the same time: write when they begin and end, as "20:00" and "07:00"')
        return self

    def end(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """When the quiet hours end that hold at a moment, in UTC; None if none do.

        They are a span between two moments, so that none holds twice in the night when clocks go back. A time that they
        show twice is the first of the two; one that they skip comes as much later as they go forward.
        """
        spans = self._spans_about(moment.astimezone(zone).date(), zone)
        return max((last for first, last in spans if first <= moment < last), default=None)

    def _spans_about(self, day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        for beginning in (day - _A_DAY, day):
            if DAYS[beginning.weekday()] in self.days:
                ending = beginning if self.begins < self.ends else beginning + _A_DAY
                yield _moment(beginning, self.begins, zone), _moment(ending, self.ends, zone)


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
