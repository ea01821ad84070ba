"""Changing a message that Slack has, and showing a reply in the channel, over real HTTP."""

from datetime import timedelta

import pytest

from tests.delivery.bursts import channel_of, impatient
from tests.messages.messages import message
from tests.standins import slack as ways
from tests.standins import slack_rules
from tests.standins.slack import CHANNEL, SlackStandIn
from watcher.delivery.channel import Revising
from watcher.delivery.channels.slack import answers
from watcher.delivery.channels.slack.blocks import update_payload
from watcher.delivery.verdict import Answer
from watcher.messages.message import Message
from watcher.messages.wording import Fact, Wording

NOW = "recovered after 53 days, rated good (published 25 September 2018)"


def begun(slack: SlackStandIn) -> Message:
    """The message of the drop, posted; as it is to be changed."""
    reference = channel_of(slack).send(message()).reference
    assert reference is not None
    slack.calls.clear()
    return message(thread=reference, state=NOW)


def test_slack_is_a_channel_that_can_change_what_it_took(slack: SlackStandIn) -> None:
    assert isinstance(channel_of(slack), Revising)


def test_the_message_says_how_the_home_stands_now_and_all_that_it_said_before(slack: SlackStandIn) -> None:
    change = begun(slack)
    before = slack.messages[0]
    verdict = channel_of(slack).update(change)
    assert (verdict.answer, verdict.reference) == (Answer.ACCEPTED, before["ts"])
    (after,) = slack.messages
    assert slack_rules.texts(after["blocks"][1]) == [f"Now: {NOW}"]
    assert after["text"].splitlines()[:2] == [before["text"].splitlines()[0], f"Now: {NOW}"]
    gone = [block for block in before["blocks"] if block not in after["blocks"]]
    assert slack_rules.texts(gone) == ["Acknowledge: watcher alerts ack SC478986"], "nobody is asked to any more"
    assert len(after["blocks"]) == len(before["blocks"])
    assert (after["ts"], after["metadata"]) == (before["ts"], before["metadata"])
    assert "thread_ts" not in after


def test_a_change_made_twice_comes_to_the_same(slack: SlackStandIn) -> None:
    change = begun(slack)
    channel_of(slack).update(change)
    once = list(slack.messages)
    channel_of(slack).update(change)
    assert (slack.messages, len(slack.updates)) == (once, 2)


def test_a_change_without_blocks_leaves_none_of_the_former(slack: SlackStandIn) -> None:
    change = begun(slack)
    too_much = Wording(title="Too much", facts=tuple(Fact(f"area {number}", "x" * 1_900) for number in range(9)))
    assert slack.update(update_payload(change, too_much, CHANNEL))["ok"]
    assert slack.messages[0]["text"].splitlines()[0] == "Too much"
    assert slack.messages[0]["blocks"] == []


@pytest.mark.parametrize(
    "error",
    sorted(
        {"cant_update_message", "edit_window_closed", "message_not_found", "an_error_of_tomorrow"}
        | (answers.ADVICE.keys() - answers.NO_TOKEN)
        | answers.FORM
    ),
)
def test_what_slack_does_not_let_be_changed_is_given_up_and_stops_nothing(slack: SlackStandIn, error: str) -> None:
    change = begun(slack)
    slack.errors["chat.update"] = error
    verdict = channel_of(slack).update(change)
    assert (verdict.answer, verdict.stops) == (Answer.REFUSED, False)
    assert error in verdict.detail
    assert answers.ADVICE.get(error, "") in verdict.detail
    assert verdict.remark == (verdict.detail if error in answers.ADVICE else "")
    assert len(slack.calls) == 1


def test_a_message_that_somebody_deleted_is_not_brought_back(slack: SlackStandIn) -> None:
    change = begun(slack)
    assert change.thread is not None
    slack.delete(change.thread)
    verdict = channel_of(slack).update(change)
    assert (verdict.answer, "message_not_found" in verdict.detail) == (Answer.REFUSED, True)
    assert slack.messages == []


