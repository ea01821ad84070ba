"""What is looked for in a register: its columns by their headers, its areas, and what counts as nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Holds(StrEnum):
    """What a column can hold besides the grade of an area; no column that names people is ever one of these."""

    ID = "id"
    NAME = "name"
    TYPE = "type"
    LOCAL_AUTHORITY = "local_authority"
    REGION = "region"
    OWNER = "owner"
    BRAND = "brand"
    LINK = "link"
    STATUS = "status"
    EVENT = "event"
    INSPECTED = "inspected"
    PUBLISHED = "published"
    INHERITED = "inherited"
    """Y where the rating is that of the registration before."""
    RATINGS = "ratings"
    """The grades of all areas as one text, such as `Environment: Good; Well-being: Good`."""
    GROUP = "group"
    """In a table of one row for each grade: of which part of a home."""
    DOMAIN = "domain"
    """In such a table: of which area."""
    GRADE = "grade"
    """In such a table: the grade."""


OF_LONG_TABLES = (Holds.GROUP, Holds.DOMAIN, Holds.GRADE)

OVERALL = "overall"
"""The area of a grade of everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoughtTable:
    """The columns of one register; as JSON it is what the worker is told."""

    columns: Mapping[str, Sequence[str]]
    """What a column holds (see `Holds`), and the headers by which it is known, as printed."""
    areas: Mapping[str, Sequence[str]]
    """The same of each area's grades, `overall` among them; no header where one text holds the grades of all."""
    needed: Sequence[str] = ()
    """Of these, by their keys, the ones without which the file is refused; one that gives a grade is always needed."""
    kind: str = ""
    """What all homes are, where no column says it."""
    nameless: Sequence[str] = ()
    """Kinds of homes, squashed, that people run under their own names: neither name nor owner is read."""
    empty: Sequence[str] = ()
    """Words, squashed, that stand in the place of a grade and say no more than a blank."""
    link: str = ""
    """The address of a home's page where no column has it, with `{id}` in it."""
    same: Mapping[str, str] = field(default_factory=dict)
    """Other words for a grade, squashed, and the grade."""
    not_grades: Sequence[str] = ()
    """Words, squashed, that stand in a grade's place and are none."""
    sheet: str = ""
    """The one sheet that is read, squashed; empty for the one that has the header."""
