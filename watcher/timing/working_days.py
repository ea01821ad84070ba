"""Working days: Monday to Friday; public holidays count as such, being few."""

from collections.abc import Iterable
from datetime import date, timedelta

Span = tuple[date, date]
"""The first day and the last."""


def working_days_between(earlier: date, later: date, pauses: Iterable[Span] = ()) -> int:
    """How many working days lie between two days, neither of them counted, nor any of the pauses."""
    rests = list(pauses)
    days = (earlier + timedelta(days=number) for number in range(1, (later - earlier).days))
    return sum(day.weekday() < 5 and not any(first <= day <= last for first, last in rests) for day in days)
