"""Each channel's messages lead to the pages where these have an address, and are what they were where not."""

from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from tests.messages.messages import alert, message
from tests.messages.stories import told
from watcher.delivery.channels.console.channel import ConsoleChannel
from watcher.delivery.channels.slack import limits
from watcher.delivery.channels.slack.blocks import payload, update_payload
from watcher.delivery.channels.webhook.body import body
from watcher.messages.links import Links
from watcher.messages.message import Notice, Reminder
from watcher.messages.ways import SEE_CHANGE
from watcher.messages.wording import word

LONDON = ZoneInfo("Europe/London")
LINKS = Links("https://watcher.example.org", b"k" * 32)
PAGE = f"https://watcher.example.org/changes/{alert().id}"
NOTICE = Notice("The disk is full", "Free some.")


def test_the_console_prints_the_page_below_the_source() -> None:
    shown = ConsoleChannel("screen", LONDON, LINKS).preview(message(), was_sent=True).text
    line = f"  {SEE_CHANGE}: {PAGE}\n"
    assert f"  {alert().link}\n{line}" in shown
    without = ConsoleChannel("screen", LONDON).preview(message(), was_sent=True).text
    assert shown.replace(line, "") == without


def test_a_webhook_s_receiver_gets_the_page_of_an_alert_and_of_its_reminders() -> None:
    sent: dict[str, Any] = orjson.loads(body(message(), LINKS))
    assert sent.pop("page") == PAGE
    assert sent == orjson.loads(body(message()))
    assert orjson.loads(body(message(reminder=Reminder(number=1, alert=message().seen)), LINKS))["page"] == PAGE
    assert body(message(NOTICE), LINKS) == body(message(NOTICE))


@pytest.mark.parametrize("content", [alert(), told(), alert(link=None)])
def test_slack_shows_the_page_beside_the_source_within_its_limits(content: Any) -> None:
    said = message(content)
    for made in (payload, update_payload):
        whole = made(said, word(said, LONDON, LINKS), "C1")
        assert limits.faults(whole) == []
        texts = [str(block.get("text", {}).get("text")) for block in whole["blocks"]]
        (links,) = [text for text in texts if "|" in text]
        assert links.endswith(f"<https://watcher.example.org/changes/{content.id}|{SEE_CHANGE}>")
        assert ("Read it at its source" in links) == (content.link is not None)


def test_a_notice_is_the_same_with_pages_and_without() -> None:
    assert word(message(NOTICE), LONDON, LINKS) == word(message(NOTICE), LONDON)
