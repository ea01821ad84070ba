"""Reports are read by region and order, never by looking for a grade in their text."""

import io
import re
from collections.abc import Iterator
from datetime import date
from itertools import product

import pytest
from pypdf import PdfReader

from tests import builders
from tests.standins.reports.report_pdf import DateForm, GradePlace, Layout, report_pdf
from watcher.facts.inspection import Inspection, Kind, grade_values
from watcher.feeds.ofsted_site.report.report import read_report
from watcher.feeds.ofsted_site.report.values import CouldNotTell, Report

HOME = builders.home("SC123456", owner="Elm (Homes) & Sons Limited")
MIXED = "requires improvement to be good/inadequate/good"
PAGE_1 = """
Inspection report for children's home: SC123456
1

SC123456
Registered provider: Elm Homes Limited
Full inspection
Inspected under the social care common inspection framework
Information about this children’s home
This home provides good, even outstanding, care.
Inspection dates: 6 and 7 September 2023
{table}
The children’s home provides highly effective services that consistently exceed the
standards of good.
Date of last inspection: 1 November 2022
Overall judgement at last inspection: inadequate
"""
REST = """
Inspection report for children's home: SC123456
3
Inspection judgements
Overall experiences and progress of children and young people: {0}
Staff are good. Nothing is inadequate.
How well children and young people are helped and protected: {1}
The effectiveness of leaders and managers: {2}
The manager is outstanding.
"""
USUAL = """Overall experiences and progress of
children and young people, taking into
account
 good
How well children and young people are
helped and protected
 good
The effectiveness of leaders and managers  good
"""


def visit(words: str) -> Inspection:
    return builders.inspection("2024-02-27", words, home=HOME.key)


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def grades(report: Report | CouldNotTell) -> list[str]:
    assert isinstance(report, Report), report
    return [judgement.grade.value for judgement in report.judgements]


def layouts() -> Iterator[Layout]:
    for place, form, curly, missing in product(GradePlace, DateForm, (True, False), (True, False)):
        yield Layout(grade=place, dates=form, curly=curly, missing_s=missing, owner_address=not curly)
    yield Layout(labels_of_2016=True)


@pytest.mark.parametrize("words", ["outstanding", "good", "requires improvement to be good", "inadequate", MIXED])
@pytest.mark.parametrize("layout", list(layouts()), ids=str)
def test_every_layout_is_read(layout: Layout, words: str) -> None:
    inspection = visit(words)
    report = read_report(pages(report_pdf(HOME, inspection, [visit("inadequate")], layout)))
    assert isinstance(report, Report), report
    assert (report.urn, report.kind, report.inspected) == ("SC123456", Kind.FULL, inspection.inspected)
    assert {judgement.area: judgement.grade.value for judgement in report.judgements} == dict(grade_values(inspection))
    assert report.owner == HOME.owner


@pytest.mark.parametrize("form", DateForm)
@pytest.mark.parametrize(
    ("first", "last"),
    [("2024-02-27", "2024-02-28"), ("2024-01-31", "2024-02-01"), ("2024-12-30", "2025-01-02"), ("2024-05-01", None)],
)
def test_every_form_of_dates_is_read(form: DateForm, first: str, last: str | None) -> None:
    inspection = builders.inspection(first, "good", home=HOME.key)
    days = date.fromisoformat(last) if last else None
    dated = Inspection(
        home=HOME.key,
        kind=Kind.FULL,
        inspected=inspection.inspected,
        inspected_to=days,
        judgements=inspection.judgements,
    )
    report = read_report(pages(report_pdf(HOME, dated, (), Layout(dates=form))))
    assert isinstance(report, Report)
    assert (report.inspected, report.inspected_to) == (dated.inspected, days)


def test_a_first_inspection_has_no_date_of_the_last_and_is_read() -> None:
    assert grades(read_report(pages(report_pdf(HOME, visit("inadequate"), ())))) == ["inadequate"] * 3


