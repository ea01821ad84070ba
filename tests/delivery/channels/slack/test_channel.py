"""The verdict on each way in which posting to Slack can end, over real HTTP; looking for a message; trying the way."""

import logging
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.messages.messages import SEEN, alert, message
from tests.standins import slack as ways
from tests.standins.http_server import Answer as Said
from tests.standins.http_server import End, answer
from tests.standins.receiver import receiving
from tests.standins.slack import CHANNEL, TOKEN, SlackStandIn
from watcher.cli.check import check_channel
from watcher.delivery.channels.slack import answers
from watcher.delivery.channels.slack.channel import SlackChannel
from watcher.delivery.verdict import Answer, Verdict

ANSWERED = "Fri, 03 Aug 2018 09:00:00 GMT"
ATTEMPTED = datetime.fromtimestamp(1_533_290_000, UTC)


def desk(slack: SlackStandIn, **settings: Any) -> SlackChannel:
    known = {"channel": CHANNEL, "token": TOKEN, "url": slack.url, "zone": ZoneInfo("Europe/London")}
    return SlackChannel("desk", **{**known, "timeout": timedelta(seconds=5), **settings})


def test_a_message_is_posted_once_with_its_id_and_its_place_is_known(slack: SlackStandIn) -> None:
    verdict = desk(slack).send(message())
    assert verdict == Verdict(Answer.ACCEPTED, reference=slack.messages[0]["ts"])
    assert slack.messages[0]["metadata"]["event_payload"] == {"id": "feedfacefeedface"}
    assert slack.messages[0]["blocks"][0]["type"] == "header"
    assert len(slack.calls) == 1


def test_a_hostile_name_rings_nobody(slack: SlackStandIn) -> None:
    desk(slack).send(message(alert(name="<!channel>", owner="<@U1> & <!here>", watches=("<!everyone>",))))
    assert len(slack.messages) == 1
    assert slack.rung == []


FAILURES = [
    (ways.drops, Answer.UNKNOWN, "connection was lost"),
    (ways.takes_and_drops, Answer.UNKNOWN, "connection was lost"),
    (ways.breaks_off, Answer.UNKNOWN, "connection was lost"),
    (ways.hangs, Answer.UNKNOWN, "no answer in time"),
    (ways.takes_and_hangs, Answer.UNKNOWN, "no answer in time"),
    (ways.says("<html>Sign in", kind="text/html"), Answer.UNKNOWN, "can't be understood"),
    (ways.says({"ok": True, "ts": "1.2"}, kind="text/html"), Answer.UNKNOWN, "can't be understood"),
    (ways.says({"ok": False, "error": "is_archived"}, kind="text/html"), Answer.UNKNOWN, "can't be understood"),
    (ways.says(""), Answer.UNKNOWN, "can't be understood"),
    (ways.says("null"), Answer.UNKNOWN, "can't be understood"),
    (ways.says("[1]"), Answer.UNKNOWN, "can't be understood"),
    (ways.says('"ok"'), Answer.UNKNOWN, "can't be understood"),
    (ways.says("[" * 100_000), Answer.UNKNOWN, "can't be understood"),
    (ways.says({"ok": "yes"}), Answer.UNKNOWN, "can't be understood"),
    (ways.says({"ok": False}), Answer.UNKNOWN, "can't be understood"),
    (ways.says("x", kind="application/json; charset=no-such"), Answer.UNKNOWN, "can't be understood"),
    (ways.says("x", kind="application/gzip"), Answer.UNKNOWN, "can't be understood"),
    (ways.says("oops", 500), Answer.LATER, "status 500"),
    (ways.says({"ok": False, "error": "internal_error"}, 503), Answer.LATER, "status 503"),
    (ways.says("blocked by proxy", 403, "text/html"), Answer.LATER, "look at `url` and at any proxy"),
    (ways.says("not found", 404, "text/html"), Answer.LATER, "look at `url` and at any proxy"),
    (ways.fails_with("ratelimited"), Answer.LATER, "fewer messages"),
    (ways.fails_with("fatal_error"), Answer.LATER, "fatal_error"),
    (ways.fails_with("internal_error"), Answer.LATER, "internal_error"),
    (ways.fails_with("service_unavailable"), Answer.LATER, "service_unavailable"),
    (ways.fails_with("request_timeout"), Answer.LATER, "request_timeout"),
    (ways.fails_with("something_new_in_2031"), Answer.LATER, "something_new_in_2031"),
]


