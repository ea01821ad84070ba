"""Numbers, days and letters of workbooks and JSON as one would write them."""

from datetime import datetime, timedelta

_LAST_DAY = 2_958_465
"""The number of 31 December 9999, the last day that a spreadsheet can show."""
_EXACT = 10.0**15
"""Beyond it a spreadsheet no longer knows a number's last digits."""
_DAY_OF_NO_YEAR = 60
"""29 February 1900 to spreadsheets; there was none."""


def number_as_written(number: str) -> str:
    """A number without decimals if it is whole; what is no number, as it stands."""
    if number.isdecimal():
        return number
    try:
        value = float(number)
    except ValueError:
        return number
    if abs(value) >= _EXACT:
        return number
    return str(int(value)) if value.is_integer() else repr(value)


def day_as_written(day: str) -> str:
    """A day of ISO 8601 without the time if it is midnight."""
    date, sign, time = day.partition("T")
    return date if sign and not time.strip("0:.Z") else day


def whole_letters(text: str) -> str:
    """A text that any program can be given: halves of a letter, as JSON may name them by number, are replaced."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def counted_day(number: str, from_1904: bool) -> str:
    """The day, the time or both that a spreadsheet counts as a number; what cannot be one, as a number."""
    try:
        days = float(number)
    except ValueError:
        return number
    if not 0 < days <= _LAST_DAY:
        return number_as_written(number)
    moment = _epoch(days, from_1904) + timedelta(seconds=round(days * 86_400))
    if days < 1:
        return moment.time().isoformat()
    return day_as_written(moment.isoformat())


def _epoch(days: float, from_1904: bool) -> datetime:
    if from_1904:
        return datetime(1904, 1, 1)  # noqa: DTZ001  # a day in a table has no zone
    return datetime(1899, 12, 31 if days < _DAY_OF_NO_YEAR else 30)  # noqa: DTZ001
