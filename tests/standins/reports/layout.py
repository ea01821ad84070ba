"""What differs between the report files of different times."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from watcher.facts.inspection import Inspection


class GradePlace(StrEnum):
    """Where text extraction finds a grade in the judgement table; all three occur."""

    AFTER = "after"
    WITHIN = "within"
    BEFORE = "before"


class DateForm(StrEnum):
    """How a visit of several days is dated; all three occur."""

    AND = "and"
    TO = "to"
    DASH = "–"


class DuePlace(StrEnum):
    """Where text extraction finds the due date of a requirement; all three occur."""

    FIRST_LINE = "behind the first line"
    OWN_LINE = "on a line of its own after the text"
    LAST_LINE = "behind the last line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What differs from report to report."""

    labels_of_2013: bool = False
    labels_of_2016: bool = False
    grade: GradePlace = GradePlace.AFTER
    dates: DateForm = DateForm.AND
    curly: bool = False
    missing_s: bool = False
    """Whether the last row's label lacks the s of "managers"."""
    owner_address: bool = True
    headings: bool = True
    leaders_last: bool = False
    """Whether further judgements, as secure homes have them, stand in front of the last row, not behind it."""
    due: DuePlace = DuePlace.OWN_LINE
    long_dates: bool = False
    """Whether due dates are printed as `31 August 2024`, not as `31/08/2024`."""

    @classmethod
    def of(cls, inspection: Inspection) -> "Layout":
        """The layout of the time of an inspection; details vary from one to the next, the same for the same one."""
        turn = inspection.day.toordinal()
        if inspection.day < date(2015, 4, 1):
            return cls(labels_of_2013=True, due=DuePlace.LAST_LINE)
        if inspection.day < date(2017, 4, 1):
            return cls(labels_of_2016=True, due=DuePlace.FIRST_LINE)
        if inspection.day < date(2023, 1, 1):
            return cls(grade=GradePlace.WITHIN if turn % 3 == 0 else GradePlace.AFTER, dates=DateForm.TO)
        due = list(DuePlace)[turn % 3]
        return cls(due=due, long_dates=True, curly=turn % 2 == 0, missing_s=turn % 5 == 0, owner_address=turn % 3 != 0)
