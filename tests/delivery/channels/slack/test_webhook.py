"""The verdict on each way in which posting through an incoming webhook can end, over real HTTP."""

import logging
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from tests.messages.messages import SEEN, alert, message
from tests.standins import slack_rules
from tests.standins.http_server import Answer as Said
from tests.standins.http_server import End, HttpServer, Request, answer, in_turn
from tests.standins.ports import unused_port
from tests.standins.receiver import receiving
from watcher.delivery.channels.slack import webhook
from watcher.delivery.channels.slack.webhook import SlackWebhookChannel
from watcher.delivery.verdict import Answer, Verdict

PATH = "/services/T0/B0/plantedwebhook"


def newsroom(server: HttpServer, timeout: timedelta = timedelta(seconds=5), **settings: Any) -> SlackWebhookChannel:
    known = {"url": server.url + PATH, "zone": ZoneInfo("Europe/London")}
    return SlackWebhookChannel("newsroom", timeout=timeout, **{**known, **settings})


def says(body: str, status: int = 200, **headers: str) -> bytes:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return answer(body, status, given, content_type="text/html")


def takes(request: Request) -> bytes:
    """What Slack answers to a message that it takes, and to one that it does not."""
    error = slack_rules.rejection(orjson.loads(request.body))
    return says("ok") if error is None else says(error, 400)


def test_a_message_is_posted_once_with_the_blocks_of_the_bot_and_without_what_only_bots_may_say() -> None:
    with receiving(takes) as server:
        assert newsroom(server).send(message()) == Verdict(Answer.ACCEPTED)
        (request,) = server.requests
        body = orjson.loads(request.body)
        assert request.target == PATH
        assert body["blocks"][0]["type"] == "header"
        assert body["text"].startswith("Children's home in Derby drops from good to inadequate")
        assert set(body) == {"text", "blocks", "unfurl_links", "unfurl_media"}


def test_a_hostile_name_rings_nobody() -> None:
    with receiving(takes) as server:
        newsroom(server).send(message(alert(name="<!channel>", owner="<@U1> & <!here>")))
        assert not slack_rules.rings(orjson.loads(server.requests[0].body))


LATER, REFUSED, UNKNOWN = Answer.LATER, Answer.REFUSED, Answer.UNKNOWN
FAILURES: list[tuple[Said, Answer, str]] = [
    ((End.CLOSE,), UNKNOWN, "connection was lost"),
    ((End.RESET,), UNKNOWN, "connection was lost"),
    ((End.HANG,), UNKNOWN, "no answer in time"),
    ((answer("o", length=2), End.CLOSE), UNKNOWN, "connection was lost"),
    (says("<html>Sign in"), UNKNOWN, "can't be understood"),
    (says('{"ok":false}'), UNKNOWN, "can't be understood"),
    (says(""), UNKNOWN, "can't be understood"),
    (answer(b"\xff\xfe"), UNKNOWN, "can't be understood"),
    (answer("ok", content_type="text/plain; charset=no-such"), UNKNOWN, "can't be understood"),
    (says("rate_limited", 429), LATER, "fewer messages"),
    (says("rollup_error", 500), LATER, "status 500"),
    (says("", 503), LATER, "status 503"),
    (says("<html>proxy", 403), LATER, "any proxy"),
    (says("something_new_in_2031", 400), LATER, "status 400"),
    (says("<html>nothing here", 404), REFUSED, "new incoming webhook"),
    (says("", 410), REFUSED, "new incoming webhook"),
    *((says(error, 403), REFUSED, f"Slack says {error}: {advice}") for error, advice in webhook.ADVICE.items()),
    (says("no_service", 404), REFUSED, "Slack says no_service"),
    (says("channel_is_archived", 410), REFUSED, "Slack says channel_is_archived"),
]


@pytest.mark.parametrize(("said", "wanted", "detail"), FAILURES)
def test_a_failed_attempt_is_judged_by_what_can_be_known_of_it(said: Said, wanted: Answer, detail: str) -> None:
    with receiving(lambda _: said) as server:
        verdict = newsroom(server, timedelta(seconds=1 if detail == "no answer in time" else 20)).send(message())
        assert verdict.answer is wanted
        assert detail in verdict.detail
        assert verdict.stops is (wanted is REFUSED)
        assert len(server.requests) == 1, "the outbox alone tries again"


