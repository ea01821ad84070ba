"""Who has stopped these mails is listed, shown by `status` and `alerts`, and undone; every deed is explained."""

import asyncio
import getpass
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import signed
from tests.cli.commands.test_alerts import ACK, ALERT, DESK, MAIL, NOW, SILENCE, known_of, owner, run, run_anywhere
from tests.cli.shell import Run, lines
from tests.clock import ManualClock
from tests.delivery.scripted import Scripted
from watcher.actions.mails import stop_mails
from watcher.cli.signed import user
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.outbox import Outbox
from watcher.history.box import FolderBox
from watcher.history.protocol import FeedState, Held, Told, Transaction
from watcher.service import requests
from watcher.service.carrying_out import carry_out
from watcher.watching.deeds import Door

__all__ = ["run", "run_anywhere"]  # fixtures

READER = "reader@example.org"
TO_READER = Delivery.of("mail", ALERT.home, ALERT, "another", NOW, recipient=READER)


def stopped(folder: Path) -> None:
    """Somebody has stopped these mails, and a message to him came up since."""
    with owner(folder) as history:
        outbox = Outbox(history, {"mail": Scripted("mail")}, ManualClock(NOW))
        stop_mails(history, outbox, READER, signed(NOW, READER, "left", Door.MAIL), {})
        history.store([TO_READER])
        outbox.refresh()
        asyncio.run(outbox.deliver_due())


def test_who_stopped_these_mails_is_shown_and_why_a_message_was_not_sent(run: Run, tmp_path: Path) -> None:
    assert run("mails")[:2] == (0, "nobody has stopped these mails\n")
    assert run("mails", "--json")[1] == ""
    stopped(tmp_path)
    assert f"{READER} 2026-03-02 12:00 {READER}, from a mail program: left" in " ".join(run("mails")[1].split())
    (line,) = lines(run("mails", "--json")[1])
    assert (line["address"], line["by"], line["why"], line["door"]) == (READER, READER, "left", "mail")
    assert lines(run("status", "--json")[1])[0]["stopped_mails"] == [line]
    assert f"no mails go to {READER}, who stopped them at 2026-03-02 12:00 UTC" in run("status")[1]
    said = f"not sent: {READER} stopped these mails on 2 March 2026"
    (declined,) = [line for line in lines(run("alerts", "--json")[1]) if line["state"] == "declined"]
    assert (declined["recipient"], declined["detail"], "declined" in declined) == (READER, said, False)
    assert said in " ".join(run("alerts")[1].split())
    assert f"declined after 0 attempts, {said}" in " ".join(run("explain", "SC000001")[1].split())
    assert run("alerts", "retry", declined["id"])[1].strip() == "there was nothing to do"


def test_mails_are_resumed_by_name_and_of_an_unknown_address_the_nearest_are_named(run: Run, tmp_path: Path) -> None:
    stopped(tmp_path)
    code, _, err = run("mails", "resume", "raeder@example.org")
    assert (code, f"did you mean {READER!r}?" in err) == (1, True)
    assert run("mails", "resume", READER.upper(), "--by", "Ann", "--why", "asked me")[:2] == (0, f"{READER}: done\n")
    assert run("mails")[1] == "nobody has stopped these mails\n"
    code, _, err = run("mails", "resume", READER)
    assert (code, "nobody has stopped these mails" in err) == (1, True)
    with owner(tmp_path) as history:
        assert [(deed.what.value, deed.by, deed.why) for deed in history.deeds(READER)] == [
            ("stop mails", READER, "left"),
            ("resume mails", "Ann", "asked me"),
        ]


def test_a_running_service_resumes_and_its_log_does_not_say_whose(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stopped(tmp_path)
    with owner(tmp_path) as history:
        outbox = Outbox(history, {}, ManualClock(NOW))
        asked = (0, f"{READER}: asked: the running service does it within seconds\n")
        assert run("mails", "resume", READER)[:2] == asked
        requests.leave(
            FolderBox(tmp_path / "data"), requests.Request.signed("stop mails", "b@example.org", signed(NOW))
        )
        capsys.readouterr()
        assert [ok for _, ok in carry_out(FolderBox(tmp_path / "data"), history, outbox)] == [True, True]
        said = capsys.readouterr()
        assert "@example.org" not in said.out + said.err
        assert list(history.stopped_mails()) == ["b@example.org"]


def test_every_deed_about_a_home_is_explained_with_who_and_why(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text('[channels.desk]\nkind = "console"\n')
    run(*ACK)
    run(*SILENCE)
    run("alerts", "retry", DESK.id, "--by", "Bob", "--why", "the desk asked")
    (silence,) = lines(run("silence", "--json")[1])
    assert silence["door"] == "command line"
    run("silence", "remove", str(silence["id"]))
    with owner(tmp_path) as history:
        history.store([replace(known_of(history, MAIL), state=State.REFUSED, detail="no such channel")])
    run("alerts", "drop", MAIL.id, "--by", "Cat")
    explained = run("explain", "SC000001")[1]
    told = [line for line in lines(run("explain", "SC000001", "--json")[1]) if "deed" in line]
    me = getpass.getuser()
    assert [(line["deed"], line["by"], line["why"]) for line in told] == [
        ("acknowledge", "Ann", "called the home"),
        ("silence", "Ann", "known, being closed"),
        ("retry", "Bob", "the desk asked"),
        ("end silence", me, ""),
        ("drop", "Cat", ""),
    ]
    assert {line["door"] for line in told} == {"command line"}
    said = " ".join(explained.partition("what people did:")[2].split())
    assert said.count("on the command line") == 5
    assert f"silence ended by {me}" in said
    assert "deed" not in run("explain", "SC000002", "--json")[1]


def test_a_reading_that_was_released_is_explained_of_the_homes_that_it_brought_news_of(
    run: Run, tmp_path: Path
) -> None:
    later, other = NOW + timedelta(days=1), replace(ALERT, id="d" * 16, home="ofsted:SC000002")
    held = FeedState(name="ofsted", held=Held("too much", NOW))
    with owner(tmp_path) as history:
        history.commit(Transaction(feeds=(held,)))
        box = FolderBox(tmp_path / "data")
        requests.leave(box, requests.Request.signed("release", "ofsted", signed(NOW + timedelta(hours=1))))
        carry_out(box, history, Outbox(history, {}, ManualClock(NOW)))
        history.commit(Transaction(changes=(Told(alert=other, seen=later, feed="ofsted"),)))
    assert "reading released by Ann" in run("explain", "SC000002")[1]
    assert "reading released" not in run("explain", "SC000001")[1]


@pytest.mark.parametrize(
    "command",
    [
        ("alerts", "retry", DESK.id),
        ("alerts", "drop", DESK.id),
        ("mails", "resume", READER),
        ("silence", "remove", "abcdef"),
    ],
)
def test_a_name_or_a_reason_that_cannot_be_kept_is_refused(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    stopped(tmp_path)
    code, _, err = run(*command, "--by", " ")
    assert (code, "Write a name" in err) == (1, True)
    code, _, err = run(*command, "--why", "x" * 301)
    assert (code, "a reason has at most 300 characters" in err) == (1, True)


def test_where_nobody_is_named_the_systems_user_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert user("Ann") == "Ann"
    assert user(None) == getpass.getuser()
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 987_654)  # a container's user, who has no entry
    assert user(None) == "uid 987654"
    monkeypatch.setenv("LOGNAME", " ")
    assert user(None) == "uid 987654"
