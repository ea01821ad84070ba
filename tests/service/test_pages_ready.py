"""What pages are made from is made ready beside the service; what goes wrong there ends nothing."""

import threading
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.builders import home
from tests.web import serving, stage
from watcher.answers.asked.chosen import Chosen
from watcher.facts.statements import HomeRecord
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.failures import HistoryAwayError
from watcher.history.protocol import Transaction
from watcher.service.start import _make_ready
from watcher.web.site import Site


def make_ready(site: Site) -> None:
    """Has it made, and waits."""
    _make_ready(site)
    for thread in threading.enumerate():
        if thread.name == "pages made ready":
            thread.join(20)
            assert not thread.is_alive()


def test_a_history_that_is_away_then_is_no_defect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    site = serving.site(stage.settings(tmp_path), history)

    def away() -> None:
        raise HistoryAwayError("the database", "it restarts")

    with monkeypatch.context() as broken, capture_logs() as logged:
        broken.setattr(history, "register", away)
        make_ready(site)
    assert [entry["log_level"] for entry in logged] == ["info"]
    history.close()


def test_what_goes_wrong_in_its_thread_is_told_in_the_log_and_pages_are_made_when_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    history.commit(Transaction(homes=(HomeRecord.of(home()),)))
    site = serving.site(stage.settings(tmp_path), history)
    escaped: list[object] = []
    monkeypatch.setattr(threading, "excepthook", escaped.append)

    def fails() -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken, capture_logs() as logged:
        broken.setattr(history, "register", fails)
        make_ready(site)
    assert [entry["event"] for entry in logged] == ["pages could not be made ready"]
    assert escaped == []
    assert [one.home.key for one in site.kept.homes(Chosen(), site.now()).homes] == [home().key]
    history.close()
