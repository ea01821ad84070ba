"""Generated reports are proper files; what they say is tested where reports are read."""

import io
from datetime import date

import pytest
from pypdf import PdfReader

from tests import builders
from tests.standins.reports.report_pdf import LINES_A_PAGE, NEW_PAGE, DateForm, GradePlace, Layout, pdf_of, report_pdf


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf), strict=True).pages]


@pytest.mark.parametrize("text", ["plain", "(brackets) and \\ backslash", "children’s home – £5", ") Tj ET ("])
def test_text_comes_back_as_it_was_put_in(text: str) -> None:
    assert pages(pdf_of(text))[0].strip() == text


def test_pages_break_where_asked_and_where_full() -> None:
    assert [page.split() for page in pages(pdf_of(f"one{NEW_PAGE}two"))] == [["one"], ["two"]]
    assert len(pages(pdf_of("\n".join(["line"] * (LINES_A_PAGE + 1))))) == 2


def test_a_report_names_the_home_its_owner_and_nobody() -> None:
    home = builders.home("SC123456", owner="Elm Homes Limited")
    text = " ".join(pages(report_pdf(home, builders.inspection("2024-02-27", "good", home=home.key))))
    assert "Unique reference number: SC123456" in text
    assert "Registered provider: Elm Homes Limited" in text
    assert text.count("Post vacant") == 2


def test_the_inspections_before_it_are_its_recent_history() -> None:
    home = builders.home("SC123456")
    before = [builders.inspection("2023-01-10", "Inadequate", home=home.key)]
    text = " ".join(pages(report_pdf(home, builders.inspection("2024-02-27", "good", home=home.key), before)))
    assert "Date of last inspection: 10 January 2023" in text
    assert "10/01/2023  Full  Inadequate" in text


@pytest.mark.parametrize(
    ("visit", "labels_of_2016", "dates"),
    [("2015-05-13", True, DateForm.AND), ("2018-07-17", False, DateForm.TO), ("2024-02-27", False, DateForm.AND)],
)
def test_the_layout_is_that_of_the_time(visit: str, labels_of_2016: bool, dates: DateForm) -> None:
    layout = Layout.of(builders.inspection(visit, "good"))
    assert (layout.labels_of_2016, layout.dates) == (labels_of_2016, dates)


def test_layouts_vary_from_day_to_day() -> None:
    days = [date(2018, 7, day).isoformat() for day in range(1, 8)]
    places = {Layout.of(builders.inspection(visit, "good")).grade for visit in days}
    assert places == {GradePlace.AFTER, GradePlace.WITHIN}
