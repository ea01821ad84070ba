"""A WebSocket's bytes as a client reads and writes them (RFC 6455, no extensions); pure, but for the masks' bytes.

slack_sdk's own reader is not used: a pause in the middle of a frame loses what came of it and of those before it, a
large one ends in a RecursionError, one in several frames is dropped and written to the log.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

LONGEST = 1024 * 1024
"""Bytes of one message; Slack's own limits on blocks and views keep what it sends well below."""
_LONGEST_CONTROL = 125
_RESERVED, _FIN, _MASKED = 0x70, 0x80, 0x80


class Opcode(IntEnum):
    """What a frame is."""

    CONTINUATION = 0x0
    TEXT = 0x1
    BINARY = 0x2
    CLOSE = 0x8
    PING = 0x9
    PONG = 0xA


_KNOWN = frozenset(int(opcode) for opcode in Opcode)


@dataclass(frozen=True, slots=True)
class Frame:
    """A whole message, put together again where it came in pieces, or a control frame."""

    opcode: Opcode
    content: bytes


class BrokenFramesError(Exception):
    """What came is no WebSocket any more: nothing that follows can be read. `code` is what the other end is told."""

    def __init__(self, what: str, code: int = 1002) -> None:
        super().__init__(what)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Head:
    opcode: Opcode
    is_last: bool
    begins: int
    ends: int


class FrameReader:
    """Takes bytes as they come, cut anywhere, and hands out what is complete."""

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._come = bytearray()
        self._pieces = bytearray()
        self._kind: Opcode | None = None
        """Of the message that is coming in pieces."""

    def take(self, data: bytes) -> Iterator[Frame]:
        """The frames that are complete with these bytes; BrokenFramesError after the last that could be read."""
        self._come += data
        while (head := self._head()) is not None and len(self._come) >= head.ends:
            content = bytes(self._come[head.begins : head.ends])
            del self._come[: head.ends]
            if head.opcode >= Opcode.CLOSE:
                yield Frame(head.opcode, content)
            elif (whole := self._joined(head, content)) is not None:
                yield whole

    def _joined(self, head: _Head, content: bytes) -> Frame | None:
        if (head.opcode is Opcode.CONTINUATION) is (self._kind is None):
            raise BrokenFramesError("a piece of a message stands where none can")
        kind = self._kind or head.opcode
        self._pieces += content
        if not head.is_last:
            self._kind = kind
            return None
        whole, self._pieces, self._kind = bytes(self._pieces), bytearray(), None
        return Frame(kind, whole)

    def _head(self) -> _Head | None:
        if len(self._come) < 2:
            return None
        first, second = self._come[:2]
        if first & _RESERVED or second & _MASKED or (first & 0x0F) not in _KNOWN:
            raise BrokenFramesError("a frame is of no kind that there is")
        opcode, is_last = Opcode(first & 0x0F), bool(first & _FIN)
        begins = {126: 4, 127: 10}.get(second, 2)
        if opcode >= Opcode.CLOSE and (second > _LONGEST_CONTROL or not is_last):
            raise BrokenFramesError("a control frame is too long, or in pieces")
        if len(self._come) < begins:
            return None
        length = int.from_bytes(self._come[2:begins]) if begins > 2 else second
        if length + len(self._pieces) > self._longest:
            raise BrokenFramesError(f"a message is longer than {self._longest} bytes", 1009)
        return _Head(opcode, is_last, begins, begins + length)


def frame(opcode: Opcode, content: bytes = b"") -> bytes:
    """One frame as a client sends it: whole, and masked."""
    length = len(content)
    if length <= _LONGEST_CONTROL:
        size = bytes([_MASKED | length])
    elif length < 1 << 16:
        size = bytes([_MASKED | 126]) + length.to_bytes(2)
    else:
        size = bytes([_MASKED | 127]) + length.to_bytes(8)
    key = os.urandom(4)
    mask = (key * (length // 4 + 1))[:length]
    masked = (int.from_bytes(content) ^ int.from_bytes(mask)).to_bytes(length)
    return bytes([_FIN | opcode]) + size + key + masked


def closing(code: int = 1000) -> bytes:
    """The frame that ends a connection in good order."""
    return frame(Opcode.CLOSE, code.to_bytes(2))
