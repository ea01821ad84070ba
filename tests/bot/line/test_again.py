"""A line is opened again, whatever ended it, and nothing is left over."""

import os
import threading
from datetime import timedelta

import pytest

from tests.bot.line.lines import HASTY, line_to, socket_mode, threads_of_lines
from tests.standins.slack import TOKEN, drops, fails_with, hangs, is_rate_limited, says
from tests.standins.slack_payloads import block_actions
from tests.standins.socket_mode import answers, drips, envelope, never_answers, text
from tests.standins.websocket import CLOSE, server_frame
from watcher.bot.line.frames import LONGEST
from watcher.bot.line.state import Patience

PRESS = block_actions("acknowledge", "x")


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


@pytest.mark.parametrize("reset", [False, True])
def test_a_line_that_is_cut_is_opened_again(reset: bool) -> None:
    with socket_mode() as lines, line_to(lines) as told:
        assert told.until_connected()
        lines.lines[0].cut(reset=reset)
        assert lines.until(lambda: len(lines.lines) == 2)
        assert lines.until(lambda: len(told.states) == 3)
        assert [state.is_connected for state in told.states] == [True, False, True]
        assert told.states[1].trouble.startswith("the connection to Slack is lost (it ")
        assert not told.states[1].is_refused
        assert lines.is_answered("interactive", PRESS)


def test_a_greeting_and_an_envelope_may_be_cut_at_any_byte() -> None:
    stream = text({"type": "hello"}) + text(envelope("slash_commands", {"text": "x" * 200}, name="the-one"))
    with socket_mode() as lines:
        lines.greetings.extend([stream[:place], b""] for place in range(len(stream)))
        lines.greetings.append([stream])
        with line_to(lines) as told:
            assert lines.until(lambda: told.envelopes)
            assert lines.until(lambda: len(lines.strangers) == 1)
            assert len(lines.lines) == len(stream) + 1
            assert [each.id for each in told.envelopes] == ["the-one"]
            assert lines.until(lambda: len(threads_of_lines()) == 2)
            assert [fault for line in lines.lines for fault in line.faults] == []


def test_a_handshake_may_be_cut_at_any_byte() -> None:
    answer = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    with socket_mode() as lines:
        lines.handshakes.extend(answers(answer[:place]) for place in range(len(answer) + 1))
        with line_to(lines) as told:
            assert told.until_connected()
            assert len(lines.slack.calls) == len(answer) + 2


@pytest.mark.parametrize("times", [100, pytest.param(1_000, marks=pytest.mark.soak)])
def test_lines_that_are_gone_leave_nothing_behind(times: int) -> None:
    with socket_mode() as lines:
        with line_to(lines) as told:
            assert told.until_connected()
            threads, descriptors = threading.active_count(), _descriptors()
            for number in range(1, times + 1):
                lines.lines[-1].cut(reset=number % 2 == 0)
                assert lines.until(lambda: len(lines.lines) == number + 1)  # noqa: B023
            assert told.until_connected()
            assert lines.is_answered("interactive", PRESS)
            assert lines.until(lambda: threading.active_count() <= threads)
            assert lines.until(lambda: _descriptors() <= descriptors)
            assert lines.until(lambda: len(threads_of_lines()) == 2)
        assert lines.until(lambda: threads_of_lines() == [])


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "", "unheard_of", "too_many_websockets"])
def test_the_next_line_is_open_before_the_old_one_is_let_go(reason: str) -> None:
    with socket_mode() as lines, line_to(lines, patience=Patience(first_wait=timedelta(milliseconds=1))) as told:
        assert told.until_connected()
        old = lines.lines[0]
        lines.disconnect(reason)
        assert lines.until(lambda: len(lines.lines) == 2)
        by_old, by_new = lines.send("interactive", PRESS, by=old), lines.send("interactive", PRESS, by=lines.lines[1])
        assert lines.until(lambda: by_old.took is not None and by_new.took is not None)
        assert by_old.acknowledged_by == [old]
        assert by_new.acknowledged_by == [lines.lines[1]]
        old.cut()
        assert lines.is_answered("interactive", PRESS)
        assert [state.is_connected for state in told.states] == [True]
        assert len(lines.lines) == 2


