"""Messages are listed, acknowledged and sent again, beside a running service and without one."""

import asyncio
import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders import home, inspection
from tests.cli.commands.test_status import write_history
from tests.cli.shell import Run, lines
from tests.cli.shell import run as run_anywhere
from tests.clock import ManualClock
from tests.delivery.scripted import Scripted
from tests.messages.messages import SEEN, alert
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.outbox import Outbox
from watcher.delivery.verdict import Answer, Verdict
from watcher.history.box import FolderBox
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Told, Transaction
from watcher.judging.judge import judge
from watcher.messages.alert import Alert
from watcher.messages.message import Notice, Reminder
from watcher.rounds.take_in import absorb
from watcher.service.carrying_out import carry_out

__all__ = ["run_anywhere"]  # a fixture

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
GOOD, DROP = inspection("2023-05-01", "good"), inspection("2024-01-10", "inadequate", event="10300001")
ALERT = Alert.of(judge([GOOD], DROP).changes[0], home()).routed(("everything",), ("desk", "mail"))
DESK, MAIL = (Delivery.of(channel, ALERT.home, ALERT, ALERT.id, NOW) for channel in ("desk", "mail"))
NOTICE = Delivery.of("desk", "notice:x", Notice("a title", "x"), "notice", NOW)
KNOWN = Transaction(
    changes=(Told(alert=ALERT, seen=NOW, feed="ofsted"),),
    deliveries=(DESK, MAIL, NOTICE),
)

ACK = ("alerts", "ack", ALERT.id, "--by", "Ann", "--why", "called the home")
SILENCE = ("silence", "add", "--home", "SC000001", "--until", "14d", "--why", "known, being closed", "--by", "Ann")


@pytest.fixture
def run(run_anywhere: Run, tmp_path: Path) -> Run:
    """Runs a command in a folder with one drop."""
    with owner(tmp_path) as history:
        history.commit(absorb(history, [home(), home("SC000002")], [GOOD, DROP], None).transaction())
        history.commit(KNOWN)
    return run_anywhere


@contextmanager
def owner(folder: Path) -> Iterator[EmbeddedHistory]:
    """The history, owned as a running service owns it."""
    history = EmbeddedHistory.open(folder / "data", with_bundle=False)
    try:
        yield history
    finally:
        history.close()


def test_an_acknowledgement_is_stored_and_shown_everywhere(run: Run) -> None:
    assert run(*ACK)[:2] == (0, f"{ALERT.id}: done\n")
    code, out, _ = run("alerts", "--json")
    assert code == 0
    known = [line["acknowledged"] for line in lines(out)]
    said = [(word["by"], word["why"]) if isinstance(word, dict) else word for word in known]
    assert said == [("Ann", "called the home"), ("Ann", "called the home"), None]
    assert "acknowled" in run("alerts")[1]
    assert "called the home" in run("explain", "SC000001")[1]
    (change,) = [line for line in lines(run("explain", "SC000001", "--json")[1]) if "change" in line]
    assert isinstance(change["acknowledged"], dict)
    assert change["acknowledged"]["by"] == "Ann"


def test_by_a_homes_number_the_newest_open_alert_is_acknowledged_by_the_systems_user(run: Run) -> None:
    code, out, _ = run("alerts", "ack", "sc000001")
    assert (code, out.splitlines()[-1]) == (0, f"{ALERT.id}: done")
    assert out.startswith("the newest open alert of SC000001: Drops from good to inadequate")
    first = lines(run("alerts", "--json")[1])[0]["acknowledged"]
    assert isinstance(first, dict)
    assert (first["by"], first["why"], first["door"]) == (getpass.getuser(), "", "command line")
    for shown in (run("explain", "SC000001")[1], run("alerts")[1]):
        assert f"acknowledged by {getpass.getuser()}" in " ".join(shown.split())
    code, out, err = run("alerts", "ack", "SC000001", "--by", "Bob", "--why", "me too")
    assert (code, out) == (1, "")
    assert "no alert of SC000001 is open: Drops from good to inadequate" in err
    assert f"acknowledged by {getpass.getuser()}" in err


