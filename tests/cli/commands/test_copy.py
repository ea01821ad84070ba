"""`copy` as the shell runs it: into a database and back, and no secret on the way to anybody's eyes."""

from pathlib import Path

import orjson
import pytest

from tests.builders import home, inspection
from tests.cli.shell import Run, run
from tests.shapes.schemas import hold
from tests.standins.postgres import FreshDatabase
from watcher.history.embedded.history import EmbeddedHistory
from watcher.rounds.take_in import absorb

__all__ = ["run"]  # a fixture


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A history of one home in the folder that commands use by default."""
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    history.commit(absorb(history, [home()], [inspection("2024-01-10", "good")], None).transaction())
    history.close()
    return tmp_path / "data"


def test_a_history_is_copied_into_a_database_and_back(
    run: Run, folder: Path, database: FreshDatabase, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(f"{database.password}\n")
    code, out, err = run("copy", "--to", database.url, "--password-file", "secret")
    assert (code, err) == (0, "")
    assert out.startswith(f"copied the history in data to the database {database.name} on 127.0.0.1:")
    assert "1 home, 1 inspection, 0 changes, 0 messages; every table is the same on both sides\n" in out
    assert "do not run watcher on data any more: it refuses that now; " in out
    code, _, err = run("silence", "add", "--home", "SC000001", "--until", "14d", "--why", "known")
    assert (code, "The history in data was moved to the database" in err) == (1, True)
    assert run("history", "SC000001")[0] == 0  # what only looks goes on
    code, out, _ = run("copy", "--from", database.url, "--password-file", "secret", "--json")
    report = orjson.loads(out)
    assert (code, report["to"], report["was_there"], report["counts"]["inspections"]) == (0, "data", False, 1)
    assert Path(report["aside"]).is_dir()
    hold("copy", [report])
    EmbeddedHistory.open(folder).close()


def test_the_password_may_come_from_the_environment(
    run: Run, folder: Path, database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHER_DB_PASSWORD", "another")
    code, _, err = run("copy", "--to", database.url)
    assert (code, "password authentication failed" in err, "another" in err) == (1, True, False)
    monkeypatch.setenv("WATCHER_DB_PASSWORD", database.password)
    assert run("copy", "--to", database.url)[0] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--to", "postgresql://watcher:planted@h/db"], "the address has a password in it"),
        (["--from=postgresql://h/db?password=planted"], "name that by --password-file, or set WATCHER_DB_PASSWORD"),
        (["--to", "planted"], "is no address of a database: write postgresql://ROLE@HOST/DATABASE"),
        (["postgresql://watcher:planted@h/db"], "say either --to URL or --from URL"),
        (["--to", "postgresql://h/db", "postgresql://watcher:planted@h/db"], "say either --to URL or --from URL"),
        (["--to", "postgresql://h/planted", "--from", "postgresql://h/planted"], "say either --to URL or --from URL"),
        ([], "say either --to URL or --from URL"),
        (["--to", "postgresql://h/db", "--password-file", "nowhere"], "nowhere cannot be read"),
    ],
)
def test_what_is_wrong_is_said_and_never_repeats_an_address(run: Run, arguments: list[str], said: str) -> None:
    code, out, err = run("copy", *arguments)
    assert (code, out) == (2, "")
    assert said in " ".join(err.split())
    assert "planted" not in err


def test_there_has_to_be_something_to_copy(run: Run, database: FreshDatabase) -> None:
    code, _, err = run("copy", "--to", database.url)
    assert (code, "There is no history in data yet" in err) == (1, True)
