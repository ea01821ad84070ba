"""Cells say the same whether they come from CSV, ODS or XLSX, and say nothing where they are spoiled."""

from datetime import date, datetime

import pytest

from watcher.feeds.statistics import cells
from watcher.feeds.statistics.cells import LONGEST_TEXT, UnreadableCellError
from watcher.feeds.statistics.tables import Cell


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("  Elm\xa0Homes \n Limited ", "Elm Homes Limited"),
        ("SC – Emergency", "SC – Emergency"),
        ("Elm\x00 \x1b[31mHomes\u202e", "Elm [31mHomes"),
        (2590934.0, "2590934"),
        (1.5, "1.5"),
        (7, "7"),
        (datetime(2024, 11, 5), "05/11/2024"),  # noqa: DTZ001 - a spreadsheet's dates have no zone
        (date(2024, 11, 5), "05/11/2024"),
    ],
)
def test_a_cell_as_words(cell: Cell, expected: str) -> None:
    assert cells.text(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("17/07/2018", date(2018, 7, 17)),
        (" 17/07/2018 ", date(2018, 7, 17)),
        (datetime(2018, 7, 17), date(2018, 7, 17)),  # noqa: DTZ001 - a spreadsheet's dates have no zone
        ("", None),
        ("NULL", None),
    ],
)
def test_a_date(cell: Cell, expected: date | None) -> None:
    assert cells.day(cell) == expected


@pytest.mark.parametrize(
    "cell",
    [
        "17/07/18",
        "7/7/2018",
        "2018-07-17",
        "31/02/2018",
        "17/07/2018 10:00",
        "43298",
        43298.0,
        True,
        "soon",
        "١٧/٠٧/٢٠١٨",
    ],
)
def test_what_is_no_date_is_refused(cell: Cell) -> None:
    with pytest.raises(UnreadableCellError, match="is no date"):
        cells.day(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("SC478986", "SC478986"),
        ("sc478986 ", "SC478986"),
        (1027077.0, "1027077"),
        ("128851", "128851"),
        ("80449", "80449"),
    ],
)
def test_a_urn_is_text(cell: Cell, expected: str) -> None:
    assert cells.urn(cell) == expected


@pytest.mark.parametrize(
    "cell", ["", "1.03E+06", "SC-478986", "=HYPERLINK(1)", "SC478986/../x", "REDACTED", 1.5, "४७८९८६"]
)
def test_what_is_no_urn_is_refused(cell: Cell) -> None:
    with pytest.raises(UnreadableCellError, match="is no URN"):
        cells.urn(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("10050736", ("10050736", None)),
        (10050736.0, ("10050736", None)),
        ("", (None, None)),
        ("NULL", (None, None)),
        ("1.02E+07", (None, "the event number '1.02E+07' is spoiled")),
        ("10050736.0", (None, "the event number '10050736.0' is spoiled")),
    ],
)
def test_an_event_number_is_digits_or_a_doubt(cell: Cell, expected: tuple[str | None, str | None]) -> None:
    assert cells.event_number(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Esland North Limited", "Esland North Limited"),
        ("REDACTED", None),
        ("Redacted", None),
        ("NULL", None),
        (" ", None),
        ("0", None),
        ("03/01/1900", None),
        (3.13, None),
        ("Mr A Person & Mrs B Person", None),
        ("Dr C Person", None),
        ("Sir Somebody's School", "Sir Somebody's School"),
        ("Missing Link Limited", "Missing Link Limited"),
    ],
)
def test_only_organisations_are_owners(cell: Cell, expected: str | None) -> None:
    assert cells.organisation(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"), [("5", 5), (5.0, 5), ("", None), ("five", None), ("-5", None), ("²", None), ("999999", None)]
)
def test_a_whole_number(cell: Cell, expected: int | None) -> None:
    assert cells.whole_number(cell) == expected


def test_a_cell_may_not_be_a_book() -> None:
    assert cells.text("x" * LONGEST_TEXT) == "x" * LONGEST_TEXT
    with pytest.raises(UnreadableCellError, match="1,001 characters"):
        cells.text("x" * (LONGEST_TEXT + 1))
