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
    "sentence",
    [
        "The previous manager, Jo Anybody, has left.",
        "Children go to Little Snoring every week.",
        "Jordan Blake was not protected from serious harm by staff at the home.",
        "Jordan was not protected from serious harm.",
        "Leaders failed to protect Jordan from serious harm.",
        "Staff failed to act when Jordan’s brother came to the home.",
        "The manager, J. Blake, failed to act.",
        "The manager, J Blake, failed to act.",
        "J. May failed to act.",
        "S. Hope failed to act.",
        "Staff told Ofsted that JORDAN is at risk.",
        "The registered manager: Jordan is at risk.",
        "Staff said that ‘Jordan is at risk’.",
        "Leaders do not protect Łukasz.",
        "Leaders do not protect Al-Hassan.",
        "Leaders do not protect al-Hassan.",
        "Leaders do not protect McBlake or 2Blake.",
        "Leaders do not protect 乔丹.",
        "Staff failed to protect April from harm.",
        "May failed to protect children.",
        "Hope was at risk.",
        "The home is unsafe. Will was at risk.",
        "Child B was at risk.",
        "The registered person must ensure that Blake is safe. (Regulation 12 (1))",
    ],
)
def test_a_capital_letter_that_may_be_a_name_is_taken_for_one(sentence: str) -> None:
    said = "It may be that children hope for more, that they will be safe and ask jordan@example.org or s.blake."
    assert People(lines_of([said])).may_be_named_in(sentence)
    assert People([]).may_be_named_in(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Leaders breach the Children’s Homes Regulations every week.",
        "Leaders told Ofsted and the Local Authority about it.",
        "Leaders asked the Local Safeguarding Children's Board in April.",
        "Since 3 May 2024 and until June, the Registered Manager’s plans have failed.",
        "May 2024 was worse, and I was there.",
        "On Sunday, children see CAMHS and sit GCSEs.",
        "11 (2001) The registered person must act. (Regulation 17B (1)(a)) This is about the night.",
        "12: The protection of children standard is that staff act.* […] * These are subject to a notice.",
        "Children said, ‘It is good. We like it.’",
        "Serious risks remain; Staff do nothing.",
        "none",
    ],
)
def test_words_that_are_nobodys_name_may_have_a_capital_letter(sentence: str) -> None:
    assert not People([]).may_be_named_in(sentence)


@pytest.mark.parametrize(
    "requirement",
    [
        "The registered person must notify HMCI and each other relevant person without delay. (Regulation 40 (4)(b))",
        "The registered person must ensure that the Designated Safeguarding Lead (DSL) acts. (Regulation 12 (1))",
        "The registered person must inform Placing Authorities and the Virtual School. (Regulation 14 (1))",
        "The registered person must inform placing authorities and the SHR. (Regulation 14 (1))",
        "The Registered Manager must be supervised by the Responsible Individual (RI). (Regulation 33 (4)(b))",
        "The registered manager must act on Reg 44 and Reg 45 reports. (Regulation 45 (1))",
        "The responsible individual must ask the LADO, the IRO, the SENCo and the SENDCo. (Regulation 13 (1))",
        "The registered person must request a Reg 25 assessment by a Fire Officer. (Regulation 25 (1))",
        "The registered person must ensure that staff have the Level 3 Diploma for Residential Childcare.",
        "The registered person must ensure that each EHCP is followed in KS3, and that A&E and CAMHs are told.",
        "The registered person must ensure that the Positive Behaviour Support Plan (PBSP) is followed.",
        "The registered person must ensure that the Children’s Views, Wishes and Feelings Standard is met.",
        "The registered person must compile a Workforce Development Plan. (Regulation 16 (3)(d))",
        "The Registered Manager’s DBS and the SCR must be checked. (Regulation 32)",
        "The registered person must ensure that Night Staff know the Prevent duty. (Regulation 31)",
    ],
)
def test_a_requirement_that_names_a_role_is_quoted(requirement: str) -> None:
    assert not People([]).may_be_named_in(requirement)
    found = findings(statutory=f"{requirement} 1 May 2024")
    assert [one.text for one in found.requirements] == [requirement]


@pytest.mark.parametrize("initials", ["KS", "J", "A E", "A", "E", "TA", "CP", "HR", "HMCIS", "PAT", "SAM"])
def test_initials_and_names_in_capitals_are_no_roles(initials: str) -> None:
    assert People([]).may_be_named_in(f"The staff did not protect {initials} from harm.")


def test_prose_below_a_role_on_a_line_of_its_own_holds_nobody() -> None:
    lines = lines_of(["It must be told to the\nRegistered Manager\nand all staff ensure that this is\nWilma Brookly"])
    people = People(lines)
    assert people.are_named_in("Brookly failed.")
    assert not people.are_named_in("Ensure this. That is what All must do.")


def test_a_sentence_may_begin_with_a_word_that_the_report_has_in_small_letters() -> None:
    sentence = "Meticulous records are kept."
    assert People([]).may_be_named_in(sentence)
    assert not People(lines_of(["The staff are meticulous."])).may_be_named_in(sentence)
    assert People(lines_of(["The staff are meticulous."])).may_be_named_in("Staff like Meticulous.")


@pytest.mark.parametrize("named", ["Jordan Blake", "Jordan", "J. Blake"])
def test_nobody_is_named_in_anything_that_is_quoted(named: str) -> None:
    found = findings(
        of_overall=f"The serious failures of {named} mean that children are not protected.",
        statutory=f"The registered person must protect {named} from harm. (Regulation 12 (1)) 1 May 2024",
        enforcement=f"a notice was served on {named} on 3 May 2023",
        home=f"It provides care for up to four children, among them {named}.",
    )
    assert "overall" not in [quote.area for quote in found.quotes]
    assert (found.requirements, found.more_requirements) == ((), 1)
    assert (found.enforcement, found.children) == (None, None)


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
