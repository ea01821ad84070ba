"""The way to a line: TLS with an authority of one's own, and a proxy."""

import ssl

import pytest

from tests.bot.line.lines import line_to, socket_mode
from tests.standins.http_server import TLS
from tests.standins.proxy import proxying
from tests.standins.slack_payloads import block_actions
from watcher.options.way_out import WayOut

PRESS = block_actions("acknowledge", "x" * 100_000)
CERTIFICATE = str(TLS / "localhost.pem")


def _server() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, TLS / "localhost.key")
    return context


def _nameless() -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=CERTIFICATE)
    context.check_hostname = False  # the name that only the proxy knows stands in no certificate
    return context


def test_an_authority_of_ones_own_is_trusted_where_the_environment_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", CERTIFICATE)
    with socket_mode(tls=_server()) as lines, line_to(lines) as told:
        assert told.until_connected()
        sent = lines.flood([("interactive", PRESS)] * 20)
        assert lines.until(lambda: all(each.took is not None for each in sent))
        assert b"Host: localhost:" in lines.lines[0].head


def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    with socket_mode(tls=_server()) as lines, line_to(lines) as told:
        assert lines.until(lambda: told.states)
        assert "certificate verify failed" in told.states[0].trouble
        assert lines.lines == []


def test_a_line_leads_through_the_proxy_and_is_encrypted_all_the_way() -> None:
    with socket_mode(tls=_server()) as lines, proxying(lines.port) as proxy:
        lines.place = "wss://lines.slack.test"
        way = WayOut({"https": proxy.url.replace("//", "//user:planted@")})
        with line_to(lines, way_out=way, tls=_nameless()) as told:
            assert told.until_connected()
            assert lines.is_answered("interactive", PRESS)
        assert proxy.asked == ["CONNECT lines.slack.test:443 HTTP/1.1"]
        assert "Proxy-Authorization: Basic " in proxy.heads[0]
        assert b"Host: lines.slack.test\r\n" in lines.lines[0].head
        assert b"Proxy-Authorization" not in lines.lines[0].head


@pytest.mark.parametrize("answer", [b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", b"rubbish\r\n\r\n", b"\x00"])
def test_a_proxy_that_lets_nothing_through_is_told_of_without_its_password(answer: bytes) -> None:
    with socket_mode() as lines, proxying(lines.port, answer) as proxy:
        lines.place = "wss://lines.slack.test"
        with line_to(lines, way_out=WayOut({"https": proxy.url.replace("//", "//user:planted@")})) as told:
            assert lines.until(lambda: told.states)
            assert told.states[0].trouble.startswith("there is no connection to Slack (")
            assert "planted" not in told.states[0].trouble
            if b"407" in answer:
                assert "the proxy answers 407" in told.states[0].trouble


def test_a_host_that_no_resolver_takes_is_a_trouble_and_no_more() -> None:
    with socket_mode() as lines:
        lines.place = "wss://" + "a" * 70 + ".test"
        with line_to(lines) as told:
            assert lines.until(lambda: told.states)
            lines.place = ""
            assert told.until_connected()
