"""`status` says what waits and what is wrong, and fails where something is."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.builders import home, inspection
from tests.cli.shell import Run, lines, run
from tests.messages.messages import alert
from tests.service.test_announcements import of_homes, unread
from watcher import __version__
from watcher.cli import terminal
from watcher.cli.lines import PlainLines, StyledLines
from watcher.cli.status import print_standing
from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery, State
from watcher.feeds.advance import Advance
from watcher.feeds.feed import Trouble
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState, OpenMatter, Transaction, Untold
from watcher.judging.changes import What
from watcher.messages.message import Notice
from watcher.rounds.take_in import absorb
from watcher.service import heartbeat
from watcher.service.progress import ReadingProgress
from watcher.service.standing import stored_standing
from watcher.timing.clock import SystemClock

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
    monkeypatch.setattr(terminal, "out", Console(width=80))
    code, out, _ = run("alerts")
    assert refused.id in out.splitlines()[1]
    assert "to desk: waiting after 0 attempts" in out.splitlines()[2]
    code, out, _ = run("status", "--json")
    assert (code, lines(out)[0]["waiting"], lines(out)[0]["service"]) == (1, 1, "not running")
    code, out, _ = run("alerts", "--json")
    assert [(line["title"], line["state"]) for line in lines(out)] == [("a title", State.WAITING.value)]


def test_what_quiet_hours_hold_is_shown_with_its_morning_and_is_nothing_wrong(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    morning = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
    said = "held for quiet hours until 07:00, 3 March 2026"
    waits = Delivery.of("desk", "h", alert(What.RECOVERED), "1", morning - timedelta(hours=9)).held(morning, said)
    state = FeedState(name="ofsted", outcome="changed", began=morning, last_good=morning)
    write_history(tmp_path, Transaction(deliveries=(waits,), feeds=(state,)))
    out = run("status")[1]
    assert "1 message is held for quiet hours until 2026-03-03 07:00 UTC" in out
    assert "0 messages wait; 0 refused" in out
    (line,) = lines(run("status", "--json")[1])
    assert (line["quiet"], line["quiet_until"], line["waiting"]) == (1, morning.isoformat(), 0)
    monkeypatch.setattr(terminal, "out", Console(width=120))
    out = run("alerts", "--open")[1]
    assert f"{waits.id} " in out
    assert said in out


def test_each_matter_is_shown_once_the_gravest_first_and_a_feed_with_its_last_reading(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text('[feeds.ofsted]\nkind = "ofsted-site"\n')
    now = datetime.now(UTC)
    pages = of_homes(range(3)) | unread(9, Trouble.REPORT) | unread(7, tries=1) | unread(8, tries=1)
    state = FeedState(name="ofsted", outcome="changed", detail="40 read", began=now, last_good=now, problems=pages)
    told = OpenMatter("the pages of 3 homes", "x", now - timedelta(hours=3), ())
    write_history(tmp_path, Transaction(feeds=(state,), notices={"feed:ofsted:page": told}))
    code, out, _ = run("status")
    assert code == 1
    assert f"watcher {__version__}" in out
    first, second = (line for line in out.splitlines() if line.startswith(("act now", "look today")))
    assert first.startswith("act now: ofsted: a report on SC000009 could not be read")
    under = out[out.index(first) : out.index(second)]
    assert under.index("https://") < under.index("to do: ") < under.index("details: ")
    assert second.startswith("look today: ofsted: the pages of 3 homes")
    assert "since 3h" in out
    assert out.count("SC000002") == 1
    assert out.count("could not tell yet") == out.count("SC000007") == out.count("SC000008") == 1
    found = lines(run("status", "--json")[1])[0]
    assert [(matter["key"], matter["gravity"]) for matter in found["matters"]] == [  # type: ignore[attr-defined]  # a list
        ("feed:ofsted:report", "act now"), ("feed:ofsted:page", "look today"),
    ]  # fmt: skip
    assert found["feeds"][0]["next"] > now.isoformat()  # type: ignore[index]  # a list


@pytest.mark.parametrize("width", [44, 80])
def test_status_fits_a_narrow_terminal_and_indents_what_belongs_to_a_matter(tmp_path: Path, width: int) -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    state = FeedState(
        name="ofsted", outcome="unreachable", detail="no answer", began=now, last_good=now - timedelta(days=1),
        problems=of_homes(range(3)),
    )  # fmt: skip
    write_history(tmp_path, Transaction(feeds=(state,)))
    history = EmbeddedHistory.open(tmp_path / "data")
    settings = Settings(data_dir=tmp_path / "data", feeds={"ofsted": OfstedSiteOptions()})
    heartbeat.Heartbeat(tmp_path / "data", now).beat("feeds", now)
    console = Console(width=width, file=StringIO(), highlight=False)
    print_standing(stored_standing(settings, history, now + timedelta(seconds=5)), StyledLines(console))
    history.close()
    printed = console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    told = printed.splitlines()
    assert max(map(len, told)) <= width
    assert told[0] == "service: alive, heartbeat 5s ago"
    assert "next in" in printed
    matter = told[told.index(next(line for line in told if line.startswith("act now"))) :]
    heads = ("act now: ", "look today: ", "homes could not", "understood", "not be understood", "could not be")
    assert all(line.startswith(("  ", *heads)) for line in matter), printed


def test_a_service_that_was_killed_is_not_running_and_needs_attention(run: Run, tmp_path: Path) -> None:
    write_history(tmp_path, Transaction())
    assert run("status")[0] == 0
    heartbeat.Heartbeat(tmp_path / "data", datetime.now(UTC)).beat("feeds", datetime.now(UTC))
    code, out, _ = run("status")
    assert (code, "did not end in good order" in out) == (1, True)
    assert run("status", "--running")[0] == 1
    code, out, _ = run("status", "--running", "--json")
    said = {"service": "not running", "heartbeat_age_seconds": None, "running": False}
    assert (code, lines(out)) == (1, [said])
    assert lines(run("status", "--json")[1])[0]["service"] == "not running"
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    assert run("status", "--running")[0] == 0
    history.close()


@pytest.mark.parametrize("mistake", ["[webb]\n", "[web\n", '[[watch]]\nname = "w"\nhomes_file = "gone.csv"\n'])
def test_a_service_is_running_though_a_configuration_with_mistakes_was_saved(
    run: Run, tmp_path: Path, mistake: str
) -> None:
    (tmp_path / "watcher.toml").write_text(f'data_dir = "elsewhere"\n{mistake}')
    (tmp_path / "elsewhere").mkdir()
    assert run("status", "--running")[0] == 1
    history = EmbeddedHistory.open(tmp_path / "elsewhere", with_bundle=False)
    heartbeat.Heartbeat(tmp_path / "elsewhere", datetime.now(UTC)).beat("feeds", datetime.now(UTC))
    assert run("status", "--running")[0] == 0
    code, _, err = run("status")
    assert (code, err.startswith("service: alive")) == (2, True)
    assert "watcher.toml:2: " in err or "homes_file" in err
    history.close()


def test_status_asked_for_a_running_service_fails_where_none_runs(run: Run) -> None:
    assert run("status", "--running")[0] == 1
    assert run("status")[0] == 0


def test_a_reading_under_way_is_shown_with_the_time_that_is_left(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text('[feeds.ofsted]\nkind = "ofsted-site"\n')
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    began = datetime.now(UTC) - timedelta(minutes=5)
    ReadingProgress(tmp_path / "data", SystemClock()).note("ofsted", Advance(131, 349, began))
    assert "reading: 131 of 349 pages, about 8 minutes left" in run("status")[1]
    told: Any = lines(run("status", "--json")[1])[0]["feeds"]
    assert told[0]["reading"]["pages_due"] == 349
    assert 480 <= told[0]["reading"]["seconds_left"] <= 520
    history.close()
    assert "131 of 349" not in run("status")[1]


def test_what_is_printed_to_a_file_is_what_a_terminals_library_prints_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    state = FeedState(
        name="ofsted", outcome="unreachable", detail="no [bold]answer[/] :smile:\t\u200b", began=now,
        last_good=now - timedelta(days=1), problems=of_homes(range(3)),
    )  # fmt: skip
    write_history(tmp_path, Transaction(feeds=(state,)))
    history = EmbeddedHistory.open(tmp_path / "data")
    settings = Settings(data_dir=tmp_path / "data", feeds={"ofsted": OfstedSiteOptions()})
    standing = stored_standing(settings, history, now + timedelta(seconds=5))
    history.close()
    print_standing(standing, PlainLines())
    plain = capsys.readouterr().out
    print_standing(standing, StyledLines(Console(soft_wrap=True)))
    assert plain == capsys.readouterr().out
    assert "act now: " in plain
