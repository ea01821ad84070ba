"""The picture in the thread of a Slack message: there if it can be, and whatever happens to it the message is taken."""

import inspect
import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from tests.clock import ManualClock
from tests.delivery.bursts import WATCH
from tests.delivery.scripted import Desk
from tests.messages.messages import INADEQUATE, SEEN, alert, message
from tests.messages.stories import CONTEXT, told
from tests.standins import slack as ways
from tests.standins.slack import CHANNEL, TOKEN, SlackStandIn
from tests.standins.slack_files import RESERVE, SHARE, STEPS, UPLOAD
from watcher.delivery.channels.kinds import HouseStyle, open_channel
from watcher.delivery.channels.slack import picture
from watcher.delivery.channels.slack.channel import SlackChannel
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.delivery.channels.slack.picture import REST, Pictures
from watcher.delivery.channels.slack.upload import ADVICE
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.outbox import Outbox
from watcher.delivery.revisions import handed
from watcher.delivery.verdict import Answer, Verdict
from watcher.judging.changes import What
from watcher.judging.context import Past
from watcher.messages.message import Message, Notice, Reminder
from watcher.messages.picture import drawn
from watcher.options.way_out import WayOut
from watcher.rounds.tell.bursts import group

WITHIN = timedelta(seconds=30)
SOON = timedelta(seconds=2)


def desk(
    slack: SlackStandIn,
    clock: ManualClock | None = None,
    *,
    url: str = "",
    within: timedelta = WITHIN,
    timeout: timedelta = WITHIN,
    **settings: Any,
) -> SlackChannel:
    """The real channel with pictures; impatient where it is to be."""
    known: dict[str, Any] = {"channel": CHANNEL, "token": slack.token, "url": url or slack.url}
    pictures = Pictures(**{**known, **settings}, clock=clock or ManualClock(SEEN), within=within)
    zone = ZoneInfo("Europe/London")
    return SlackChannel("desk", **{**known, **settings}, zone=zone, timeout=timeout, pictures=pictures)


@pytest.fixture
def slack(slack: SlackStandIn) -> SlackStandIn:
    """A local Slack in which files may be uploaded."""
    slack.scopes += ",files:write"
    return slack


def steps(slack: SlackStandIn) -> list[str]:
    return [method for method, _ in slack.calls if method in STEPS]


def test_the_picture_stands_in_the_thread_of_its_message(slack: SlackStandIn) -> None:
    verdict = desk(slack).send(message(told()))
    (posted,), (file,) = slack.messages, slack.files.shared
    assert verdict == Verdict(Answer.ACCEPTED, reference=posted["ts"])
    assert [method for method, _ in slack.calls] == ["chat.postMessage", *STEPS]
    assert (file["channel"], file["thread_ts"]) == (CHANNEL, posted["ts"])
    assert file["content"].startswith(b"\x89PNG")
    assert (file["filename"], file["title"]) == ("timeline.png", "Graded inspections of SC478986")
    assert file["alt_txt"].startswith("Graded inspections since 2014, oldest first: ")


def test_words_for_those_who_do_not_see_it_are_never_too_long(slack: SlackStandIn) -> None:
    past = tuple(Past(inspected=date(2000 + year, 9, 17), grade="serious weaknesses " * 3) for year in range(20))
    desk(slack).send(message(told(context=replace(CONTEXT, past=past))))
    assert len(slack.files.shared[0]["alt_txt"]) == 1_000


