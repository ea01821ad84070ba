"""One open WebSocket. No call waits: what can't be sent at once is sent when there is room."""

import socket
import ssl
import threading
from contextlib import suppress

from watcher.bot.frames import BrokenFramesError, Frame, FrameReader, Opcode, closing, frame

_PIECE = 64 * 1024
_ROUNDS = 16
"""Pieces read in one turn, so that one connection leaves the others theirs."""
LONGEST_UNSENT = 1024 * 1024
"""Bytes that the other end may leave waiting before it is given up."""
_FOR_NOW = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Wire:
    """Reads in one thread and sends from any."""

    def __init__(self, line: socket.socket, come: bytes = b"") -> None:
        line.setblocking(False)
        self._line = line
        self._come = come
        self._reader = FrameReader()
        self._unsent = bytearray()
        self._has_parted = False
        self._lock = threading.Lock()  # one for both ways: OpenSSL takes no reading and writing at once
        self.ended = ""
        """Why it can't be used any more; empty while it can."""
        self.came = len(come)
        """Bytes that have come by it."""

    @property
    def has_unsent(self) -> bool:
        """Whether something waits for room."""
        return bool(self._unsent) and not self.ended

    def fileno(self) -> int:
        """For a selector."""
        return self._line.fileno()

    def receive(self) -> list[Frame]:
        """What has come, pings answered; where it can't be read on, `ended` says why."""
        come, why = self._take()
        frames: list[Frame] = []
        try:
            for each in self._reader.take(come):
                if each.opcode is Opcode.PING:
                    self.send(frame(Opcode.PONG, each.content))
                frames.append(each)
                if each.opcode is Opcode.CLOSE:
                    self.finish()
                    self.give_up("Slack closed it")
                    break
        except BrokenFramesError as error:
            self.finish(error.code)
            self.give_up(str(error))
        if why:
            self.give_up(why)
        return frames

    def send(self, data: bytes) -> bool:
        """Hands bytes to the system, or keeps them until there is room; False if it has ended."""
        with self._lock:
            if self.ended:
                return False
            self._unsent += data
            self._flush()
            if len(self._unsent) > LONGEST_UNSENT:
                self.ended = "Slack takes nothing any more"
            return not self.ended

    def flush(self) -> None:
        """Sends what there is room for."""
        with self._lock:
            if not self.ended:
                self._flush()

    def finish(self, code: int = 1000) -> None:
        """Says goodbye; what still comes can be read until the other end closes."""
        if not self._has_parted:
            self._has_parted = True
            self.send(closing(code))

    def close(self) -> None:
        """Ends it, whatever was still to come."""
        with self._lock:
            self.ended = self.ended or "it was closed"
            with suppress(OSError):
                self._line.close()

    def _take(self) -> tuple[bytes, str]:
        """What has come, and why nothing more will."""
        come, self._come = bytearray(self._come), b""
        rounds = 0
        with self._lock:
            while not self.ended and (rounds < _ROUNDS or self._has_more()):
                rounds += 1
                try:
                    piece = self._line.recv(_PIECE)
                except _FOR_NOW:
                    break
                except OSError as error:
                    return bytes(come), f"it broke ({type(error).__name__})"
                if not piece:
                    return bytes(come), "it was closed"
                come += piece
                self.came += len(piece)
        return bytes(come), ""

    def _has_more(self) -> bool:
        """Whether something was read and decrypted that no selector sees."""
        return isinstance(self._line, ssl.SSLSocket) and self._line.pending() > 0

    def _flush(self) -> None:
        try:
            while self._unsent:
                del self._unsent[: self._line.send(self._unsent[:_PIECE])]
        except _FOR_NOW:
            pass
        except OSError as error:
            self.ended = self.ended or f"it broke ({type(error).__name__})"

    def give_up(self, why: str) -> None:
        """Uses it no more."""
        self.ended = self.ended or why
