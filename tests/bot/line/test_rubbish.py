"""What comes by a line is a foreigner's: rubbish, floods, secrets that are not to be written down."""

import json
from collections.abc import Iterator

import pytest
import structlog
from structlog.typing import EventDict

from tests.bot.line.lines import line_to, socket_mode
from tests.standins.slack import APP_TOKEN
from tests.standins.slack_payloads import block_actions, member_joined_channel, presses
from tests.standins.socket_mode import envelope, text
from tests.standins.websocket import BINARY, PONG, TEXT, in_pieces, server_frame
from watcher.bot.line.frames import LONGEST

PRESS = block_actions("acknowledge", "planted-value")
AT_ONCE = 100


@pytest.fixture
def logged() -> Iterator[list[EventDict]]:
    """What is written to the log."""
    with structlog.testing.capture_logs() as events:
        yield events


@pytest.mark.parametrize(
    "rubbish",
    [
        server_frame(TEXT, b"planted"),
        server_frame(TEXT),
        server_frame(BINARY, b"planted"),
        server_frame(BINARY, text(envelope("interactive", PRESS))),
        server_frame(PONG, b"planted"),
        server_frame(PONG),
        text(b"[" * 200_000),
        text(b'{"planted":' * 50_000),
        text(None),
        text([]),
        text({"type": "planted"}),
        text({**envelope("interactive", PRESS), "type": "planted"}),
        text({**envelope("interactive", PRESS), "envelope_id": None}),
        text({**envelope("interactive", PRESS), "payload": "planted"}),
        in_pieces(b"planted" * 100, 3),
        server_frame(TEXT, b"x" * LONGEST),
    ],
)
def test_rubbish_is_ignored_and_the_line_goes_on(rubbish: bytes, logged: list[EventDict]) -> None:
    with socket_mode() as lines, line_to(lines) as told:
        assert told.until_connected()
        lines.lines[0].send(rubbish)
        sent = lines.send("interactive", PRESS)
        assert lines.until(lambda: sent.took is not None)
        assert [each.id for each in told.envelopes] == [sent.id]
        assert len(lines.lines) == 1
    assert "planted" not in json.dumps(logged, default=str)


@pytest.mark.parametrize("piece", [1, 7, 1_000, 65_536])
def test_an_envelope_that_is_large_or_in_pieces_arrives_whole(piece: int) -> None:
    payload = {**PRESS, "state": {"values": {"x": "ü" * 300}}}
    with socket_mode() as lines, line_to(lines) as told:
        assert told.until_connected()
        whole = json.dumps(envelope("interactive", payload, name="the-one")).encode()
        data = text(whole)
        lines.lines[0].send(in_pieces(whole, piece))
        for place in range(0, len(data), 50):
            lines.lines[0].send(data[place : place + 50])
        big = lines.send("interactive", {"text": "x" * (LONGEST - 1_000)})
        assert lines.until(lambda: big.took is not None and len(told.envelopes) == 3)
        assert [each.payload for each in told.envelopes[:2]] == [payload] * 2


def test_ten_thousand_envelopes_are_each_acknowledged_in_time() -> None:
    with socket_mode() as lines, line_to(lines) as told:
        assert told.until_connected()
        sent = []
        for first in range(0, 10_000, AT_ONCE):
            sent += lines.flood(presses([f"value-{number}" for number in range(first, first + AT_ONCE)]))
            assert lines.until(lambda: all(each.took is not None for each in lines.sent.values()))
        slow = [each for each in sent if (each.took or 60) >= 3]
        assert len(slow) <= AT_ONCE  # Slack waits so long; and once a machine may come to nothing for as long
        assert [each.id for each in told.envelopes] == [each.id for each in sent]
        assert {len(each.answers) for each in sent} == {1}
        assert lines.lines[0].faults == []


def test_a_repeated_envelope_is_handed_on_each_time() -> None:
    with socket_mode() as lines, line_to(lines) as told:
        assert told.until_connected()
        joined = member_joined_channel()
        sent = lines.send("events_api", joined)
        assert lines.until(lambda: len(sent.answers) == 1)
        lines.send("events_api", joined, name=sent.id, attempt=1)
        assert lines.until(lambda: len(sent.answers) == 2)
        assert [(each.id, each.attempt) for each in told.envelopes] == [(sent.id, 0), (sent.id, 1)]


@pytest.mark.parametrize("when", ["before", "after", "half"])
def test_a_line_may_be_cut_before_or_after_an_acknowledgement(when: str) -> None:
    with socket_mode() as lines, line_to(lines) as told:
        assert told.until_connected()
        lines.on_acknowledged = lambda line, _: line.cut() if when == "after" else None
        sent = lines.send("interactive", PRESS, before={"before": 1.0, "half": 0.5, "after": None}[when])
        assert lines.until(lambda: len(lines.lines) >= 2)
        lines.on_acknowledged = None
        assert lines.is_answered("interactive", PRESS)
        assert (sent.id in [each.id for each in told.envelopes]) is (when != "half")
        assert (sent.took is not None) or when != "after"


def test_nothing_that_is_secret_is_written_or_told(logged: list[EventDict]) -> None:
    with socket_mode() as lines, line_to(lines) as told:
        assert told.until_connected()
        lines.send("interactive", PRESS)
        lines.lines[0].send(b"\xff" * 100)
        assert lines.until(lambda: len(lines.lines) == 2)
        lines.disconnect("link_disabled")
        assert lines.until(lambda: len(lines.lines) == 3)
    written = json.dumps(logged, default=str) + repr(told.states)
    for secret in (APP_TOKEN, "planted"):
        assert secret not in written