def test_an_old_line_that_slack_does_not_close_is_let_go_in_good_order() -> None:
    patience = Patience(first_wait=timedelta(milliseconds=1), farewell=timedelta(milliseconds=1))
    with socket_mode() as lines, line_to(lines, patience=patience) as told:
        assert told.until_connected()
        lines.disconnect("warning")
        assert lines.until(lambda: len(lines.open_lines) == 1 and len(lines.lines) == 2)
        assert lines.lines[0].goodbyes == [1000]
        assert told.is_connected


def test_what_came_by_a_line_that_is_gone_is_acknowledged_by_the_next() -> None:
    with socket_mode() as lines, line_to(lines, acknowledges=False) as told:
        assert told.until_connected()
        sent = lines.send("interactive", PRESS)
        assert lines.until(lambda: told.envelopes)
        lines.lines[0].cut(reset=True)
        assert lines.until(lambda: len(lines.lines) == 2)
        assert lines.until(lambda: told.line.acknowledge(sent.id, {"text": "x"}) and sent.took is not None)
        assert sent.acknowledged_by[-1] is lines.lines[1]
        assert sent.answers[-1] == {"text": "x"}


def test_nothing_is_acknowledged_where_no_line_is_open() -> None:
    with socket_mode() as lines:
        lines.slack.errors["apps.connections.open"] = "internal_error"
        with line_to(lines) as told:
            assert lines.until(lambda: told.states)
            assert told.line.acknowledge("any") is False


def test_socket_mode_that_is_switched_off_is_an_operators_matter_and_is_tried_again() -> None:
    with socket_mode() as lines, line_to(lines) as told:
        assert told.until_connected()
        lines.disconnect("link_disabled")
        assert lines.until(lambda: len(told.states) == 3)
        off, again = told.states[1:]
        assert (off.is_connected, off.is_refused) == (False, True)
        assert off.trouble == "Socket Mode is switched off for the app: switch it on in its settings (Socket Mode)"
        assert (again.is_connected, again.is_refused, again.trouble) == (True, False, "")
        assert lines.lines[0].goodbyes == [1000]


@pytest.mark.parametrize("error", ["invalid_auth", "not_allowed_token_type", "missing_scope", "link_disabled"])
def test_a_refused_token_is_told_once_and_tried_until_it_is_taken(error: str) -> None:
    with socket_mode() as lines:
        lines.slack.openings.extend([fails_with(error)] * 3)
        with line_to(lines) as told:
            assert told.until_connected()
        assert [state.is_refused for state in told.states] == [True, False]
        assert told.states[0].trouble.startswith(f"Slack says {error}: ")
        assert len(lines.slack.calls) == 4


def test_a_bots_token_is_no_apps() -> None:
    with socket_mode() as lines, line_to(lines, token=TOKEN) as told:
        assert lines.until(lambda: told.states)
        assert told.states[0].trouble.startswith("Slack says not_allowed_token_type: put an app-level token")


def test_whatever_the_web_api_does_the_line_is_opened_in_the_end() -> None:
    odd = [drops, says("<html>", kind="text/html"), says({"ok": True}), says({}, 500), fails_with("internal_error")]
    odd += [is_rate_limited("0"), says({"ok": True, "url": "https://127.0.0.1:9/"}), says({}, 302, Location="/api/")]
    with socket_mode() as lines:
        lines.slack.openings.extend(odd)
        with line_to(lines) as told:
            assert told.until_connected()
        assert [state.is_connected for state in told.states] == [False] * (len(told.states) - 1) + [True]
        assert {state.since for state in told.states[:-1]} == {told.states[0].since}
        assert not any(state.is_refused for state in told.states)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 403 Forbidden\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: wrong\r\n\r\n",
        b"HTTP/1.1 9999999999999999999999 Odd\r\n\r\n",
        b"HTTP/1.1 \xb2 Odd\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"\r\n\r\n",
        b"x" * 40_000,
        b"HTTP/1.1 101 X\r\n" + b"".join(b"A%d: b\r\n" % n for n in range(500)) + b"\r\n",
        b"HTTP/1.1 101 X\r\n\x00\xff: \xff\r\n\r\n",
    ],
)
def test_whatever_answers_the_handshake_the_line_is_opened_in_the_end(answer: bytes) -> None:
    with socket_mode() as lines:
        lines.handshakes.append(answers(answer))
        with line_to(lines) as told:
            assert told.until_connected()
        assert told.states[0].trouble.startswith("there is no connection to Slack (")
        assert "planted" not in told.states[0].trouble


