"""The local Slack catches what the real one would, each defect for its own reason; compared with slack_sdk's models."""

from typing import Any

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from tests.standins import slack_rules
from watcher.delivery.channels.slack import limits

Made = dict[str, Any]


def plain(text: str = "x") -> Made:
    return {"type": "plain_text", "text": text}


def marked(text: str = "x") -> Made:
    return {"type": "mrkdwn", "text": text}


def header(text: Made) -> Made:
    return {"type": "header", "text": text}


def section(text: Made | None = None, *, fields: list[Made] | None = None, **more: Any) -> Made:
    parts = {"text": text, "fields": fields, **more}
    return {"type": "section", **{name: value for name, value in parts.items() if value is not None}}


def image(**more: Any) -> Made:
    return {"type": "image", "image_url": "https://x.org/a.png", "alt_text": "a home", **more}


def button(**more: Any) -> Made:
    return {"type": "button", "text": plain(), "action_id": "a", "url": "https://x.org/", **more}


def elements(kind: str, *found: Made) -> Made:
    return {"type": kind, "elements": list(found)}


def without(made: Made, name: str) -> Made:
    return {key: value for key, value in made.items() if key != name}


def sent(*blocks: Made, **more: Any) -> Made:
    return {"channel": "C1", "text": "beside it", "blocks": list(blocks), **more}


def rich(*made: Made) -> Made:
    return {"type": "rich_text", "elements": list(made)}


def part(kind: str, *made: Made, **more: Any) -> Made:
    return {"type": f"rich_text_{kind}", "elements": list(made), **more}


WORD = {"type": "text", "text": "<!channel> *not bold*", "style": {"italic": True}}


def asked(**more: Any) -> Made:
    return {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain(), **more}


SOUND = [
    sent(*[section(plain())] * 50),
    sent(section(plain("x" * 3_000))),
    sent(section(fields=[plain("x" * 800)] * 10)),
    sent(section(fields=[marked("x" * 2_000)])),
    sent(header(plain("x" * 150))),
    sent(section(plain(), block_id="one"), section(plain(), block_id="two")),
    sent(image(), image(title=plain())),
    sent(section(plain(), accessory=image()), section(plain(), accessory=button())),
    sent(elements("context", *[marked()] * 9, image())),
    sent(elements("actions", *[button(action_id=str(number)) for number in range(25)])),
    sent(elements("actions", button(action_id="x" * 255, value="x" * 2_000, style="danger", text=plain("x" * 75)))),
    sent(elements("actions", button(confirm=asked(text=plain("x" * 300), deny=plain("x" * 30), style="danger")))),
    sent({"type": "divider"}, section(plain()), {"type": "divider", "block_id": "line"}),
    sent(rich(part("section", WORD), part("quote", WORD), part("list", part("section", WORD), style="bullet"))),
    sent(section(marked("&lt;!channel&gt; <https://x.org/?a=1&amp;b=2|here>"))),
    sent(*[section(plain("x" * 2_990))] * 3),
]


@pytest.mark.parametrize("message", SOUND)
def test_what_is_just_within_the_limits_is_taken_by_all(message: Made) -> None:
    assert slack_rules.rejection(message) is None
    assert not slack_rules.rings(message)
    assert not models_reject(message)