@pytest.mark.parametrize("kind", [Kind.MONITORING, Kind.ASSURANCE, Kind.INTERIM, Kind.EMERGENCY])
def test_a_visit_without_grades_is_another_kind_and_no_error(kind: Kind) -> None:
    report = read_report(pages(report_pdf(HOME, builders.inspection("2024-02-27", kind=kind, home=HOME.key))))
    assert isinstance(report, Report)
    assert (report.kind, report.judgements, report.inspected) == (kind, (), date(2024, 2, 27))


@pytest.mark.parametrize(
    "head",
    [
        "Inspection of Exampleshire local authority children’s services Inspection dates: 21 to 25 March 2022",
        "Exampleton Council Inspection of children’s social care services Inspection dates: 17 September 2018",
        "Example City Inspection of services for children in need of help and protection, children looked after",
    ],
)
def test_a_report_on_a_local_authority_is_no_homes(head: str) -> None:
    report = read_report([head + " Judgement Grade Overall effectiveness Inadequate" + " And more text." * 20])
    assert isinstance(report, Report)
    assert (report.kind, report.urn, grades(report)) == (Kind.FULL, None, ["inadequate"])
    assert report.what.startswith("local authority: inspection of")


def read_table(table: str, headings: tuple[str, str, str] = ("good", "good", "good")) -> Report | CouldNotTell:
    return read_report([PAGE_1.format(table=table), REST.format(*headings)])


def test_grades_in_prose_are_no_grades() -> None:
    assert grades(read_table(USUAL)) == ["good"] * 3


@pytest.mark.parametrize(
    ("table", "headings", "why"),
    [
        (USUAL, ("good", "inadequate", "good"), "headings say good, inadequate"),
        (USUAL, ("good", "good", "causing concern"), "can't be checked"),
        (USUAL.replace(" good\nHow", "How"), ("good",) * 3, "2 known grades in places [0, 0, 1, 1]"),
        (USUAL.replace(" good\nHow", " good good\nHow"), ("good",) * 3, "4 known grades"),
        (USUAL.replace(" good\nHow", " causing concern\nHow"), ("good",) * 3, "2 known grades"),
        (USUAL.replace("How well", "Whether"), ("good",) * 3, "not the three rows"),
        (USUAL + USUAL, ("good",) * 3, "not in the order"),
        ("", ("good",) * 3, "not the three rows"),
    ],
)
def test_a_table_in_doubt_is_not_told(table: str, headings: tuple[str, str, str], why: str) -> None:
    report = read_table(table, headings)
    assert isinstance(report, CouldNotTell)
    assert why in report.reason


@pytest.mark.parametrize(
    ("pattern", "instead", "why"),
    [
        (r"Date of last inspection.*\n.*\n", "", "end of its judgement table"),
        (r"Inspection dates: .*", "", "no line 'Inspection dates'"),
        (r"6 and 7 September 2023", "shortly before Easter", "dates of inspection are not understood"),
        (r"Full inspection", "Thematic probe", "what kind of inspection"),
        (r"home: SC123456\n3", "home: SC999999\n3", "names 2 homes"),
        (r"home: SC123456", "home", "names 0 homes"),
        (r"Inspection judgements", "Findings", "can't be checked"),
        (r"(?s).*", "scan", "next to no text"),
    ],
)
def test_a_report_without_a_landmark_is_not_told(pattern: str, instead: str, why: str) -> None:
    text = re.sub(pattern, instead, PAGE_1.format(table=USUAL) + REST.format("good", "good", "good"))
    report = read_report([text])
    assert isinstance(report, CouldNotTell)
    assert why in report.reason


def test_nobody_is_named_in_a_result() -> None:
    text = PAGE_1.format(table=USUAL) + REST.format("good", "good", "good")
    text += "Registered provider: Elm Homes Limited\nResponsible individual: Somebody Else\nRegistered manager: Jo Doe"
    report = read_report([text])
    assert "Doe" not in repr(report)
    assert "Somebody" not in repr(report)


def test_two_names_of_the_owner_are_none() -> None:
    text = PAGE_1.format(table=USUAL) + REST.format("good", "good", "good")
    report = read_report([text + "Registered provider: Oak Homes Limited\nRegistered provider address: 1 Road"])
    assert isinstance(report, Report)
    assert report.owner is None
