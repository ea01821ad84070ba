"""A table is understood when every grade has a row and every row a grade, however many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from textwrap import wrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import builders
from tests.feeds.ofsted_site.report.drafts import HOME, findings, not_told, pages, understood
from tests.standins.reports.report_pdf import GradePlace, Layout, report_pdf
from watcher.facts.grades import read_grade
from watcher.facts.inspection import Inspection, Judgement
from watcher.feeds.ofsted_site.report.table import MOST, rows_of
from watcher.feeds.ofsted_site.report.values import Report

KNOWN = {
    "overall": "Overall experiences and progress of children and young people",
    "protected": "How well children and young people are helped and protected",
    "leaders": "The effectiveness of leaders and managers",
}
GRADES = ("outstanding", "good", "requires improvement to be good", "inadequate")
FURTHER = (
    "Children's education and learning",
    "Outcomes in education and related learning activities",
    "Children's health",
    "The health of children and young people",
    "Preparation for leaving the secure home",
)
FRONT = """Inspection report for secure children's home: SC123456
1
Registered provider: Elm Homes Limited
Full inspection
Inspected under the social care common inspection framework
Inspection dates: 6 and 7 September 2023
{table}
{prose}
Date of last inspection: 1 November 2022
Overall judgement at last inspection: inadequate
Inspection judgements
{headings}
"""
PROSE = (
    "The children's home provides effective services that meet the requirements for good.",
    "The secure children's home provides effective services that meet the requirements for good.",
    "There are serious and/or widespread failures. It is inadequate.",
    "",
)


def inspected(judgements: Mapping[str, str]) -> Inspection:
    said = tuple(Judgement(area, read_grade(words, "ofsted")) for area, words in judgements.items())
    return replace(builders.inspection("2024-02-27", home=HOME.key), judgements=said)


def found_in(report: Report) -> dict[str, str]:
    return {judgement.area: judgement.grade.words for judgement in report.judgements}


SECURE = {"overall": "good", "protected": "good", "leaders": "outstanding", "education": "inadequate", "health": "good"}


@pytest.mark.parametrize("place", GradePlace)
@pytest.mark.parametrize("leaders_last", [True, False])
@pytest.mark.parametrize("headings", [SECURE, {**SECURE, "health": ""}, {**SECURE, "health": "not judged"}])
def test_a_secure_homes_report_has_further_judgements(
    place: GradePlace, leaders_last: bool, headings: dict[str, str]
) -> None:
    said = {area: words for area, words in headings.items() if words}
    layout = Layout(grade=place, leaders_last=leaders_last)
    report = understood(pages(report_pdf(HOME, inspected(said), (), layout)))
    assert found_in(report) == said
    assert [judgement.area for judgement in report.judgements][:3] == ["overall", "protected", "leaders"]


@pytest.mark.parametrize("area", ["education", "health"])
def test_a_sentence_about_a_further_area_is_quoted_of_that_area_alone(area: str) -> None:
    judgements = SECURE | {"education": "good", "health": "good", area: "inadequate"}
    report = understood(pages(report_pdf(HOME, inspected(judgements), ())))
    assert {quote.area for quote in report.findings.quotes} == {area}


def test_prose_about_education_is_no_heading() -> None:
    found = findings(of_overall="The education in this home is good\nand the children are not protected.")
    assert "The education in this home is good and the children are not protected." in [
        quote.text for quote in found.quotes
    ]


def wrapped(label: str, grade: str, place: str, width: int) -> str:
    """A row as text extraction delivers it."""
    first, *rest = wrap(label, width)
    last = "".join(f"{line}\n" for line in rest)
    return {
        "after": f"{first}\n{last} {grade}\n",
        "behind": f"{first}\n{last.rstrip()} {grade}\n",
        "within": f"{first} {grade}\n{last}",
        "before": f" {grade}\n{first}\n{last}",
    }[place]


@st.composite
def tables(draw: st.DrawFn, spoiled: bool = False) -> tuple[list[tuple[str, str]], str]:
    """Rows in a possible order, and how they are printed; one of them `spoiled`."""
    labels = [*KNOWN.values()]
    for label in draw(st.lists(st.sampled_from(FURTHER), unique=True, max_size=4)):
        labels.insert(draw(st.integers(1, len(labels))), label)
    rows = [(label, draw(st.sampled_from(GRADES))) for label in labels]
    words = [grade for _, grade in rows]
    if spoiled:
        words[draw(st.integers(0, len(words) - 1))] = draw(
            st.sampled_from(["", "good\ngood", "causing concern", "Met"])
        )
    places = st.sampled_from(["before"] if draw(st.booleans()) else ["after", "behind", "within"])
    table = "".join(
        wrapped(label, word, draw(places), draw(st.integers(34, 60))) for label, word in zip(labels, words, strict=True)
    )
    return rows, table


def printed(table: str, rows: Sequence[tuple[str, str]], prose: str) -> list[str]:
    headings = "".join(f"{label}: {grade}\nStaff are good.\n" for label, grade in rows)
    return [FRONT.format(table=table, prose=prose, headings=headings)]


@given(tables(), st.sampled_from(PROSE), st.booleans())
def test_any_table_is_read_with_any_number_of_rows(
    drawn: tuple[list[tuple[str, str]], str], prose: str, with_all_headings: bool
) -> None:
    rows, table = drawn
    headings = rows if with_all_headings else [row for row in rows if row[0] in KNOWN.values()]
    areas = [label for label, _ in rows if label in FURTHER]
    if sum("education" in label for label in areas) > 1 or sum("health" in label for label in areas) > 1:
        assert "two rows" in not_told(printed(table, headings, prose))
        return
    found = found_in(understood(printed(table, headings, prose)))
    assert sorted(found.values()) == sorted(grade for _, grade in rows)
    assert [found[area] for area in KNOWN] == [grade for label, grade in rows if label in KNOWN.values()]
    for label, grade in rows:
        if label in FURTHER:
            area = next((subject for subject in ("education", "health") if subject in label), label.lower())
            assert found[area] == grade


@given(tables(spoiled=True), st.sampled_from(PROSE))
def test_a_grade_that_is_lost_or_too_many_or_on_no_list_is_noticed(
    drawn: tuple[list[tuple[str, str]], str], prose: str
) -> None:
    rows, table = drawn
    assert not_told(printed(table, rows, prose))


def three(**other: str) -> dict[str, str]:
    return dict.fromkeys(KNOWN, "good") | other


def report_of(table: Mapping[str, str], headings: Mapping[str, str], more: str = "") -> list[str]:
    rows = "".join(f"{KNOWN.get(area, area)}\n {grade}\n" for area, grade in table.items())
    said = [(KNOWN.get(area, area), grade) for area, grade in headings.items()]
    return [printed(rows, said, PROSE[0])[0] + more]


AREAS_ALONE = {"protected": "inadequate", "leaders": "good"}


@pytest.mark.parametrize("more", [{}, {"Children's health": "good"}])
def test_a_report_without_an_overall_judgement_anywhere_has_areas_alone(more: dict[str, str]) -> None:
    found = found_in(understood(report_of(AREAS_ALONE | more, AREAS_ALONE)))
    assert found == AREAS_ALONE | ({"health": "good"} if more else {})


@pytest.mark.parametrize("place", GradePlace)
def test_a_generated_report_without_an_overall_grade_has_areas_alone(place: GradePlace) -> None:
    report = understood(pages(report_pdf(HOME, inspected(AREAS_ALONE), (), Layout(grade=place))))
    assert found_in(report) == AREAS_ALONE


@pytest.mark.parametrize(
    ("table", "headings", "why"),
    [
        (AREAS_ALONE, three(protected="inadequate"), "in its table alone or in its headings alone"),
        (three(), {"protected": "good", "leaders": "good"}, "in its table alone or in its headings alone"),
        ({"protected": "good"}, {"protected": "good"}, "not the three rows"),
        ({"leaders": "good"}, {"leaders": "good"}, "not the three rows"),
        ({"protected": "good", "leaders": "good"}, AREAS_ALONE, "headings say inadequate, good"),
        ({"Overall progress of children": "good", **AREAS_ALONE}, AREAS_ALONE, "in no form that is known"),
        (AREAS_ALONE, {"Overall progress of children": "good", **AREAS_ALONE}, "in no form that is known"),
        (three(**{"Children's health": "good"}), three(**{"Children's health": "inadequate"}), "headings say"),
        (three(**{"Education": "good", "Outcomes in education": "good"}), three(), "two rows"),
        (three(**{"Children's health": "causing concern"}), three(), "not one to each row"),
        (three(**{"Children's health": "not judged"}), three(**{"Children's health": "good"}), "headings say"),
        (three(**{"Children's health": "good"}), three(**{"Children's health": "not judged"}), "headings say"),
        (three(protected="not judged"), three(protected="not judged"), "stand there [1, 0, 1] times"),
        (three(overall="not judged"), three(overall="not judged"), "in its table alone or in its headings alone"),
    ],
)
def test_what_is_not_consistent_is_not_told(table: dict[str, str], headings: dict[str, str], why: str) -> None:
    assert why in not_told(report_of(table, headings))


def test_a_running_header_within_the_table_is_none_of_its_rows() -> None:
    text = report_of(three(), three())[0]
    header = "Inspection report for secure children's home: SC123456\n2\n"
    assert found_in(understood([text.replace("The effectiveness", header + "The effectiveness", 1)])) == three()


def test_more_rows_than_any_report_has_are_no_table() -> None:
    assert isinstance(rows_of("Label good " * MOST), list)
    assert not isinstance(rows_of("Label good " * (MOST + 1)), list)


@pytest.mark.parametrize("table", ["", "good", "good in small letters", "Label", "good Label good"])
def test_what_has_no_label_or_no_grade_is_no_table(table: str) -> None:
    assert not isinstance(rows_of(table), list)
