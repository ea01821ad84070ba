"""The kinds of values that options take: lengths of time, names, addresses; each error says what to write instead."""

import re
from datetime import time, timedelta
from typing import Annotated, TypeVar
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from watcher.options import way_out
from watcher.options.addresses import host_of, is_host, is_this_machine
from watcher.timing.durations import parse_duration

_Value = TypeVar("_Value")


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
    try:
        parts = urlsplit(value)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("this is no address: it begins with https://") from None
    if "@" in parts.netloc:
        raise ValueError("leave user and password out of the address")
    if parts.scheme not in ("http", "https") or not is_host(host) or port == 0 or not value.isascii() or " " in value:
        raise ValueError("this is no address: it begins with https://")
    return value.rstrip("/")


def site_address(value: str) -> str:
    """Where pages of ours are reached: a host of their own; no slash at its end."""
    if not value:
        return value
    address = web_address(value)
    parts = urlsplit(address)
    if "?" in value or "#" in value:
        raise ValueError("leave out what begins with ? or #: the address of the first page is enough")
    if parts.path not in ("", "/"):
        raise ValueError("leave out the path: the pages need a host, or a port, of their own")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def host_names(values: tuple[str, ...]) -> tuple[str, ...]:
    """Hosts, each as a name with a port if it has one; never repeated in the error, for one may carry a password."""
    for value in values:
        try:
            parts = urlsplit(f"//{value}")
            is_good = (
                is_host(parts.hostname or "") and parts.port != 0 and parts.netloc == value and value.isprintable()
            )
        except ValueError:
            is_good = False
        if not is_good or "@" in value or " " in value:
            raise ValueError("write each host as its name alone, such as files.example.org")
    return values


def receiver(value: str) -> str:
    """An address to post to; never repeated in the error, for such addresses often carry a key."""
    try:
        parts = urlsplit(value)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("this is no address: it begins with https://") from None
    if not is_host(host) or port == 0 or not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("this is no address: it begins with https://")
    if "@" in parts.netloc:
        raise ValueError("leave user and password out of the address: the signature says who posts")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_this_machine(host)):
        raise ValueError("it must begin with https:// (http:// is for this machine's own address alone)")
    return value


def proxy(value: str) -> str:
    """A proxy's address, or `environment`; never repeated in the error, for a password may be in it."""
    if value in ("", way_out.ENVIRONMENT):
        return value
    if why := way_out.why_not(value):
        raise ValueError(f'{why}; or "{way_out.ENVIRONMENT}" for HTTPS_PROXY and the like')
    if "@" in value:
        raise ValueError(
            f'a user and a password are secrets: set HTTPS_PROXY in the environment and write "{way_out.ENVIRONMENT}"'
        )
    return value.rstrip("/")


def at_least_5_minutes(value: timedelta) -> timedelta:
    """A time in which people can react."""
    if value < timedelta(minutes=5):
        raise ValueError("people need at least 5m")
    return value


def named(names: tuple[_Value, ...]) -> tuple[_Value, ...]:
    """The same names; none at all is refused, for nobody knows whether that means nothing or everything."""
    if not names:
        raise ValueError("is empty: name at least one, or leave the key out")
    return names


Duration = Annotated[timedelta, BeforeValidator(duration)]
Patience = Annotated[Duration, AfterValidator(at_least_5_minutes)]
"""How long people are given to acknowledge an alert."""
Names = Annotated[tuple[str, ...], BeforeValidator(one_or_more)]
NamedOnes = Annotated[Names, AfterValidator(named)]
"""Names that are left out or are at least one."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$")]
Hosts = Annotated[Names, AfterValidator(host_names)]
WebAddress = Annotated[str, AfterValidator(web_address)]
Proxy = Annotated[str, AfterValidator(proxy)]
Receiver = Annotated[str, AfterValidator(receiver)]

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{1,253}$)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_NAMED = re.compile(r"(?P<name>.*?)<(?P<address>[^<>]*)>", re.DOTALL)
_QUOTED = re.compile(r'"[^"]*"')
_LONGEST_SENDER = 100
"""Of the name before the address."""
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


def mail_sender(value: str) -> str:
    """A bare address, or one with a name before it such as `Watcher <watcher@example.org>`."""
    name, address = name_and_address(value)
    mail_address(address)
    if not name.isprintable() or len(name) > _LONGEST_SENDER:
        raise ValueError(f"its name must be one printable line of at most {_LONGEST_SENDER} characters")
    return value


def name_and_address(sender: str) -> tuple[str, str]:
    """The name of a sender, without quotation marks around it, and the bare address; the name may be empty."""
    named = _NAMED.fullmatch(sender)
    if named is None:
        return "", sender
    name = named["name"].strip(" ")
    return (name[1:-1] if _QUOTED.fullmatch(name) else name), named["address"]


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
        return (
            parts if parts.scheme in ("smtp", "smtps") and is_host(parts.hostname or "") and parts.port != 0 else None
        )
    except ValueError:
        return None


def is_loopback(smtp: str) -> bool:
    """Whether nothing sent there leaves the machine."""
    return is_this_machine(host_of(smtp))


def time_of_day(value: object) -> object:
    """A time of day in the configuration's time zone, from `"07:30"`."""
    if isinstance(value, time):
        return value
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError('write the time of day as "07:30"')
    return time(int(match[1]), int(match[2]))
