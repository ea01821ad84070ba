"""The real report files are read as they are; they name people, so they lie outside the repository."""

from datetime import date

import pytest

from tests.feeds.ofsted_site.report.drafts import understood
from tests.shared_data import report
from watcher.facts.inspection import Kind
from watcher.feeds.ofsted_site.report.pages import read_pages
from watcher.feeds.ofsted_site.report.people import People
from watcher.feeds.ofsted_site.report.sections import Part, sections_of
from watcher.feeds.ofsted_site.report.text import lines_of, sentences
from watcher.feeds.ofsted_site.report.values import Report


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


@pytest.mark.parametrize(
    ("name", "grades"),
    [
        ("80449_2018-09-17.pdf", ["inadequate", "requires improvement", "inadequate", "requires improvement"]),
        ("80459_2017-03-06.pdf", ["good", "requires improvement", "good", "good", "good", "good"]),
        ("80459_2022-03-21.pdf", ["outstanding", "outstanding", "outstanding", "good"]),
    ],
)
def test_a_report_on_a_local_authority_is_of_another_kind_with_areas_of_its_own(name: str, grades: list[str]) -> None:
    found = read(name)
    assert (found.kind, found.urn) == (Kind.OTHER, None)
    assert [judgement.grade.value for judgement in found.judgements] == grades
    assert {"protected", "leaders"}.isdisjoint(judgement.area for judgement in found.judgements)
    assert found.what.startswith("local authority")
