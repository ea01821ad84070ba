"""How long to wait before trying again; never for ever, and never giving up."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from random import Random

LONGEST_RETRY_AFTER = timedelta(days=1)
"""A server that asks for more than this is asked again after this."""

_SECONDS = re.compile(r"[0-9]+")


def delay(failures: int, *, base: timedelta, cap: timedelta) -> timedelta:
    """The wait after so many failures in a row: `base`, then twice as long each time, never more than `cap`."""
    if failures <= 0 or base <= timedelta():
        return timedelta()
    # Compared before it is multiplied: after a year of failures the product would overflow a timedelta.
    doublings = min(failures - 1, 64)
    return cap if 2**doublings >= cap / base else base * 2**doublings


def with_jitter(delay: timedelta, fraction: float, rng: Random) -> timedelta:
    """A wait up to `fraction` longer, never shorter, so that many clients don't come back at the same moment."""
    return delay * (1 + fraction * rng.random())


def not_before(now: datetime, failures: int, retry_after: datetime | None, base: timedelta, cap: timedelta) -> datetime:
    """The earliest moment of the next try: the later of the own back-off and what the server asked for."""
    own = now + delay(failures, base=base, cap=cap)
    return own if retry_after is None else max(own, retry_after)


def parse_retry_after(value: str | None, now: datetime) -> datetime | None:
    """The moment that a Retry-After header names (RFC 9110, 10.2.3), at most a day away.

    Seconds and all three forms of an HTTP date are read; None for what is missing, rubbish, negative or past.
    """
    text = (value or "").strip()
    moment = _after_seconds(text, now) if _SECONDS.fullmatch(text) else http_date(text)
    if moment is None or moment < now:
        return None
    return min(moment, now + LONGEST_RETRY_AFTER)


def _after_seconds(digits: str, now: datetime) -> datetime:
    longest = LONGEST_RETRY_AFTER.total_seconds()
    return now + timedelta(seconds=longest if len(digits) > 9 else min(int(digits), longest))


def http_date(text: str) -> datetime | None:
    """The moment that a date in a header names, in any of its three forms; None for anything else."""
    try:
        moment = parsedate_to_datetime(text)
        # The oldest of the three forms names no zone; all of them are UTC by definition.
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
