"""`status` says what waits and what is wrong, and fails where something is."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from tests.builders import home, inspection
from tests.cli.shell import Run, lines, run
from watcher.cli.commands import alerts as alert_commands
from watcher.delivery.ledger import Delivery, State
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState, Transaction, Untold
from watcher.messages.message import Notice
from watcher.rounds.take_in import absorb

__all__ = ["run"]  # a fixture


def write_history(folder: Path, transaction: Transaction) -> None:
    history = EmbeddedHistory.open(folder / "data", with_bundle=False)
    history.commit(absorb(history, [home()], [inspection("2024-01-10", "good")], None).transaction())
    history.commit(transaction)
    history.close()


def test_status_and_alerts_show_what_waits_and_what_is_wrong(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    refused = Delivery.of("desk", "h", Notice("a title", "x"), "1", now)
    problem = Untold(what="unknown grade 'splendid'", home="ofsted:SC000001", since=now)
    state = FeedState(name="ofsted", outcome="changed", began=now, last_good=now, problems={"ofsted:SC000001": problem})
    write_history(tmp_path, Transaction(deliveries=(refused,), feeds=(state,)))
    code, out, _ = run("status")
    assert code == 1
    assert "1 message waits" in out
    assert "splendid" in out
    monkeypatch.setattr(alert_commands, "out", Console(width=80))
    code, out, _ = run("alerts")
    assert refused.id in out.splitlines()[1]
    assert "to desk: waiting after 0 attempts" in out.splitlines()[2]
    code, out, _ = run("status", "--json")
    assert (code, lines(out)[0]["waiting"], lines(out)[0]["service"]) == (1, 1, "not running")
    code, out, _ = run("alerts", "--json")
    assert [(line["title"], line["state"]) for line in lines(out)] == [("a title", State.WAITING.value)]


def test_status_asked_for_a_running_service_fails_where_none_runs(run: Run) -> None:
    assert run("status", "--running")[0] == 1
    assert run("status")[0] == 0
