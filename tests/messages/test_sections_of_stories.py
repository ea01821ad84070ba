"""What stands below the facts: quoted exactly, counted honestly, and left out where nothing is known."""

import unicodedata
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.messages.messages import message
from tests.messages.stories import CONTEXT, FINDINGS, RELATED, told
from watcher.facts.quotes import Findings, Quote, Requirement
from watcher.facts.regulators import Regulator
from watcher.judging.changes import What
from watcher.judging.context import Context, Drop, Owner, Past, Place, Stood
from watcher.messages.numbers import counted, listed, share, span
from watcher.messages.sections import stood
from watcher.messages.titles import title
from watcher.messages.wording import Wording, word

LONDON = ZoneInfo("Europe/London")


def said(context: Context | None = CONTEXT, findings: Findings | None = FINDINGS) -> dict[str, list[str]]:
    """The paragraphs by heading."""
    sections = wording(context, findings).sections
    return {section.heading: [paragraph.plain() for paragraph in section.shown] for section in sections}


def wording(context: Context | None = CONTEXT, findings: Findings | None = FINDINGS) -> Wording:
    return word(message(told(context=context, findings=findings)), LONDON)


def test_the_report_is_quoted_with_its_pages() -> None:
    sections = said()
    assert sections["What the inspectors found"] == [
        "‘Example text: serious and widespread failures leave children at risk.’ (page 3, on overall experiences)",
        "‘Example text: staff do not follow the plans.’ (page 4, on help and protection)",
        "‘Example text: a compliance notice was served’ (enforcement action since the inspection before, page 1)",
    ]
    assert sections["What the law requires"] == [
        "‘Example text: assess each child's risks. (Regulation 12)’ (by 31 August 2018; page 6)",
        "‘Example text: keep complete records. (Regulation 37)’ (no date that could be read; page 7)",
        "And 3 more requirements in the report.",
    ]
    assert sections["The home, in the inspectors' words"] == [
        "‘Example text: it provides care for up to five children.’ (page 1)"
    ]


def test_a_report_that_could_not_be_quoted_is_said_to_be() -> None:
    (line,) = said(findings=Findings(unread="its letters can't be told"))["What the inspectors found"]
    assert line.startswith("The report could not be quoted here (its letters can't be told).")


def test_that_there_was_no_enforcement_is_not_worth_a_line() -> None:
    findings = replace(FINDINGS, enforcement=Quote(text="None.", page=1))
    assert not any("enforcement" in line for line in said(findings=findings)["What the inspectors found"])


def test_the_owner_and_the_area_are_compared_with_the_country() -> None:
    sections = said()
    assert sections["The owner: Esland North Limited"] == [
        "15 children's homes with a grade: 3 outstanding, 10 good, 1 requires improvement, 1 inadequate.",
        "Good or outstanding: 87% (England: 83%). Inadequate: 7% (England: 3%).",
        (
            "Its other homes that dropped to inadequate since 3 August 2016: 1234624 in Wiltshire "
            "(29 December 2017, now good)."
        ),
        "Perhaps of the same group, as the names differ by region or legal form alone: Esland South Limited (5 homes).",
    ]
    assert sections["The area: Derby"] == [
        "13 children's homes with a grade: 10 good, 3 inadequate.",
        "Good or outstanding: 77% (England: 83%). Inadequate: 23% (England: 3%).",
        "Found inadequate since 3 August 2017: 2 inspections here and 156 inspections in England, this one among them.",
    ]


def test_what_counts_as_good_is_said_in_the_words_of_the_homes_regulator(ruritania: Regulator) -> None:
    country = Place(name=ruritania.country, grades={"excellent": 1, "good": 1, "adequate": 2, "unsatisfactory": 4})
    context = replace(CONTEXT, country=country, area=Place(name="North", grades={"very good": 3, "adequate": 3}))
    alert = told(home=f"{ruritania.key}:H1", context=context)
    (area,) = (section for section in word(message(alert), LONDON).sections if section.heading == "The area: North")
    assert area.paragraphs[1].text == (
        "Good, very good or excellent: 50% (Ruritania: 25%). Unsatisfactory: 0% (Ruritania: 50%)."
    )


def test_a_group_is_named_as_it_is_configured() -> None:
    owner = Owner(name="Esland North Limited", group="Esland", grades={"good": 2})
    assert "The owner: Esland (Esland North Limited)" in said(replace(CONTEXT, owner=owner))


