"""No secret is ever written anywhere: planted in every kind of channel, sent in every way that fails, searched for."""

import base64
import json
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import pytest

from tests.messages.messages import alert
from tests.programs import Program
from tests.standins.http_server import Answer, End, HttpServer, Request, answer
from tests.standins.ports import unused_port
from tests.standins.receiver import receiving
from watcher.cli import main as cli
from watcher.config.settings import declared_secrets
from watcher.delivery.ledger import Delivery
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Transaction


@dataclass(frozen=True)
class Planted:
    """A kind of channel with a secret; `url` is where everything is answered in one way."""

    kind: str
    mark: str
    """Letters and digits alone, so that quoting its surroundings does not hide it."""
    secret: Callable[[str, str], str]
    """What its file holds, made of url and mark."""
    settings: Callable[[str], str] = lambda _: ""
    """The lines of its table that are no secret."""
    further: Callable[[str], Mapping[str, str]] = lambda _: {}
    """What the files of its further secrets hold, by their keys, made of the mark."""


MAIL = """smtp = "smtp://127.0.0.1:9"
starttls = false
username = "watcher"
from = "watcher@example.org"
to = ["desk@example.org"]"""
"""A mail server that cannot be reached; what one says that refuses the password is tried with the channel."""

PLANTED = (
    Planted(
        "slack",
        "PlantedBotToken7",
        lambda _, mark: f"xoxb-{mark}",
        lambda url: f'channel = "C1"\nurl = "{url}/api/"',
        lambda mark: {"app_token_file": f"xapp-1-A0PLANTED-7-{mark}"},
    ),
    Planted("slack-webhook", "PlantedWebhook7", lambda url, mark: f"{url}/services/{mark}"),
    Planted(
        "apprise",
        "PlantedApprise7",
        lambda url, mark: f"{url.replace('http://', f'json://me:{mark}@')}/{mark}?-key={mark}",
    ),
    Planted("webhook", "PlantedKey7", lambda _, mark: mark, lambda url: f'url = "{url}/in"'),
    Planted("email", "PlantedPassword7", lambda _, mark: mark, lambda _: MAIL),
    Planted("email-digest", "PlantedDigest7", lambda _, mark: mark, lambda _: MAIL),
)
"""A further kind is a row here; where it speaks no HTTP, the stand-in of `standing_in` has to learn its language."""

SPEAK_HTTP = [planted for planted in PLANTED if not planted.kind.startswith("email")]

WAYS: Mapping[str, Callable[[Request], Answer]] = {
    "takes": lambda request: answer('{"ok": true, "ts": "1.2"}' if "/api/" in request.target else "ok",
                                    content_type="application/json"),
    "echoes": lambda request: echo(request, 200),
    "rejects": lambda request: echo(request, 400),
    "refuses": lambda request: echo(request, 403),
    "limits": lambda request: echo(request, 429),
    "fails": lambda request: echo(request, 500),
    "moves": lambda request: echo(request, 302),
    "breaks": lambda _: (End.RESET,),
}  # fmt: skip


def echo(request: Request, status: int) -> bytes:
    """Says everything that it was told, in every place where an answer can say something."""
    told = f"{request.target} {request.headers} {request.body!r}"
    headers = {"Retry-After": quote(told), "Location": f"/gone/{quote(request.target)}"}
    return answer(json.dumps({"ok": False, "error": told}), status, headers, content_type="application/json")


@pytest.fixture
def standing_in() -> Iterator[HttpServer]:
    """Answers in the way that the first step of the path names."""
    with receiving(lambda request: WAYS.get(request.target.split("/")[1], WAYS["fails"])(request)) as server:
        yield server


def forms(mark: str) -> Iterator[bytes]:
    """A mark as it is, in hexadecimal digits, and in base64 wherever in its text it stands."""
    plain = mark.encode()
    yield plain
    yield plain.hex().encode()
    yield "".join(f"%{byte:02X}" for byte in plain).encode()
    for before in range(3):
        first, last = (8 * before + 5) // 6, 8 * (before + len(plain)) // 6
        yield base64.b64encode(b"x" * before + plain)[first:last]


