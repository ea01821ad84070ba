"""What Slack sends is read into what was asked; whatever is forged, cut, of another type or unknown asks nothing."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.standins.slack import CHANNEL
from tests.standins.slack_payloads import (
    NAME,
    TEAM,
    USER,
    block_actions,
    member_joined_channel,
    member_left_channel,
    slash_command,
    view_submission,
)
from watcher.bot.line.envelope import Envelope
from watcher.bot.payloads import REASON, read_envelope
from watcher.bot.said import LONGEST_QUESTION
from watcher.delivery.channels.slack.buttons import ACKNOWLEDGE
from watcher.watching.asked import Asked, Asking

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DELIVERY = "0a1b2c3d4e5f6071"


def read(kind: str, payload: Mapping[str, Any]) -> Asked | None:
    return read_envelope(Envelope("e1", kind, payload, True, 0), "desk", NOW).asked


def test_a_press() -> None:
    payload = block_actions(ACKNOWLEDGE, DELIVERY, trigger_id="t1")
    assert read("interactive", payload) == Asked(
        id="e1", trigger="t1", way="desk", asking=Asking.BUTTON, what=ACKNOWLEDGE, subject=DELIVERY, user=USER,
        by=NAME, team=TEAM, place=CHANNEL, reply_to=payload["response_url"], at=NOW,
    )  # fmt: skip


def test_a_press_of_a_button_that_asks_is_a_command() -> None:
    asked = read("interactive", block_actions("watcher_ask_2", "owner Esland North Limited"))
    assert asked is not None
    assert (asked.asking, asked.text) == (Asking.COMMAND, "owner Esland North Limited")


def test_a_reason() -> None:
    payload = view_submission(REASON, {REASON: {REASON: " we\nknow\u202e "}}, private_metadata=DELIVERY)
    asked = read("interactive", payload)
    assert asked is not None
    assert (asked.asking, asked.subject, asked.text, asked.by) == (Asking.REASON, DELIVERY, "we know", NAME)
    for empty in ("", "  ", None):
        assert (
            read("interactive", view_submission(REASON, {REASON: {REASON: empty}}, private_metadata=DELIVERY)) is None
        )


def test_a_command() -> None:
    asked = read("slash_commands", slash_command("home  SC1 <!channel>"))
    assert asked is not None
    assert (asked.asking, asked.text, asked.place, asked.team) == (
        Asking.COMMAND, "home SC1 <!channel>", CHANNEL, TEAM,
    )  # fmt: skip


def test_words_that_are_too_long_ask_for_help() -> None:
    asked = read("slash_commands", slash_command("x" * (LONGEST_QUESTION + 1)))
    assert asked is not None
    assert asked.text == "help"


def test_coming_and_going() -> None:
    for payload, asking in ((member_left_channel(), Asking.LEFT), (member_joined_channel(), Asking.JOINED)):
        asked = read("events_api", payload)
        assert asked is not None
        assert (asked.asking, asked.trigger, asked.place) == (asking, payload["event_id"], CHANNEL)


def test_that_the_bot_itself_was_taken_out_names_nobody() -> None:
    payload = {"team_id": TEAM, "event_id": "Ev1", "event": {"type": "group_left", "channel": CHANNEL}}
    asked = read("events_api", payload)
    assert asked is not None
    assert (asked.asking, asked.user, asked.place) == (Asking.LEFT, "", CHANNEL)
    assert read("events_api", {**payload, "event": {"type": "member_left_channel", "channel": CHANNEL}}) is None


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("interactive", block_actions("delete_everything", DELIVERY)),
        ("interactive", block_actions(ACKNOWLEDGE, "../../etc/passwd")),
        ("interactive", block_actions(ACKNOWLEDGE, "x" * 2_000)),
        ("interactive", block_actions(ACKNOWLEDGE, DELIVERY, user="<!channel>")),
        ("interactive", {**block_actions(ACKNOWLEDGE, DELIVERY), "type": "shortcut"}),
        ("interactive", view_submission("another", {REASON: {REASON: "x"}}, private_metadata=DELIVERY)),
        ("interactive", view_submission(REASON, {REASON: {REASON: "x"}}, private_metadata="<!channel>")),
        ("slash_commands", slash_command("help", command="/another")),
        ("events_api", {"event": {"type": "message", "user": USER, "channel": CHANNEL}}),
        ("something", block_actions(ACKNOWLEDGE, DELIVERY)),
    ],
)
def test_what_is_not_known_asks_nothing(kind: str, payload: Mapping[str, Any]) -> None:
    assert read(kind, payload) is None


WHOLE = [
    ("interactive", block_actions(ACKNOWLEDGE, DELIVERY)),
    ("interactive", view_submission(REASON, {REASON: {REASON: "x"}}, private_metadata=DELIVERY)),
    ("slash_commands", slash_command("help")),
    ("events_api", member_left_channel()),
]
RUBBISH: list[Any] = [None, 1, True, "x", "x" * 100_000, [], [[]] * 200, {}, {"id": 1}, -(10**30), "\ud800"]


def _altered(value: Any) -> Iterator[Any]:
    """The same with one part replaced by rubbish, each in turn."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from ({**value, name: other} for other in (*RUBBISH, *_altered(inner)))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from ([*value[:number], other, *value[number + 1 :]] for other in (*RUBBISH, *_altered(inner)))


@pytest.mark.parametrize(("kind", "payload"), WHOLE)
def test_whatever_is_in_the_place_of_any_part_nothing_breaks_and_nothing_long_is_kept(
    kind: str, payload: Mapping[str, Any]
) -> None:
    for altered in _altered(payload):
        asked = read(kind, altered)
        if asked is not None:
            kept = (asked.trigger, asked.subject, asked.text, asked.user, asked.by, asked.team, asked.place)
            assert all(isinstance(each, str) and len(each) <= LONGEST_QUESTION for each in (*kept, asked.reply_to))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["type", "user", "id", "actions", "view", "event", "channel", "team"]), inner
            )
        ),
    )
)
def test_foreign_objects_of_any_shape_ask_nothing(value: Any) -> None:
    payload = value if isinstance(value, Mapping) else {"payload": value}
    for kind in ("interactive", "slash_commands", "events_api"):
        assert read(kind, payload) is None
