"""Commands whose history is in a database that does not answer: exit code 1, what, where and what to do, no secret."""

import sys
from pathlib import Path

import pytest

from watcher.cli import main as cli

PASSWORD = "plantedDatabasePassword"


@pytest.mark.parametrize(
    "command",
    [("status",), ("history", "SC000001"), ("homes",), ("alerts", "retry", "0123456789abcdef")],
)
def test_a_command_says_what_is_wrong_where_and_what_to_do(
    command: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "secret").write_text(PASSWORD)
    config = tmp_path / "watcher.toml"
    config.write_text(
        f'data_dir = "{tmp_path / "data"}"\n[history]\nurl = "postgresql://planted_role@127.0.0.1:1/homes"\n'
        f'password_file = "{tmp_path / "secret"}"\n[channels.screen]\nkind = "console"\n'
    )
    monkeypatch.setattr(sys, "argv", ["watcher", *command, "--config", str(config)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capfd.readouterr()
    assert ended.value.code == 1
    in_words = " ".join(said.err.split())
    assert "the database homes on 127.0.0.1:1 does not answer" in in_words
    assert "See whether that server runs" in in_words
    assert "Traceback" not in said.err
    assert PASSWORD not in said.out + said.err + caplog.text
