"""A WebSocket's bytes, cut anywhere, and what is no WebSocket."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from watcher.bot.frames import LONGEST, BrokenFramesError, Frame, FrameReader, Opcode, frame

STREAM = (
    server_frame(TEXT, b"first")
    + server_frame(PING, b"there?")
    + server_frame(TEXT, b"x" * 300)
    + server_frame(TEXT, b"in ", is_last=False)
    + server_frame(PONG, b"between")
    + server_frame(CONTINUATION, b"three ", is_last=False)
    + server_frame(CONTINUATION, b"pieces")
    + server_frame(BINARY, b"\x00")
    + server_frame(TEXT)
    + server_frame(CLOSE, b"\x03\xe8")
)
WHOLE = [
    Frame(Opcode.TEXT, b"first"),
    Frame(Opcode.PING, b"there?"),
    Frame(Opcode.TEXT, b"x" * 300),
    Frame(Opcode.PONG, b"between"),
    Frame(Opcode.TEXT, b"in three pieces"),
    Frame(Opcode.BINARY, b"\x00"),
    Frame(Opcode.TEXT, b""),
    Frame(Opcode.CLOSE, b"\x03\xe8"),
]


def _read(data: bytes, longest: int = LONGEST) -> tuple[list[Frame], int | None]:
    """What was read, and the code of the fault that ended it."""
    come: list[Frame] = []
    try:
        come.extend(FrameReader(longest).take(data))
    except BrokenFramesError as error:
        return come, error.code
    return come, None


def test_a_stream_cut_at_any_byte_is_read_as_if_it_had_come_whole() -> None:
    assert list(FrameReader().take(STREAM)) == WHOLE
    for place in range(len(STREAM)):
        reader = FrameReader()
        assert [*reader.take(STREAM[:place]), *reader.take(STREAM[place:])] == WHOLE, place


@given(st.lists(st.integers(0, len(STREAM)), max_size=20))
def test_a_stream_cut_in_any_pieces_is_read_as_if_it_had_come_whole(places: list[int]) -> None:
    reader, ends = FrameReader(), [0, *sorted(places), len(STREAM)]
    pieces = [STREAM[begin:end] for begin, end in pairwise(ends)]
    assert [each for piece in pieces for each in reader.take(piece)] == WHOLE


@given(st.binary(max_size=400))
def test_whatever_comes_is_read_or_refused(rubbish: bytes) -> None:
    come, code = _read(rubbish)
    assert sum(len(each.content) for each in come) <= len(rubbish)
    assert code in (None, 1002, 1009)


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
    ],
)
def test_what_is_no_websocket_is_refused_after_what_came_before(broken: bytes) -> None:
    assert _read(server_frame(TEXT, b"before") + broken) == ([Frame(Opcode.TEXT, b"before")], 1002)


@pytest.mark.parametrize(
    "huge",
    [
        b"\x81\x7f" + (2**63 - 1).to_bytes(8),
        b"\x82\x7f" + (101).to_bytes(8),
        server_frame(TEXT, b"x" * 101),
        in_pieces(b"x" * 101, 10),
    ],
)
def test_a_message_that_is_too_long_is_refused_before_it_is_kept(huge: bytes) -> None:
    assert _read(huge, longest=100) == ([], 1009)
    assert list(FrameReader(longest=100).take(in_pieces(b"x" * 100, 10))) == [Frame(Opcode.TEXT, b"x" * 100)]


@pytest.mark.parametrize("size", [0, 1, 3, 4, 125, 126, 127, 65_535, 65_536, 300_000])
def test_what_is_sent_is_masked_and_comes_out_as_it_went_in(size: int) -> None:
    content = bytes(n % 251 for n in range(size))
    sent = frame(Opcode.TEXT, content)
    length = sent[1] & 0x7F
    begins = {126: 4, 127: 10}.get(length, 2)
    told = int.from_bytes(sent[2:begins]) if begins > 2 else length
    key, masked = sent[begins : begins + 4], sent[begins + 4 :]
    assert sent[0] == 0x81
    assert sent[1] & 0x80
    assert told == len(masked) == size
    assert bytes(byte ^ key[n % 4] for n, byte in enumerate(masked)) == content