@pytest.mark.parametrize(("way", "answer", "detail"), FAILURES)
def test_a_failed_attempt_is_judged_by_what_can_be_known_of_it(
    slack: SlackStandIn, way: ways.Behaviour, answer: Answer, detail: str
) -> None:
    slack.script.append(way)
    verdict = desk(slack, timeout=timedelta(seconds=1 if detail == "no answer in time" else 20)).send(message())
    assert verdict.answer is answer
    assert detail in verdict.detail
    slack.wait_for_writes(1)
    assert len(slack.calls) == 1, "the outbox alone tries again"


@pytest.mark.parametrize("error", answers.ADVICE)
def test_a_refusal_for_good_says_what_to_do(slack: SlackStandIn, error: str) -> None:
    slack.script.append(ways.fails_with(error))
    verdict = desk(slack).send(message())
    assert verdict.answer is Answer.REFUSED
    assert verdict.detail == f"Slack says {error}: {answers.ADVICE[error]}"


@pytest.mark.parametrize("error", sorted(answers.FORM))
def test_a_message_whose_form_is_rejected_goes_as_plain_text_at_once(slack: SlackStandIn, error: str) -> None:
    slack.script.append(ways.fails_with(error))
    assert desk(slack).send(message()).answer is Answer.ACCEPTED
    assert "blocks" not in slack.messages[0]
    assert "Owner: Esland North Limited" in slack.messages[0]["text"]
    assert len(slack.calls) == 2


def test_a_message_rejected_even_as_plain_text_is_refused(slack: SlackStandIn) -> None:
    slack.errors["chat.postMessage"] = "invalid_blocks"
    verdict = desk(slack).send(message())
    assert verdict.answer is Answer.REFUSED
    assert "report it" in verdict.detail
    assert len(slack.calls) == 2


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("0", timedelta(0)),
        ("1", timedelta(seconds=1)),
        ("3600", timedelta(hours=1)),
        ("9" * 400, timedelta(days=1)),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
        ("Fri, 03 Aug 2018 09:00:00 GMT", None),
        ("Fri, 99 Aug 2018 09:00:00 GMT", None),
    ],
)
def test_the_wait_that_slack_asks_for_is_honoured(slack: SlackStandIn, header: str, wait: timedelta | None) -> None:
    slack.script.append(ways.is_rate_limited(header))
    verdict = desk(slack).send(message())
    assert verdict.answer is Answer.LATER
    assert verdict.retry_after == wait


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "Fri, 03 Aug 2018 09:01:00 GMT", "Date": ANSWERED}, timedelta(minutes=1)),
        ({"retry-after": "Friday, 03-Aug-18 09:01:00 GMT", "date": ANSWERED}, timedelta(minutes=1)),
        ({"Retry-After": "Fri, 03 Aug 2018 08:59:00 GMT", "Date": ANSWERED}, None),
        ({"Retry-After": "Fri, 03 Aug 2018 09:01:00 GMT"}, None),
        ({"Retry-After": "7", "Date": "yesterday"}, timedelta(seconds=7)),
        ({}, None),
    ],
)  # fmt: skip
def test_a_date_to_wait_for_is_reckoned_from_the_answers_own(headers: dict[str, str], wait: timedelta | None) -> None:
    assert answers.retry_after_of(headers) == wait


def test_a_connection_that_never_came_about_is_for_later(slack: SlackStandIn) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        verdict = desk(slack, url=f"http://127.0.0.1:{taken.getsockname()[1]}/api").send(message())
    assert verdict == Verdict(Answer.LATER, "Slack can't be reached: Connection refused")
    unresolved = desk(slack, url="http://slack.invalid/api").send(message())
    assert unresolved.answer is Answer.LATER
    assert "Slack can't be reached" in unresolved.detail


