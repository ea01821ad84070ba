"""The buttons under an alert: only where somebody answers them, and within what Slack takes."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.delivery.channels.slack.sorts import LINKS, LONDON, sorts, worded
from tests.messages.messages import SEEN, alert, message
from tests.standins import slack_rules
from watcher.config.settings import Settings
from watcher.delivery.channels.kinds import HouseStyle, open_channel
from watcher.delivery.channels.slack import limits
from watcher.delivery.channels.slack.blocks import payload, update_payload
from watcher.delivery.channels.slack.buttons import ACKNOWLEDGE, BLOCK, HISTORY, SILENCE, buttons
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.delivery.channels.slack.webhook import posted
from watcher.delivery.preview import Previewed
from watcher.judging.changes import What
from watcher.messages.links import Links
from watcher.messages.message import Message, Notice, Reminder
from watcher.messages.wording import word

SORTS = dict(sorts())


def drawn(sent: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The buttons of a message."""
    return [one for block in sent["blocks"] if block["type"] == "actions" for one in block["elements"]]


def test_an_alert_can_be_acknowledged_silenced_and_asked_for_its_history() -> None:
    (block,) = buttons(message())
    assert block["block_id"] == BLOCK == "watcher"
    told = [(one["action_id"], one["text"]["text"], one["value"]) for one in block["elements"]]
    assert told == [
        (ACKNOWLEDGE, "Acknowledge", "feedfacefeedface"),
        (SILENCE, "Silence 14 days", "feedfacefeedface"),
        (HISTORY, "Its history", "feedfacefeedface"),
    ]
    assert [one.get("style") for one in block["elements"]] == ["primary", None, None]


def test_a_silence_is_asked_for_twice_since_it_hides_drops() -> None:
    asked = {one["action_id"]: one["confirm"]["text"]["text"] for one in drawn_of(message()) if "confirm" in one}
    assert list(asked) == [SILENCE]
    assert asked[SILENCE].startswith("For 14 days nothing about this home is sent to anybody, not even if it drops")


def drawn_of(one: Message) -> list[dict[str, Any]]:
    return drawn(payload(one, worded(one), "C1", is_answered=True))


def test_what_is_acknowledged_can_still_be_silenced_but_not_acknowledged_again() -> None:
    change = message(thread="1.2", is_acknowledged=True, deeds=("Acknowledged by ann, 20:14 on 3 August 2018",))
    sent = update_payload(change, worded(change), "C1", is_answered=True)
    assert [one["action_id"] for one in drawn(sent)] == [SILENCE, HISTORY]
    assert "Acknowledged by ann, 20:14 on 3 August 2018" in slack_rules.texts(sent["blocks"][1])
    assert slack_rules.rejection_of_update(sent) is None


@pytest.mark.parametrize("one", [message(Notice("it failed", "the disk is full")), message()], ids=["notice", "alert"])
def test_nothing_is_offered_that_nobody_answers(one: Message) -> None:
    is_answered = isinstance(one.content, Notice)
    assert drawn(payload(one, worded(one), "C1", is_answered=is_answered)) == []
    assert drawn(posted(payload(one, worded(one), ""))) == []


@pytest.mark.parametrize("one", SORTS.values(), ids=SORTS)
def test_every_sort_is_taken_with_its_buttons(one: Message) -> None:
    sent = payload(one, worded(one), "C1", is_answered=True)
    assert (slack_rules.rejection(sent), slack_rules.rings(sent), limits.faults(sent)) == (None, False, [])
    assert HISTORY in [button["action_id"] for button in drawn(sent)]


@pytest.mark.parametrize(("given", "buttons_drawn"), [({}, 0), ({"app_token_file": "app-token"}, 3)])
def test_a_channel_with_an_app_token_has_buttons(given: dict[str, Any], buttons_drawn: int) -> None:
    options = SlackOptions.model_validate({"channel": "C0123456789", "token": "xoxb-1", **given})
    channel = open_channel("desk", options, HouseStyle(zone=Settings().timezone))
    assert isinstance(channel, Previewed)
    shown = channel.preview(message(alert()), was_sent=True).text
    assert shown.count('"type": "button"') == buttons_drawn


@pytest.mark.parametrize(
    ("one", "links", "is_answered", "told"),
    [
        (message(), None, False, True),
        (message(), LINKS, False, False),
        (message(), None, True, False),
        (message(is_acknowledged=True), None, False, False),
        (message(alert(What.RECOVERED)), None, False, False),
        (message(reminder=Reminder(number=1, alert=SEEN)), None, False, False),
    ],
    ids=["first", "with a page", "with buttons", "acknowledged", "a recovery", "a reminder, which says it at its end"],
)
def test_a_line_says_how_to_acknowledge_where_nothing_else_does(
    one: Message, links: Links | None, is_answered: bool, told: bool
) -> None:
    sent = payload(one, word(one, LONDON, links), "C1", is_answered=is_answered)
    assert ("Acknowledge: watcher alerts ack SC478986" in slack_rules.texts(sent["blocks"])) is told