FAILURES: list[tuple[str, str, ways.Behaviour, str]] = [
    ("no scope", RESERVE, ways.fails_with("missing_scope"), "!give the app the scope files:write"),
    ("forbidden", RESERVE, ways.fails_with("file_uploads_disabled"), "!ask an administrator"),
    ("a Slack without it", RESERVE, ways.fails_with("unknown_method"), "!set picture = false"),
    ("an old error", RESERVE, ways.fails_with("something_new_in_2031"), "something_new_in_2031"),
    ("an old answer", RESERVE, ways.says({"ok": True, "url": "/"}), "can't be understood"),
    ("no Slack", RESERVE, ways.says("<html>Sign in", kind="text/html"), "can't be understood"),
    ("an empty answer", RESERVE, ways.says(""), "can't be understood"),
    ("rate limited", RESERVE, ways.is_rate_limited("30"), "fewer messages"),
    ("500 at first", RESERVE, ways.says("oops", 500), "status 500"),
    ("hangs at first", RESERVE, ways.hangs, "no answer in time"),
    ("drips at first", RESERVE, ways.drips, "no answer in time"),
    ("drops at first", RESERVE, ways.drops, "connection was lost"),
    ("500 in the middle", UPLOAD, ways.says("oops", 500), "status 500"),
    ("refused in the middle", UPLOAD, ways.says("no", 400), "status 400"),
    ("moved in the middle", UPLOAD, ways.says("", 302, Location="https://files.slack.com/"), "status 302"),
    ("hangs in the middle", UPLOAD, ways.hangs, "no answer in time"),
    ("drops in the middle", UPLOAD, ways.drops, "connection was lost"),
    ("no member", SHARE, ways.fails_with("not_in_channel"), "!invite the app"),
    ("no id", SHARE, ways.fails_with("channel_not_found"), "!the channel's id"),
    ("500 at last", SHARE, ways.says("oops", 503), "status 503"),
    ("hangs at last", SHARE, ways.takes_and_hangs, "no answer in time"),
    ("drops at last", SHARE, ways.takes_and_drops, "connection was lost"),
    ("rate limited at last", SHARE, ways.is_rate_limited("30"), "fewer messages"),
]


@pytest.mark.parametrize(
    ("step", "way", "said"), [failure[1:] for failure in FAILURES], ids=[failure[0] for failure in FAILURES]
)
def test_whatever_happens_to_the_picture_the_message_is_taken_once_and_in_time(
    slack: SlackStandIn, step: str, way: ways.Behaviour, said: str
) -> None:
    slack.files.ways[step] = way
    verdict = desk(slack, within=SOON if said == "no answer in time" else WITHIN).send(message(told()))
    assert (verdict.answer, verdict.reference, verdict.stops) == (Answer.ACCEPTED, slack.messages[0]["ts"], False)
    assert len(slack.messages) == 1
    assert steps(slack) == list(STEPS[: STEPS.index(step) + 1]), "each step is tried once, and none after it"
    told_to, other = (verdict.remark, verdict.detail) if said.startswith("!") else (verdict.detail, verdict.remark)
    assert "without the picture of the timeline: " in told_to
    assert said.removeprefix("!") in told_to
    assert other == ""


@pytest.mark.parametrize("error", ADVICE)
def test_the_operator_is_told_what_to_do(slack: SlackStandIn, error: str) -> None:
    slack.files.ways[RESERVE] = ways.fails_with(error)
    remark = desk(slack).send(message(told())).remark
    assert remark == f"without the picture of the timeline: Slack says {error}: {ADVICE[error]}"
    assert "set picture = false" in remark


@pytest.mark.parametrize(
    ("place", "host"),
    [
        (lambda _: "https://files.slack.com.example.org/upload", "files.slack.com.example.org"),
        (lambda _: "https://files.slack.com@example.org/upload", "example.org"),
        (lambda _: "https://example.org\\@files.slack.com/upload", "files.slack.com"),
        (lambda _: "http://files.slack.com/upload", "files.slack.com"),
        (lambda _: "https://slack.com/upload", "slack.com"),
        (lambda _: "file:///etc/passwd", "nowhere"),
        (lambda _: "ftp://files.slack.com/upload", "files.slack.com"),
        (lambda _: "", "nowhere"),
        (lambda url: url.replace("127.0.0.1", "localhost"), "localhost"),
        (lambda url: url.replace("/upload", "1/upload"), "127.0.0.1"),
    ],
)
def test_the_picture_goes_to_slack_alone(slack: SlackStandIn, place: Callable[[str], str], host: str) -> None:
    slack.files.place = place
    verdict = desk(slack).send(message(told()))
    assert verdict.answer is Answer.ACCEPTED
    assert f"it was to be uploaded to {host}" in verdict.remark
    assert "which is not Slack's: look at `url`" in verdict.remark
    assert steps(slack) == [RESERVE]


