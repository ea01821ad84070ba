"""Sections in Slack: within all limits, nothing of the report rings or formats, and what is left out is said."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.messages.messages import message
from tests.messages.stories import CONTEXT, FINDINGS, told
from tests.standins import slack_rules
from watcher.delivery.channels.slack import limits
from watcher.delivery.channels.slack.blocks import payload
from watcher.delivery.channels.slack.rich_text import left_out, within, within_height
from watcher.facts.quotes import Findings, Quote, Requirement
from watcher.judging.context import Owner
from watcher.messages.sections import LAW, Paragraph, Section
from watcher.messages.wording import word

LONDON = ZoneInfo("Europe/London")
LONGEST_OWNER = "RCS operations LTD trading as Cumulus Care Services " * 3
LONG = "Example text: the registered person must ensure that each child is kept safe from every harm. " * 6


def sent(findings: Findings, owner: str = "Esland North Limited") -> dict[str, object]:
    context = replace(CONTEXT, owner=Owner(name=owner, grades={"good": 9}))
    one = message(told(context=context, findings=findings, owner=owner))
    return payload(one, word(one, LONDON), "C1")


def test_the_whole_story_is_taken() -> None:
    found = sent(FINDINGS)
    assert slack_rules.rejection(found) is None
    kinds = [block["type"] for block in found["blocks"]]  # type: ignore[attr-defined]  # a list of blocks
    assert kinds.count("rich_text") == 7  # the facts, the history, three of the report, the owner, the area


@pytest.mark.parametrize("owner", ["Esland North Limited", LONGEST_OWNER, "<!channel> & Co"])
def test_the_longest_report_is_taken_with_its_blocks_and_says_what_it_lacks(owner: str) -> None:
    requirements = tuple(Requirement(text=LONG, page=7) for _ in range(20))
    found = sent(replace(FINDINGS, quotes=(Quote(text=LONG, page=3),) * 6, requirements=requirements), owner)
    assert slack_rules.rejection(found) is None
    assert not slack_rules.rings(found)
    assert limits.faults(found) == []
    assert "blocks" in found
    texts = slack_rules.texts(found)
    lacking = [text for text in texts if text.startswith("Left out for want of room: ")]
    assert any("more requirements in the report" in text for text in texts) or any(LAW in text for text in lacking)


@settings(max_examples=60)
@given(st.text(max_size=600), st.integers(0, 12))
def test_whatever_a_report_says_is_taken(text: str, count: int) -> None:
    quotes = tuple(Quote(text=text, page=1, area="overall") for _ in range(count))
    found = sent(Findings(quotes=quotes, requirements=(Requirement(text=text, page=2),)))
    assert slack_rules.rejection(found) is None
    assert not slack_rules.rings(found)
    assert "blocks" in found


def test_the_longest_section_is_shortened_first() -> None:
    short = Section(heading="Short", paragraphs=(Paragraph(text="a" * 50),))
    long = Section("Long", tuple(Paragraph(text="b" * 100) for _ in range(5)), more=4, of_the_report="requirement")
    first, second = within([short, long], 400)
    assert first == short
    assert [len(paragraph.text) for paragraph in second.paragraphs] == [100, 100]
    assert second.shown[-1].text == "And 7 more requirements in the report."


def test_lines_of_our_own_are_not_in_the_report() -> None:
    (left,) = within([Section("Owner", tuple(Paragraph(text="b" * 100) for _ in range(3)))], 300)
    assert left.shown[-1].text == "And 1 more line left out for want of room."


def test_no_room_is_no_section() -> None:
    assert within([Section(heading="Long", paragraphs=(Paragraph(text="b" * 100),))], 0) == []


def test_with_little_height_the_report_is_shown_before_the_owner_and_what_is_lacking_is_named() -> None:
    found = Section("Found", tuple(Paragraph(text="a" * 100) for _ in range(5)), of_the_report="quotation")
    owner = Section("The owner: Elm", tuple(Paragraph(text="b" * 100) for _ in range(5)))
    wholly = within_height([found, owner], 10_000)
    assert wholly == [found, owner]
    first, second = within_height([found, owner], 420)
    assert (len(first.paragraphs), len(second.paragraphs)) == (3, 1)
    assert first.shown[-1].text == "And 2 more quotations in the report."
    alone = within_height([found, owner], 210)
    assert [section.heading for section in alone] == ["Found"]
    assert left_out([found, owner], alone) == "Left out for want of room: The owner"
    assert within_height([found, owner], 0) == []
