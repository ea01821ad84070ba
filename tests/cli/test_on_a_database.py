"""Commands whose history is in a database: they print what they have to say, and no library's word beside it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.standins.postgres import FreshDatabase

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
