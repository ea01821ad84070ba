"""Dates as Ofsted prints them."""

from datetime import date

import pytest

from watcher.feeds.ofsted_site.dates import leading_days, read_date, read_days


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("6 and 7 September 2023", "2023-09-06", "2023-09-07"),
        ("13 to 14 September 2017", "2017-09-13", "2017-09-14"),
        ("17–18 July 2018", "2018-07-17", "2018-07-18"),
        ("17 - 18 July 2018", "2018-07-17", "2018-07-18"),
        ("11 July 2024", "2024-07-11", "2024-07-11"),
        ("31 January to 1 February 2024", "2024-01-31", "2024-02-01"),
        ("30 December 2024 to 2 January 2025", "2024-12-30", "2025-01-02"),
        ("30 December 2024–2 January 2025", "2024-12-30", "2025-01-02"),
        ("4, 5 and 6 June 2024", "2024-06-04", "2024-06-06"),
        ("Tuesday 4th June 2024", "2024-06-04", "2024-06-04"),
        ("12/05/2015", "2015-05-12", "2015-05-12"),
        ("12/05/2015 - 13/05/2015", "2015-05-12", "2015-05-13"),
        ("29 February 2024", "2024-02-29", "2024-02-29"),
        ("4 Sept 2018", "2018-09-04", "2018-09-04"),
        ("21 Nov. 2026", "2026-11-21", "2026-11-21"),
        ("30 Nov. and 1 Dec. 2026", "2026-11-30", "2026-12-01"),
        ("1st, 2nd and 3rd Sept. 2018", "2018-09-01", "2018-09-03"),
    ],
)
def test_the_days_of_a_visit_are_read(words: str, first: str, last: str) -> None:
    assert read_days(words) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "words",
    [
        "",
        "2024",
        "July 2024",
        "6 and 7 September",
        "30 February 2024",
        "7 and 6 September 2023",
        "99/99/2024",
        "6 or 7 September 2023",
        "about 6 September 2023",
        "6 September 2023 inadequate",
        "123 May 2024",
        "to be confirmed",
        "4.9.2018",
        "4. Sept 2018",
        "4 Septem 2018",
    ],
)
def test_what_is_no_date_for_certain_is_none(words: str) -> None:
    assert read_days(words) is None


def test_a_single_date_is_not_two() -> None:
    assert read_date("08 September 2026") == date(2026, 9, 8)
    assert read_date("8 and 9 September 2026") is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("6 and 7 September 2023 Overall 1 May 2024", "2023-09-06", "2023-09-07"),
        ("1 March 2024 Date of last inspection: 29 January 2024", "2024-03-01", "2024-03-01"),
        ("2 July 2014 – 23 July 2014 Report published: 8 September 2014", "2014-07-02", "2014-07-23"),
        ("6 March 2017–30 March 2017 Report", "2017-03-06", "2017-03-30"),
        ("30 December 2024 to Thursday 2 January 2025 good", "2024-12-30", "2025-01-02"),
        ("6 September 2023, announced on 5 September 2023", "2023-09-06", "2023-09-06"),
        ("6 September 2023 - announced", "2023-09-06", "2023-09-06"),
    ],
)
def test_the_days_at_the_beginning_of_a_text_are_read(text: str, first: str, last: str) -> None:
    days, end = leading_days(f"dates: {text}", 7)
    assert days == (date.fromisoformat(first), date.fromisoformat(last))
    assert f"dates: {text}"[:end].endswith(last[:4])


@pytest.mark.parametrize("text", ["", "soon", "Easter 2024", "x" * 200 + " 1 May 2024"])
def test_a_text_that_begins_without_a_date_has_none(text: str) -> None:
    assert leading_days(text, 0)[0] is None
