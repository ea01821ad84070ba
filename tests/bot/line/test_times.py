"""What a line does as time passes: nobody answers, a machine slept, a clock was set, Slack asks to wait."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from tests.bot.line.lines import line_to, socket_mode
from tests.clock import ManualClock
from tests.standins.slack import fails_with, is_rate_limited
from tests.standins.slack_payloads import block_actions
from watcher.bot.line.state import Patience

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
PRESS = block_actions("acknowledge", "x")
SECOND = timedelta(seconds=1)
EVEN = Patience()


def test_a_silent_line_is_asked_and_kept_while_it_answers() -> None:
    clock = ManualClock(START)
    with socket_mode() as lines, line_to(lines, patience=EVEN, clock=clock) as told:
        assert told.until_connected()
        for asked in range(1, 4):
            clock.advance(EVEN.silence)
            assert lines.until(lambda: len(lines.lines[0].pings) == asked)  # noqa: B023
            assert lines.is_answered("interactive", PRESS)
        assert len(lines.lines) == 1
        assert [state.since for state in told.states] == [START]


def test_slacks_own_pings_are_answered_with_what_they_say() -> None:
    with socket_mode() as lines, line_to(lines) as told:
        assert told.until_connected()
        for content in (b"", b"Ping from applink-1", b"\x00\xff" * 62):
            lines.ping(content)
            assert lines.until(lambda: lines.lines[0].pongs[-1:] == [content])  # noqa: B023
        assert lines.lines[0].faults == []


def test_a_line_by_which_nothing_comes_is_given_up_and_opened_again() -> None:
    clock = ManualClock(START)
    with socket_mode() as lines, line_to(lines, patience=EVEN, clock=clock) as told:
        assert told.until_connected()
        lines.lines[0].answers_pings = False
        clock.advance(EVEN.silence)
        assert lines.until(lambda: lines.lines[0].pings)
        clock.advance(EVEN.answer)
        assert lines.until(lambda: not told.is_connected)
        assert told.states[-1].since == START + EVEN.silence + EVEN.answer
        assert "nothing came by it any more" in told.states[-1].trouble
        clock.advance(2 * SECOND)
        assert lines.until(lambda: told.is_connected)
        assert len(lines.lines) == 2


@pytest.mark.parametrize("to", [START + timedelta(hours=8), START - timedelta(days=400), START + timedelta(days=4_000)])
def test_a_machine_that_slept_or_a_clock_that_was_set_makes_the_line_ask_at_once(to: datetime) -> None:
    clock = ManualClock(START)
    with socket_mode() as lines, line_to(lines, patience=EVEN, clock=clock) as told:
        assert told.until_connected()
        clock.step(to)
        assert lines.until(lambda: lines.lines[0].pings)
        assert lines.is_answered("interactive", PRESS)
        assert len(lines.lines) == 1
        assert told.is_connected


def test_a_line_that_is_not_greeted_is_given_up() -> None:
    clock = ManualClock(START)
    with socket_mode() as lines:
        lines.greetings.append([])
        with line_to(lines, patience=EVEN, clock=clock) as told:
            assert lines.until(lambda: lines.lines)
            sent = lines.send("interactive", PRESS)
            assert lines.until(lambda: sent.took is not None)
            assert told.states == []
            clock.advance(EVEN.opening)
            assert lines.until(lambda: told.states)
            assert "Slack did not greet" in told.states[0].trouble
            clock.advance(2 * SECOND)
            assert told.until_connected()


def test_a_wait_that_slack_asks_for_is_waited() -> None:
    clock = ManualClock(START)
    with socket_mode() as lines:
        lines.slack.openings.append(is_rate_limited("120"))
        with line_to(lines, patience=EVEN, clock=clock) as told:
            assert lines.until(lambda: told.states)
            assert told.states[0].trouble.startswith("there is no connection to Slack (Slack asks for fewer tries")
            clock.advance(timedelta(seconds=119))
            lines.until(lambda: len(lines.slack.calls) > 1, 1)
            assert len(lines.slack.calls) == 1
            clock.advance(timedelta(seconds=32))  # a quarter longer at most, so that not all come back at once
            assert told.until_connected()


def test_a_refused_token_is_tried_again_slowly_for_ever() -> None:
    clock = ManualClock(START)
    with socket_mode() as lines:
        lines.slack.openings.extend([fails_with("invalid_auth")] * 12)
        with line_to(lines, patience=EVEN, clock=clock) as told:
            for _ in range(500):
                if len(lines.slack.calls) > 12:
                    break
                clock.advance(EVEN.longest_wait_refused)
                lines.until(lambda: told.is_connected, 0.05)
            assert told.until_connected()
        assert told.states[0].is_refused
        assert len(lines.slack.calls) >= 13


class _Most(Random):
    def random(self) -> float:
        """As large as chance can be."""
        return 1.0


@pytest.mark.parametrize(
    ("failures", "is_refused", "seconds"),
    [
        *[(0, False, 0), (1, False, 1), (2, False, 2), (3, False, 4), (7, False, 60), (10_000, False, 60)],
        *[(0, True, 60), (1, True, 60), (2, True, 120), (5, True, 900), (10_000, True, 900)],
    ],
)
def test_tries_come_ever_more_slowly_and_those_of_a_refused_token_more_slowly_still(
    failures: int, is_refused: bool, seconds: int
) -> None:
    own = timedelta(seconds=seconds)
    assert own <= EVEN.wait(failures, Random(1), is_refused=is_refused) <= own * 1.25
    assert EVEN.wait(failures, _Most(), is_refused=is_refused) == own * 1.25
    asked = timedelta(hours=2)
    assert asked <= EVEN.wait(failures, Random(1), is_refused=is_refused, at_least=asked) <= asked * 1.25


def test_a_line_that_lasted_is_opened_again_at_once_and_one_that_did_not_after_a_wait() -> None:
    clock = ManualClock(START)
    with socket_mode() as lines, line_to(lines, patience=EVEN, clock=clock) as told:
        assert told.until_connected()
        clock.advance(EVEN.settled)
        lines.lines[0].cut()
        assert lines.until(lambda: len(lines.lines) == 2 and told.is_connected)
        lines.lines[1].cut()
        assert lines.until(lambda: not told.is_connected)
        lines.until(lambda: len(lines.lines) > 2, 1)
        assert len(lines.lines) == 2
        clock.advance(2 * SECOND)
        assert lines.until(lambda: len(lines.lines) == 3)