def leaks(folder: Path) -> list[str]:
    """Where under a folder a planted secret was written, and which."""
    files = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    return [
        f"{file.relative_to(folder)}: {planted.kind} in {form[:60]!r}"
        for file, content in files.items()
        for planted in PLANTED
        for form in forms(planted.mark)
        if form.lower() in content.lower()
    ]


@dataclass(frozen=True)
class Installation:
    """A configuration, its secrets and its history; everything that commands write is kept to be searched."""

    folder: Path
    secrets: Mapping[str, str]
    """The environment's."""

    @property
    def written(self) -> Path:
        """Where all is that may be written: the history and what commands said."""
        return self.folder / "written"

    @contextmanager
    def process(self, *arguments: str) -> Iterator[tuple[Program, Path]]:
        """A command in a process of its own, and the file with all that it says."""
        outside = {key: value for key, value in os.environ.items() if not key.startswith(("SLACK_", "WATCHER_"))}
        command = [sys.executable, "-m", "watcher", *arguments, "--config", str(self.folder / "watcher.toml")]
        said = self.written / f"{'-'.join(arguments)}.txt"
        environment = {**outside, "no_proxy": "*", "PYTHONUNBUFFERED": "1", **self.secrets}
        with (
            said.open("wb") as file,
            Program(command, stdout=file, stderr=file, env=environment, within=280) as process,
        ):
            try:
                yield process, said
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(60)