def test_slacks_own_host_is_called_whatever_the_configured_one_and_through_the_proxy(slack: SlackStandIn) -> None:
    way_out = WayOut({"https": slack.url.removesuffix("/api/")})
    slack.files.place = lambda _: "https://files.slack.com/upload/v1/1"
    verdict = desk(slack, way_out=way_out).send(message(told()))
    assert (verdict.answer, verdict.remark) == (Answer.ACCEPTED, "")
    assert "Slack can't be reached" in verdict.detail
    assert ("CONNECT", {"to": "files.slack.com:443"}) in slack.calls


def test_a_picture_that_cannot_be_drawn_is_told_to_the_operator(
    slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_: Any) -> bytes:
        raise RuntimeError("no such font")

    monkeypatch.setattr("resvg_py.svg_to_bytes", fails)
    drawn.cache_clear()
    verdict = desk(slack).send(message(told()))
    assert (verdict.answer, steps(slack)) == (Answer.ACCEPTED, [])
    assert verdict.remark == "without the picture of the timeline: it could not be drawn: no such font"


def test_a_picture_is_not_begun_when_the_message_took_long(slack: SlackStandIn) -> None:
    clock = ManualClock(SEEN)

    def slowly(handler: Any, posted: dict[str, Any]) -> None:
        clock.advance(timedelta(seconds=41))
        ways.accepts(handler, posted)

    slack.script.append(slowly)
    verdict = desk(slack, clock).send(message(told()))
    assert verdict.answer is Answer.ACCEPTED
    assert verdict.detail == "without the picture of the timeline: the message itself took too long"
    assert steps(slack) == []


def test_the_outbox_leaves_no_call_to_itself_because_of_a_picture() -> None:
    deadline = inspect.signature(Outbox).parameters["deadline"].default
    clock = ManualClock(SEEN)
    latest = Pictures(channel=CHANNEL, token=TOKEN, url="https://slack.com/api/", clock=clock).latest()
    assert timedelta(seconds=latest - clock.monotonic()) + picture.WITHIN < deadline


@pytest.mark.parametrize(
    ("way", "rest"),
    [(ways.says("oops", 500), REST), (ways.is_rate_limited("30"), timedelta(seconds=30))],
)
def test_after_a_failure_the_next_messages_are_not_held_up(
    slack: SlackStandIn, way: ways.Behaviour, rest: timedelta
) -> None:
    clock = ManualClock(SEEN)
    channel = desk(slack, clock)
    slack.files.ways[RESERVE] = way
    channel.send(message(told()))
    del slack.files.ways[RESERVE]
    clock.advance(rest - timedelta(seconds=1))
    assert "shortly before" in channel.send(message(told(), id="2")).detail
    assert slack.files.shared == []
    clock.advance(timedelta(seconds=1))
    assert channel.send(message(told(), id="3")).detail == ""
    assert [file["thread_ts"] for file in slack.files.shared] == [slack.messages[2]["ts"]]


def test_one_upload_that_hangs_keeps_others_from_hanging_too(slack: SlackStandIn) -> None:
    clock = ManualClock(SEEN)
    channel = desk(slack, clock, within=SOON)
    slack.files.ways[RESERVE] = ways.drips
    for number in range(3):
        assert channel.send(message(told(), id=f"{number}")).answer is Answer.ACCEPTED
        clock.advance(REST * 2)
    assert steps(slack) == [RESERVE]


def test_an_upload_that_was_given_up_takes_no_further_step(slack: SlackStandIn) -> None:
    slack.files.ways[RESERVE] = ways.drips
    before = set(threading.enumerate())
    desk(slack, within=SOON).send(message(told()))
    (left,) = [thread for thread in set(threading.enumerate()) - before if thread.name == "picture"]
    slack.released.set()
    left.join(60)
    assert not left.is_alive()
    assert steps(slack) == [RESERVE]


