"""Commands whose history is in a database: they print what they have to say, and no library's word beside it."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.shell import Run, lines, run
from tests.shapes.schemas import validator
from tests.shapes.told import configure, every_sort, opened
from tests.standins.postgres import FreshDatabase
from watcher.delivery.stopped_mails import StoppedMails
from watcher.history.protocol import Transaction

__all__ = ["run"]  # a fixture

KEYED = {"poll --json": 1, "history SC000001": 1, "status --json": 1}
"""Each command, in turn, and its exit code: the site of the feed can't be reached, and there is no such home."""


@pytest.fixture
def config(tmp_path: Path, database: FreshDatabase) -> Path:
    secret, file = tmp_path / "secret", tmp_path / "watcher.toml"
    secret.write_text(database.password)
    file.write_text(
        f'contact = "tests@localhost"\ndata_dir = "{tmp_path / "data"}"\n[feeds.ofsted]\nurl = "http://127.0.0.1:9"\n'
        f'[history]\nurl = "{database.url}"\npassword_file = "{secret}"\n[channels.screen]\nkind = "console"\n'
    )
    return file


def test_what_they_print_is_theirs_alone(config: Path) -> None:
    for command, code in KEYED.items():
        words = [sys.executable, "-m", "watcher", *command.split(), "--config", str(config)]
        ran = subprocess.run(words, capture_output=True, text=True, check=False)
        assert ran.returncode == code
        for said in (ran.stdout, ran.stderr):
            assert "thread" not in said
            assert "leading" not in said
        assert all(line.startswith("{") for line in ran.stdout.splitlines())


SHAPES = {
    "poll --json": "replay",
    "alerts --json": "alerts",
    "status --json": "status",
    "changes --from 2014-01-01 --to 2026-12-31 --json": "changes",
    "replay --from 2024-01-01 --to 2026-12-31 --json": "replay",
    "history SC000001 --json": "history",
    "explain SC000001 --json": "explain",
    "homes --json --all": "homes",
    "owners --json": "owners",
    "areas --json": "areas",
    "numbers --by year,region --json": "numbers",
    "check --json": "check",
    "watch list --all --json": "watch",
    "silence --all --json": "silence",
    "mails --json": "mails",
    "backup b.gz --json": "backup",
    "restore b.gz --json": "restore",
}
"""Each command, in turn, and the schema of what it prints."""


def test_that_nobody_leads_is_said_to_programs_as_the_reason(config: Path) -> None:
    words = [sys.executable, "-m", "watcher", "status", "--json", "--config", str(config)]
    status = lines(subprocess.run(words, capture_output=True, text=True, check=False).stdout)[0]
    validator("status").validate(status)
    matters = status["matters"]
    assert isinstance(matters, list)
    assert status["needs_attention"]
    assert [(matter["topic"], matter["gravity"]) for matter in matters] == [("nobody leads", "act now")]
    assert matters[0]["text"].startswith("Nobody leads: nothing is read and no message is sent")


def test_what_they_print_for_programs_has_the_shapes_of_any_other_history(
    run: Run, tmp_path: Path, database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHER_DB_PASSWORD", database.password)
    settings = configure(tmp_path)
    with opened(tmp_path) as history:
        every_sort(history, settings)
        stopped = StoppedMails(address="a@example.org", since=datetime.now(UTC))
        history.commit(Transaction(stopped_mails=(stopped,)))
    assert run("copy", "--to", database.url)[0] == 0
    with (tmp_path / "watcher.toml").open("a") as file:
        file.write(f'[history]\nurl = "{database.url}"\n')
    assert run("silence", "add", "--home", "SC000002", "--until", "3d", "--why", "known")[0] == 0
    assert run("watch", "add", "area", "Derby", "--to", "desk")[0] == 0
    for command, shape in SHAPES.items():
        printed = lines(run(*command.split())[1])
        for line in printed:
            validator(shape).validate(line)
        assert printed or shape == "replay", command
        if shape == "alerts":
            assert any(line["attempts"] for line in printed)
