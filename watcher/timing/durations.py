"""Lengths of time as people write them in a configuration: `90s`, `30m`, `1h30m`, `60d`."""

import re
from datetime import timedelta

_UNITS = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_PART = re.compile(r"(?<!\d)(\d+)\s*(ms|[smhdw])")


def parse_duration(text: str) -> timedelta:
    """The length of time that a text like `1h30m` names; raises ValueError with what was expected."""
    plain = text.strip().lower()
    parts = _PART.findall(plain)
    if not parts or _PART.sub("", plain).strip():
        raise ValueError(
            f'{text!r} is no length of time: write a number and a unit, such as "90s", "30m", "12h" or "60d"'
        )
    try:
        return sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in parts), timedelta())
    except OverflowError:
        raise ValueError(f"{text!r} is too long") from None


def format_duration(length: timedelta) -> str:
    """The two largest units of a length of time, for people: `3d 4h`, `12m`, `8s`."""
    seconds = int(length.total_seconds())
    if seconds < 0:
        return "-" + format_duration(-length)
    parts = []
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts[:2]) or "0s"
