"""Channels go through the proxy that they are given, past the environment's, and say so if it lets nothing through."""

import ssl
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.clock import ManualClock
from tests.messages.messages import message
from tests.standins.http_server import Request, answer
from tests.standins.proxy import Proxy, proxying
from tests.standins.receiver import receiving
from watcher.delivery.channel import Channel
from watcher.delivery.channels.slack.channel import SlackChannel
from watcher.delivery.channels.slack.webhook import SlackWebhookChannel
from watcher.delivery.channels.webhook.channel import WebhookChannel
from watcher.delivery.verdict import Answer
from watcher.options.way_out import WayOut

ZONE = ZoneInfo("Europe/London")
NOW = datetime(2018, 8, 3, 9, 10, tzinfo=UTC)
KINDS = ("slack", "slack-webhook", "webhook")


@pytest.fixture(autouse=True)
def _other_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that would lead elsewhere, or past every proxy."""
    for name in ("https_proxy", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "*")


def server_tls(folder: Path, name: str) -> ssl.SSLContext:
    """A server's context of that name, with a certificate of its own in `own.pem`."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "own.pem").write_bytes(made.public_bytes(pem) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "own.pem")
    return context


def opened(kind: str, root: str, proxy: str) -> Channel:
    way = WayOut({"http": proxy, "https": proxy})
    if kind == "slack":
        return SlackChannel("d", channel="C1", token="xoxb-1-planted", url=f"{root}/api/", zone=ZONE, way_out=way)
    if kind == "slack-webhook":
        return SlackWebhookChannel("n", url=f"{root}/services/1", zone=ZONE, way_out=way)
    return WebhookChannel("a", url=f"{root}/in", secret="planted", clock=ManualClock(NOW), way_out=way)


def says_ok(request: Request) -> bytes:
    if request.path == "/services/1":
        return answer("ok")
    return answer('{"ok": true, "ts": "1.2"}', content_type="application/json")


def with_password(proxy: Proxy) -> str:
    return proxy.url.replace("//", "//me:pl%61nted-proxy@")


@pytest.mark.parametrize("kind", KINDS)
def test_a_proxy_that_refuses_is_for_later_and_is_named_as_the_cause(kind: str) -> None:
    refusal = b"HTTP/1.1 407 planted\r\nContent-Length: 0\r\n\r\n"
    with proxying(9, refusal) as proxy:
        verdict = opened(kind, "https://receiver.example:8443", with_password(proxy)).send(message())
        assert verdict.answer is Answer.LATER
        assert "the proxy answers 407" in verdict.detail
        assert "planted" not in verdict.detail
        assert [line.split(" ")[:2] for line in proxy.asked] == [["CONNECT", "receiver.example:8443"]]
        assert "Proxy-Authorization: Basic bWU6cGxhbnRlZC1wcm94eQ==" in proxy.heads[0]
        assert "Bearer" not in proxy.heads[0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_goes_through_a_tunnel_in_which_the_proxy_sees_nothing(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = server_tls(tmp_path, "receiver.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "own.pem"))
    with receiving(says_ok, tls=tls) as server, proxying(server.port) as proxy:
        channel = opened(kind, "https://receiver.example", with_password(proxy))
        assert channel.send(message()).answer is Answer.ACCEPTED
        (request,) = server.requests
        assert request.header("Proxy-Authorization") is None
        assert request.header("Host") == "receiver.example"
        assert [line.split(" ")[:2] for line in proxy.asked] == [["CONNECT", "receiver.example:443"]]
        assert "Bearer" not in proxy.heads[0]


@pytest.mark.parametrize("kind", KINDS)
def test_this_machine_is_reached_directly(kind: str) -> None:
    with receiving(says_ok) as server, proxying(server.port) as proxy:
        assert opened(kind, server.url, proxy.url).send(message()).answer is Answer.ACCEPTED
        assert proxy.asked == []


def test_a_bot_speaks_http_to_another_machine_in_the_absolute_form() -> None:
    with receiving(says_ok) as server, proxying(server.port) as proxy:
        channel = opened("slack", "http://slack.example:8080", with_password(proxy))
        assert channel.send(message()).answer is Answer.ACCEPTED
        assert proxy.asked == ["POST http://slack.example:8080/api/chat.postMessage HTTP/1.1"]
        assert server.requests[0].header("Host") == "slack.example:8080"
        assert server.requests[0].header("Authorization") == "Bearer xoxb-1-planted"
