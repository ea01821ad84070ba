"""What is quoted of a report: exactly its words, harmless, bounded, with the page; or why nothing is."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.feeds.ofsted_site.report.drafts import (
    HOME,
    LAYOUTS,
    drafted,
    findings,
    generated,
    pages,
    understood,
    visit,
    with_areas_of_2013,
)
from tests.standins.reports.report_pdf import Layout, report_pdf
from watcher.facts.quotes import Findings, Quote
from watcher.facts.stored import read, stored
from watcher.feeds.ofsted_site.report.choice import LONGEST as LONGEST_SENTENCE
from watcher.feeds.ofsted_site.report.choice import MOST
from watcher.feeds.ofsted_site.report.findings import LONGEST_CHILDREN, LONGEST_ENFORCEMENT
from watcher.feeds.ofsted_site.report.report import read_report
from watcher.feeds.ofsted_site.report.requirements import LONGEST as LONGEST_REQUIREMENT
from watcher.feeds.ofsted_site.report.values import CouldNotTell


def squashed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_every_layout_is_read_wholly(layout: Layout) -> None:
    texts = generated("inadequate", layout, [visit("Good", "2023-01-10"), visit("Requires improvement", "2022-01-10")])
    report = understood(texts)
    found = report.findings
    assert report.last == visit("", "2023-01-10").inspected
    assert len(report.previous) == (0 if layout.labels_of_2013 else 2)
    assert (found.unread, len(found.quotes), found.more_requirements) == ("", MOST, 0)
    assert {quote.area for quote in found.quotes} == {"overall", "protected", "leaders"}
    assert [requirement.due.isoformat() if requirement.due else None for requirement in found.requirements] == [
        "2024-04-27",
        "2024-05-04",
        "2024-05-11",
    ]
    assert found.children is not None
    assert "up to four children aged between 8 and 17" in found.children.text
    for quote in (*found.quotes, found.children):
        assert squashed(quote.text) in squashed("".join(texts[quote.page - 1 : quote.page + 1]))
        assert squashed(quote.text)[:20] in squashed(texts[quote.page - 1])


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_every_sentence_of_generated_prose_says_that_it_is_invented(layout: Layout) -> None:
    for words in ("outstanding", "good", "requires improvement to be good", "inadequate"):
        found = understood(generated(words, layout)).findings
        assert found.quotes
        assert found.children is not None
        quoted = [quote.text for quote in (*found.quotes, found.children)]
        for text in (*quoted, *(requirement.text for requirement in found.requirements)):
            assert "Example text: " in text


def test_the_education_of_a_secure_home_is_no_part_of_another_judgement() -> None:
    more = (
        "\n\nOutcomes in education and related learning activities: inadequate\n\nLessons are not safe for children.\n"
    )
    found = findings(of_protected="The staff do not listen to the children at all." + more)
    assert [(quote.area, quote.text) for quote in found.quotes if quote.area in ("protected", "education")] == [
        ("protected", "The staff do not listen to the children at all."),
        ("education", "Lessons are not safe for children."),
    ]


def test_five_areas_of_2013_have_the_names_of_the_statistics() -> None:
    inspection = with_areas_of_2013(visit("inadequate/inadequate/adequate"), "adequate")
    report = understood(pages(report_pdf(HOME, inspection, (), LAYOUTS["2013"])))
    assert {judgement.area: judgement.grade.words for judgement in report.judgements} == {
        "overall": "inadequate",
        "protected": "inadequate",
        "leaders": "adequate",
        "outcomes": "adequate",
        "quality of care": "adequate",
    }
    assert {quote.area for quote in report.findings.quotes} == {"overall", "protected"}


@pytest.mark.parametrize(
    ("spoiled", "why"),
    [
        ("Judgement outcome: good", "once inadequate, once good"),
        ("Judgement outcome: causing concern", "stand there [0, 1, 1] times"),
    ],
)
def test_older_judgements_in_doubt_are_not_told(spoiled: str, why: str) -> None:
    text = "\n".join(generated("inadequate", LAYOUTS["2013"]))
    again = text.replace("What inspection judgements mean", f"Overall effectiveness {spoiled}")
    if "concern" in spoiled:
        again = text.replace("Judgement outcome: inadequate", spoiled, 1)
    report = read_report([again])
    assert isinstance(report, CouldNotTell)
    assert why in report.reason


@pytest.mark.parametrize(
    ("home", "said"),
    [
        (
            "It is a home. It provides care for up to two boys who need it.",
            "It provides care for up to two boys who need it.",
        ),
        ("A firm owns it. Up to 8 young people live there.", "Up to 8 young people live there."),
        (
            "The home is for three girls. They are children aged between 8 and 12. It is old.",
            "The home is for three girls. They are children aged between 8 and 12.",
        ),
        ("Children aged 8 to 17 live there.", "Children aged 8 to 17 live there."),
        ("There were four children living at the home at the time.", None),
        ("The home was registered in May 2014.", None),
    ],
)
def test_for_whom_the_home_is(home: str, said: str | None) -> None:
    assert findings(home=home).children == (Quote(text=said, page=1) if said else None)


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("none", "none"),
        ("\n\nNone.", "None."),
        (
            "a notice was served on\n3 May 2023.\n\nAnother followed.",
            "a notice was served on 3 May 2023. Another followed.",
        ),
        ("a notice\nDate of last inspection: 3 May 2023", "a notice"),
    ],
)
def test_the_line_on_enforcement_is_quoted_to_its_end(printed: str, said: str) -> None:
    assert findings(enforcement=printed).enforcement == Quote(text=said, page=1)


def test_what_is_too_long_is_cut_at_a_word() -> None:
    found = findings(
        enforcement="notice " * 100, home="It provides care for up to four children " + "and so " * 100 + "."
    )
    assert found.enforcement is not None
    assert found.children is not None
    assert (found.enforcement.text[-8:], found.children.text[-1]) == ("notice …", "…")
    assert len(found.enforcement.text) <= LONGEST_ENFORCEMENT
    assert len(found.children.text) <= LONGEST_CHILDREN


@pytest.mark.parametrize("text", ["Wkh fkloguhq duh qrw surwhfwhg lq wkh krph. " * 9, "(cid:3)(cid:17) 12 33 %& " * 40])
def test_a_font_that_extracts_as_nonsense_is_not_quoted(text: str) -> None:
    found = findings(of_protected=text)
    assert found == Findings(unread="its text can't be extracted: what comes out is not English")


def test_more_text_than_any_report_has_is_not_quoted() -> None:
    assert (
        findings(of_overall="The staff are in the home. " * 20_000).unread
        == "it holds more text than any report on a home"
    )


def test_a_report_without_anything_to_quote_says_so() -> None:
    text = "\n".join(drafted(of_overall="", of_protected="", of_leaders="", home=""))
    found = understood([text.replace("Enforcement action", "Some action")]).findings
    assert found == Findings(unread="no sentence was found in it that can be quoted")


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200b", "\x00", "\x1b", "\ufeff", "\U000e0041"])
def test_marks_that_nobody_sees_are_not_quoted(mark: str) -> None:
    found = findings(of_overall=f"The chil{mark}dren are {mark}not protected in this home.")
    assert found.quotes[0].text.replace(" ", "") == "Thechildrenarenotprotectedinthishome."


HOSTILE = st.text(
    alphabet=st.sampled_from("aZ .,:;\n\t'’“()[]*•\u202e\u200b\x00\x1b<!>&=+@-|`1/2018") | st.characters(), max_size=300
) | st.sampled_from(
    [
        "<!channel>",
        "=HYPERLINK(1)",
        "Inspection judgements",
        "Requirement Due date\n1/1/2020",
        "Statutory requirements\n",
    ]
)
PARTS = (
    "home",
    "enforcement",
    "history",
    "of_overall",
    "of_protected",
    "of_leaders",
    "statutory",
    "manager",
    "inspector",
)


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(PARTS), st.lists(HOSTILE, max_size=4).map("".join), max_size=4))
def test_whatever_a_report_says_the_bounds_hold_and_nothing_raises(parts: dict[str, str]) -> None:
    report = read_report(drafted(**parts))
    if isinstance(report, CouldNotTell):
        return
    found = report.findings
    assert bool(found.unread) == (found == replace(Findings(), unread=found.unread))
    assert len(found.quotes) <= MOST
    limits = {
        **dict.fromkeys([quote.text for quote in found.quotes], LONGEST_SENTENCE),
        **dict.fromkeys([requirement.text for requirement in found.requirements], LONGEST_REQUIREMENT),
        **({found.enforcement.text: LONGEST_ENFORCEMENT} if found.enforcement else {}),
        **({found.children.text: LONGEST_CHILDREN} if found.children else {}),
    }
    for text, longest in limits.items():
        assert 0 < len(text) <= longest
        assert not [character for character in text if unicodedata.category(character)[0] == "C"]
    assert read(Findings, stored(found)) == found
