"""Somebody outside hears from a watcher that works, and from no other; the address stays secret."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import pytest
import structlog

from tests.checkout import ROOT
from tests.clock import ManualClock
from tests.standins.http_server import End, Handler, HttpServer, answer, tls_server, tls_trusting
from tests.standins.proxy import proxying
from tests.threads import none_left
from watcher.config.settings import Operator, Settings, load
from watcher.feeds.feed import Outcome
from watcher.options.mistakes import ConfigError
from watcher.options.way_out import WayOut
from watcher.service.outside_alarm import AT_MOST_EVERY, Lifesign, give_sign
from watcher.service.undelivered import LONGEST_UNSENT

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PATH = "/ping/planted-secret"
WAIT = timedelta(seconds=10)


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


async def give(server: HttpServer, times: int = 1, trust: ssl.SSLContext | None = None) -> Lifesign:
    clock = ManualClock(NOW)
    lifesign = Lifesign(server.url + PATH, clock, trust=trust)
    for _ in range(times):
        lifesign.give()
        await anyio.to_thread.run_sync(lifesign.finish, WAIT)
        clock.advance(AT_MOST_EVERY / 2)
    return lifesign


async def test_the_address_is_called_at_most_once_a_minute(logged: list[Any]) -> None:
    async with HttpServer(lambda _: answer("ok")) as server:
        await give(server, times=5)
    assert [(request.method, request.target) for request in server.requests] == [("GET", PATH)] * 3
    assert logged == []


@pytest.mark.parametrize(
    "handler",
    [lambda _: answer("no", 500), lambda _: answer("no", 404), lambda _: [End.RESET], lambda _: [b"\x00\xff\r\n"]],
)
async def test_a_failure_is_logged_once_and_without_the_address(handler: Handler, logged: list[Any]) -> None:
    async with HttpServer(lambda request: [*_pieces(handler(request)), End.CLOSE]) as server:
        await give(server, times=3)
        assert len(server.requests) == 2
    (line,) = logged
    assert line["log_level"] == "warning"
    assert "planted" not in str(logged)
    assert "127.0.0.1" not in str(logged)


def _pieces(given: Any) -> list[Any]:
    return [given] if isinstance(given, bytes) else list(given)


async def test_the_call_goes_through_the_proxy(logged: list[Any]) -> None:
    async with HttpServer(lambda _: answer("ok")) as server:
        with proxying(server.port) as proxy:
            lifesign = Lifesign(f"http://alarm.example{PATH}", ManualClock(NOW), way_out=WayOut({"http": proxy.url}))
            lifesign.give()
            await anyio.to_thread.run_sync(lifesign.finish, WAIT)
            assert proxy.asked == [f"GET http://alarm.example{PATH} HTTP/1.1"]
    assert logged == []


async def test_a_certificate_that_nobody_trusts_is_refused(logged: list[Any]) -> None:
    async with HttpServer(lambda _: answer("ok"), tls=tls_server()) as server:
        await give(server)
        assert server.requests == []
        assert logged[0]["error"] == "URLError"
        await give(server, trust=tls_trusting())
        assert len(server.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_and_is_told(status: int, logged: list[Any]) -> None:
    async with HttpServer(lambda _: answer("ok")) as other:
        leads_on = answer("", status, {"Location": f"{other.url}/planted"})
        async with HttpServer(lambda _: leads_on) as server:
            await give(server)
            assert len(server.requests) == 1
        assert other.requests == []
    assert logged[0]["error"] == f"it was answered with a redirect ({status}), which is not followed"
    assert "planted" not in str(logged)


@pytest.mark.parametrize(
    ("outcomes", "oldest", "calls"),
    [
        ([Outcome.UNCHANGED], None, 1),
        ([Outcome.UNREACHABLE, Outcome.CHANGED], LONGEST_UNSENT, 1),
        ([Outcome.UNREACHABLE, Outcome.MALFORMED], None, 0),
        ([Outcome.CHANGED], LONGEST_UNSENT + timedelta(seconds=1), 0),
        ([], None, 0),
    ],
)
async def test_only_a_feed_read_well_and_no_message_stuck_is_a_sign_of_life(
    outcomes: list[Outcome], oldest: timedelta | None, calls: int
) -> None:
    rounds: list[Any] = [SimpleNamespace(reading=SimpleNamespace(outcome=outcome)) for outcome in outcomes]
    async with HttpServer(lambda _: answer("ok")) as server:
        lifesign = Lifesign(server.url + PATH, ManualClock(NOW))
        give_sign(rounds, oldest, lifesign)
        await anyio.to_thread.run_sync(lifesign.finish, WAIT)
    assert len(server.requests) == calls


async def test_where_no_thread_could_call_that_is_told_and_the_next_sign_is_given(logged: list[Any]) -> None:
    clock = ManualClock(NOW)
    async with HttpServer(lambda _: answer("ok")) as server:
        lifesign = Lifesign(server.url + PATH, clock)
        with none_left():
            lifesign.give()
        lifesign.finish(WAIT)
        clock.advance(AT_MOST_EVERY)
        lifesign.give()
        await anyio.to_thread.run_sync(lifesign.finish, WAIT)
    assert [line.get("error") for line in logged] == ["this machine has no thread left to give", None]
    assert len(server.requests) == 1


def test_without_an_address_nothing_happens() -> None:
    Lifesign(None, ManualClock(NOW)).give()


def configured(folder: Path, content: str, environment: dict[str, str]) -> Settings:
    (folder / "url").write_text(content)
    (folder / "watcher.toml").write_text('[operator]\nheartbeat_url_file = "url"\n' if content else "")
    return load(folder / "watcher.toml", with_secrets=True, environment=environment)


@pytest.mark.parametrize(
    ("content", "environment"),
    [("https://x.example/planted\n", {}), ("", {"WATCHER_HEARTBEAT_URL": "https://x.example/planted"})],
)
def test_the_address_comes_from_a_file_or_the_environment(
    tmp_path: Path, content: str, environment: dict[str, str]
) -> None:
    settings = configured(tmp_path, content, environment)
    assert settings.operator.heartbeat_url is not None
    assert settings.operator.heartbeat_url.get_secret_value() == "https://x.example/planted"
    assert "planted" not in repr(settings)
    assert "planted" not in settings.model_dump_json()


@pytest.mark.parametrize("content", ["planted", "file:///planted", "https://x.example/planted two"])
def test_what_is_no_address_is_refused_without_being_repeated(tmp_path: Path, content: str) -> None:
    with pytest.raises(ConfigError, match=r"toml:2: operator.heartbeat_url_file: url holds no address") as refused:
        configured(tmp_path, content, {})
    assert "planted" not in str(refused.value)


def test_an_address_in_the_configuration_itself_is_refused_without_being_repeated(tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text('[operator]\nheartbeat_url = "https://x.example/planted"\n')
    with pytest.raises(ConfigError, match="heartbeat_url_file") as refused:
        load(tmp_path / "watcher.toml")
    assert "planted" not in str(refused.value)


def test_the_example_explains_every_option_of_the_operators() -> None:
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    assert all(name in text for name, option in Operator.model_fields.items() if not option.exclude)
