"""The line to Slack as it is meant: opened, kept, acknowledged, closed."""

from tests.bot.line.lines import line_to, socket_mode, threads_of_lines
from tests.standins.slack_payloads import APP, block_actions, member_left_channel, slash_command


def test_a_line_is_opened_with_the_apps_token_and_greeted() -> None:
    with socket_mode() as lines, line_to(lines) as told:
        assert told.until_connected()
        assert told.states[-1].app_id == APP
        assert told.states[-1].trouble == ""
        assert [method for method, _ in lines.slack.calls] == ["apps.connections.open"]


def test_each_kind_of_envelope_is_handed_on_and_acknowledged() -> None:
    with socket_mode() as lines, line_to(lines) as told:
        assert told.until_connected()
        press = block_actions("acknowledge", "x")
        sent = [
            lines.send("interactive", press),
            lines.send("slash_commands", slash_command("status")),
            lines.send("events_api", member_left_channel(), attempt=2),
        ]
        assert lines.until(lambda: all(each.took is not None for each in sent))
        assert [envelope.id for envelope in told.envelopes] == [each.id for each in sent]
        assert [envelope.takes_answer for envelope in told.envelopes] == [True, True, False]
        assert [envelope.attempt for envelope in told.envelopes] == [0, 0, 2]
        assert told.envelopes[0].payload == press
        assert lines.lines[0].faults == []


def test_a_stopped_line_says_goodbye_and_leaves_no_thread() -> None:
    with socket_mode() as lines:
        with line_to(lines) as told:
            assert told.until_connected()
        assert lines.until(lambda: threads_of_lines() == [])
        assert lines.until(lambda: lines.lines[0].closed.is_set())
        assert lines.lines[0].goodbyes == [1000]
        assert told.line.acknowledge("any") is False
