"""A WebSocket's bytes, cut anywhere, and what is no WebSocket."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto.events import CloseConnection, Ping, Pong, TextMessage

from tests.standins.websocket import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    in_pieces,
    server_frame,
)
from watcher.bot.line.frames import LONGEST, Ended, Frames, Heard

STREAM = (
    server_frame(TEXT, b"first")
    + server_frame(PING, b"there?")
    + server_frame(TEXT, b"x" * 300)
    + server_frame(TEXT, b"in ", is_last=False)
    + server_frame(PONG, b"between")
    + server_frame(CONTINUATION, b"drei St\xc3", is_last=False)
    + server_frame(CONTINUATION, b"\xbccken")
    + server_frame(BINARY, b"\x00")
    + server_frame(TEXT)
    + server_frame(CLOSE, b"\x03\xe8")
)
WHOLE = [
    Heard(b"first"),
    Ping(b"there?"),
    Heard(b"x" * 300),
    Pong(b"between"),
    Heard("in drei Stücken".encode()),
    Heard(b"\x00", is_text=False),
    Heard(b""),
    Ended(1000, "Slack closed it"),
]


def _read(data: bytes, longest: int = LONGEST) -> tuple[list[Heard | Ping | Pong], int | None]:
    """What was read, and the code of what ended it."""
    come, code = [], None
    for each in Frames(longest).take(data):
        assert code is None
        if isinstance(each, Ended):
            code = each.code
        else:
            come.append(each)
    return come, code


def test_a_stream_cut_at_any_byte_is_read_as_if_it_had_come_whole() -> None:
    assert list(Frames().take(STREAM)) == WHOLE
    for place in range(len(STREAM)):
        frames = Frames()
        assert [*frames.take(STREAM[:place]), *frames.take(STREAM[place:])] == WHOLE, place


@given(st.lists(st.integers(0, len(STREAM)), max_size=20))
def test_a_stream_cut_in_any_pieces_is_read_as_if_it_had_come_whole(places: list[int]) -> None:
    frames, ends = Frames(), [0, *sorted(places), len(STREAM)]
    pieces = [STREAM[begin:end] for begin, end in pairwise(ends)]
    assert [each for piece in pieces for each in frames.take(piece)] == WHOLE


@given(st.binary(max_size=400))
def test_whatever_comes_is_read_or_refused(rubbish: bytes) -> None:
    come, code = _read(rubbish)
    assert sum(len(each.content) for each in come if isinstance(each, Heard)) <= len(rubbish)
    assert code in (None, 1000, 1002, 1007, 1009)


@pytest.mark.parametrize(
    "broken",
    [
        server_frame(TEXT, b"x", rsv=4),
        server_frame(TEXT, b"x", rsv=1),
        server_frame(TEXT, b"x", masked=True),
        server_frame(3, b"x"),
        server_frame(11, b"x"),
        server_frame(CONTINUATION, b"x"),
        server_frame(TEXT, b"x", is_last=False) + server_frame(TEXT, b"y"),
        server_frame(PING, b"x" * 126),
        server_frame(PING, b"x", is_last=False),
        server_frame(CLOSE, b"x" * 70_000),
        server_frame(CLOSE, b"\xff"),
        b"\x81\x7e" + (5).to_bytes(2) + b"short",
    ],
)
def test_what_is_no_websocket_is_refused_after_what_came_before(broken: bytes) -> None:
    assert _read(server_frame(TEXT, b"before") + broken) == ([Heard(b"before")], 1002)


@pytest.mark.parametrize(
    "text", [server_frame(TEXT, b"\xff\xfe"), server_frame(TEXT, b"x\xc3"), in_pieces(b"\xed\xa0\x80", 1)]
)
def test_a_text_that_is_no_utf_8_is_refused_after_what_came_before(text: bytes) -> None:
    assert _read(server_frame(TEXT, b"before") + text) == ([Heard(b"before")], 1007)


@pytest.mark.parametrize(
    "huge",
    [
        b"\x81\x7f" + (2**63 - 1).to_bytes(8),
        b"\x82\x7f" + (70_000).to_bytes(8),
        b"\x82\x7e" + (126).to_bytes(2),
        b"\x81\x65",
        server_frame(TEXT, b"x" * 101),
        in_pieces(b"x" * 101, 10),
    ],
)
def test_a_message_that_is_too_long_is_refused_before_it_is_kept(huge: bytes) -> None:
    assert _read(huge, longest=100) == ([], 1009)
    just = in_pieces(b"x" * 100, 10) + server_frame(PING, b"y" * 100) + server_frame(TEXT, b"z" * 100)
    assert _read(just, longest=100) == ([Heard(b"x" * 100), Ping(b"y" * 100), Heard(b"z" * 100)], None)


def test_pieces_that_hold_nothing_take_no_room() -> None:
    frames = Frames()
    assert (
        list(frames.take(server_frame(TEXT, is_last=False) + server_frame(CONTINUATION, is_last=False) * 10_000)) == []
    )
    assert list(frames.take(server_frame(CONTINUATION, b"x"))) == [Heard(b"x")]


def test_nothing_is_said_after_goodbye() -> None:
    frames = Frames()
    assert frames.said(CloseConnection(1000))[0] == 0x88
    assert [frames.said(event) for event in (TextMessage("x"), Ping(), CloseConnection(1000))] == [b""] * 3
    assert list(frames.take(server_frame(TEXT, b"still") + server_frame(CLOSE))) == [
        Heard(b"still"),
        Ended(1000, "Slack closed it"),
    ]


@pytest.mark.parametrize("size", [0, 1, 3, 4, 125, 126, 127, 65_535, 65_536, 300_000])
def test_what_is_sent_is_masked_and_comes_out_as_it_went_in(size: int) -> None:
    content = bytes(n % 127 for n in range(size))
    sent = Frames().said(TextMessage(content.decode()))
    length = sent[1] & 0x7F
    begins = {126: 4, 127: 10}.get(length, 2)
    told = int.from_bytes(sent[2:begins]) if begins > 2 else length
    key, masked = sent[begins : begins + 4], sent[begins + 4 :]
    assert sent[0] == 0x81
    assert sent[1] & 0x80
    assert told == len(masked) == size
    assert bytes(byte ^ key[n % 4] for n, byte in enumerate(masked)) == content
