"""Reads values out of JSON that may be of any shape: what is missing or of another shape is empty, never an error."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import orjson

from watcher.facts.regulators import CQC
from watcher.feeds.cqc_api.answers import UnexpectedAnswerError
from watcher.feeds.web.body import decode
from watcher.text import printable

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{1,39}", re.ASCII)
LONGEST = 300
"""Characters of a name."""


def object_of(body: bytes, charset: str | None) -> Mapping[str, Any]:
    """The JSON object of an answer; raises UnexpectedAnswerError for anything else."""
    try:
        said = orjson.loads(decode(body, charset))
    except orjson.JSONDecodeError as error:
        raise UnexpectedAnswerError("answers with something that is no JSON") from error
    if not isinstance(said, dict):
        raise UnexpectedAnswerError("answers with JSON that is no object")
    return said


def table(value: Any) -> Mapping[str, Any]:
    """An object."""
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def text(value: Any) -> str:
    """Words on one line."""
    return printable(" ".join(value.split()), LONGEST) if isinstance(value, str) else ""


def number(value: Any) -> int | None:
    """A whole number that is not negative, however it is written."""
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 10:
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 10**9:
        return None
    return int(value) if value == int(value) else None


def identity(value: Any) -> str:
    """The id of a location, a provider, a report or a plan; empty for what is none."""
    plain = value.strip() if isinstance(value, str) else ""
    return plain if _ID.fullmatch(plain) else ""


def day(value: Any) -> date | None:
    """A day; of a moment the day in England; the first that programs know stands for none."""
    plain = value.strip() if isinstance(value, str) else ""
    try:
        moment = datetime.fromisoformat(plain)
        found = moment.astimezone(CQC.time_zone).date() if moment.tzinfo else moment.date()
    except (ValueError, OverflowError):
        return None
    return found if found.year > date.min.year else None