def test_an_impossible_address_is_refused(slack: SlackStandIn) -> None:
    verdict = desk(slack, url="http://127.0.0.1:port/api").send(message())
    assert verdict.answer is Answer.REFUSED
    assert "`url`" in verdict.detail


@pytest.mark.parametrize("token", ["", "two\nlines", "xoxb-ñ", "xoxb 1"])
def test_what_cannot_be_a_token_is_refused_before_anything_is_sent(slack: SlackStandIn, token: str) -> None:
    channel = desk(slack, token=token)
    assert channel.send(message()).answer is Answer.REFUSED
    assert channel.check() == channel.send(message()).detail
    found = channel.find(message(), SEEN)
    assert found is not None
    assert (found.answer, found.stops) == (Answer.REFUSED, True)
    assert slack.calls == []


@pytest.mark.parametrize(
    "way",
    [ways.accepts, ways.drops, ways.hangs, ways.fails_with("invalid_auth"), ways.says(TOKEN), ways.says(TOKEN, 403),
     ways.says({"ok": False, "error": TOKEN}), ways.says({"ok": False, "error": "x" + TOKEN}, 500),
     ways.is_rate_limited(TOKEN)],
)  # fmt: skip
def test_the_token_appears_nowhere(
    slack: SlackStandIn, way: ways.Behaviour, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("", "slack_sdk", "slack_sdk.web.base_client", "urllib3", "http.client"):
        caplog.set_level(logging.DEBUG, logger=name)
    slack.script.append(way)
    channel = desk(slack, timeout=timedelta(milliseconds=200))
    verdict = channel.send(message())
    slack.errors["conversations.history"] = slack.errors["auth.test"] = TOKEN
    said = [verdict, channel.find(message(), SEEN), channel.check(), channel, caplog.text, *capfd.readouterr()]
    assert TOKEN not in " ".join(map(repr, said))
    assert "planted-secret" not in " ".join(map(str, said))


def test_a_token_that_comes_back_as_the_name_of_an_error_is_blotted_out(slack: SlackStandIn) -> None:
    slack.token = "xoxb_planted"
    for method in ("chat.postMessage", "auth.test", "conversations.history"):
        slack.errors[method] = slack.token
    channel = desk(slack, token=slack.token)
    assert channel.send(message()).detail == channel.check() == "Slack says [token]"
    assert slack.token not in repr(channel.find(message(), SEEN))


def test_a_message_that_arrived_is_found_among_many(slack: SlackStandIn) -> None:
    channel = desk(slack)
    channel.send(message())
    for number in range(40):
        channel.send(message(id=f"{number:016x}"))
    place = slack.messages[0]["ts"]
    assert channel.find(message(), ATTEMPTED) == Verdict(Answer.ACCEPTED, "found in the channel", reference=place)
    assert [method for method, _ in slack.calls].count("conversations.history") == 3


@pytest.mark.parametrize(("behind", "is_found"), [(0, True), (50, True), (70, False)])
def test_a_slack_whose_clock_is_a_minute_behind_is_understood(slack: SlackStandIn, behind: int, is_found: bool) -> None:
    channel = desk(slack)
    channel.send(message())
    found = channel.find(message(), ATTEMPTED + timedelta(seconds=1 + behind))
    assert (found is not None) is is_found


def test_a_message_that_did_not_arrive_is_not_found(slack: SlackStandIn) -> None:
    channel = desk(slack)
    channel.send(message(id="0000000000000000"))
    slack.messages[0]["text"] = "feedfacefeedface"
    slack.messages += [
        {"ts": "1533290009.1", "text": "somebody's"},
        {"ts": "1533290009.2", "metadata": {"event_type": "other", "event_payload": {"id": "feedfacefeedface"}}},
        {"ts": "1533290009.3", "metadata": {"event_type": "watcher_delivery", "event_payload": ["feedfacefeedface"]}},
    ]
    assert channel.find(message(), ATTEMPTED) is None


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        ("missing_scope", Answer.UNKNOWN),
        ("channel_not_found", Answer.UNKNOWN),
        ("not_in_channel", Answer.UNKNOWN),
        ("not_allowed_token_type", Answer.UNKNOWN),
        ("method_not_supported_for_channel_type", Answer.UNKNOWN),
        ("ratelimited", Answer.LATER),
        ("fatal_error", Answer.LATER),
        ("something_new_in_2031", Answer.LATER),
        ("invalid_auth", Answer.REFUSED),
        ("account_inactive", Answer.REFUSED),
    ],
)
def test_where_looking_is_not_permitted_it_cannot_be_told_and_whatever_passes_waits(
    slack: SlackStandIn, error: str, wanted: Answer
) -> None:
    slack.errors["conversations.history"] = error
    found = desk(slack).find(message(), ATTEMPTED)
    assert found is not None
    assert (found.answer, found.stops) == (wanted, wanted is Answer.REFUSED)
    assert "can't look for it" in found.detail