@pytest.mark.parametrize(
    ("owner", "lines"),
    [
        (
            Owner(name="Elm", grades={"inadequate": 1}),
            ["No other children's home of this owner with a grade is known to be open."],
        ),
        (
            Owner(name="Elm", grades={"good": 1, "inadequate": 1}, drops_since=date(2016, 8, 3)),
            [
                "2 children's homes with a grade: 1 good, 1 inadequate.",
                "None of its other homes is known to have dropped to inadequate since 3 August 2016.",
            ],
        ),
    ],
)
def test_of_few_homes_no_share_is_told(owner: Owner, lines: list[str]) -> None:
    assert said(replace(CONTEXT, owner=owner))["The owner: Elm"] == lines


def test_what_the_history_does_not_know_is_left_out() -> None:
    bare = replace(CONTEXT, owner=None, area=Place(name="Derby"), country=None, counted_since=None)
    assert [heading for heading in said(bare) if heading.startswith("The ")] == ["The home, in the inspectors' words"]
    assert said(None, None) == {}
    gap = replace(CONTEXT, counted_since=None, country=replace(CONTEXT.country or Place(name=""), inadequate=None))
    assert not any("Found inadequate" in line for line in said(gap)["The area: Derby"])


def test_the_facts_say_how_long_the_grade_stood_and_when_news_is_to_be_expected() -> None:
    facts = {fact.label: fact.value for fact in wording().facts}
    assert facts["Had been good"] == "for 3 years and 2 months, since 13 May 2015 (3 inspections in a row)"
    assert facts["Expect news by"].startswith("20 October 2018 ")
    assert "39 days" in facts["Expect news by"]
    assert "Owner" not in facts  # it has a section, and stands in the first line


def test_a_message_that_says_how_the_home_stands_now_expects_no_more_news() -> None:
    before, after = (word(message(told(), state=state), LONDON).facts for state in ("", "recovered after 53 days"))
    assert [fact.label for fact in before if fact not in after] == ["Expect news by"]


def test_where_the_history_begins_a_grade_may_have_stood_longer() -> None:
    run = Stood(grade="good", since=date(2018, 6, 3), days=61, inspections=1, from_the_beginning=True)
    assert stood(replace(CONTEXT, stood=run)) == (
        "for 61 days, since 3 June 2018; perhaps longer, our history begins there"
    )


def test_the_recovery_does_not_say_twice_how_long_it_was() -> None:
    run = Stood(grade="inadequate", since=date(2018, 8, 3), days=53, inspections=1, from_the_beginning=False)
    recovery = told(change=What.RECOVERED, days_inadequate=53, context=replace(CONTEXT, stood=run))
    labels = [fact.label for fact in word(message(recovery), LONDON).facts]
    assert not any(label.startswith("Had been") for label in labels)


def test_a_possible_successor_is_a_guess_and_says_so() -> None:
    lines = said(replace(CONTEXT, related=(RELATED,)))["Perhaps the same home under another number"]
    assert lines == [
        (
            "2700001 (Esland North Limited, Derby, registered 1 December 2018): same owner; same area (Derby); "
            "registered 4 days after it was found to be gone."
        ),
        "This is a guess from what is published; the history of SC478986 stays its own.",
    ]


def test_the_foot_says_what_the_numbers_rest_on() -> None:
    assert any("the official list of 31 March 2018" in note for note in wording().footnotes)


def test_the_plain_text_has_the_link_before_the_sections_and_the_strip() -> None:
    plain = wording().plain()
    assert plain.index("https://") < plain.index("What the inspectors found") < plain.index("Why you get this")
    assert "Graded inspections: 2014 RI · 2017 G · 2018 I" in plain
    assert "What the inspectors found" not in wording().plain(with_sections=False)


HOSTILE = "<!channel> <b>\u202e\x1b[31m=cmd()\x00 " * 40


def test_hostile_words_are_inert_wherever_they_come_from() -> None:
    owner = Owner(name=HOSTILE, grades={HOSTILE: 7}, similar={HOSTILE: 2}, group=HOSTILE)
    context = replace(
        CONTEXT,
        owner=owner,
        area=Place(name=HOSTILE, grades={"good": 1}),
        related=(replace(RELATED, owner=HOSTILE, reasons=(HOSTILE,)),),
    )
    findings = Findings(quotes=(Quote(text=HOSTILE, page=1, area=HOSTILE),), enforcement=Quote(text=HOSTILE, page=1))
    plain = wording(context, findings).plain()
    assert not [character for character in plain if unicodedata.category(character)[0] == "C" and character != "\n"]