def test_where_all_was_sent_none_is_open(run: Run, tmp_path: Path) -> None:
    with owner(tmp_path) as history:
        known = [known_of(history, one) for one in (DESK, MAIL, NOTICE)]
        history.store([one.sending(NOW).settled(Verdict(Answer.ACCEPTED), NOW) for one in known])
    assert run("alerts", "--open")[:2] == (0, "nothing waits\n")
    assert "accepted" in run("alerts")[1]


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
        (
            ("alerts", "ack", NOTICE.id, "--by", "A", "--why", "x"),
            1,
            "tells of no single alert: a title; `watcher alerts`",
        ),
        (("alerts", "ack", NOTICE.id[:6]), 1, "there is no alert"),
        (("alerts", "ack", ALERT.id, "--by", " ", "--why", "x"), 1, "who does it? Write a name"),
        (("alerts", "ack", ALERT.id, "--why", "x" * 301), 1, "a reason has at most 300 characters"),
        (("alerts", "ack", "SC000002"), 1, "no alert of SC000002 was ever sent; `watcher explain SC000002` says why"),
        (("alerts", "ack", "SC00002"), 1, "did you mean home SC000002"),
        (("alerts", "retry", "SC000001"), 1, "any of 2 messages about SC000001 may be meant"),
        (("alerts", "drop", "SC000001"), 1, f"the newest is {MAIL.id} (mail, waiting: Drops from good"),
        (("alerts", "retry"), 2, "name a message by its id, or a channel with --channel"),
        (("alerts", "retry", DESK.id, "--channel", "desk"), 2, "name a message by its id, or a channel"),
        (("alerts", "retry", "--channel", "dusk"), 2, "there is no channel 'dusk'"),
        (("alerts", "drop", "012345"), 1, "there is no message '012345'"),
        (("alerts", "retry", ALERT.id), 1, " may mean any of: " + ", ".join(sorted((DESK.id, MAIL.id)))),
    ],
)
def test_wrong_usage_is_told_and_changes_nothing(run: Run, arguments: tuple[str, ...], code: int, said: str) -> None:
    ended, _, err = run(*arguments)
    assert ended == code
    assert said in err
    assert not any(line["acknowledged"] for line in lines(run("alerts", "--json")[1]))


