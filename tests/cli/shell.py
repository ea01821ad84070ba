"""A command run as the shell would run it, within the test's own process."""

import sys
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from watcher.cli import main as cli

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in a folder of its own; its code, standard output, and the words of its standard error."""
    monkeypatch.chdir(tmp_path)
    for variable in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        monkeypatch.delenv(variable, raising=False)

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["watcher", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, " ".join(said.err.replace("│", " ").split())

    return command


def lines(text: str) -> list[dict[str, object]]:
    """What a command printed for programs."""
    return [orjson.loads(line) for line in text.splitlines()]
