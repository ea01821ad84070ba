"""When a watch reports how its homes stand: once a month or once a week, by a local date; pure."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from watcher.messages.digest import DAYS, Day
from watcher.options.table import Options
from watcher.options.values import NamedOnes, time_of_day

_A_DAY = timedelta(days=1)


class ReportTimes(Options):
    """To which channels a watch reports, and when."""

    to: NamedOnes
    day: Annotated[int, Field(ge=1, le=31)] | None = None
    """Of the month; of a shorter month its last."""
    weekday: Day | None = None
    at: Annotated[time, BeforeValidator(time_of_day)] = time(8)

    @model_validator(mode="after")
    def _once_a_month_or_a_week(self) -> Self:
        if (self.day is None) == (self.weekday is None):
            raise ValueError('either day = 1, once a month, or weekday = "mon", once a week')
        return self

    @property
    def schedule(self) -> str:
        """What tells its reports from those of another schedule: `monthly 1`, `weekly mon`."""
        return f"monthly {self.day}" if self.weekday is None else f"weekly {self.weekday}"

    def last_due(self, zone: ZoneInfo, now: datetime) -> date:
        """The local date of the latest report that is due by now.

        The date counts, not the instant: a time that a clock change skips or repeats comes once.
        """
        local = now.astimezone(zone)
        return self._before(local.date() + _A_DAY if local.time() >= self.at else local.date())

    def begins(self, day: date) -> date:
        """The date of the report before the one of a date: what it tells of begins there."""
        return self._before(day)

    def _before(self, day: date) -> date:
        """The latest date on which a report is due that lies before a day."""
        latest = day - _A_DAY
        if self.weekday is not None:
            return latest - timedelta(days=(latest.weekday() - DAYS.index(self.weekday)) % len(DAYS))
        this_month = self._in_month_of(latest)
        return this_month if this_month <= latest else self._in_month_of(latest.replace(day=1) - _A_DAY)

    def _in_month_of(self, day: date) -> date:
        return day.replace(day=min(self.day or 1, monthrange(day.year, day.month)[1]))


def report_due(last: date, first: date | None, *, was_made: bool) -> bool:
    """Whether the latest report that is due is to be made: later than the `first` that there is, and not made yet.

    So the first one after the configuration comes at its time, and what was slept through is made up until the next is
    due; a clock that is set back brings no report of a time before.
    """
    return first is not None and last > first and not was_made