BOTH = [
    ("an empty section", sent(section())),
    ("a section over 3,000", sent(section(plain("x" * 3_001)))),
    ("eleven fields", sent(section(fields=[plain()] * 11))),
    ("a header over 150", sent(header(plain("x" * 151)))),
    ("an image without alt_text", sent(without(image(), "alt_text"))),
    ("a picture without alt_text", sent(elements("context", without(image(), "alt_text")))),
    ("eleven elements of a context", sent(elements("context", *[plain()] * 11))),
    ("twenty-six actions", sent(elements("actions", *[button(action_id=str(number)) for number in range(26)]))),
    ("a block id over 255", sent(section(plain(), block_id="x" * 256))),
    ("a button with too long a text", sent(elements("actions", button(text=plain("x" * 76))))),
    ("a button with too long a value", sent(elements("actions", button(value="x" * 2_001)))),
    ("an action id over 255", sent(elements("actions", button(action_id="x" * 256)))),
    ("an unknown style", sent(elements("actions", button(style="loud")))),
    ("too long a question", sent(elements("actions", button(confirm=asked(text=plain("x" * 301)))))),
    ("too long a title of a question", sent(elements("actions", button(confirm=asked(title=plain("x" * 101)))))),
    ("too long an answer", sent(elements("actions", button(confirm=asked(deny=plain("x" * 31)))))),
    ("a button with too long an address", sent(elements("actions", button(url="https://x.org/" + "x" * 3_000)))),
]
SLACK_ALONE = [
    ("a field over 2,000", sent(section(fields=[plain("x" * 2_001)])), "the model counts fields, and measures none"),
    ("51 blocks", sent(*[section(plain())] * 51), "a model is one block, and counts no others"),
    ("a header in mrkdwn", sent(header(marked())), "the model takes either kind of text"),
    ("a block id twice", sent(section(plain(), block_id="a"), section(plain(), block_id="a")), "one block at a time"),
    ("an action id twice", sent(elements("actions", button(), button())), "one element at a time"),
    ("no actions", sent(elements("actions")), "it counts the most, and not the fewest"),
    ("an unknown type", sent({"type": "headre", "text": plain()}), "it becomes no model at all, without an error"),
    ("a bad address of an image", sent(image(image_url="x.org/a.png")), "the model measures its length alone"),
    ("a bad address of a button", sent(elements("actions", button(url="javascript:x"))), "the same"),
    ("a message over 12,000", sent(*[section(plain("x" * 3_000))] * 4 + [section(plain())]), "the same"),
    ("a message over our own 9,000", sent(*[section(plain("x" * 3_000))] * 3), "published nowhere, measured"),
    ("rich text without elements", sent(rich()), "the model looks at no elements"),
    ("a quotation without text", sent(rich(part("quote"))), "the same"),
    ("an empty text", sent(rich(part("section", {"type": "text", "text": ""}))), "the same"),
    ("an unknown part of rich text", sent(rich(part("poem", WORD))), "the same"),
    ("no text", without(sent(section(plain())), "text"), "beside the blocks"),
]
"""Defects that the models let through, and why."""


DEFECTS = {case[0]: case[1] for case in BOTH} | {case[0]: case[1] for case in SLACK_ALONE}


@pytest.mark.parametrize("message", DEFECTS.values(), ids=DEFECTS)
def test_a_planted_defect_is_rejected_by_the_local_slack_and_found_by_us_before_sending(message: Made) -> None:
    assert slack_rules.rejection(message)
    assert limits.faults(message)


@pytest.mark.parametrize("message", [case[1] for case in BOTH], ids=[case[0] for case in BOTH])
def test_where_slack_sdks_models_can_judge_they_agree(message: Made) -> None:
    assert models_reject(message)


@pytest.mark.parametrize(("message", "why"), [case[1:] for case in SLACK_ALONE], ids=[case[0] for case in SLACK_ALONE])
def test_what_slack_sdks_models_let_through_is_known_with_its_reason(message: Made, why: str) -> None:
    assert not models_reject(message), f"they do judge it now: move the row to BOTH ({why})"


@pytest.mark.parametrize("text", ["<!channel>", "<!here|here>", "<@U1>", "<#C1>", "<!subteam^S1>", "a < b", "a & b"])
def test_an_unescaped_mention_is_told_of_though_slack_takes_it(text: str) -> None:
    for message in (sent(section(marked(text))), sent(section(plain()), text=text)):
        assert slack_rules.rejection(message) is None
        assert slack_rules.rings(message)
        assert limits.faults(message)
        assert not models_reject(message)


def models_reject(message: Made) -> bool:
    """Whether one of the blocks can't be made a model of slack_sdk's, or the model can't be written."""
    try:
        for block in message["blocks"]:
            if (made := Block.parse(block)) is not None:
                made.to_dict()
    except (SlackObjectFormationError, TypeError):
        return True
    return False
