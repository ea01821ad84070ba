"""What single cells of a list say."""

import re
from datetime import date

from watcher.feeds.register.cells import identity
from watcher.feeds.tables.cell_errors import error_in
from watcher.text import inert, printable

LONGEST_LABEL = 80
LONGEST_NOTE = 300
_ID = re.compile(
    r"(?:(?P<regulator>[a-z][a-z0-9_-]{0,30}):\s*)?(?P<number>(?=[A-Z-]*\d)[A-Z\d][A-Z\d/-]{2,30})", re.ASCII
)
_OF_REGISTER = re.compile(r"(?P<regulator>[a-z][a-z0-9_-]{0,30}):(?P<number>\S.*)", re.ASCII | re.IGNORECASE)
_OF_ONE_FORM = frozenset({"ofsted", "cqc"})
"""The regulators whose numbers are all of the form of `_ID`."""
_DECIMALS = re.compile(r"(\d{1,30})\.0{1,9}", re.ASCII)
_SCIENTIFIC = re.compile(r"\d{1,20}(?:\.\d{0,20})?[eE][+-]?\d{1,4}", re.ASCII)
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ]00:00(?::00)?)?", re.ASCII)


class CellError(ValueError):
    """A cell that holds what it may not hold; the message says what, and what to write instead."""


def home_id(cell: str) -> str:
    """The id of a home, as `SC478986` or `ofsted:SC478986`; behind another regulator whatever a register may have."""
    words = said(cell)
    return _strict_id(words) or _registers_id(words) or _refused(words)


def _refused(words: str) -> str:
    raise CellError(f"{shown(words)} is no number of a home")


def _registers_id(words: str) -> str | None:
    """As a register has it, behind its regulator; None for what no register would take."""
    match = _OF_REGISTER.fullmatch(words)
    if match is None or (regulator := match["regulator"].lower()) in _OF_ONE_FORM:
        return None
    number = identity(match["number"])
    return None if number is None else f"{regulator}:{number.upper()}"


def _strict_id(words: str) -> str | None:
    """Of the form of Ofsted's and CQC's numbers; None for anything else."""
    if _SCIENTIFIC.fullmatch(words):
        raise CellError(
            f"{shown(words)} is a number that lost its digits: have the spreadsheet keep that column as text"
        )
    if whole := _DECIMALS.fullmatch(words):
        words = whole[1]
    regulator, colon, number = words.rpartition(":")
    match = _ID.fullmatch(f"{regulator.strip().lower()}{colon}{number.strip().upper()}")
    if match is None:
        return None
    return f"{match['regulator']}:{match['number']}" if match["regulator"] else match["number"]


def looks_like_id(cell: str) -> bool:
    """Whether a cell can hardly be anything but the id of a home."""
    try:
        return bool(_strict_id(said(cell)))
    except CellError:
        return False


def day(cell: str) -> date | None:
    """A day as 2025-03-31 or 31/03/2025; None for a blank."""
    words = said(cell)
    if not words:
        return None
    try:
        if iso := _ISO.fullmatch(words):
            return date.fromisoformat(iso[1])
        if written := _DAY.fullmatch(words):
            return date(int(written[3]), int(written[2]), int(written[1]))
    except ValueError:
        pass
    raise CellError(f"{shown(words)} is no date: write it as 2025-03-31 or 31/03/2025")


def label(cell: str) -> str:
    """What a home is called on the list: one line, cut."""
    return inert(said(cell), LONGEST_LABEL)


def note(cell: str) -> str:
    """Anything else that stands there: one line, cut."""
    return inert(cell, LONGEST_NOTE)


def said(cell: str) -> str:
    """The words of a cell that counts; raises CellError for a spreadsheet's error."""
    if (error := error_in(cell)) is not None:
        raise CellError(f"the spreadsheet shows the error {error}")
    return inert(cell, LONGEST_NOTE)


def shown(words: str) -> str:
    """The beginning of what stands there, in quotation marks."""
    return repr(printable(words, 60))
