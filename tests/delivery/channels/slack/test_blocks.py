"""Messages as Slack takes them, checked by two sets of rules that know nothing of each other."""

import copy
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.messages.messages import GOOD, INADEQUATE, SEEN, alert, graded, message
from tests.messages.stories import told
from tests.standins import slack_rules
from watcher.delivery.channels.slack import limits
from watcher.delivery.channels.slack.blocks import escape, payload, plain_payload
from watcher.judging.changes import What
from watcher.messages.alert import Alert
from watcher.messages.message import Notice, Reminder
from watcher.messages.sections import consequence
from watcher.messages.titles import title
from watcher.messages.wording import Fact, Wording, word

LONDON = ZoneInfo("Europe/London")
NASTY = "<!channel> <@U123> <https://evil.example|Ofsted> & *bold* `x` @here \u202e"
FLOOD = "🏚" * 9_000
SHELL = ("watcher alerts", "watcher explain", "watcher status")


def rendered(content: Alert | Notice, *, is_answered: bool = False) -> dict[str, Any]:
    one = message(content)
    return payload(one, word(one, LONDON), "C0123456789", is_answered=is_answered)


def test_an_alert_has_the_fact_as_header_and_as_text_beside_it() -> None:
    sent = rendered(alert())
    assert sent["blocks"][0] == {
        "type": "header",
        "text": {
            "type": "plain_text",
            "text": "Children's home in Derby drops from good to inadequate (SC478986, Esland North Limited)",
            "emoji": False,
        },
    }
    assert sent["text"].startswith("Children's home in Derby drops from good to inadequate (SC478986")
    assert sent["metadata"] == {"event_type": "watcher_delivery", "event_payload": {"id": "feedfacefeedface"}}
    assert sent["unfurl_links"] is sent["unfurl_media"] is False


@pytest.mark.parametrize("change", What)
@pytest.mark.parametrize("text", ["", "Elm", NASTY, FLOOD, NASTY * 500, "&" * 5_000])
def test_every_alert_is_taken_with_its_blocks_and_rings_nobody(change: What, text: str) -> None:
    said = {f"area {number} {text}": text or "good" for number in range(30)}
    sent = rendered(
        alert(
            change, name=text, owner=text, local_authority=text, type=text, home_id=text, link=f"https://x.org/{text}",
            grades={**INADEQUATE, **said}, before=graded("2017-08-23", GOOD), was=GOOD, watches=(text,) * 50,
        )
    )  # fmt: skip
    assert limits.faults(sent) == []
    assert slack_rules.rejection(sent) is None
    assert not slack_rules.rings(sent)
    assert "blocks" in sent


@pytest.mark.parametrize("text", ["", "it failed", NASTY, FLOOD, "<" * 9_000])
def test_every_notice_is_taken_and_rings_nobody(text: str) -> None:
    sent = rendered(Notice(text, text))
    assert limits.faults(sent) == []
    assert slack_rules.rejection(sent) is None
    assert not slack_rules.rings(sent)


def test_the_published_words_stand_in_the_blocks_as_they_are() -> None:
    texts = slack_rules.texts(rendered(alert(owner="Elm & Sons <Care>", link="https://x.org/?a=1&b=2"))["blocks"])
    assert "Elm & Sons <Care>" in texts
    assert "<https://x.org/?a=1&amp;b=2|Read it at its source>" in texts


def test_blocks_that_slack_would_reject_are_left_out_and_the_text_stands_alone() -> None:
    one, long = message(), Wording(title="T", facts=tuple(Fact("label", "x" * 1_900) for _ in range(6)))
    assert "blocks" not in payload(one, long, "C0123456789")
    assert slack_rules.rejection(plain_payload(one, long, "C0123456789")) is None


@pytest.mark.parametrize("longest", range(1, 40))
def test_cutting_never_exceeds_the_limit_nor_halves_an_entity(longest: int) -> None:
    text = limits.fit("a<b>&🏚 c & d < e 🏚🏚 f", longest, escape)
    assert limits.size(text) <= longest
    assert not limits.faults({"text": text})


