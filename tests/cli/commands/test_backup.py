"""`backup` and `restore` as the shell runs them, and what every command says of a damaged history."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from tests.builders import MATTER, home, inspection
from tests.cli.shell import Run, run
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import HistoryUnusableError, Transaction
from watcher.rounds.take_in import absorb

__all__ = ["run"]  # a fixture

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A history of one home in the folder that commands use by default."""
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    history.commit(absorb(history, [home()], [inspection("2024-01-10", "good")], None).transaction())
    history.close()
    return tmp_path / "data"


def test_a_backup_is_taken_while_the_service_owns_the_history_and_restored_when_it_does_not(
    run: Run, folder: Path
) -> None:
    owner = EmbeddedHistory.open(folder)
    code, out, _ = run("backup", "b.gz")
    assert (code, out.startswith("b.gz: 1 home, 1 inspection, 0 changes, 0 messages")) == (0, True)
    code, _, err = run("restore", "b.gz")
    assert (code, "belongs to another watcher, pid" in err) == (1, True)
    owner.commit(Transaction(notices={"m": MATTER}))
    owner.close()
    code, out, _ = run("restore", "b.gz")
    assert code == 0
    assert re.match(r"restored the history of 20\d\d-\d\d-\d\d \d\d:\d\d UTC: 1 home, 1 inspection, ", out)
    assert "the history before is in data/history-before-" in out
    assert "what was told since the backup is not told again" in out


def test_both_print_json_for_programs(run: Run, folder: Path) -> None:
    code, out, _ = run("backup", "b.gz", "--json")
    report = orjson.loads(out)
    assert (code, report["backup"], report["counts"]["inspections"]) == (0, "b.gz", 1)
    code, out, _ = run("restore", "b.gz", "--json")
    report = orjson.loads(out)
    assert (code, report["certain"], report["damage"], report["messages_kept"]) == (0, True, None, 0)
    assert Path(report["aside"]).is_dir()


@pytest.mark.parametrize(
    ("command", "ends", "said"),
    [
        (("backup", "b.gz"), 1, "say --force"),
        (("backup", "nowhere/b.gz"), 2, "there is no folder nowhere"),
        (("restore", "odd.gz"), 1, "not a backup as it was written"),
        (("restore", "nowhere.gz"), 2, "nowhere.gz cannot be read: there is no such file"),
    ],
)
def test_what_cannot_be_done_is_told_and_wrong_usage_ends_with_2(
    run: Run, folder: Path, command: tuple[str, ...], ends: int, said: str
) -> None:
    (folder.parent / "b.gz").touch()
    (folder.parent / "odd.gz").write_bytes(b"PK")
    code, _, err = run(*command)
    assert code == ends
    assert said in " ".join(err.split())


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "history.json").unlink(),
        lambda folder: (folder / "history.json").write_bytes(b""),
        lambda folder: (folder / "history.json").write_bytes((folder / "history.json").read_bytes()[:-1]),
        lambda folder: (folder / "history.journal").unlink(),
        lambda folder: (folder / "history.journal").write_bytes(b""),
    ],
)
def test_every_command_refuses_a_damaged_history_by_name_until_it_is_restored(
    run: Run, folder: Path, damage: Callable[[Path], object]
) -> None:
    (folder.parent / "watcher.toml").write_text(
        'contact = "test@localhost"\n[web]\nport = 0\n[feeds.ofsted]\nkind = "ofsted-site"\n'
    )
    assert run("backup", "b.gz")[0] == 0
    damage(folder)
    for command in ("status", "alerts", "history SC000001", "explain SC000001", "backup c.gz", "poll", "run"):
        code, _, err = run(*command.split())
        said = " ".join(err.split())
        assert code == 1, command
        assert "is damaged: history.jo" in said.replace("history.json", "history.jo"), command
        assert "`watcher restore FILE`" in said, command
    code, out, _ = run("restore", "b.gz")
    assert code == 0
    assert "the history before could not be read" in out
    assert run("history", "SC000001")[0] == 0
    assert run("status")[0] == 0


def refusal(folder: Path) -> str | None:
    try:
        history = EmbeddedHistory.open(folder, read_only=True)
    except HistoryUnusableError as refused:
        return str(refused)
    known = len(history.records("ofsted:SC000001"))
    history.close()
    return None if known in (0, 1) else "something that never was"


def test_no_cut_of_a_history_opens_as_another_one(folder: Path) -> None:
    """The whole lines before the cut, or a refusal that names a way out."""
    for name in ("history.json", "history.journal"):
        content = (folder / name).read_bytes()
        for length in range(len(content)):
            (folder / name).write_bytes(content[:length])
            said = refusal(folder)
            assert said is None or "`watcher restore FILE`" in said
            assert said or name == "history.journal"
        (folder / name).write_bytes(content)


def test_a_history_that_is_not_yet_born_is_not_backed_up(run: Run, tmp_path: Path) -> None:
    code, out, err = run("backup", "b.gz")
    assert (code, out) == (1, "")
    assert "There is no history in data yet" in err
    assert not (tmp_path / "b.gz").exists()
