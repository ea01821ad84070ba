"""Each link of a time line is read by itself: a well-formed one is taken, an odd one is named."""

import sys
from collections.abc import Sequence
from datetime import date
from types import FrameType
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from watcher.feeds.ofsted_site import timeline
from watcher.feeds.ofsted_site.timeline import Timeline, read_timeline

FILES = "https://files.ofsted.gov.uk/v1/file/"
ABOVE = '<p class="timeline__date"><time>28 July 2026</time></p>'
BESIDE = '<div class="event__metadata">Published <time>8 September 2026</time></div>'
JULY, SEPTEMBER = date(2026, 7, 28), date(2026, 9, 8)


def link(number: int, label: str = "Full inspection, PDF - 8 September 2026", shown: str = "Report") -> str:
    return (
        f'<a class="publication-link" href="{FILES}{50000000 + number}">{shown} '
        f'<span class="nonvisual">{label}</span></a>'
    )


def read(*days: str) -> Timeline:
    lines = "".join(f'<li class="timeline__day">{day}</li>' for day in days)
    page = BeautifulSoup(f'<ol class="timeline">{lines}</ol>', "lxml")
    return read_timeline(page.select("li.timeline__day"))


def event(*parts: str) -> str:
    return f'<div class="event">{"".join(parts)}</div>'


def dates(found: Timeline) -> dict[int, tuple[str, str]]:
    """The days of inspection and publication of each document, by its number."""
    return {
        int(number) - 50000000: (str(document.inspected), str(document.published))
        for number, document in found.dated.items()
    }


USUAL = ("2026-07-28", "2026-09-08")


@pytest.mark.parametrize(
    ("label", "form"),
    [
        ("Full inspection, PDF - 8 September 2026", "pdf"),
        ("Full inspection, pdf - 08 Sept 2026", "pdf"),
        ("Full inspection, PDF, 320KB - 8 Sept. 2026", "pdf"),
        ("Full inspection, PDF, 1.2 MB – 8th September 2026", "pdf"),
        ("Full inspection, PDF (320 kB) - Tuesday 8 September 2026", "pdf"),
        ("Full inspection, HTML - 8 September 2026", "html"),
        ("Full inspection, htm - 08/09/2026", "html"),
        ("Full inspection,PDF - 8 September 2026", "pdf"),
    ],
)
def test_every_form_of_a_link_is_read(label: str, form: str) -> None:
    found = read(ABOVE + link(1, label) + BESIDE)
    assert found.not_understood == []
    (document,) = found.dated.values()
    assert (document.words, document.format) == ("Full inspection", form)
    assert (document.inspected, document.published) == (JULY, SEPTEMBER)


@pytest.mark.parametrize(
    "label",
    [
        "Full inspection",
        "Full inspection, PDF - soon",
        "Full inspection, PDF - 8 September",
        "Full inspection, XYZ - 8 September 2026",
        "PDF - 8 September 2026",
        "Full inspection, PDF 8 September 2026 and more",
    ],
)
def test_a_link_in_another_form_is_named_and_the_other_one_is_taken(label: str) -> None:
    found = read(ABOVE + link(1) + link(2, label))
    assert dates(found) == {1: USUAL}
    (line,) = found.not_understood
    assert label in line
    assert "kind, PDF - date" in line


def test_what_is_wrong_with_a_link_is_said_without_a_selector() -> None:
    found = read(ABOVE + link(1) + link(2).replace("nonvisual", "visual"))
    assert dates(found) == {1: USUAL}
    (said,) = found.not_understood
    assert "no description of a document" in said
    assert "span" not in said


def test_a_second_document_without_a_date_costs_the_first_nothing() -> None:
    found = read(ABOVE + event(link(1), BESIDE) + event(link(2, "Letter, PDF")))
    assert dates(found) == {1: USUAL}
    assert len(found.not_understood) == 1


def test_a_document_without_a_date_has_the_one_beside_it_if_that_can_be_no_others() -> None:
    assert dates(read(ABOVE + event(link(1, "Full inspection, PDF"), BESIDE))) == {1: USUAL}
    both = read(ABOVE + event(link(1, "Full inspection, PDF"), link(2), BESIDE))
    assert dates(both) == {2: USUAL}
    assert len(both.not_understood) == 1
    in_front = read(ABOVE + event(BESIDE, link(1, "Full inspection, PDF"), BESIDE.replace("8 S", "9 S"), link(2)))
    assert dates(in_front) == {2: USUAL}
    assert len(in_front.not_understood) == 1


