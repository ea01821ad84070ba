"""The real report files are read as they are; they name people, so they lie outside the repository."""

from datetime import date
from functools import cache

import pytest

from tests.feeds.ofsted_site.report.drafts import understood
from tests.shared_data import report
from watcher.facts.grades import headline_among
from watcher.facts.inspection import Kind
from watcher.facts.regulators import OFSTED_LA
from watcher.feeds.ofsted_site.report.local_authority import is_named_in
from watcher.feeds.ofsted_site.report.pages import read_pages
from watcher.feeds.ofsted_site.report.people import People
from watcher.feeds.ofsted_site.report.sections import Part, sections_of
from watcher.feeds.ofsted_site.report.text import lines_of, sentences
from watcher.feeds.ofsted_site.report.values import Report


@cache
def pages_of(name: str) -> list[str]:
    return read_pages(report(name).read_bytes())


def read(name: str) -> Report:
    return understood(pages_of(name))


@pytest.mark.parametrize(
    ("name", "first", "last", "owner"),
    [
        (
            "SC025813_2023-09-06.pdf",
            date(2023, 9, 6),
            date(2023, 9, 7),
            "McRae Residential Care Services Limited",
        ),
        ("2647163_2024-07-11.pdf", date(2024, 7, 11), date(2024, 7, 12), "Ascent Fostering Agency"),
        ("SC485956_2024-02-27.pdf", date(2024, 2, 27), date(2024, 2, 28), "New Horizons (NW) Ltd"),
    ],
)
def test_a_report_on_a_home_is_read_wholly(name: str, first: date, last: date, owner: str) -> None:
    found = read(name)
    assert (found.kind, found.urn) == (Kind.FULL, name.partition("_")[0])
    assert (found.inspected, found.inspected_to, found.owner) == (first, last, owner)
    assert {judgement.area: judgement.grade.value for judgement in found.judgements} == dict.fromkeys(
        ("overall", "protected", "leaders"), "outstanding"
    )


def squashed(text: str) -> str:
    """Without white space, which is all that a quote may differ in from its page."""
    return "".join(text.split())


@pytest.mark.parametrize(
    ("name", "last", "previous", "pages_quoted"),
    [
        ("SC025813_2023-09-06.pdf", date(2022, 11, 1), 4, {3}),
        ("2647163_2024-07-11.pdf", date(2023, 8, 8), 2, {3}),
        ("SC485956_2024-02-27.pdf", date(2023, 2, 14), 4, {3}),
    ],
)
def test_a_report_on_a_home_is_quoted_as_it_is_printed(
    name: str, last: date, previous: int, pages_quoted: set[int]
) -> None:
    texts = pages_of(name)
    found = understood(texts)
    assert (found.last, len(found.previous), found.previous[0].inspected) == (last, previous, last)
    assert {row.kind for row in found.previous} == {Kind.FULL}
    assert all(row.grade.is_graded for row in found.previous)
    findings = found.findings
    assert (len(findings.quotes), findings.requirements, findings.more_requirements) == (2, (), 0)
    assert {quote.page for quote in findings.quotes} == pages_quoted
    assert findings.enforcement is not None
    assert findings.children is not None
    assert (findings.enforcement.text, findings.enforcement.page, findings.children.page) == ("none", 1, 1)
    for quote in (*findings.quotes, findings.children):
        assert squashed(quote.text) in squashed(texts[quote.page - 1])
        assert "  " not in quote.text


@pytest.mark.parametrize("name", ["SC025813_2023-09-06.pdf", "2647163_2024-07-11.pdf", "SC485956_2024-02-27.pdf"])
def test_everybody_in_the_details_of_a_real_report_is_recognised(name: str) -> None:
    lines = [line for line in lines_of(pages_of(name)) if line.text]
    people, named = People(lines), 0
    for position, line in enumerate(lines):
        label, colon, value = line.text.partition(":")
        if label in ("Responsible individual", "Registered manager") and colon:
            value, named = value.strip(), named + 1
        elif line.text in ("Inspector", "Inspectors"):
            value, named = lines[position + 1].text.partition(",")[0], named + 1
        else:
            continue
        for part in (value, value.split()[-1], value.split()[0].removeprefix("Mr")):
            assert not part or people.are_named_in(part), "somebody is not recognised; no name is shown here"
    assert named == 3


def test_few_sentences_of_real_reports_are_kept_back_for_a_capital_letter_that_names_nobody() -> None:
    said = kept_back = 0
    for name in ("SC025813_2023-09-06.pdf", "2647163_2024-07-11.pdf", "SC485956_2024-02-27.pdf"):
        lines = lines_of(pages_of(name))
        people = People(lines)
        for section in sections_of(lines):
            if section.part in (Part.HOME, Part.JUDGEMENT, Part.STATUTORY, Part.RECOMMENDATIONS):
                found = [sentence.text for paragraph in sentences(section.lines) for sentence in paragraph]
                said += len(found)
                kept_back += sum(map(people.may_be_named_in, found))
    assert said > 200
    assert kept_back / said < 0.05


