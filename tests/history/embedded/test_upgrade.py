"""Every file format that a version of watcher ever wrote is opened, restored and continued by this one."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.history.embedded.make_fixture import HISTORIES, NOTICE
from tests.history.embedded.test_history import ALERT, DELIVERY, STATE, TOLD
from watcher.cli.commands.backup import bring_back
from watcher.config.settings import Settings
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.delivery.ledger import Delivery, State
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.embedded.snapshot import FORMAT
from watcher.history.embedded.store import Store
from watcher.history.failures import HistoryTooNewError
from watcher.history.protocol import Transaction
from watcher.judging.changes import What
from watcher.rounds.tell.threads import follow

FORMATS = sorted(path.name for path in HISTORIES.iterdir() if path.is_dir())


def test_there_is_a_fixture_of_the_present_format() -> None:
    assert str(FORMAT) in FORMATS


def is_as_it_was_made(folder: Path) -> None:
    """Everything of the fixture is there, and it takes commits."""
    history = EmbeddedHistory.open(folder)
    *rest, notice = history.deliveries()
    assert replace(notice, number=0) == NOTICE
    assert [replace(delivery, number=0) for delivery in rest] == [DELIVERY]
    assert [replace(told, number=0) for told in history.changes()] == [TOLD]
    assert history.feed("ofsted") == STATE
    history.commit(Transaction(deliveries=(replace(notice, detail="and it goes on"),)))
    history.close()


@pytest.mark.parametrize("name", FORMATS)
def test_an_older_history_is_opened_and_continued(tmp_path: Path, name: str) -> None:
    shutil.copytree(HISTORIES / name, tmp_path / "data")
    beside = EmbeddedHistory.open(tmp_path / "data", read_only=True)
    assert [home.key for home in beside.homes()] == ["ofsted:SC000001"]
    is_as_it_was_made(tmp_path / "data")
    again = EmbeddedHistory.open(tmp_path / "data")
    again.compact(force=True)
    assert [delivery.detail for delivery in again.deliveries()] == ["", "and it goes on"]
    again.close()


@pytest.mark.parametrize("name", FORMATS)
def test_news_follow_what_an_older_version_told(tmp_path: Path, name: str) -> None:
    shutil.copytree(HISTORIES / name, tmp_path / "data")
    history = EmbeddedHistory.open(tmp_path / "data")
    (told, *_) = history.deliveries()
    history.commit(Transaction(deliveries=(replace(told, state=State.ACCEPTED, reference="1.0"),)))
    later = replace(ALERT, id="f" * 16, change=What.CLOSED)
    reply = Delivery.of(told.channel, told.subject, later, later.id, told.created)
    settings = Settings(channels={told.channel: SlackOptions(channel="C1")})
    followed, state = follow(history, settings.channels, [reply])
    assert (followed.thread, state.thread) == (told.id, told.id)
    history.close()


@pytest.mark.parametrize("name", FORMATS)
def test_an_older_backup_is_restored(tmp_path: Path, name: str) -> None:
    bring_back(tmp_path / "data", HISTORIES / name / "backup.gz", datetime(2026, 3, 2, tzinfo=UTC))
    history = EmbeddedHistory.open(tmp_path / "data")
    assert [len(history.records(home.key)) for home in history.homes()] == [2]
    history.close()


@pytest.mark.parametrize("part", ["snapshot", "journal"])
def test_a_newer_format_is_refused_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    with Store.open(tmp_path) as store:
        store.table("homes").insert({"name": "Dene"})
        with monkeypatch.context() as patch:
            patch.setattr(f"watcher.history.embedded.{part}.FORMAT", 2)
            store.compact()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(HistoryTooNewError, match=r"has format 2, .*newer watcher.*Start that version.*watcher restore"):
        Store.open(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