def test_a_refusal_that_was_mended_needs_no_rest(slack: SlackStandIn) -> None:
    channel = desk(slack)
    slack.scopes = "chat:write"
    assert channel.send(message(told())).remark
    slack.scopes = "chat:write,files:write"
    assert channel.send(message(told(), id="2")).remark == ""
    assert len(slack.files.shared) == 1


WITHOUT: list[tuple[str, Message]] = [
    ("one inspection alone", message(alert())),
    ("a notice", message(Notice("Blind", "A feed can't be read"))),
    ("a reminder", message(told(), reminder=Reminder(number=1, alert=SEEN))),
    ("possibly repeated", message(told(), possibly_repeated=True)),
    ("told of by a group", message(told(), is_detail=True)),
]


@pytest.mark.parametrize("one", [case[1] for case in WITHOUT], ids=[case[0] for case in WITHOUT])
def test_other_messages_go_without_a_picture_and_without_a_word_on_it(slack: SlackStandIn, one: Message) -> None:
    assert desk(slack).send(one) == Verdict(Answer.ACCEPTED, reference=slack.messages[0]["ts"])
    assert steps(slack) == []


@pytest.mark.parametrize("what", What)
def test_a_reply_has_a_picture_if_it_tells_of_a_drop_or_a_recovery(slack: SlackStandIn, what: What) -> None:
    channel = desk(slack)
    first = channel.send(message()).reference
    channel.send(message(told(change=what), id="2", thread=first))
    has_one = what in {What.DROPPED_TO_INADEQUATE, What.FIRST_INADEQUATE, What.DROPPED, What.RECOVERED}
    assert [file["thread_ts"] for file in slack.files.shared] == [first] * has_one, "a reply has no thread of its own"


def test_the_picture_goes_where_a_reply_went_that_its_thread_did_not_take(slack: SlackStandIn) -> None:
    desk(slack).send(message(told(), thread="1.0"))
    assert [file["thread_ts"] for file in slack.files.shared] == [slack.messages[0]["ts"]]


def test_a_changed_message_gets_no_other_picture(slack: SlackStandIn) -> None:
    channel = desk(slack)
    first = channel.send(message(told())).reference
    assert channel.update(message(told(), thread=first, state="recovered")).answer is Answer.ACCEPTED
    assert len(slack.files.shared) == 1


def test_a_message_that_was_not_taken_gets_none(slack: SlackStandIn) -> None:
    slack.script.append(ways.fails_with("is_archived"))
    assert desk(slack).send(message(told())).answer is Answer.REFUSED
    slack.script.append(ways.takes_and_drops)
    assert desk(slack).send(message(told())).answer is Answer.UNKNOWN
    assert steps(slack) == []


def test_a_rejected_layout_and_a_missing_picture_are_both_told(slack: SlackStandIn) -> None:
    slack.script.append(ways.fails_with("invalid_blocks"))
    slack.scopes = "chat:write"
    remark = desk(slack).send(message(told())).remark
    assert "invalid_blocks" in remark
    assert "files:write" in remark