LEADERS, HELP, CARE, LEAVERS, BOTH = "leaders", "protected", "in care", "care leavers", "in care and care leavers"
UNTIL_2017 = (
    "overall",
    "protected",
    "looked after",
    "adoption",
    "care leavers",
    "leaders",
)
O, G, R, I = "outstanding", "good", "requires improvement", "inadequate"  # noqa: E741 - a table of grades
AUTHORITIES = {
    "80449_2018-09-17.pdf": ("2018-09-17", "2018-09-28", {"overall": I, LEADERS: R, HELP: I, BOTH: R}),
    "80459_2017-03-06.pdf": (
        "2017-03-06",
        "2017-03-30",
        dict(zip(UNTIL_2017, (G, R, G, G, G, G), strict=True)),
    ),
    "80459_2022-03-21.pdf": ("2022-03-21", "2022-03-25", {"overall": O, LEADERS: O, HELP: O, BOTH: G}),
    "local_80428_published_2025-08-27.pdf": (
        "2025-07-14",
        "2025-07-18",
        {"overall": R, LEADERS: R, HELP: R, CARE: R, LEAVERS: R},
    ),
    "local_80431_published_2014-09-08.pdf": ("2014-07-02", "2014-07-23", dict.fromkeys(UNTIL_2017, R)),
    "local_80431_published_2026-07-28.pdf": ("2026-06-08", "2026-06-19", {LEADERS: O, HELP: G, CARE: O, LEAVERS: O}),
    "local_80449_published_2026-05-21.pdf": (
        "2026-01-12",
        "2026-01-23",
        {"overall": R, LEADERS: G, HELP: R, CARE: R, LEAVERS: G},
    ),
    "local_80482_published_2017-09-04.pdf": (
        "2017-06-19",
        "2017-07-13",
        dict(zip(UNTIL_2017, (R, R, R, G, R, G), strict=True)),
    ),
    "local_80542_published_2018-03-12.pdf": ("2018-01-29", "2018-02-09", {"overall": R, LEADERS: R, HELP: R, BOTH: G}),
    "local_80555_published_2026-06-17.pdf": ("2026-04-27", "2026-05-01", {LEADERS: R, HELP: R, CARE: R, LEAVERS: G}),
    "local_80579_published_2025-11-26.pdf": (
        "2025-10-06",
        "2025-10-17",
        {"overall": G, LEADERS: G, HELP: R, CARE: O, LEAVERS: O},
    ),
}

LOWEST = {"local_80431_published_2026-07-28.pdf": HELP, "local_80555_published_2026-06-17.pdf": LEADERS}


@pytest.mark.parametrize("name", AUTHORITIES)
def test_a_report_on_a_local_authority_has_as_many_judgements_as_grades(name: str) -> None:
    first, last, grades = AUTHORITIES[name]
    found = read(name)
    assert (found.kind, found.urn) == (Kind.FULL, None)
    assert (found.inspected, found.inspected_to) == (date.fromisoformat(first), date.fromisoformat(last))
    assert {judgement.area: judgement.grade.value for judgement in found.judgements} == grades
    assert found.what.startswith("local authority: inspection of ")
    assert set(grades) <= set(OFSTED_LA.areas)
    assert headline_among(found.judgements, OFSTED_LA.headline) == ("overall" if "overall" in grades else LOWEST[name])


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("focused_80451_published_2018-03-22.pdf", date(2018, 2, 27), date(2018, 2, 28)),
        ("focused_80561_published_2026-01-27.pdf", date(2025, 12, 9), date(2025, 12, 10)),
    ],
)
def test_the_letter_on_a_focused_visit_is_a_visit_without_grades(name: str, first: date, last: date) -> None:
    found = read(name)
    assert (found.kind, found.urn, found.judgements) == (Kind.FOCUSED, None, ())
    assert (found.inspected, found.inspected_to) == (first, last)
    assert found.what.startswith("local authority: focused visit to ")


NAMES = {
    "80428": "Bedford Borough Council",
    "80431": "Blackpool",
    "80449": "City of Bradford Metropolitan District Council",
    "80451": "Wakefield",
    "80459": "Derby",
    "80482": "Leicester City Council",
    "80542": "Rochdale",
    "80555": "Somerset",
    "80561": "Staffordshire",
    "80579": "Wigan",
}


def test_each_report_on_an_authority_names_that_and_no_other() -> None:
    """Bradford's of 2026 is titled with its trust's name."""
    for name in (*AUTHORITIES, "focused_80451_published_2018-03-22.pdf", "focused_80561_published_2026-01-27.pdf"):
        text = " ".join(pages_of(name))
        named = [urn for urn, authority in NAMES.items() if is_named_in(text, authority)]
        assert [urn for urn in NAMES if urn in name] == named
