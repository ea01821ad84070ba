"""Numbers in a terminal: nothing is wider than it, and nothing is cut."""

from typing import Any

import pytest

from watcher.answers.sheet import Column, Sheet
from watcher.cli.number_table import number_lines

YEAR, OWNER = Column("year", "Year"), Column("owner", "Owner")
NUMBERS = tuple(
    Column(key, heading, is_number=True)
    for key, heading in (("homes", "Homes"), ("inspections", "Inspec\u00adtions"), ("days", "Median days"))
)
SHARE = Column("share", "Share", is_number=True, is_share=True)
ROWS: list[dict[str, Any]] = [
    {"year": "2019-20", "owner": "Horizon Care and Education Group Limited", "homes": 2_536, "inspections": 2_632}
    | {"days": 90.5, "share": 0.0665},
    {"year": "2020-21", "owner": None, "homes": None, "inspections": None, "days": None, "share": None},
]


def sheet(*words: Column) -> Sheet:
    return Sheet(title="t", columns=[*words, *NUMBERS, SHARE], rows=ROWS, keys=[])


def test_where_there_is_room_it_is_a_table() -> None:
    assert number_lines(sheet(YEAR), 80) == [
        "                Inspec-  Median",
        "Year     Homes    tions    days  Share",
        "2019-20  2,536    2,632    90.5   6.7%",
        "2020-21      –        –       –      –",
    ]


def test_long_words_stand_above_their_numbers() -> None:
    assert number_lines(sheet(YEAR, OWNER), 60) == [
        "Year, owner",
        "         Inspec-  Median",
        "  Homes    tions    days  Share",
        "2019-20, Horizon Care and Education Group Limited",
        "  2,536    2,632    90.5   6.7%",
        "2020-21",
        "  no figures",
    ]


def test_in_few_columns_numbers_stand_two_by_two_and_in_fewer_below_each_other() -> None:
    assert number_lines(sheet(YEAR), 26)[:3] == ["2019-20", "  Homes       2,536", "  Inspections 2,632"]
    more = Sheet(title="t", columns=[YEAR, *NUMBERS * 3, SHARE], rows=ROWS, keys=[])
    assert number_lines(more, 44)[:2] == ["2019-20", "  Homes       2,536  Median days  90.5"]


@pytest.mark.parametrize("width", [20, 30, 44, 60, 80, 120])
def test_no_line_of_numbers_is_wider_than_the_terminal(width: int) -> None:
    lines = number_lines(sheet(YEAR), width)
    assert max(map(len, lines)) <= width
    for said in ("2,536", "2,632", "90.5", "6.7%", "2019-20", "2020-21"):
        assert any(said in line for line in lines)


def test_a_row_of_unknown_words_has_a_name() -> None:
    lines = number_lines(Sheet(title="t", columns=[OWNER, *NUMBERS], rows=[{**ROWS[0], "owner": None}], keys=[]), 22)
    assert "not known" in lines
