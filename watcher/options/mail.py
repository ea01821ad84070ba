"""What the options of e-mail may say; each function returns the value, or raises ValueError with what to write."""

import re
from datetime import time
from ipaddress import ip_address
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

_Value = TypeVar("_Value")

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{1,253}$)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def at_least_one(values: tuple[_Value, ...]) -> tuple[_Value, ...]:
    """The values, each once."""
    if not values:
        raise ValueError("name at least one")
    return tuple(dict.fromkeys(values))


def mail_address(value: str) -> str:
    """A bare address such as `desk@example.org`: no name around it, no letters that not every server takes."""
    if not _ADDRESS.fullmatch(value):
        raise ValueError(f"{value!r} is no e-mail address: write it bare, such as desk@example.org")
    return value


def smtp_address(value: str) -> str:
    """`smtp://host:port` (587 unless given) or `smtps://host:port` (465)."""
    parts = _parts(value)
    if parts is None or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError('write it as "smtp://mail.example.org:587", or smtps:// for TLS from the start')
    if "@" in parts.netloc:
        raise ValueError("a username and a password don't belong here: use username and password_file")
    return value.rstrip("/")


def _parts(value: str) -> SplitResult | None:
    try:
        parts = urlsplit(value)
        return parts if parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0 else None
    except ValueError:
        return None


def is_loopback(smtp: str) -> bool:
    """Whether nothing sent there leaves the machine."""
    host = urlsplit(smtp).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def time_of_day(value: object) -> object:
    """A time of day in the configuration's time zone, from `"07:30"`."""
    if isinstance(value, time):
        return value
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError('write the time of day as "07:30"')
    return time(int(match[1]), int(match[2]))
