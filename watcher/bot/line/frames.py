"""What goes over a WebSocket, as wsproto reads and writes it (RFC 6455): whole messages, each of bounded length.

slack_sdk's own reader is not used: a pause in the middle of a frame loses what came of it and of those before it, a
large one ends in a RecursionError, one in several frames is dropped and written to the log. No extension is offered:
one that compresses makes much of little.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, Pong, TextMessage
from wsproto.extensions import Extension
from wsproto.frame_protocol import CloseReason, FrameDecoder, FrameProtocol, Opcode, RsvBits
from wsproto.utilities import LocalProtocolError

LONGEST = 1024 * 1024
"""Bytes of one message; Slack's own limits on blocks and views keep what it sends well below."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A whole message, put together again where it came in pieces."""

    content: bytes
    is_text: bool = True


@dataclass(frozen=True, slots=True)
class Ended:
    """Nothing that follows can be read; `code` is what the other end is told."""

    code: int
    why: str


class _Bound(Extension):
    """Refuses a message by its frames' heads, before there is any of what is too much; it is offered to nobody."""

    name = "bound"

    def __init__(self, longest: int) -> None:
        self._longest, self._told = longest, 0

    def enabled(self) -> bool:
        """Always: it changes nothing that the other end would have to know of."""
        return True

    def offer(self) -> bool:
        """Never."""
        return False

    def frame_inbound_header(
        self, proto: FrameDecoder | FrameProtocol, opcode: Opcode, rsv: RsvBits, payload_length: int
    ) -> CloseReason | RsvBits:
        """Counts what the frames of one message say they hold."""
        if not opcode.iscontrol():
            self._told = payload_length + (self._told if opcode is Opcode.CONTINUATION else 0)
            if self._told > self._longest:
                return CloseReason.MESSAGE_TOO_BIG
        return super().frame_inbound_header(proto, opcode, rsv, payload_length)


class Frames:
    """Both directions of one connection: takes bytes as they come, cut anywhere, and hands out what is complete."""

    def __init__(self, longest: int = LONGEST) -> None:
        self._protocol = Connection(ConnectionType.CLIENT, [_Bound(longest)])
        self._pieces = bytearray()
        self._faults = {
            CloseReason.MESSAGE_TOO_BIG: f"a message is longer than {longest} bytes",
            CloseReason.INVALID_FRAME_PAYLOAD_DATA: "a text is no UTF-8",
        }

    def take(self, data: bytes) -> Iterator[Heard | Ping | Pong | Ended]:
        """What is complete with these bytes; nothing comes after an end."""
        if data:
            self._protocol.receive_data(data)
        for event in self._protocol.events():
            match event:
                case TextMessage() | BytesMessage():
                    self._pieces += event.data.encode() if isinstance(event.data, str) else event.data
                    if event.message_finished:
                        whole, self._pieces = bytes(self._pieces), bytearray()
                        yield Heard(whole, isinstance(event, TextMessage))
                case CloseConnection():
                    yield self._end(event.code)
                case Ping() | Pong():
                    yield event

    def _end(self, code: int) -> Ended:
        if self._protocol.state in (ConnectionState.REMOTE_CLOSING, ConnectionState.CLOSED):
            return Ended(CloseReason.NORMAL_CLOSURE, "Slack closed it")
        return Ended(code, self._faults.get(CloseReason(code), "what came is no WebSocket"))

    def said(self, event: Event) -> bytes:
        """What is sent to say it; nothing once goodbye was said."""
        try:
            return self._protocol.send(event)
        except LocalProtocolError:
            return b""