def test_what_was_silenced_goes_when_it_is_asked_for(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text('[channels.desk]\nkind = "console"\n')
    run(*SILENCE)
    code, out, _ = run("alerts", "retry", DESK.id[:6])
    assert code == 0
    assert "drops from good to inadequate" in out
    assert f"{DESK.id}: accepted" in out


def known_of(history: EmbeddedHistory, delivery: Delivery) -> Delivery:
    known = history.delivery(delivery.id)
    assert known is not None
    return known


def test_all_that_a_channel_keeps_goes_when_it_is_asked_for(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text('[channels.desk]\nkind = "console"\n')
    with owner(tmp_path) as history:
        stops = Verdict(Answer.REFUSED, "no right", stops=True)
        history.store([known_of(history, DESK).sending(NOW).settled(stops, datetime(2126, 1, 1, tzinfo=UTC))])
    code, out, _ = run("alerts", "retry", "--channel", "desk")
    assert code == 0
    assert {f"{delivery.id}: accepted" for delivery in (DESK, NOTICE)} <= set(out.splitlines())
    assert run("alerts", "retry", "--channel", "desk")[1] == "there was nothing to do\n"


def test_a_message_whose_fate_is_found_out_is_given_up(run: Run, tmp_path: Path) -> None:
    with owner(tmp_path) as history:
        history.store([replace(known_of(history, DESK), state=State.UNKNOWN, detail="lost")])
    code, out, _ = run("status")
    assert (code, "nobody knows whether messages arrived" in " ".join(out.split())) == (1, True)
    assert run("alerts", "drop", DESK.id)[:2] == (0, f"{DESK.id}: done\n")
    assert "nobody knows" not in run("status")[1]
    assert run("alerts", "drop", MAIL.id)[:2] == (0, f"{MAIL.id}: there was nothing to do\n")


def test_a_running_service_carries_out_what_is_asked_of_it(run: Run, tmp_path: Path) -> None:
    channel = Scripted()
    with owner(tmp_path) as history:
        outbox = Outbox(history, {"desk": channel}, ManualClock(NOW))
        said = "asked: the running service does it within seconds"
        assert run(*ACK)[:2] == (0, f"{ALERT.id}: {said}\n")
        assert run(*SILENCE)[1].endswith(f"{said}\n")
        assert history.acknowledgement(ALERT.id) is None
        assert [ok for _, ok in carry_out(FolderBox(tmp_path / "data"), history, outbox)] == [True, True]
        asyncio.run(outbox.deliver_due())
        assert [message.id for message in channel.sent] == [NOTICE.id]
        assert [delivery.state for delivery in history.messages_about(ALERT.id)] == [State.SILENCED] * 2
        (silence,) = history.silences()
        assert run("alerts", "retry", DESK.id[:6])[1].strip() == said
        assert run("silence", "remove", silence.id)[1].strip() == f"{silence.id}: {said}"
        assert [ok for _, ok in carry_out(FolderBox(tmp_path / "data"), history, outbox)] == [True, True]
        asyncio.run(outbox.deliver_due())
        assert [message.id for message in channel.sent] == [NOTICE.id, DESK.id]
        assert "that stays: acknowledged by Ann" in run(*ACK)[1]
    assert run("silence")[1] == "nothing is silenced\n"


def test_alerts_shows_what_is_gathered_for_a_digest_and_then_the_digest(run_anywhere: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text(
        'contact = "test@localhost"\n[feeds.ofsted]\nurl = "http://127.0.0.1:9"\n[channels.morning]\n'
        'kind = "email-digest"\nsmtp = "smtp://127.0.0.1:9"\nfrom = "w@example.org"\nto = "desk@example.org"\n'
        'at = "00:00"\n'
    )
    told = alert()
    gathered = replace(Delivery.of("morning", told.home, told, told.id, SEEN), state=State.GATHERED)
    write_history(tmp_path, Transaction(deliveries=(gathered,)))
    (line,) = lines(run_anywhere("alerts", "--open", "--json")[1])
    assert (line["state"], line["change"]) == ("gathered", told.id)
    run_anywhere("poll")  # once a minute, say, from cron: makes the digest that is due
    first, second = lines(run_anywhere("alerts", "--json")[1])
    assert (first["state"], first["reference"]) == ("in digest", second["id"])
    assert (second["state"], second["recipient"], second["change"]) == ("waiting", "desk@example.org", None)
    assert "1 change" in str(second["title"])
    assert "digest" not in second
    assert "connecting to 127.0.0.1:9" in str(second["detail"])
    out = run_anywhere("check", "--json")[1]
    (tried,) = [line for line in lines(out) if line["what"] == "channel morning"]
    assert (tried["ok"], "connecting to 127.0.0.1:9" in str(tried["detail"])) == (False, True)


GONE_LIST = """
channels.desk.kind = "console"
channels.mail.kind = "console"
[[watch]]
name = "mine"
homes_file = "gone.csv"
to = ["desk"]
"""


def test_a_list_that_is_gone_keeps_nobody_from_acknowledging_or_looking(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text(GONE_LIST)
    assert run(*ACK)[0] == 0
    assert run("alerts", "--json")[0] == 0
    assert run(*SILENCE)[0] == 0
    assert run("history", "SC000001")[0] == 0
    code, _, err = run("homes")
    assert code == 2
    assert "gone.csv" in err
