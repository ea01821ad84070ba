"""A command imports only what it needs: for each the modules that must not be loaded when it ends."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer import Context
from typer.core import TyperGroup
from typer.main import get_command

from watcher.cli.in_brief import BRIEFLY
from watcher.cli.main import FAMILIES, app
from watcher.history.embedded.history import EmbeddedHistory

_PROGRAM = """
import sys
from watcher.cli.main import main
try:
    main()
finally:
    sys.stderr.write("LOADED " + " ".join(sys.modules))
"""

NETWORK = (
    "httpx",
    "slack_sdk",
    "wsproto",
    "apprise",
    "smtplib",
    "uvicorn",
    "starlette",
    "apscheduler",
    "watcher.feeds.web",
)
PARSERS = ("bs4", "lxml", "pypdf", "python_calamine", "jinja2", "css_inline", "resvg_py")
SERVICE = (
    "asyncio",
    "structlog",
    "prometheus_client",
    "watcher.service.service",
    "watcher.service.start",
    "watcher.web",
)
_SENDING = ("apprise.channel", "console.channel", "email.smtp", "slack.channel", "webhook.channel")
CHANNELS = tuple(f"watcher.delivery.channels.{module}" for module in _SENDING)
_READING = ("cqc_api.feed", "govuk_statistics.feed", "ofsted_site.feed", "register.feed", "statistics")
FEEDS = tuple(f"watcher.feeds.{module}" for module in _READING)
"""What sends and what reads; the options of both lie beside them, and belong to the configuration."""
ROUNDS = ("watcher.rounds", "watcher.delivery.outbox", *CHANNELS, *FEEDS)

LISTS = ("watcher.config.lists.read", "watcher.config.lists.cells")
"""Of homes, in files that the configuration names."""
LOOKING = (*NETWORK, *PARSERS, *SERVICE, *ROUNDS, "rich.progress")
NOT_LOADED = {
    "--help": (*LOOKING, "pydantic", "tinydb", "watcher.cli.commands", "watcher.config", "watcher.history"),
    "version": (*LOOKING, "pydantic", "rich", "orjson", "tinydb", "watcher.config", "watcher.history"),
    "history SC478986": (
        *LOOKING,
        "pydantic",
        "rich",
        "watcher.config.settings",
        "watcher.service",
        "watcher.cli.explanation",
        "watcher.history.backup",
    ),
    "homes --area Derby": (*LOOKING, *LISTS, "watcher.service", "watcher.cli.changes_table"),
    "owners esland": (*LOOKING, "watcher.service", "watcher.cli.homes_table"),
    "alerts": (*LOOKING, "pydantic", "rich", "watcher.config.settings", "watcher.service"),
    "silence": (*LOOKING, "watcher.service"),
    "numbers": (*LOOKING, "watcher.service", "watcher.web"),
    "status": (*NETWORK, *PARSERS, *ROUNDS, *LISTS, "watcher.service.start", "watcher.web", "rich", "structlog"),
    "status --running": (*LOOKING, "pydantic", "rich", "watcher.config.settings", "watcher.history"),
    "explain SC478986": (*NETWORK, *PARSERS, *SERVICE, *CHANNELS, *FEEDS, "rich.progress"),
    "replay --from 2018-08-03 --to 2018-08-03": (*NETWORK, *PARSERS, *SERVICE, *CHANNELS),
    "backup b.gz": (*LOOKING, "watcher.service"),
    "slack manifest": (*LOOKING, "watcher.service", "watcher.history", "tinydb"),
}


@pytest.mark.parametrize("command", NOT_LOADED)
def test_a_command_loads_nothing_that_it_has_no_use_for(command: str, tmp_path: Path) -> None:
    _, loaded = _loaded(command, tmp_path)
    assert "typer" in loaded
    assert sorted(set(NOT_LOADED[command]) & loaded) == []


CONFIG = """
contact = "test@localhost"
[feeds.ofsted]
url = "http://127.0.0.1:9"
[channels.screen]
kind = "console"
"""
PAGES = ("uvicorn", "starlette", "prometheus_client", "watcher.service.service", "watcher.service.start", "watcher.web")
BESIDE = (*NETWORK, *PARSERS, *PAGES, "structlog", "watcher.delivery.outbox", *CHANNELS, *FEEDS)
ALTERING = (
    "alerts ack SC478986",
    "alerts retry --channel screen",
    "reload",
    "silence add --home SC478986 --until 3d --why known",
    "watch add home SC478986 --to screen",
)


@pytest.fixture
def configured(tmp_path: Path) -> Path:
    """A folder with a configuration and a history."""
    (tmp_path / "watcher.toml").write_text(CONFIG)
    EmbeddedHistory.open(tmp_path / "data").close()
    return tmp_path


@pytest.mark.parametrize("command", ["poll", *ALTERING])
def test_what_does_what_a_service_would_loads_nothing_that_shows_pages(command: str, configured: Path) -> None:
    said, loaded = _loaded(command, configured)
    assert sorted({*PAGES, "apscheduler", "slack_sdk", "watcher.bot"} & loaded) == [], said
    assert ("watcher.delivery.outbox" in loaded) is (command not in ("reload", "alerts ack SC478986")), said


@pytest.mark.parametrize("command", ALTERING)
def test_what_a_running_service_does_is_not_loaded_by_who_asks(command: str, configured: Path) -> None:
    history = EmbeddedHistory.open(configured / "data")
    try:
        said, loaded = _loaded(command, configured)
    finally:
        history.close()
    assert "asked: the running service" in said or command in ("reload", "alerts ack SC478986"), said
    assert sorted(set(BESIDE) & loaded) == []


def _loaded(command: str, folder: Path) -> tuple[str, set[str]]:
    """What a command says, and what is loaded when it ends."""
    ran = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *command.split()], cwd=folder, capture_output=True, text=True, check=False
    )
    said, _, names = ran.stderr.rpartition("LOADED ")
    loaded = set(names.split())
    return ran.stdout + said, {name.rpartition(".")[0] for name in loaded} | loaded


@pytest.mark.parametrize(
    ("modules", "without"),
    [
        (
            "watcher.service.beside, watcher.service.standing, watcher.cli.polled",
            (*NETWORK, *PARSERS, *CHANNELS, *FEEDS),
        ),
        (
            "watcher.service.first_page",
            (*PARSERS, *ROUNDS, "rich", "structlog", "watcher.answers", "watcher.bot", "watcher.web.pages"),
        ),
    ],
)
def test_who_asks_a_running_service_or_begins_one_loads_nothing_that_reads(
    modules: str, without: tuple[str, ...]
) -> None:
    program = f"import sys, {modules}; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(ran.stdout.split())
    assert sorted(set(without) & ({name.rpartition(".")[0] for name in loaded} | loaded)) == []


def test_the_help_names_every_command(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "watcher", "--help"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert all(command.split()[0] in ran.stdout for command in NOT_LOADED)


def test_the_help_says_of_each_command_what_it_says_of_itself() -> None:
    commands = get_command(app)
    assert isinstance(commands, TyperGroup)
    own = {name: commands.get_command(Context(commands), name) for name in FAMILIES}
    paragraphs = {name: (command.help or "").partition("\n\n")[0] for name, command in own.items() if command}
    assert {name: " ".join(said.split()) for name, said in paragraphs.items()} == dict(BRIEFLY)
