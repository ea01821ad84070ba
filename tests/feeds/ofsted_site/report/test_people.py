"""Nobody is named: neither who stands in the report's own details nor who has a title."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.feeds.ofsted_site.report.drafts import drafted, findings, understood
from watcher.feeds.ofsted_site.report.people import People
from watcher.feeds.ofsted_site.report.text import lines_of

DETAILS = """Responsible individual: Mr Ashok Fernleigh-Tate
Registered manager: Post vacant
Inspectors
Wilma O’Brookly, Social Care Inspector
Hope Underhill: Regulatory Inspector
Registered provider: Gwendolyn Parrish
"""
OLD_DETAILS = """Inspector Wilma Brookly
Registered manager
Ashok Fernleigh
Provision subtype Children's home
"""


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("Ashok left the home in May.", True),
        ("The home was left by Fernleigh.", True),
        ("Fernleigh-Tate’s records are poor.", True),
        ("Wilma's records are poor.", True),
        ("The plan of O’Brookly failed.", True),
        ("Brookly failed.", True),
        ("UNDERHILL failed.", True),
        ("Children hope for more.", False),
        ("The manager Hope failed.", True),
        ("The owner, Gwendolyn, failed.", True),
        ("The inspector found that the post is vacant.", False),
        ("Inspectors and the registered manager agree.", False),
        ("Mr Nobody was there.", True),
        ("Miss. Nobody was there.", True),
        ("Dr Nobody was there.", True),
        ("The staff miss Sundays.", False),
        ("The Responsible individual was there.", False),
    ],
)
def test_names_of_the_details_and_titles_are_found(text: str, is_named: bool) -> None:
    assert People(lines_of([DETAILS])).are_named_in(text) is is_named


@pytest.mark.parametrize("text", ["Wilma failed.", "Then Ashok failed.", "Brookly failed."])
def test_names_of_older_layouts_are_found(text: str) -> None:
    assert People(lines_of([OLD_DETAILS])).are_named_in(text)


@pytest.mark.parametrize(
    ("sentence", "may_be"),
    [
        ("The previous manager, Jo Anybody, has left.", True),
        ("Children go to Little Snoring every week.", True),
        ("Leaders breach the Children’s Homes Regulations every week.", False),
        ("Leaders told Ofsted and the Local Authority about it.", False),
        ("Leaders asked the Local Safeguarding Children's Board in April.", False),
    ],
)
def test_a_sentence_with_two_capital_words_is_taken_for_one_with_a_name(sentence: str, may_be: bool) -> None:
    assert People([]).may_be_named_in(sentence) is may_be


def test_an_organisation_is_nobody() -> None:
    assert not People(lines_of(["Registered provider: Elm Homes Limited"])).are_named_in("Elm trees stand there.")


def test_prose_about_the_manager_is_no_list_of_names() -> None:
    people = People(lines_of(["Registered manager has been away.\nInspectors have seen Records of Children."]))
    assert not people.are_named_in("Records of Children are poor.")


def test_names_are_shown_nowhere() -> None:
    assert "Wilma" not in repr(People(lines_of([DETAILS])))


NAME = st.text(alphabet=st.sampled_from("bcdfgjklmpqz"), min_size=3, max_size=9).map(str.capitalize)


@given(NAME, NAME, st.sampled_from(["responsible", "manager", "inspector"]))
def test_no_part_of_a_report_is_quoted_with_a_name_of_its_details(first: str, second: str, role: str) -> None:
    sentence = f"The serious failures of {second} mean that children are not protected."
    report = understood(
        drafted(
            **{role: f"{first} {second}"},
            of_overall=sentence,
            of_leaders=f"{first} does not know the home, and that is serious.",
            statutory=f"{second} must ensure that the children are safe. (Regulation 12 (1)) 1 May 2024",
            enforcement=f"a notice was sent to {second}",
            home=f"{first} provides care for up to four children.",
        )
    )
    assert first not in repr(report)
    assert second not in repr(report)
    assert (report.findings.requirements, report.findings.more_requirements) == ((), 1)


def test_the_others_are_quoted_all_the_same() -> None:
    found = findings(manager="Jo Bqzzle", of_overall="Jo Bqzzle does not know what is going on in the home.")
    assert [quote.area for quote in found.quotes] == ["protected", "leaders"]