@pytest.mark.parametrize(
    "said",
    [answer("oops", 503), answer("slow", 429), (End.CLOSE,), (End.HANG,), answer("<html>"), answer('{"ok": true}')],
)
def test_a_look_that_is_not_answered_waits(said: Said) -> None:
    with receiving(lambda _: said) as server:
        url, timeout = f"http://127.0.0.1:{server.port}/api/", timedelta(milliseconds=300)
        zone = ZoneInfo("Europe/London")
        channel = SlackChannel("desk", channel=CHANNEL, token=TOKEN, url=url, zone=zone, timeout=timeout)
        found = channel.find(message(), ATTEMPTED)
        assert found is not None
        assert found.answer is Answer.LATER


def test_looking_ends_after_some_pages_and_claims_nothing(slack: SlackStandIn) -> None:
    slack.messages += [{"ts": f"{1_533_290_001 + number}.0", "text": "chatter"} for number in range(200)]
    found = desk(slack).find(message(), ATTEMPTED)
    assert found is not None
    assert found.answer is Answer.UNKNOWN
    assert len(slack.calls) == 10


def may_post_anywhere(slack: SlackStandIn) -> None:
    slack.info["is_member"] = False
    slack.scopes = "chat:write,chat:write.public"


def scopes(said: str) -> "Setting":
    return lambda slack: setattr(slack, "scopes", said)


Setting = Callable[[SlackStandIn], object]
CHECKS: list[tuple[str, Setting, str | None]] = [
    ("all is well", lambda _: None, None),
    ("a revoked token", lambda slack: slack.errors.update({"auth.test": "token_revoked"}), "new bot token"),
    ("no right to look", lambda slack: slack.errors.update({"conversations.info": "missing_scope"}), None),
    ("no such channel", lambda slack: slack.errors.update({"conversations.info": "channel_not_found"}), "the id"),
    ("archived", lambda slack: slack.info.update(is_archived=True), "archived"),
    ("not invited", lambda slack: slack.info.update(is_member=False), "invite the app"),
    ("may post anywhere", may_post_anywhere, None),
    ("may look, not post", scopes("channels:history,files:write"), "the app lacks the scope chat:write: "),
    ("an app of long ago", scopes("identify, bot"), None),
    ("scopes not told", scopes(""), None),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "advice"), [case[1:] for case in CHECKS], ids=[case[0] for case in CHECKS])
def test_the_way_is_tried_without_posting(slack: SlackStandIn, setting: Setting, advice: str | None) -> None:
    setting(slack)
    wrong = desk(slack).check()
    assert (wrong is None) if advice is None else (advice in (wrong or ""))
    assert slack.messages == []


@pytest.mark.parametrize(
    ("said", "is_limited"),
    [
        ("chat:write", True),
        ("chat:write,channels:history", False),
        ("chat:write, groups:history", False),
        ("", False),
    ],
)
def test_an_app_that_may_not_look_for_messages_is_ready_and_its_limit_is_told(
    slack: SlackStandIn, said: str, is_limited: bool
) -> None:
    slack.scopes = said
    finding = check_channel("desk", desk(slack))
    assert finding.ok
    assert finding.detail.startswith("ready; ") == is_limited
    assert ("the scope channels:history" in finding.detail) == is_limited
    assert slack.messages == []


def test_the_check_tells_of_a_network_that_is_down() -> None:
    with SlackStandIn() as gone:
        channel = desk(gone)
    assert "Slack can't be reached" in (channel.check() or "")