@pytest.mark.parametrize("error", ["invalid_payload", "invalid_blocks", "no_text", "too_many_attachments"])
def test_a_message_whose_form_is_rejected_goes_as_plain_text_at_once(error: str) -> None:
    with receiving(in_turn(says(error, 400), says("ok"))) as server:
        assert newsroom(server).send(message()).answer is Answer.ACCEPTED
        first, second = (orjson.loads(request.body) for request in server.requests)
        assert "blocks" in first
        assert "blocks" not in second
        assert "Owner: Esland North Limited" in second["text"]


def test_a_message_rejected_even_as_plain_text_is_refused() -> None:
    with receiving(lambda _: says("invalid_payload", 400)) as server:
        verdict = newsroom(server).send(message())
        assert verdict.answer is Answer.REFUSED
        assert "fault of watcher" in verdict.detail
        assert len(server.requests) == 2


@pytest.mark.parametrize(("header", "wait"), [("30", timedelta(seconds=30)), ("soon", None)])
def test_the_wait_that_slack_asks_for_is_honoured(header: str, wait: timedelta | None) -> None:
    with receiving(lambda _: says("rate_limited", 429, Retry_After=header)) as server:
        assert newsroom(server).send(message()).retry_after == wait


def test_a_connection_that_never_came_about_is_for_later() -> None:
    with receiving(takes) as server:
        verdict = newsroom(server, url=f"http://127.0.0.1:{unused_port()}{PATH}").send(message())
        assert verdict == Verdict(Answer.LATER, "Slack can't be reached: Connection refused")


@pytest.mark.parametrize(
    "url",
    ["", "hooks.slack.com/services/x", "https://", "http://hooks.slack.com/services/x", "file:///etc/passwd",
     "https://user@hooks.slack.com/x", "https://hooks.slack.com:port/x", "https://hooks.slack.com/two lines", "https://hooks.slack.com/ñ"],
)  # fmt: skip
def test_what_cannot_be_a_webhook_is_refused_before_anything_is_sent_and_not_repeated(url: str) -> None:
    with receiving(takes) as server:
        channel = newsroom(server, url=url)
        verdict = channel.send(message())
        assert verdict.answer is Answer.REFUSED
        assert channel.check() == verdict.detail
        assert "url_file" in verdict.detail
        assert verdict.detail == newsroom(server, url="").check(), "it repeats nothing"


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        (says("no_text", 400), None),
        (says("missing_text_or_fallback_or_attachments", 400), None),
        (says("no_service", 404), "new incoming webhook"),
        (says("", 500), "status 500"),
        (says("ok"), "was taken"),
    ],
)
def test_the_way_is_tried_with_what_slack_never_posts(said: bytes, advice: str | None) -> None:
    with receiving(lambda _: said) as server:
        wrong = newsroom(server).check()
        assert (wrong is None) if advice is None else (advice in (wrong or ""))
        assert [orjson.loads(request.body) for request in server.requests] == [{"text": ""}]


def test_what_was_posted_cannot_be_looked_up() -> None:
    with receiving(takes) as server:
        found = newsroom(server).find(message(), SEEN)
        assert found is not None
        assert found.answer is Answer.UNKNOWN
        assert server.requests == []


@pytest.mark.parametrize("status", [200, 302, 307, 400, 403, 404, 429, 500])
def test_the_address_appears_nowhere(
    status: int, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("", "slack_sdk", "slack_sdk.webhook.client", "urllib3", "http.client"):
        caplog.set_level(logging.DEBUG, logger=name)

    def echo(request: Request) -> bytes:
        return says("plantedwebhook", status, Retry_After=request.target, Location="/plantedwebhook")

    with receiving(echo) as server:
        channel = newsroom(server)
        said = [channel.send(message()), channel.find(message(), SEEN), channel.check(), channel]
        assert server.requests
    with receiving(lambda _: (End.RESET,)) as server:
        said += [newsroom(server).send(message()), newsroom(server).check()]
    assert "planted" not in " ".join([*map(repr, said), caplog.text, *capfd.readouterr()])
