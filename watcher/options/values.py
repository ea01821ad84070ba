"""The kinds of values that options take: lengths of time, names, addresses; each error says what to write instead."""

from datetime import timedelta
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from watcher.timing.durations import parse_duration


def duration(value: object) -> object:
    """A length of time as written in the file."""
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str):
        raise ValueError('write a number and a unit in quotes, such as "30m"')
    return parse_duration(value)


def time_zone(name: object) -> object:
    """A zone by its name."""
    try:
        return name if isinstance(name, ZoneInfo) else ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"there is no time zone {name!r}: write one such as Europe/London") from None


def one_or_more(value: object) -> object:
    """A single name as a list of one."""
    return [value] if isinstance(value, str) else value


def web_address(value: str) -> str:
    """An address without a slash at its end."""
    if not value.startswith(("http://", "https://")):
        raise ValueError(f"{value!r} is no address: it begins with https://")
    return value.rstrip("/")


def receiver(value: str) -> str:
    """An address to post to; never repeated in the error, for such addresses often carry a key."""
    try:
        parts = urlsplit(value)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("this is no address: it begins with https://") from None
    if not host or port == 0 or not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("this is no address: it begins with https://")
    if "@" in parts.netloc:
        raise ValueError("leave user and password out of the address: the signature says who posts")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise ValueError("it must begin with https:// (http:// is for this machine's own address alone)")
    return value


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def at_least_5_minutes(value: timedelta) -> timedelta:
    """A time in which people can react."""
    if value < timedelta(minutes=5):
        raise ValueError("people need at least 5m")
    return value


Duration = Annotated[timedelta, BeforeValidator(duration)]
Patience = Annotated[Duration, AfterValidator(at_least_5_minutes)]
"""How long people are given to acknowledge an alert."""
Names = Annotated[tuple[str, ...], BeforeValidator(one_or_more)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$")]
WebAddress = Annotated[str, AfterValidator(web_address)]
Receiver = Annotated[str, AfterValidator(receiver)]