@pytest.mark.parametrize("error", sorted(answers.NO_TOKEN))
def test_a_token_that_is_refused_is_a_matter_of_the_channel(slack: SlackStandIn, error: str) -> None:
    change = begun(slack)
    slack.errors["chat.update"] = error
    verdict = channel_of(slack).update(change)
    assert (verdict.answer, verdict.stops) == (Answer.REFUSED, True)


def test_without_a_token_nothing_is_asked(slack: SlackStandIn) -> None:
    change = begun(slack)
    verdict = channel_of(slack, token="").update(change)
    assert (verdict.answer, verdict.stops, slack.calls) == (Answer.REFUSED, True, [])


@pytest.mark.parametrize(
    ("way", "answer"),
    [
        (ways.is_rate_limited("30"), Answer.LATER),
        (ways.says({"ok": False, "error": "some_error"}, 503), Answer.LATER),
        (ways.says("<html>gateway</html>", 502, "text/html"), Answer.LATER),
        *((ways.fails_with(error), Answer.LATER) for error in sorted(answers.FOR_NOW)),
        (ways.drops, Answer.UNKNOWN),
        (ways.takes_and_drops, Answer.UNKNOWN),
        (ways.hangs, Answer.UNKNOWN),
    ],
)
def test_what_passes_is_tried_again(slack: SlackStandIn, way: ways.Behaviour, answer: Answer) -> None:
    change = begun(slack)
    slack.script.append(way)
    verdict = (impatient if way is ways.hangs else channel_of)(slack).update(change)
    assert verdict.answer is answer
    if way is not ways.hangs:
        assert channel_of(slack).update(change).answer is Answer.ACCEPTED


def test_slacks_wish_to_wait_is_heard(slack: SlackStandIn) -> None:
    change = begun(slack)
    slack.script.append(ways.is_rate_limited("30"))
    assert channel_of(slack).update(change).retry_after == timedelta(seconds=30)


@pytest.mark.parametrize("is_shown", [False, True])
def test_a_reply_is_shown_in_the_channel_if_it_must_not_be_missed(slack: SlackStandIn, is_shown: bool) -> None:
    thread = begun(slack).thread
    channel_of(slack).send(message(id="0" * 16, thread=thread, is_shown=is_shown))
    assert slack.messages[-1]["thread_ts"] == thread
    assert slack.messages[-1].get("reply_broadcast", False) is is_shown


def test_a_message_outside_threads_is_not_called_a_reply(slack: SlackStandIn) -> None:
    channel_of(slack).send(message(is_shown=True))
    assert "reply_broadcast" not in slack.messages[0]


def test_a_reply_whose_thread_is_gone_stands_in_the_channel(slack: SlackStandIn) -> None:
    thread = begun(slack).thread
    assert thread is not None
    slack.delete(thread)
    assert channel_of(slack).send(message(thread=thread, is_shown=True)).answer is Answer.ACCEPTED
    assert slack.outside == slack.messages
    assert len(slack.messages) == 1


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"ts": "1.000000"}, "message_not_found"),
        ({"ts": None}, "invalid_arguments"),
        ({"channel": "C9"}, "channel_not_found"),
        ({"unfurl_links": False}, "invalid_arguments"),
        ({"thread_ts": "1.000000"}, "invalid_arguments"),
        ({"text": " "}, "no_text"),
        ({"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]}, "invalid_blocks"),
    ],
)
def test_the_stand_in_takes_no_change_that_slack_would_not(
    slack: SlackStandIn, change: dict[str, object], error: str
) -> None:
    channel_of(slack).update(begun(slack))
    sound = slack.updates.pop()
    before = list(slack.messages)
    assert slack.update({**sound, **change}) == {"ok": False, "error": error}
    assert (slack.messages, slack.updates) == (before, [])


def test_the_stand_in_shows_no_message_that_is_not_a_reply(slack: SlackStandIn) -> None:
    channel_of(slack).send(message())
    (sound,) = slack.messages
    alone = {name: value for name, value in sound.items() if name != "ts"}
    assert slack.post({**alone, "reply_broadcast": True}) == {"ok": False, "error": "invalid_arguments"}
    assert slack.post({**alone, "reply_broadcast": True, "thread_ts": sound["ts"]})["ok"]