PLANTED = "xoxb-1-Planted-Secret"


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    "way",
    [
        ways.drops,
        ways.says(PLANTED),
        ways.says({"ok": False, "error": PLANTED}),
        ways.says({"ok": True, "file_id": "F1", "upload_url": f"https://{PLANTED}/{PLANTED}"}),
    ],
)
def test_the_token_appears_nowhere(
    slack: SlackStandIn,
    step: str,
    way: ways.Behaviour,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for name in ("", "slack_sdk", "slack_sdk.web.base_client", "urllib3", "http.client"):
        caplog.set_level(logging.DEBUG, logger=name)
    slack.token = PLANTED
    slack.files.ways[step] = way
    said = [desk(slack).send(message(told())), caplog.text, *capfd.readouterr()]
    assert "planted-secret" not in " ".join(map(repr, said)).lower()
    assert all(sent["authorization"] is None for method, sent in slack.calls if method == UPLOAD)


SCOPES = [
    ("chat:write,files:write", None),
    ("chat:write, files:write", None),
    ("chat:write,files:read", "give the app the scope files:write"),
    ("chat:write,remote_files:write", "give the app the scope files:write"),
    ("", None),
]


@pytest.mark.parametrize(("scopes", "advice"), SCOPES)
def test_the_check_says_that_the_scope_is_missing(slack: SlackStandIn, scopes: str, advice: str | None) -> None:
    slack.scopes = scopes
    wrong = desk(slack).check()
    assert (wrong is None) if advice is None else (advice in (wrong or ""))
    slack.errors["conversations.info"] = "missing_scope"
    assert desk(slack).check() == wrong
    slack.errors["conversations.info"] = "channel_not_found"
    assert "the id" in (desk(slack).check() or "")


@pytest.mark.parametrize(("option", "pictures"), [({"picture": True}, 1), ({"picture": False}, 0), ({}, 0)])
def test_there_are_pictures_where_the_configuration_asks_for_them(
    slack: SlackStandIn, option: dict[str, bool], pictures: int
) -> None:
    configured = SlackOptions.model_validate(
        {"channel": CHANNEL, "url": slack.url, "token": SecretStr(TOKEN), **option}
    )
    channel = open_channel("desk", configured, HouseStyle(ZoneInfo("Europe/London")))
    assert channel.send(message(told())).answer is Answer.ACCEPTED
    assert len(slack.files.shared) == pictures


def delivery(number: int) -> Delivery:
    content = told(id=f"{number:016x}", home=f"ofsted:SC{number:06}", home_id=f"SC{number:06}", watches=("all",))
    return Delivery.of("desk", content.home, content, content.id, SEEN)


def test_a_process_that_ends_between_message_and_picture_repeats_nothing(tmp_path: Path, slack: SlackStandIn) -> None:
    slack.now = SEEN.timestamp()
    one = delivery(1)
    with Desk(tmp_path, desk(slack)) as before:
        before.store(one.sending(SEEN))
        without = SlackChannel("desk", channel=CHANNEL, token=TOKEN, url=slack.url, zone=ZoneInfo("Europe/London"))
        without.send(one.message())  # all that the process came to
        with before.reopened() as after:
            (ended,) = after.deliver()
    assert (ended.state, ended.detail) == (State.ACCEPTED, "found in the channel")
    assert (len(slack.messages), steps(slack)) == (1, [])


def test_the_ledger_and_the_operator_know_why_there_is_no_picture(tmp_path: Path, slack: SlackStandIn) -> None:
    slack.scopes = "chat:write"
    with Desk(tmp_path, desk(slack)) as one:
        one.store(delivery(1))
        one.deliver()
        (stored,) = one.stored()
        assert (stored.state, stored.remark) == (State.ACCEPTED, stored.detail)
        assert "files:write" in stored.detail
        assert one.outbox.troubled() == (stored,)


def test_what_a_group_tells_of_has_no_pictures(tmp_path: Path, slack: SlackStandIn) -> None:
    with Desk(tmp_path, desk(slack)) as one:
        one.store(*group([delivery(number) for number in range(6)], [WATCH], {"desk"}))
        details = [stored for stored in one.stored() if stored.thread]
        assert [handed(detail, one.history.delivery).is_detail for detail in details] == [True] * 6
        own = replace(delivery(7), announced_in=details[0].thread)
        assert handed(own, one.history.delivery).is_detail
        follower = replace(delivery(8), thread=details[0].id)
        assert not handed(follower, one.history.delivery).is_detail
        assert not handed(delivery(9), one.history.delivery).is_detail


def test_grades_are_told_as_text_too(slack: SlackStandIn) -> None:
    desk(slack).send(message(told(grades=INADEQUATE)))
    assert "2018 I" in str(slack.messages[0]["blocks"])