def dated(day: str) -> str:
    return f'<p class="timeline__date"><time>{day}</time></p>'


TWO = {1: ("2026-07-28", "2026-09-08"), 2: ("2026-05-02", "2026-09-08")}


@pytest.mark.parametrize(
    "day",
    [
        event(ABOVE, link(1)) + event(dated("2 May 2026"), link(2)),
        event(link(1), ABOVE) + event(link(2), dated("2 May 2026")),
        event("<div>" + ABOVE + "</div><p>" + link(1) + "</p>") + event(link(2), dated("2 May 2026")),
        ABOVE + link(1) + dated("2 May 2026") + link(2),
        event(ABOVE, link(1), dated("2 May 2026"), link(2)),
        dated("2 May 2026") + event(ABOVE, link(1)) + link(2),
    ],
)
def test_each_link_belongs_to_the_event_that_it_stands_in_or_follows(day: str) -> None:
    found = read(day)
    assert (dates(found), found.not_understood) == (TWO, [])


@pytest.mark.parametrize(
    "day",
    [
        event(ABOVE, link(1)) + event(dated("2 May 2026")) + event(link(2)),
        event(ABOVE, link(1)) + event(dated("in spring"), link(2)),
        event(ABOVE, link(1)) + event(dated("in spring")) + link(2),
        event(ABOVE, link(1)) + event("<p class='timeline__date'>2 May 2026</p>", link(2)),
        link(2) + ABOVE + link(1) + dated("2 May 2026"),
    ],
)
def test_a_link_whose_event_is_not_certain_is_named_and_the_other_one_is_taken(day: str) -> None:
    found = read(day)
    assert dates(found) == {1: USUAL}
    (line,) = found.not_understood
    assert "date of inspection is not understood" in line


def test_several_links_below_one_date_are_of_that_date() -> None:
    found = read(ABOVE + event(link(1)) + event(link(2)) + link(3))
    assert (set(dates(found).values()), len(found.dated), found.not_understood) == ({USUAL}, 3, [])


@pytest.mark.parametrize("days", [-3, -1, 0, 1, 3])
def test_dates_a_day_apart_are_no_fault_and_the_links_counts(days: int) -> None:
    found = read(ABOVE + link(1, f"Full inspection, PDF - {8 + days} September 2026") + BESIDE)
    assert (dates(found), found.not_understood) == ({1: ("2026-07-28", f"2026-09-{8 + days:02}")}, [])


@pytest.mark.parametrize("days", [-4, 4, 12])
def test_dates_more_than_a_few_days_apart_cost_that_link_alone(days: int) -> None:
    odd = link(2, f"Monitoring visit, PDF - {8 + days} September 2026")
    found = read(ABOVE + event(link(1), BESIDE) + event(odd, BESIDE))
    assert dates(found) == {1: USUAL}
    (line,) = found.not_understood
    assert "two dates of publication differ" in line
    assert "Monitoring visit" in line


def test_a_date_that_nobody_calls_that_of_publication_is_none() -> None:
    more = "<div>Next visit <time>1 January 2027</time>, published <b>soon</b> <time>2 January 2027</time></div>"
    assert dates(read(ABOVE + link(1) + BESIDE + more)) == {1: USUAL}


def older(number: int, kind: str = "Full inspection", day: str = "8 February 2013", bold: str = "Good") -> str:
    grade = f": <strong>{bold}</strong>" if bold else ""
    return link(number, f"{kind}, PDF - 8 February 2013", f"<span>{kind}{grade}</span> <time>{day}</time>")


@pytest.mark.parametrize("day", ["8 February 2013", "3 January 2013", "Feb. 2013 8"])
def test_in_the_older_layout_no_date_is_that_of_the_inspection(day: str) -> None:
    found = read(older(1, day=day), older(2, "Interim inspection", bold="Good progress"))
    if day == "Feb. 2013 8":
        assert "no date in its link" in found.not_understood[0]
        return
    assert (found.dated, found.not_understood) == ({}, [])
    assert {(one.published, one.words) for one in found.undated.values()} == {
        (date(2013, 2, 8), "Full inspection"),
        (date(2013, 2, 8), "Interim inspection"),
    }


def test_without_any_date_of_inspection_and_the_marks_of_the_older_layout_a_link_is_named() -> None:
    found = read(link(1) + BESIDE, ABOVE + link(2))
    assert dates(found) == {2: USUAL}
    assert found.undated == {}
    assert "no date of inspection" in found.not_understood[0]