Command = Callable[..., tuple[int, str]]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Runs a command in this process: its code and its standard output; all that it says is kept to be searched."""
    monkeypatch.setenv("no_proxy", "*")

    def run(here: Installation, *arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["watcher", *arguments, "--config", str(here.folder / "watcher.toml")])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capfd.readouterr()
        (here.written / f"{'-'.join(arguments)}.txt").write_text(said.out + said.err)
        return int(ended.value.code or 0), said.out

    return run


def alerts(command: Command, here: Installation) -> list[dict[str, object]]:
    return [json.loads(line) for line in command(here, "alerts", "--json")[1].splitlines()]


def install(
    folder: Path, channels: Mapping[str, str], *, port: int = 0, secrets: Mapping[str, str] = MappingProxyType({})
) -> Installation:
    """An installation with a message waiting for each of the channels, told from the tables of its configuration."""
    here = Installation(folder, secrets)
    here.written.mkdir()
    tables = "".join(f'[channels."{name}"]\n{table}\n' for name, table in channels.items())
    (folder / "watcher.toml").write_text(
        f'data_dir = "{here.written / "data"}"\ncontact = "test@localhost"\n[web]\nport = {port}\n'
        f'[log]\nlevel = "debug"\n[feeds.ofsted]\nurl = "http://127.0.0.1:{unused_port()}"\n{tables}'
        f'[[watch]]\nname = "all"\nto = {json.dumps(list(channels))}\n'
    )
    history = EmbeddedHistory.open(here.written / "data", with_bundle=False)
    now = datetime.now(UTC)
    waiting = [Delivery.of(name, "ofsted:SC478986", alert(), "1", now) for name in channels]
    history.commit(Transaction(deliveries=waiting))
    history.close()
    return here


def with_files(folder: Path, server: HttpServer) -> dict[str, str]:
    """A channel of every kind for every way, its secret in a file, and one that nothing listens to."""
    channels = {}
    gone = f"http://127.0.0.1:{unused_port()}/gone"
    (folder / "secrets").mkdir()
    for way, url in {**{way: f"{server.url}/{way}" for way in WAYS}, "gone": gone}.items():
        for planted in PLANTED:
            name = f"{planted.kind} that {way}"
            file = folder / "secrets" / name
            file.write_text(planted.secret(url, planted.mark))
            key = declared_secrets()["channels"][planted.kind][0].file
            channels[name] = f'kind = "{planted.kind}"\n{key} = "{file}"\n{planted.settings(url)}'
            for further, value in planted.further(planted.mark).items():
                (folder / "secrets" / f"{name} {further}").write_text(value)
                channels[name] += f'\n{further} = "{folder / "secrets" / name} {further}"'
    return channels


def until(condition: Callable[[], object], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


def page(port: int, path: str) -> bytes:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as found:
            text: bytes = found.read()
            return text
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.read()


def test_the_search_finds_a_secret_in_every_form(tmp_path: Path) -> None:
    mark = PLANTED[0].mark
    shown = [mark, mark.upper(), quote(f"?key={mark}&"), mark.encode().hex()]
    shown += [base64.b64encode(f"{'a' * before}{mark}:b".encode()).decode() for before in range(6)]
    for text in shown:
        (tmp_path / "log").write_text(f"some {text} words")
        assert leaks(tmp_path), text
    (tmp_path / "log").write_text("Planted, but not quite")
    assert leaks(tmp_path) == []


def test_every_kind_of_channel_with_a_secret_is_tried_here() -> None:
    tried = {planted.kind: 1 + len(planted.further(planted.mark)) for planted in PLANTED}
    assert tried == {kind: len(secrets) for kind, secrets in declared_secrets()["channels"].items()}


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # Apprise loads it
def test_the_service_writes_no_secret_however_its_channels_fail(
    tmp_path: Path, standing_in: HttpServer, command: Command
) -> None:
    port = unused_port()
    channels = with_files(tmp_path, standing_in)
    here = install(tmp_path, channels, port=port)
    with here.process("run") as (_, log):
        until(lambda: len({request.target for request in standing_in.requests}) >= len(SPEAK_HTTP) * len(WAYS))
        until(lambda: b"feed read" in log.read_bytes())
        # a digest needs the whole history first: it comes after the others
        until(lambda: {alert["channel"] for alert in alerts(command, here) if alert["attempts"]} == set(channels))
        until(lambda: all(alert["attempts"] for alert in alerts(command, here)))
        for path in ("/healthz", "/metrics"):
            (here.written / f"page{path[1:]}.txt").write_bytes(page(port, path))
    assert b'"level": "debug"' in log.read_bytes(), "the log is as talkative as it gets"
    found = alerts(command, here)
    assert {alert["state"] for alert in found} == {"accepted", "refused", "waiting"}
    # What became due in the last moment may wait still.
    assert {alert["channel"] for alert in found if alert["attempts"]} == set(channels), "every channel was tried"
    for arguments in (["check", "--json"], ["alerts"], ["status"], ["status", "--json"]):
        command(here, *arguments)
    told = repr([(request.target, request.headers, request.body) for request in standing_in.requests])
    assert all(
        mark in told
        for mark in ("xoxb-PlantedBotToken7", "xapp-1-A0PLANTED-7-Pl", "PlantedWebhook7", "PlantedApprise7")
    ), "in use"
    assert leaks(here.written) == []


def test_a_poll_with_secrets_from_the_environment_writes_none_of_them(
    tmp_path: Path, standing_in: HttpServer, command: Command
) -> None:
    url = f"{standing_in.url}/echoes"
    channels = {planted.kind: f'kind = "{planted.kind}"\n{planted.settings(url)}' for planted in PLANTED}
    secrets = {
        declared_secrets()["channels"][planted.kind][0].variable: planted.secret(url, planted.mark)
        for planted in PLANTED
    }
    here = install(tmp_path, channels, secrets=secrets)
    with here.process("poll", "--json") as (process, _):
        assert process.wait(60) == 1, "there is no site"
    assert all(alert["attempts"] == 1 for alert in alerts(command, here))
    assert leaks(here.written) == []


@pytest.mark.parametrize(
    "mistake",
    [
        lambda planted: f'{declared_secrets()["channels"][planted.kind][0].field} = "{planted.mark}"',
        lambda planted: f'{declared_secrets()["channels"][planted.kind][0].field} = ["{planted.mark}"]',
        lambda planted: f'secrett = "{planted.mark}"\n{planted.settings("https://x")}',
        lambda planted: f'{declared_secrets()["channels"][planted.kind][0].file} = "{planted.mark}',
    ],
    ids=["in the file itself", "as a list", "under a wrong key", "in a torn line"],
)
def test_a_wrong_configuration_is_told_without_the_secret_in_it(
    tmp_path: Path, command: Command, mistake: Callable[[Planted], str]
) -> None:
    for planted in PLANTED:
        (tmp_path / planted.kind).mkdir()
        here = install(tmp_path / planted.kind, {"one": f'kind = "{planted.kind}"\n{mistake(planted)}'})
        assert command(here, "check")[0] == 2
        assert leaks(here.written) == []