@given(st.integers(0, 20_000))
def test_a_span_is_never_empty(days: int) -> None:
    assert span(days)[0].isdigit()


@pytest.mark.parametrize(
    ("days", "words"),
    [(1, "1 day"), (53, "53 days"), (91, "91 days"), (92, "3 months"), (365, "1 year"), (1178, "3 years and 2 months")],
)
def test_spans_in_words(days: int, words: str) -> None:
    assert span(days) == words


@pytest.mark.parametrize(
    ("part", "whole", "words"), [(0, 9, "0%"), (1, 900, "under 1%"), (899, 900, "over 99%"), (9, 9, "100%")]
)
def test_a_share_is_never_rounded_to_none_or_all(part: int, whole: int, words: str) -> None:
    assert share(part, whole) == words


def test_lists_and_counts_in_words() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert (counted(1, "home"), counted(1429, "home")) == ("1 home", "1,429 homes")


def test_what_is_only_partly_inadequate_is_not_among_those_found_inadequate() -> None:
    alert = told(change=What.AREA_INADEQUATE, grades={"overall": "good", "protected": "good", "leaders": "inadequate"})
    (area,) = [section for section in word(message(alert), LONDON).sections if section.heading == "The area: Derby"]
    assert area.paragraphs[-1].text.endswith("156 inspections in England.")


def test_more_drops_than_are_named_are_counted() -> None:
    owner = replace(CONTEXT.owner or Owner(name=""), more_drops=7)
    assert (
        "(29 December 2017, now good) and 7 more."
        in said(replace(CONTEXT, owner=owner))["The owner: Esland North Limited"][2]
    )


def test_a_home_of_which_nobody_knows_whether_it_is_open_is_said_to_be_such() -> None:
    drop = Drop(home_id="1", local_authority=None, known=date(2017, 12, 29), now="")
    owner = replace(CONTEXT.owner or Owner(name=""), drops=(drop,))
    lines = said(replace(CONTEXT, owner=owner))["The owner: Esland North Limited"]
    assert "1 (29 December 2017, not known to be open any more)" in lines[2]


@pytest.mark.parametrize(("earlier", "words"), [("good", "is good again"), ("inadequate", "is good after")])
def test_a_home_is_good_again_only_if_it_was(earlier: str, words: str) -> None:
    past = (Past(inspected=date(2014, 6, 26), grade=earlier), Past(inspected=date(2018, 9, 4), grade="good"))
    recovery = told(
        change=What.RECOVERED,
        inspected=date(2018, 9, 4),
        grades={"overall": "good"},
        days_inadequate=53,
        context=replace(CONTEXT, past=past),
    )
    assert words in title(recovery)


def test_an_older_word_for_a_grade_is_explained() -> None:
    past = (Past(inspected=date(2014, 6, 26), grade="requires improvement", words="adequate"), CONTEXT.past[-1])
    plain = wording(replace(CONTEXT, past=past)).plain()
    assert "RI = requires improvement (once called adequate)" in plain


DATED = Requirement(text="Example text: assess each risk. (Regulation 12)", page=6, due=date(2018, 9, 15))
UNDATED = replace(DATED, due=None)


@pytest.mark.parametrize(
    ("findings", "line"),
    [
        (None, ""),
        (Findings(unread="a scan"), ""),
        (Findings(), ""),
        (Findings(requirements=(DATED,)), "1 requirement, due by 15 September"),
        (Findings(requirements=(replace(DATED, due=date(2019, 1, 2)),)), "1 requirement, due by 2 January 2019"),
        (
            Findings(requirements=(replace(DATED, due=date(2018, 9, 29)), DATED)),
            "2 requirements, the first due by 15 September",
        ),
        (Findings(requirements=(DATED, UNDATED)), "2 requirements, one of them due by 15 September"),
        (Findings(requirements=(DATED,), more_requirements=2), "3 requirements, one of them due by 15 September"),
        (Findings(requirements=(UNDATED, UNDATED)), "2 requirements"),
        (Findings(enforcement=Quote(text="none.", page=1)), ""),
        (Findings(enforcement=FINDINGS.enforcement), "Enforcement action was taken since the inspection before"),
        (
            FINDINGS,
            "5 requirements, one of them due by 31 August; enforcement action was taken since the inspection before",
        ),
    ],
)
def test_what_the_report_obliges_the_home_to_is_one_line(findings: Findings | None, line: str) -> None:
    wording = word(message(told(findings=findings)), LONDON)
    assert wording.consequence == line
    assert wording.preview.startswith(line or "Overall experiences, help and protection")
