"""No channel goes where a redirect leads: the other server gets nothing, and its answer counts for nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.clock import ManualClock
from tests.messages.messages import message
from tests.standins.http_server import HttpServer, Request, answer
from tests.standins.receiver import receiving
from watcher.delivery.channel import Channel
from watcher.delivery.channels.apprise.channel import AppriseChannel
from watcher.delivery.channels.slack.channel import SlackChannel
from watcher.delivery.channels.slack.webhook import SlackWebhookChannel
from watcher.delivery.channels.webhook.channel import WebhookChannel
from watcher.delivery.verdict import Answer

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # Apprise loads it

ZONE = ZoneInfo("Europe/London")
NOW = datetime(2018, 8, 3, 9, 10, tzinfo=UTC)
STATUSES = (301, 302, 303, 307, 308)


def slack(url: str) -> Channel:
    limit = timedelta(seconds=5)
    return SlackChannel("desk", channel="C1", token="xoxb-1-planted", url=f"{url}/api/", zone=ZONE, timeout=limit)


def slack_webhook(url: str) -> Channel:
    return SlackWebhookChannel("newsroom", url=f"{url}/services/planted", zone=ZONE)


def webhook(url: str) -> Channel:
    return WebhookChannel("archive", url=f"{url}/in", secret="planted", clock=ManualClock(NOW))


def apprise(url: str) -> Channel:
    host = url.removeprefix("http://")
    return AppriseChannel("phones", urls=f"json://me:planted@{host}/in?redirect=yes", zone=ZONE)


def takes_everything(_: Request) -> bytes:
    """What every one of them would believe."""
    return answer('{"ok": true, "ts": "1.2", "messages": []}', content_type="application/json")


def leading_to(other: HttpServer, status: int) -> Callable[[Request], bytes]:
    return lambda _: answer(
        '{"ok": true, "ts": "1.2"}', status, {"Location": other.url + "/on"}, content_type="application/json"
    )


@pytest.mark.parametrize("opened", [slack, slack_webhook, webhook])
@pytest.mark.parametrize("status", STATUSES)
def test_a_redirect_is_a_verdict_and_the_other_server_gets_nothing(
    opened: Callable[[str], Channel], status: int
) -> None:
    with receiving(takes_everything) as other, receiving(leading_to(other, status)) as moved:
        channel = opened(moved.url)
        verdict = channel.send(message())
        assert len(moved.requests) == 1
        channel.check()
        found = channel.find(message(), NOW)
        assert other.requests == []
    assert found is not None
    can_look = opened is slack
    assert found.answer is (verdict.answer if can_look else Answer.UNKNOWN)
    if status in (301, 308):
        assert (verdict.answer, verdict.stops) == (Answer.REFUSED, True)
        assert f"has moved (status {status}): " in verdict.detail
    else:
        assert (verdict.answer, verdict.stops) == (Answer.LATER, False)
        assert f"points elsewhere for now (status {status}), which is not followed" in verdict.detail
    assert "planted" not in repr(verdict)


@pytest.mark.parametrize("status", STATUSES)
def test_a_service_of_apprise_is_not_followed_even_where_its_url_asks_for_it(status: int) -> None:
    with receiving(takes_everything) as other, receiving(leading_to(other, status)) as moved:
        assert apprise(moved.url).send(message()).answer is Answer.LATER
        assert len(moved.requests) == 1
        assert other.requests == []


def test_a_redirect_with_an_error_of_slacks_in_its_body_is_still_a_redirect() -> None:
    said = answer('{"ok": false, "error": "invalid_auth"}', 301, content_type="application/json")
    with receiving(lambda _: said) as moved:
        assert "has moved" in slack(moved.url).send(message()).detail