@pytest.mark.parametrize("behaviour", [never_answers, drips])
def test_a_handshake_without_an_end_is_cut_off(behaviour: object) -> None:
    patience = Patience(first_wait=timedelta(milliseconds=1), opening=timedelta(seconds=1))
    with socket_mode() as lines:
        lines.handshakes.append(behaviour)  # type: ignore[arg-type]
        with line_to(lines, patience=patience) as told:
            assert told.until_connected()
        assert told.states[0].trouble.startswith("there is no connection to Slack (")


@pytest.mark.parametrize(
    "broken",
    [
        server_frame(1, b"x", rsv=4),
        server_frame(3, b"x"),
        server_frame(1, b"x", masked=True),
        server_frame(0, b"x"),
        b"\x81\x7f" + (LONGEST + 1).to_bytes(8),
        server_frame(1, b"x" * (LONGEST + 1)),
        server_frame(1, b"\xff\xfeplanted"),
        server_frame(CLOSE, b"\x03\xe8planted"),
        server_frame(CLOSE),
        server_frame(CLOSE, b"\xff"),
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
    ],
)
def test_a_line_that_speaks_no_websocket_any_more_is_opened_again(broken: bytes) -> None:
    with socket_mode() as lines, line_to(lines) as told:
        assert told.until_connected()
        lines.lines[0].send(text(envelope("interactive", PRESS, name="before")) + broken)
        assert lines.until(lambda: len(lines.lines) == 2)
        assert lines.is_answered("interactive", PRESS)
        assert told.envelopes[0].id == "before"
        assert "planted" not in "".join(state.trouble for state in told.states)


@pytest.mark.parametrize("state", ["connected", "handshake", "web api", "waiting", "refused", "flooded"])
def test_a_line_is_stopped_within_three_seconds_whatever_it_does(state: str) -> None:
    with socket_mode() as lines:
        if state == "handshake":
            lines.handshakes.append(never_answers)
        elif state == "web api":
            lines.slack.openings.append(hangs)
        elif state in ("waiting", "refused"):
            lines.slack.errors["apps.connections.open"] = "invalid_auth" if state == "refused" else "internal_error"
        patience = (
            Patience(first_wait=timedelta(hours=1), longest_wait=timedelta(hours=1)) if state == "waiting" else HASTY
        )
        with line_to(lines, patience=patience) as told:
            assert lines.until(lambda: lines.slack.calls)
            if state in ("connected", "flooded"):
                assert told.until_connected()
            if state == "flooded":
                lines.lines[0].send(text(envelope("interactive", PRESS)) * 200)
            began = told.line._clock.monotonic()
            told.line.stop()
            assert told.line._clock.monotonic() - began < 8
        lines.slack.released.set()
        assert lines.until(lambda: threads_of_lines() == [])


def test_the_line_outlives_whoever_it_tells() -> None:
    def fails(_: object) -> None:
        raise RuntimeError("planted")

    with socket_mode() as lines, line_to(lines, takes=fails) as told:
        assert told.until_connected()
        lines.send("interactive", PRESS)
        lines.send("interactive", PRESS)
        assert lines.until(lambda: len(told.envelopes) == 2)
        assert len(lines.lines) == 1
