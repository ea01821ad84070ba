"""Reports on local authorities yield as many judgements as they have grades, or are named as not understood."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.feeds.ofsted_site.report.drafts import not_told, pages, understood
from tests.standins.reports.authority import (
    LABELS,
    MISPRINTED,
    PROSE,
    TITLES,
    TOGETHER,
    authority_pdf,
    letter,
    since_2018,
    until_2017,
)
from watcher.facts.inspection import Kind
from watcher.feeds.ofsted_site.report.report import read_report
from watcher.feeds.ofsted_site.report.values import Report

LEADERS, HELP, CARE, LEAVERS = "leaders", "protected", "in care", "care leavers"
FOUR = ("Outstanding", "Good", "Requires improvement to\nbe good", "Inadequate")
AREAS = {LEADERS: "outstanding", HELP: "good", CARE: "requires improvement", LEAVERS: "inadequate"}
FIVE = ("Inadequate", "Requires \nImprovement", "Good", "Outstanding", "Requires improvement")


def read(text: str) -> Report:
    report = understood(pages(authority_pdf(text)))
    assert report.urn is None
    return report


def judged(text: str) -> dict[str, str]:
    report = read(text)
    assert report.kind is Kind.FULL
    return {judgement.area: judgement.grade.value for judgement in report.judgements}


@pytest.mark.parametrize(
    ("labels", "overall"), list(product([LABELS, MISPRINTED], [None, "Good", "Requires improvement"]))
)
def test_the_table_since_2018_has_as_many_judgements_as_grades(
    labels: tuple[tuple[str, str], ...], overall: str | None
) -> None:
    found = judged(since_2018(FOUR, labels, overall=overall))
    assert found == ({"overall": overall.lower()} if overall else {}) | AREAS


def test_children_in_care_and_care_leavers_may_share_a_row() -> None:
    found = judged(since_2018(FOUR[:3], TOGETHER, overall="Good"))
    assert found == {
        "overall": "good",
        LEADERS: "outstanding",
        HELP: "good",
        "in care and care leavers": "requires improvement",
    }


def test_a_judgement_that_nobody_knows_yet_keeps_its_name_and_takes_no_other_ones() -> None:
    labels = (*LABELS[:3], ("The experiences and progress of disabled", "children in care"))
    found = judged(since_2018(("Good", "Good", "Outstanding", "Inadequate"), labels))
    assert found == {
        LEADERS: "good",
        HELP: "good",
        CARE: "outstanding",
        "experiences and progress of disabled children in care": "inadequate",
    }


@pytest.mark.parametrize(
    ("authority", "is_named"),
    [
        ("Exampleshire", True),
        ("Exampleshire County Council", True),
        ("London Borough of Elsewhere", False),
        ("Elsewhere Children's Trust", False),
        ("Children's Services Trust", True),  # no word of which tells one from another
    ],
)
def test_a_report_on_an_authority_names_it(authority: str, is_named: bool) -> None:
    report = read_report(pages(authority_pdf(since_2018(FOUR))), authority)
    assert isinstance(report, Report) is is_named
    assert is_named or "this one stands nowhere in it" in getattr(report, "reason", "")


@pytest.mark.parametrize("title", TITLES)
def test_whoevers_name_is_in_the_title_it_is_a_report_on_an_authority(title: str) -> None:
    report = read(since_2018(FOUR, title=title, overall="Inadequate"))
    assert report.what == "local authority: " + " ".join(title[title.index("Inspection of") :].split()).lower().replace(
        "’", "'"
    )
    assert (str(report.inspected), str(report.inspected_to)) == ("2026-06-08", "2026-06-19")
    assert len(report.judgements) == 5


@given(st.lists(st.sampled_from(FOUR), min_size=1, max_size=8), st.booleans())
def test_any_number_of_rows_is_counted(grades: list[str], has_overall: bool) -> None:
    labels = [(f"The experiences of {'so ' * number}", "many") for number in range(len(grades))]
    text = since_2018(grades, labels, overall="Good" if has_overall else None) + "And more text. " * 20
    report = understood([text])
    assert len(report.judgements) == len(grades) + has_overall


@pytest.mark.parametrize(
    "text",
    [
        since_2018(("Good", "Excellent", "Good", "Good"), overall="Good"),
        since_2018(("Good", "Good", "Good", "Excellent"), overall="Good"),
        since_2018(("Good", "Good", "Good", "Excellent")),
        since_2018(FOUR, overall="Excellent"),
        since_2018(("Good", "Good", "Good", "Good Good"), overall="Good"),
        since_2018(("Good",) * 4, (*LABELS[:3], LABELS[0])),
        since_2018((), (), prose=PROSE),
        until_2017("Children’s services in Exampleton City are inadequate", (*FIVE[:4], "Excellent")),
        until_2017("Children’s services in Exampleton City are inadequate", (*FIVE[:2], "Excellent", *FIVE[3:])),
        until_2017("Children’s services in Exampleton City are excellent", FIVE),
        "Inspection of Example local authority children’s services. Overall effectiveness Inadequate",
    ],
)
def test_a_report_in_which_a_grade_has_no_row_or_a_row_no_grade_is_not_told(text: str) -> None:
    assert "local authority" in not_told(pages(authority_pdf(text)))


@pytest.mark.parametrize(
    ("sentence", "overall"),
    [
        ("Children’s services in Exampleton City are inadequate", "inadequate"),
        ("Children’s services in Exampleton require improvement to be good", "requires improvement"),
        ("The overall judgement is that children’s services are inadequate", "inadequate"),
        ("The overall judgement is that children’s services require\nimprovement.2", "requires improvement"),
        ("The overall judgement is requires improvement", "requires improvement"),
    ],
)
@pytest.mark.parametrize(
    "between", ["", "2 The authority is not yet good. The judgements on areas of the service are:\n"]
)
def test_the_list_until_2017_is_read_and_the_safeguarding_board_is_left_out(
    sentence: str, overall: str, between: str
) -> None:
    assert list(judged(until_2017(sentence, FIVE, between)).items()) == [
        ("overall", overall),
        ("protected", "inadequate"),
        ("looked after", "requires improvement"),
        ("adoption", "good"),
        ("care leavers", "outstanding"),
        ("leaders", "requires improvement"),
    ]


@pytest.mark.parametrize(
    ("visit", "kind"),
    [
        ("Focused visit to Exampleton Council children’s services", Kind.FOCUSED),
        ("Focused visit to Exampleton children’s services", Kind.FOCUSED),
        ("Monitoring visit to Exampleton children’s services", Kind.MONITORING),
        ("Assurance visit to Exampleton children’s services", Kind.ASSURANCE),
    ],
)
def test_a_focused_visit_is_a_visit_without_grades(visit: str, kind: Kind) -> None:
    report = read(letter(visit))
    assert (report.kind, report.judgements) == (kind, ())
    assert (str(report.inspected), str(report.inspected_to)) == ("2018-02-27", "2018-02-28")
    assert report.what == f"local authority: {visit.lower().replace('’', chr(39))}"
