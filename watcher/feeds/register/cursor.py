"""Where the reading of a register stands from one poll to the next."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Any

import orjson

from watcher.facts.stored import read, stored
from watcher.feeds.feed import Problem, Trouble
from watcher.feeds.register.wanted import OF_LONG_TABLES, Holds, SoughtTable
from watcher.feeds.web.validators import Validators


@dataclass(frozen=True, slots=True)
class KeptProblem:
    """Something that is wrong with the table as it lies there: an unchanged one has it still."""

    where: str
    what: str
    trouble: Trouble

    @property
    def problem(self) -> Problem:
        """To be told again, which tells nobody twice."""
        return Problem(where=self.where, what=self.what, trouble=self.trouble)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterProgress:
    """What the cursor holds."""

    wanted: str = ""
    """By which the columns and words that were read are known again."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """The same of the columns of each area alone, and by WHOLE of those that tell which rows there are."""
    since: date | None = None
    """Until when all that was published was out before the first reading; None before that."""
    smaller: date | None = None
    """Since when the table has had far fewer rows or homes than the one that was believed, or others; else None."""
    digest: str = ""
    """Of the file."""
    validators: Validators = field(default_factory=Validators)
    page: Validators = field(default_factory=Validators)
    """Of the page with the links, if there is one."""
    link: str = ""
    """Where the newest link of that page leads."""
    rows: int = 0
    homes: int = 0
    """That were told apart; 0 where a version read it last that did not count them."""
    digests: str = ""
    """Of the rows that are settled, packed."""
    to_come: str = ""
    """Of the rows whose date was still to come at the first reading: they were out before anybody looked."""
    graded: Mapping[str, int] = field(default_factory=dict)
    """How many rows have anything in the place of each area."""
    emptied: Mapping[str, date] = field(default_factory=dict)
    """Since when far fewer rows have anything in the place of an area."""
    newest: date | None = None
    again: date | None = None
    """Not before this day rows are looked at once more that changed twice within a day."""
    problems: tuple[KeptProblem, ...] = ()


def load(cursor: Mapping[str, Any]) -> RegisterProgress:
    """The progress in a cursor; raises ValueError for one that this version can't read."""
    return read(RegisterProgress, cursor)


def dump(progress: RegisterProgress) -> dict[str, Any]:
    """The progress as JSON."""
    return stored(progress)


WHOLE = ""
"""No area: the table itself."""


def marks_of(wanted: SoughtTable) -> dict[str, str]:
    """By which it is known of which areas the grades are counted as they were, whatever else is read otherwise."""
    whole = [wanted.sheet, *(wanted.columns.get(what, ()) for what in (*OF_LONG_TABLES, Holds.RATINGS))]
    return {WHOLE: _digest(whole), **{area: _digest([names, wanted.empty]) for area, names in wanted.areas.items()}}


def still_counted(kept: RegisterProgress, wanted: SoughtTable) -> RegisterProgress:
    """What was kept, without the counts of what the configuration has read otherwise since."""
    marks = marks_of(wanted)
    if not is_same_table(kept, wanted):
        return replace(kept, graded={})
    graded = {
        area: number
        for area, number in kept.graded.items()
        if area in marks and kept.columns.get(area, marks[area]) == marks[area]
    }
    return replace(kept, graded=graded)


def is_same_table(kept: RegisterProgress, wanted: SoughtTable) -> bool:
    """Whether the rows are those that were counted before, whatever is read of them."""
    whole = marks_of(wanted)[WHOLE]
    return kept.columns.get(WHOLE, whole) == whole


def mark_of(regulator: str, wanted: SoughtTable) -> str:
    """By which it is known whether rows are still read as they were."""
    said = {name: value for name, value in asdict(wanted).items() if name != "sheet" or value}  # as before it was there
    return _digest([regulator, said])


def _digest(what: Any) -> str:
    return sha256(orjson.dumps(what)).hexdigest()[:16]
