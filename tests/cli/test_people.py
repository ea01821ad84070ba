"""Silencing, acknowledging and sending again from the command line, beside a running service and without one."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from tests.builders import home, inspection
from tests.clock import ManualClock
from tests.delivery.scripted import Scripted
from watcher.cli import main as cli
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.outbox import Outbox
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Told, Transaction
from watcher.judging.judge import judge
from watcher.messages.alert import Alert
from watcher.messages.message import Notice, Reminder
from watcher.rounds.take_in import absorb
from watcher.service import requests

Run = Callable[..., tuple[int, str, str]]

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
GOOD, DROP = inspection("2023-05-01", "good"), inspection("2024-01-10", "inadequate", event="10300001")
ALERT = Alert.of(judge([GOOD], DROP).changes[0], home()).routed(("everything",), ("desk", "mail"))
DESK, MAIL = (Delivery.of(channel, ALERT.home, ALERT, ALERT.id, NOW) for channel in ("desk", "mail"))
NOTICE = Delivery.of("desk", "notice:x", Notice("a title", "x"), "notice", NOW)
KNOWN = Transaction(
    changes=(Told(alert=ALERT, seen=NOW, feed="ofsted"),),
    deliveries=(DESK, MAIL, NOTICE),
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command as the shell would, in a folder with one drop; code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    with owner(tmp_path) as history:
        history.commit(absorb(history, [home(), home("SC000002")], [GOOD, DROP], None).transaction())
        history.commit(KNOWN)

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["watcher", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, " ".join(said.err.replace("│", " ").split())

    return command


@contextmanager
def owner(folder: Path) -> Iterator[EmbeddedHistory]:
    """The history, owned as a running service owns it."""
    history = EmbeddedHistory.open(folder / "data", with_bundle=False)
    try:
        yield history
    finally:
        history.close()


def lines(text: str) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in text.splitlines()]


ACK = ("alerts", "ack", ALERT.id, "--by", "Ann", "--why", "called the home")
SILENCE = ("silence", "add", "--home", "SC000001", "--until", "14d", "--why", "known, being closed", "--by", "Ann")


def test_an_acknowledgement_is_stored_and_shown_everywhere(run: Run) -> None:
    assert run(*ACK)[:2] == (0, f"{ALERT.id}: done\n")
    code, out, _ = run("alerts", "--json")
    assert code == 0
    known = [line["acknowledged"] for line in lines(out)]
    said = [(one["by"], one["why"]) if isinstance(one, dict) else one for one in known]
    assert said == [("Ann", "called the home"), ("Ann", "called the home"), None]
    assert "acknowled" in run("alerts")[1]
    assert "called the home" in run("explain", "SC000001")[1]
    (change,) = [line for line in lines(run("explain", "SC000001", "--json")[1]) if "change" in line]
    assert isinstance(change["acknowledged"], dict)
    assert change["acknowledged"]["by"] == "Ann"


def test_reminders_are_told_apart_from_the_alert(run: Run, tmp_path: Path) -> None:
    with owner(tmp_path) as history:
        for which, mark in (
            ("1", Reminder(number=1, alert=NOW)),
            ("e", Reminder(after_seconds=12 * 3600, alert=NOW)),
        ):
            once_more = replace(Delivery.of("desk", ALERT.home, ALERT, which, NOW), reminder=mark)
            history.commit(Transaction(deliveries=(once_more,)))
    titles = [str(line["title"]) for line in lines(run("alerts", "--json")[1])]
    assert titles[0].startswith("Children's home in Derby drops")
    assert [title.partition(":")[0] for title in titles[3:]] == ["Reminder 1", "Not acknowledged for 12h"]
    explained = run("explain", "SC000001")[1]
    assert "to desk (asked by everything): waiting" in explained
    assert "    reminder 1 to desk: waiting" in explained
    assert "    escalated to desk: waiting" in explained


def test_a_second_acknowledgement_says_that_the_first_stays(run: Run) -> None:
    run(*ACK)
    code, out, _ = run("alerts", "ack", ALERT.id, "--by", "Bob", "--why", "me too")
    assert code == 0
    assert "acknowledged already, and that stays: acknowledged by Ann" in out
    assert "Bob" not in run("alerts", "--json")[1]


@pytest.mark.parametrize("text", [ALERT.id, ALERT.id[:6], DESK.id, MAIL.id[:6]])
def test_a_change_is_meant_by_its_id_or_any_of_its_messages_and_by_their_beginnings(run: Run, text: str) -> None:
    assert run("alerts", "ack", text, "--by", "Ann", "--why", "x")[:2] == (0, f"{ALERT.id}: done\n")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("alerts", "ack", "012345", "--by", "A", "--why", "x"), 1, "there is no alert '012345'"),
        (("alerts", "ack", ALERT.id[:5], "--by", "A", "--why", "x"), 1, "at least 6 characters"),
        (("alerts", "ack", NOTICE.id, "--by", "A", "--why", "x"), 1, "there is no alert"),
        (("alerts", "ack", ALERT.id, "--by", " ", "--why", "x"), 1, "needs a name"),
        (("alerts", "ack", ALERT.id, "--why", "x"), 2, "Missing option '--by'"),
        (("alerts", "retry", ALERT.id), 1, " may mean any of: " + ", ".join(sorted((DESK.id, MAIL.id)))),
        (("silence", "add", "--until", "14d", "--why", "x"), 1, "a silence of every home is not possible"),
        (("silence", "add", "--home", "SC1", "--why", "x"), 2, "Missing option '--until'"),
        (("silence", "add", "--home", "SC1", "--until", "14d"), 2, "Missing option '--why'"),
        (("silence", "add", "--home", "SC1", "--until", "2y", "--why", "x"), 1, "is no length of time"),
        (("silence", "add", "--home", "SC1", "--until", "400d", "--why", "x"), 1, "within a year"),
        (("silence", "add", "--home", "SC1", "--until", "2018-01-01", "--why", "x"), 1, "ends in the future"),
        (("silence", "remove", "abcdef"), 1, "there is no silence 'abcdef'"),
    ],
)
def test_wrong_usage_is_told_and_changes_nothing(run: Run, arguments: tuple[str, ...], code: int, said: str) -> None:
    ended, _, err = run(*arguments)
    assert ended == code
    assert said in err
    assert run("silence", "--json")[1] == ""
    assert not any(line["acknowledged"] for line in lines(run("alerts", "--json")[1]))


def test_a_silence_holds_what_waits_and_is_listed_until_it_is_removed(run: Run) -> None:
    code, out, err = run(*SILENCE)
    assert (code, err) == (0, "")
    assert "covers 1 known home" in out
    (silence,) = lines(run("silence", "--json")[1])
    assert (silence["home"], silence["why"], silence["by"]) == (["SC000001"], "known, being closed", "Ann")
    assert (silence["in_force"], "T" in str(silence["until"])) == (True, True)
    assert "home SC000001" in run("silence")[1]
    held = [(line["state"], line.get("silence"), line.get("detail")) for line in lines(run("alerts", "--json")[1])]
    reason = ("silenced", silence["id"], "silenced: known, being closed")
    assert held == [reason, reason, ("waiting", None, None)]
    explained = " ".join(run("explain", "SC000001")[1].split())
    assert f"silenced after 0 attempts by silence {silence['id']}, silenced: known, being closed" in explained
    assert str(silence["id"]) in "".join(run("alerts")[1].split())
    assert run("silence", "remove", str(silence["id"])[:6])[:2] == (0, f"{silence['id']}: done\n")
    assert run("silence")[1] == "nothing is silenced\n"
    assert [line["in_force"] for line in lines(run("silence", "--all", "--json")[1])] == [False]
    assert lines(run("alerts", "--json")[1])[0]["state"] == "silenced"


def test_a_name_that_no_home_has_is_told(run: Run) -> None:
    code, _, err = run("silence", "add", "--area", "Derbby", "--until", "1d", "--why", "x")
    assert code == 0
    assert "no known home has local_authority 'Derbby'; did you mean 'Derby'?" in err


def test_what_was_silenced_goes_when_it_is_asked_for(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text('[channels.desk]\nkind = "console"\n')
    run(*SILENCE)
    code, out, _ = run("alerts", "retry", DESK.id[:6])
    assert code == 0
    assert "drops from good to inadequate" in out
    assert f"{DESK.id}: accepted" in out


def test_a_running_service_carries_out_what_is_asked_of_it(run: Run, tmp_path: Path) -> None:
    channel = Scripted()
    with owner(tmp_path) as history:
        outbox = Outbox(history, {"desk": channel}, ManualClock(NOW))
        said = "asked: the running service does it within seconds"
        assert run(*ACK)[:2] == (0, f"{ALERT.id}: {said}\n")
        assert run(*SILENCE)[1].endswith(f"{said}\n")
        assert history.acknowledgement(ALERT.id) is None
        assert [ok for _, ok in requests.carry_out(tmp_path / "data", history, outbox)] == [True, True]
        asyncio.run(outbox.deliver_due())
        assert [message.id for message in channel.sent] == [NOTICE.id]
        assert [one.state for one in history.messages_about(ALERT.id)] == [State.SILENCED] * 2
        (silence,) = history.silences()
        assert run("alerts", "retry", DESK.id[:6])[1].strip() == said
        assert run("silence", "remove", silence.id)[1].strip() == f"{silence.id}: {said}"
        assert [ok for _, ok in requests.carry_out(tmp_path / "data", history, outbox)] == [True, True]
        asyncio.run(outbox.deliver_due())
        assert [message.id for message in channel.sent] == [NOTICE.id, DESK.id]
        assert "that stays: acknowledged by Ann" in run(*ACK)[1]
    assert run("silence")[1] == "nothing is silenced\n"
