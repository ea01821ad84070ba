"""Cells say the same whether they come from CSV, ODS or XLSX, and say nothing where they are spoiled."""

from datetime import date, datetime

import pytest

from watcher.feeds.statistics import cells
from watcher.feeds.statistics.cells import LONGEST_TEXT, MonthFirstError, UnreadableCellError
from watcher.feeds.tables.cell_errors import error_in
from watcher.feeds.tables.tables import Cell


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("  Elm\xa0Homes \n Limited ", "Elm Homes Limited"),
        ("SC – Emergency", "SC – Emergency"),
        ("[c]", ""),
        ("[low]", ""),
        (" [X] ", ""),
        ("Good [r]", "Good"),
        ("Elm [House]", "Elm [House]"),
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


@pytest.mark.parametrize("marker", ["[c]", "[x]", "[z]", "[u]", "[low]"])
def test_a_marker_in_place_of_a_value_is_no_value(marker: str) -> None:
    assert cells.published_text(marker) is None
    assert cells.organisation(marker) is None
    assert cells.day(marker) is None
    assert cells.event_number(marker) == (None, None)
    assert cells.whole_number(marker) is None
    assert not cells.shows(marker)


@pytest.mark.parametrize(
    "error", ["#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "Err:502", "####"]
)
def test_a_spreadsheets_error_is_known_by_its_name_and_describes_nothing(error: str) -> None:
    assert error_in(f" {error} ") == error
    assert cells.published_text(error) is None


@pytest.mark.parametrize("words", ["", "Good", "# a note", "#1 Elm House", 5, "Error"])
def test_other_cells_hold_no_error(words: Cell) -> None:
    assert error_in(words) is None


@pytest.mark.parametrize("written", ["12/31/2024", "1/13/2024", "02/28/24"])
def test_a_date_with_its_month_first_is_told_from_an_impossible_one(written: str) -> None:
    with pytest.raises(MonthFirstError, match=written):
        cells.day(written)


@pytest.mark.parametrize("written", ["31/02/2024", "13/13/2024", "00/12/2024", "31/12/24"])
def test_an_impossible_date_costs_its_row_alone(written: str) -> None:
    with pytest.raises(UnreadableCellError):
        cells.day(written)
