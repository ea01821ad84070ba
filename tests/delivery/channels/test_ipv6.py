"""Every channel reaches a server that has an IPv6 address alone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.clock import ManualClock
from tests.messages.messages import message
from tests.standins.http_server import Request, answer
from tests.standins.ipv6 import needs_ipv6
from tests.standins.receiver import receiving
from tests.standins.smtp import SmtpStandIn
from watcher.delivery.channel import Channel
from watcher.delivery.channels.apprise.channel import AppriseChannel
from watcher.delivery.channels.email.smtp import EmailChannel
from watcher.delivery.channels.slack.channel import SlackChannel
from watcher.delivery.channels.slack.webhook import SlackWebhookChannel
from watcher.delivery.channels.webhook.channel import WebhookChannel
from watcher.delivery.verdict import Answer
from watcher.options.values import receiver, smtp_address

pytestmark = [needs_ipv6, pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")]

ZONE = ZoneInfo("Europe/London")
NOW = datetime(2018, 8, 3, 9, 10, tzinfo=UTC)


def says_ok(request: Request) -> bytes:
    if request.path == "/services/1":
        return answer("ok")
    return answer('{"ok": true, "ts": "1.2"}', content_type="application/json")


@pytest.mark.parametrize("kind", ["slack", "slack-webhook", "webhook", "apprise"])
def test_a_message_reaches_an_ipv6_address(kind: str) -> None:
    with receiving(says_ok, host="::1") as server:
        channels: dict[str, Channel] = {
            "slack": SlackChannel("desk", channel="C1", token="xoxb-1", url=f"{server.url}/api/", zone=ZONE),
            "slack-webhook": SlackWebhookChannel("news", url=f"{server.url}/services/1", zone=ZONE),
            "webhook": WebhookChannel("archive", url=receiver(f"{server.url}/in"), secret="x", clock=ManualClock(NOW)),
            "apprise": AppriseChannel("phones", urls=server.url.replace("http:", "json:"), zone=ZONE),
        }
        assert channels[kind].send(message()).answer is Answer.ACCEPTED
        (request,) = server.requests
        assert request.header("Host") == f"[::1]:{server.port}"


def test_a_mail_reaches_an_ipv6_address_and_a_failure_names_it_in_brackets() -> None:
    with SmtpStandIn(starttls=False, login=False, host="::1") as server:
        channel = EmailChannel(
            "mail", smtp=smtp_address(server.url), sender="w@example.org", to=("d@example.org",), zone=ZONE,
            starttls=False,
        )  # fmt: skip
        assert channel.send(message()).answer is Answer.ACCEPTED
        assert len(server.arrived) == 1
    wrong = channel.check()
    assert wrong is not None
    assert f"[::1]:{server.port}" in wrong
