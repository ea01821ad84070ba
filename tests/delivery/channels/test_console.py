"""Printed messages: readable in a file, coloured on a terminal, harmless in both."""

import io
import os
import sys
from zoneinfo import ZoneInfo

import pytest

from tests.messages.messages import SEEN, alert, message
from watcher.delivery.channels.console.channel import ConsoleChannel
from watcher.delivery.verdict import Answer
from watcher.messages.message import Notice, Reminder

SCREEN = ConsoleChannel("screen", ZoneInfo("Europe/London"))


class Terminal(io.StringIO):
    """Standard output that is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_a_message_is_printed_without_colours_and_unwrapped_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert SCREEN.send(message()).answer is Answer.ACCEPTED
    lines = capsys.readouterr().out.splitlines()
    title = "Children's home in Derby drops from good to inadequate (SC478986, Esland North Limited)"
    assert lines[0] == title
    assert "  Overall experiences, help and protection, leadership and management: Good → Inadequate" in lines
    assert "  Acknowledge: watcher alerts ack SC478986" in lines
    assert lines[-2:] == ["  Seen 10:05, 3 August 2018", ""]


def test_a_reminder_is_printed_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    SCREEN.send(message(reminder=Reminder(after_seconds=12 * 3600, alert=SEEN)))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Not acknowledged for 12h: Children's home in Derby drops")
    assert "  Acknowledge: watcher alerts ack SC478986" in lines


def test_where_nothing_is_kept_that_could_be_acknowledged_nobody_is_asked_to(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ConsoleChannel("screen", ZoneInfo("Europe/London"), is_answered=False).send(message())
    assert "alerts ack" not in capsys.readouterr().out


def test_a_terminal_gets_colours_yet_nothing_of_what_was_published_commands_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    SCREEN.send(message(alert(owner="[red]Elm[/red] \x1b[2J\x9b31m\x07 :skull: [link=https://x.org]")))
    printed = terminal.getvalue()
    assert "\x1b[1m" in printed
    assert "\x1b[2J" not in printed
    assert "\x9b" not in printed
    assert "[red]Elm[/red] [2J31m :skull: [link=https://x.org]" in printed.replace("J 31m", "J31m")


def test_a_notice_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    SCREEN.send(message(Notice("ofsted has not been read", "last read well 6h ago")))
    assert capsys.readouterr().out.splitlines()[:2] == ["ofsted has not been read", "  last read well 6h ago"]


def test_letters_that_the_output_has_not_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    assert SCREEN.send(message(alert(owner="Tŷ Coed"))).answer is Answer.ACCEPTED
    assert b"T? Coed" in raw.getvalue()


def test_a_reader_that_left_is_met_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    broken = os.fdopen(writing, "w", encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", broken)
        verdict = SCREEN.send(message())
    with pytest.raises(BrokenPipeError):  # the rest of the buffer is still in it
        broken.close()
    assert verdict.answer is Answer.LATER
    assert "Broken pipe" in verdict.detail


def test_a_closed_or_missing_standard_output_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    for output in (closed, None):
        monkeypatch.setattr(sys, "stdout", output)
        assert SCREEN.send(message()).answer is Answer.LATER
        assert "standard output" in (SCREEN.check() or "")


def test_nobody_can_tell_what_was_read_on_a_screen() -> None:
    found = SCREEN.find(message(), SEEN)
    assert found is not None
    assert found.answer is Answer.UNKNOWN
    assert SCREEN.check() is None
