"""What Slack says is read into values, and rubbish into a reason."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.standins.slack_payloads import block_actions
from tests.standins.socket_mode import envelope, hello
from watcher.bot.line.envelope import Envelope, Farewell, Hello, Ignored, acknowledgement, read

WHOLE = envelope("interactive", block_actions("acknowledge", "x"), name="e-1")


def _read(message: object) -> object:
    return read(json.dumps(message).encode())


def test_an_envelope_is_read_whole() -> None:
    assert _read(WHOLE) == Envelope("e-1", "interactive", WHOLE["payload"], takes_answer=True, attempt=0)
    assert _read(hello(app="A1")) == Hello("A1")
    assert _read({"type": "hello"}) == Hello("")
    assert _read({"type": "disconnect", "reason": "warning"}) == Farewell("warning")
    assert _read({"type": "disconnect"}) == Farewell("")


@pytest.mark.parametrize(
    ("said", "attempt"),
    [(3, 3), (0, 0), (None, 0), (-1, 0), ("2", 0), (1.5, 0), (10**30, 0), ([], 0), (True, 1)],
)
def test_an_attempt_is_a_small_number_or_none(said: object, attempt: int) -> None:
    read_back = _read({**WHOLE, "retry_attempt": said})
    assert read_back == Envelope("e-1", "interactive", WHOLE["payload"], takes_answer=True, attempt=attempt) or (
        isinstance(read_back, Ignored) and said == 10**30
    )


@pytest.mark.parametrize(
    "rubbish",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"hello"',
        b"7",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 5_000,
        b'{"type":"interactive"',
        b'{"type":"\\ud800"}',
        b"NaN",
        json.dumps({**WHOLE, "type": "unheard_of"}).encode(),
        json.dumps({**WHOLE, "type": None}).encode(),
        json.dumps({**WHOLE, "type": ["interactive"]}).encode(),
        json.dumps({**WHOLE, "envelope_id": ""}).encode(),
        json.dumps({**WHOLE, "envelope_id": " "}).encode(),
        json.dumps({**WHOLE, "envelope_id": 7}).encode(),
        json.dumps({**WHOLE, "envelope_id": "x" * 201}).encode(),
        json.dumps({**WHOLE, "payload": None}).encode(),
        json.dumps({**WHOLE, "payload": "text"}).encode(),
        json.dumps({name: value for name, value in WHOLE.items() if name != "envelope_id"}).encode(),
    ],
)
def test_rubbish_is_ignored_with_a_reason_that_repeats_nothing(rubbish: bytes) -> None:
    said = read(rubbish)
    assert isinstance(said, Ignored)
    assert said.why in ("it is no JSON", "it is no object", "its type is unknown", "it has no id", "it holds nothing")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_ignored(content: bytes) -> None:
    assert isinstance(read(content), Envelope | Farewell | Hello | Ignored)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys((*WHOLE, "reason", "connection_info", "retry_attempt"), _JSON)))
def test_any_values_are_read_or_ignored(message: dict[str, object]) -> None:
    for kind in (message.get("type"), "hello", "disconnect", "interactive", "events_api"):
        said = read(orjson.dumps({**message, "type": kind}, option=orjson.OPT_NON_STR_KEYS))
        assert isinstance(said, Envelope | Farewell | Hello | Ignored)
        if isinstance(said, Farewell):
            assert len(said.reason) <= 50


def test_an_acknowledgement_carries_an_answer_where_there_is_one() -> None:
    assert orjson.loads(acknowledgement("e-1", None)) == {"envelope_id": "e-1"}
    assert orjson.loads(acknowledgement("e-1", {})) == {"envelope_id": "e-1", "payload": {}}
    assert orjson.loads(acknowledgement("e-1", {"text": "ü"})) == {"envelope_id": "e-1", "payload": {"text": "ü"}}