def spoil(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Puts a value at a place like `blocks.0.text.text`; a callable makes it from what is there."""

    def alter(sent: dict[str, Any]) -> None:
        *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        place: Any = sent
        for step in way:
            place = place[step]
        if callable(value):
            place[last] = value(place[last])
        elif value is None:
            del place[last]
        else:
            place[last] = value

    return alter


DIVIDER = {"type": "section", "text": {"type": "plain_text", "text": "x"}}
FIELD = {"type": "mrkdwn", "text": "x"}
DEFECTS = [
    ("blocks", lambda blocks: blocks + [DIVIDER] * 51),
    ("blocks", [{**DIVIDER, "block_id": "same"}, {**DIVIDER, "block_id": "same"}]),
    ("blocks", [{**DIVIDER, "block_id": "x" * 256}]),
    ("blocks", [{"type": "section"}]),
    ("blocks", [{"type": "context", "elements": []}]),
    ("blocks", lambda blocks: blocks + [{**DIVIDER, "text": {"type": "plain_text", "text": "x" * 2_900}}] * 3),
    ("blocks.0.type", "headre"),
    ("blocks.0.text.type", "mrkdwn"),
    ("blocks.0.text.text", "x" * 151),
    ("blocks.0.text.text", ""),
    ("blocks.0.text", None),
    ("blocks.1.fields", [FIELD] * 11),
    ("blocks.1.fields", [{**FIELD, "text": "x" * 2_001}]),
    ("blocks.1.fields", [{**FIELD, "type": "markdown"}]),
    ("blocks.1.text.text", "x" * 3_001),
    ("blocks.3.elements", []),
    ("blocks.3.elements.0.text", ""),
    ("blocks.3.elements.0.text.text", "x" * 76),
    ("blocks.3.elements.0.style", "loud"),
    ("blocks.3.elements.0.value", "x" * 2_001),
    ("blocks.3.elements.0.action_id", "watcher_silence"),
    ("blocks.3.elements.1.confirm.text.text", "x" * 301),
    ("blocks.3.elements.1.confirm.deny", None),
    ("blocks.4.type", "line"),
    ("blocks.6.elements", lambda elements: elements * 6),
    ("blocks.6.elements.0", {"type": "image"}),
    ("text", None),
    ("text", "  "),
    ("text", "x" * 4_001),
]


@pytest.mark.parametrize(("path", "value"), DEFECTS)
def test_what_slack_rejects_is_found_before_sending(path: str, value: Any) -> None:
    sent = copy.deepcopy(rendered(alert(), is_answered=True))
    spoil(path, value)(sent)
    assert slack_rules.rejection(sent), "the defect must be one"
    assert limits.faults(sent)


@pytest.mark.parametrize("text", ["<!channel>", "<@U123>", "<#C123>", "<!here|x>", "a & b", "<https://x.org", "a < b"])
@pytest.mark.parametrize("path", ["text", "blocks.2.text.text"])
def test_what_would_ring_or_break_the_mark_up_is_found_before_sending(path: str, text: str) -> None:
    sent = copy.deepcopy(rendered(alert()))
    spoil(path, text)(sent)
    assert limits.faults(sent)


@pytest.mark.parametrize("longest", [alert(owner="Elm " * 40, local_authority="Poole " * 20)])
def test_a_fact_too_long_for_a_header_goes_on_below_it(longest: Alert) -> None:
    header, section, *_ = rendered(longest)["blocks"]
    begun, rest = header["text"]["text"], section["text"]["text"]
    assert (begun[-1], rest[0]) == ("…", "…")
    assert f"{begun[:-1]}{rest[1:]}" == title(longest)


def test_an_alert_is_told_in_the_order_in_which_it_is_read() -> None:
    one = message(told(), state="recovered", deeds=("Acknowledged by ann",))
    sent = payload(one, word(one, LONDON), "C0123456789", is_answered=True)
    kinds = [block["type"] for block in sent["blocks"]]
    assert kinds[:6] == ["header", "rich_text", "section", "section", "actions", "divider"]
    above = slack_rules.texts(sent["blocks"][:4])
    assert [text for text in above[1:] if text.strip()] == [
        "Now: recovered",
        "Acknowledged by ann",
        f"{consequence(told())}\nGood → inadequate in all 3 areas",
        "<https://reports.ofsted.gov.uk/provider/5/SC478986|Read it at its source>",
    ]


def test_a_reminder_says_so_in_header_text_and_context() -> None:
    one = message(told(), reminder=Reminder(number=2, alert=SEEN))
    sent = payload(one, word(one, LONDON), "C0123456789")
    assert sent["blocks"][0]["text"]["text"].startswith("Reminder 2: Children's home in Derby drops")
    assert sent["text"].startswith("Reminder 2: Children's home in Derby drops")
    context = [element["text"] for element in sent["blocks"][-1]["elements"]]
    assert any("tell whoever runs this watcher: SC478986" in text for text in context)
    assert not any(command in str(sent) for command in SHELL)
    assert (slack_rules.rejection(sent), limits.faults(sent)) == (None, [])
