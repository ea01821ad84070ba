"""Posting into threads and looking for what may have arrived there, over real HTTP."""

from datetime import UTC, datetime

import pytest

from tests.delivery.bursts import channel_of
from tests.messages.messages import message
from tests.standins import slack as ways
from tests.standins.slack import SlackStandIn
from watcher.delivery.channels.slack import answers
from watcher.delivery.verdict import Answer, Verdict

ATTEMPTED = datetime.fromtimestamp(1_533_290_000, UTC)


def begun(slack: SlackStandIn) -> str:
    """The `ts` of a message that details can follow."""
    reference = channel_of(slack).send(message(id="0000000000000000")).reference
    assert reference is not None
    return reference


def test_a_detail_stands_in_the_thread_and_is_found_there(slack: SlackStandIn) -> None:
    thread = begun(slack)
    channel = channel_of(slack)
    for number in range(40):
        channel.send(message(id=f"{number + 1:016x}", thread=thread))
    detail = message(id=f"{40:016x}", thread=thread)
    assert [message.get("thread_ts") for message in slack.messages] == [None, *[thread] * 40]
    slack.calls.clear()
    place = slack.messages[-1]["ts"]
    assert channel.find(detail, ATTEMPTED) == Verdict(Answer.ACCEPTED, "found in the channel", reference=place)
    assert {method for method, _ in slack.calls} == {"conversations.replies"}
    assert len(slack.calls) == 3


def test_a_detail_that_did_not_arrive_is_not_found(slack: SlackStandIn) -> None:
    assert channel_of(slack).find(message(thread=begun(slack)), ATTEMPTED) is None


def test_a_detail_that_went_outside_its_thread_is_found_there(slack: SlackStandIn) -> None:
    thread = begun(slack)
    channel_of(slack).send(message())
    found = channel_of(slack).find(message(thread=thread), ATTEMPTED)
    assert found is not None
    assert found.answer is Answer.ACCEPTED


@pytest.mark.parametrize("arrived", [True, False])
def test_a_thread_that_is_gone_is_no_reason_to_be_unsure(slack: SlackStandIn, arrived: bool) -> None:
    thread = begun(slack)
    slack.delete(thread)
    if arrived:
        channel_of(slack).send(message())
    found = channel_of(slack).find(message(thread=thread), ATTEMPTED)
    assert (found is not None and found.answer is Answer.ACCEPTED) is arrived
    assert arrived or found is None


@pytest.mark.parametrize(
    ("error", "wanted"),
    [("missing_scope", Answer.UNKNOWN), ("ratelimited", Answer.LATER), ("fatal_error", Answer.LATER)],
)
def test_where_looking_into_a_thread_is_not_possible_nothing_is_claimed(
    slack: SlackStandIn, error: str, wanted: Answer
) -> None:
    thread = begun(slack)
    slack.errors["conversations.replies"] = error
    found = channel_of(slack).find(message(thread=thread), ATTEMPTED)
    assert found is not None
    assert found.answer is wanted


@pytest.mark.parametrize("error", sorted(answers.THREAD))
def test_a_detail_that_its_thread_does_not_take_goes_to_the_channel_in_the_same_attempt(
    slack: SlackStandIn, error: str
) -> None:
    thread = begun(slack)
    slack.script.append(ways.fails_with(error))
    assert channel_of(slack).send(message(thread=thread)).answer is Answer.ACCEPTED
    assert "thread_ts" not in slack.messages[-1]


@pytest.mark.parametrize("error", sorted(answers.THREAD - answers.ADVICE.keys()))
def test_an_error_of_threads_without_a_thread_is_for_later(slack: SlackStandIn, error: str) -> None:
    slack.script.append(ways.fails_with(error))
    assert channel_of(slack).send(message()).answer is Answer.LATER
    assert len(slack.calls) == 1


def test_a_detail_whose_layout_is_rejected_goes_as_plain_text_into_its_thread(slack: SlackStandIn) -> None:
    thread = begun(slack)
    slack.script.append(ways.fails_with("invalid_blocks"))
    verdict = channel_of(slack).send(message(thread=thread))
    assert (verdict.answer, "invalid_blocks" in verdict.remark) == (Answer.ACCEPTED, True)
    assert (slack.messages[-1]["thread_ts"], "blocks" in slack.messages[-1]) == (thread, False)


@pytest.mark.parametrize("error", sorted(answers.FORM))
def test_a_layout_that_is_rejected_is_remarked_on(slack: SlackStandIn, error: str) -> None:
    slack.script.append(ways.fails_with(error))
    assert error in channel_of(slack).send(message()).remark
    assert channel_of(slack).send(message()).remark == ""
