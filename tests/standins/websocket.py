"""The server's side of one WebSocket, written for tests: it can break every rule, and notes each that is broken."""

import base64
import hashlib
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def server_frame(
    opcode: int, content: bytes = b"", *, is_last: bool = True, rsv: int = 0, masked: bool = False
) -> bytes:
    """A frame as a server sends it, or as none may."""
    first = (0x80 if is_last else 0) | (rsv << 4) | opcode
    second, length = (0x80 if masked else 0), len(content)
    if length < 126:
        head = bytes([first, second | length])
    elif length < 65_536:
        head = struct.pack("!BBH", first, second | 126, length)
    else:
        head = struct.pack("!BBQ", first, second | 127, length)
    if not masked:
        return head + content
    key = b"\x37\xfa\x21\x3d"  # the same each time, so that tests that name frames are the same in each process
    return head + key + bytes(byte ^ key[n % 4] for n, byte in enumerate(content))


def in_pieces(content: bytes, size: int) -> bytes:
    """A message in several frames."""
    pieces = [content[n : n + size] for n in range(0, len(content), size)]
    last = len(pieces) - 1
    return b"".join(
        server_frame(TEXT if n == 0 else CONTINUATION, piece, is_last=n == last) for n, piece in enumerate(pieces)
    )


def accepted(head: bytes) -> bytes:
    """The proper answer to a handshake."""
    fields = dict(line.partition(b": ")[::2] for line in head.split(b"\r\n")[1:])
    key = {name.lower(): value for name, value in fields.items()}.get(b"sec-websocket-key", b"")
    proof = base64.b64encode(hashlib.sha1(key + _MAGIC, usedforsecurity=False).digest())
    said = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    return said + b"Sec-WebSocket-Accept: " + proof + b"\r\n\r\n"


@dataclass(eq=False)
class ServerSide:
    """One connection that was taken."""

    line: socket.socket
    head: bytes = b""
    """The handshake as it came."""
    messages: list[bytes] = field(default_factory=list)
    pongs: list[bytes] = field(default_factory=list)
    pings: list[bytes] = field(default_factory=list)
    goodbyes: list[int] = field(default_factory=list)
    """The codes with which the client closed."""
    faults: list[str] = field(default_factory=list)
    """What the client did against the protocol."""
    answers_pings: bool = True
    closed: threading.Event = field(default_factory=threading.Event)
    """Nothing more comes from the client."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, data: bytes) -> bool:
        """Bytes as they are; False if nobody takes them."""
        try:
            with self._lock:
                self.line.sendall(data)
        except OSError:
            return False
        return True

    def cut(self, *, reset: bool = False) -> None:
        """Ends it without a word; a reset is sent as soon as nobody reads any more."""
        with suppress(OSError):
            if reset:
                self.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            socket.socket.shutdown(self.line, socket.SHUT_RD if reset else socket.SHUT_RDWR)

    def listen(self, on_message: Callable[["ServerSide", bytes], None], changed: threading.Condition) -> None:
        """Reads what the client sends, until it ends."""
        with suppress(OSError, EOFError):
            while True:
                first, second = self._exactly(2)
                length = second & 0x7F
                if length > 125:
                    length = int.from_bytes(self._exactly(2 if length == 126 else 8))
                key = self._exactly(4) if second & 0x80 else b""
                content = self._exactly(length)
                self._take(first, second, _unmasked(content, key), on_message)
                with changed:
                    changed.notify_all()
        self.closed.set()
        with changed:
            changed.notify_all()

    def _take(self, first: int, second: int, content: bytes, on_message: Callable[["ServerSide", bytes], None]) -> None:
        opcode = first & 0x0F
        if not second & 0x80:
            self.faults.append("a frame without a mask")
        if first & 0x70 or not first & 0x80:
            self.faults.append("a frame of another kind")
        if self.goodbyes:
            self.faults.append("a frame after the last")
        if opcode == TEXT:
            self.messages.append(content)
            on_message(self, content)
        elif opcode == PING:
            self.pings.append(content)
            if self.answers_pings:
                self.send(server_frame(PONG, content))
        elif opcode == PONG:
            self.pongs.append(content)
        elif opcode == CLOSE:
            self.goodbyes.append(int.from_bytes(content[:2]))
            if self.answers_pings:
                self.send(server_frame(CLOSE, content[:2]))
                self.cut()
        else:
            self.faults.append(f"a frame of the kind {opcode}")

    def _exactly(self, size: int) -> bytes:
        come = b""
        while len(come) < size:
            piece = self.line.recv(size - len(come))
            if not piece:
                raise EOFError
            come += piece
        return come


def _unmasked(content: bytes, key: bytes) -> bytes:
    if not key:
        return content
    mask = (key * (len(content) // 4 + 1))[: len(content)]
    return (int.from_bytes(content) ^ int.from_bytes(mask)).to_bytes(len(content))
