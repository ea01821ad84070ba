"""Where the points of a timeline stand, and which of them carry a year."""

from collections.abc import Sequence
from datetime import date

_YEAR_WIDTH = 34.0
_MONTH_WIDTH = 58.0
_BETWEEN_LABELS = 6.0


def places(days: Sequence[date], left: float, right: float, least: float) -> list[float]:
    """A place for each of the ordered days, in proportion to time as far as `least` between two of them allows."""
    if len(days) == 1:
        return [right]
    span = max((days[-1] - days[0]).days, 1)
    least = min(least, (right - left) / (len(days) - 1))
    found: list[float] = []
    for day in days:
        place = left + (right - left) * (day - days[0]).days / span
        found.append(max(place, found[-1] + least) if found else place)
    limit = right
    for index in reversed(range(len(found))):
        found[index] = min(found[index], limit)
        limit = found[index] - least
    return found


def labels(days: Sequence[date], at: Sequence[float], right: float) -> list[tuple[int, str]]:
    """Index and label of the points that carry one: the last with its month, the first of a year if there is room.

    The last one's label ends at `right`; each of the others stands in the middle under its point.
    """
    last = len(days) - 1
    room_until = right - _MONTH_WIDTH - _BETWEEN_LABELS
    found: list[tuple[int, str]] = []
    used = float("-inf")
    for index in range(last):
        is_first = index == 0 or days[index].year != days[index - 1].year
        start, end = at[index] - _YEAR_WIDTH / 2, at[index] + _YEAR_WIDTH / 2
        if is_first and start >= used and end <= room_until:
            found.append((index, str(days[index].year)))
            used = end + _BETWEEN_LABELS
    return [*found, (last, f"{days[last]:%b} {days[last].year}")]
