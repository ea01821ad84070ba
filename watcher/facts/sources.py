"""Who says something of a home or an inspection."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Sort(StrEnum):
    """What a source is, as whoever read it says."""

    PAGE = "page"
    """A page of a home or an entry about it, as a feed found it."""
    YEAR = "year"
    """A file of every inspection of the year that ends on its day."""
    LISTING = "listing"
    """A file of every provider there was on its day."""
    MOVES = "moves"
    """A file of those that joined or left in the year that ends on its day."""
    RETOLD = "retold"
    """A later report, which tells of the inspections before its own."""


class Source(NamedTuple):
    """Who says so (a feed or file by name), the day whose state of knowledge it tells, and what sort it is of."""

    as_of: date
    name: str
    sort: Sort
    turn: int = 0
    """How many statements of the same day it has taken back: of a page's the one that came last is believed."""