def grade_of(day: str) -> str | None:
    found = read(day)
    assert found.not_understood == []
    (grade,) = [*(one.grade for one in found.dated.values()), *(one.grade for one in found.undated.values())]
    return grade.words if grade else None


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (older(1), "Good"),
        (older(1, bold="Requires Improvement"), "Requires Improvement"),
        (older(1, bold="Causing concern"), "Causing concern"),
        (older(1, bold=""), None),
        (ABOVE + link(1, shown="<strong>Full inspection</strong>"), None),
        (ABOVE + link(1, shown="<strong>Inadequate</strong>"), "Inadequate"),
        (event(ABOVE, link(1), "<p>Overall: <strong>Inadequate</strong></p>"), "Inadequate"),
        (event(ABOVE, "<p>Overall: <strong>Inadequate</strong></p>", link(1)), "Inadequate"),
        (event(ABOVE, "<p><strong>Important</strong></p>", link(1)), None),
    ],
)
def test_a_grade_in_bold_is_a_second_reading(day: str, words: str | None) -> None:
    assert grade_of(day) == words


def test_a_grade_in_bold_is_that_of_the_link_before_it() -> None:
    found = read(ABOVE + link(1) + "<strong>Good</strong>" + link(2) + "<strong>Inadequate</strong>" + link(3))
    assert [document.grade and document.grade.value for document in found.dated.values()] == [
        "good",
        "inadequate",
        None,
    ]


def test_two_grades_in_bold_of_one_link_cost_that_link_alone() -> None:
    found = read(ABOVE + event(link(1)) + event(link(2), "<strong>Good</strong><strong>Inadequate</strong>"))
    assert dates(found) == {1: USUAL}
    assert "several grades: 'Good', 'Inadequate'" in found.not_understood[0]


def test_a_link_to_a_file_counts_whatever_its_class_unless_its_document_is_listed_anyway() -> None:
    picture = f'<a href="{FILES}50000001"><img></a>'
    assert read(ABOVE + picture + link(1)).not_understood == []
    alone = read(ABOVE + picture + link(2))
    assert (dates(alone), len(alone.not_understood)) == ({2: USUAL}, 1)


def test_one_document_on_two_days_is_named() -> None:
    found = read(ABOVE + link(1), dated("2 May 2026") + link(1), link(1, shown="<time>8 September 2026</time>"))
    assert dates(found) == {1: USUAL}
    assert [line for line in found.not_understood if "stands twice, differently" in line] == found.not_understood
    assert len(found.not_understood) == 2


PARTS = [
    ABOVE,
    dated("2 May 2026"),
    dated("?"),
    BESIDE,
    "<strong>Good</strong>",
    "<div>",
    "</div>",
    "<time>",
    "Published ",
]


@given(st.lists(st.sampled_from([*PARTS, event(), '<div class="event">', "LINK", "ODD"]), max_size=25))
def test_no_link_is_lost_whatever_stands_around_it(parts: Sequence[str]) -> None:
    number, written = 0, []
    for part in parts:
        number += part in ("LINK", "ODD")
        written.append(link(number) if part == "LINK" else link(number, "?") if part == "ODD" else part)
    found = read("".join(written))
    assert len(found.dated) + len(found.undated) + len(found.not_understood) == (number or 1)
    assert len(found.dated) + len(found.undated) <= parts.count("LINK")


def steps_for(day: str) -> int:
    """How many functions are called to read a day, and how many instructions of its own the reading takes."""
    page = BeautifulSoup(f'<ol class="timeline"><li class="timeline__day">{day}</li></ol>', "lxml")
    days, steps = page.select("li.timeline__day"), 0

    def count(frame: FrameType, event: str, _: object) -> Any:
        nonlocal steps
        steps += event in ("call", "opcode")
        frame.f_trace_opcodes = frame.f_code.co_filename == timeline.__file__
        return count if frame.f_trace_opcodes else None

    before = sys.gettrace()
    sys.settrace(count)
    try:
        read_timeline(days)
    finally:
        sys.settrace(before)
    return steps


@pytest.mark.parametrize(
    "part",
    [
        "<time></time>",
        "Published <time>1 May 2026</time>",
        "<strong>Good</strong>",
        dated("2 May 2026"),
        '<a class="publication-link" href="/v1/file/50000001"></a>',
        event(dated("2 May 2026"), link(1)),
        link(1) + dated("2 May 2026"),
        event(link(1)),
    ],
)
def test_ten_times_as_much_costs_ten_times_the_steps(part: str) -> None:
    few, many = (steps_for(ABOVE + link(9) + part * times) for times in (100, 1_000))
    assert many < 12 * few
