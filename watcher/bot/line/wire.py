"""One open WebSocket. No call waits: what can't be sent at once is sent when there is room."""

import socket
import ssl
import threading
from contextlib import suppress

from wsproto.events import CloseConnection, Event, Ping, TextMessage

from watcher.bot.line.frames import Ended, Frames, Heard

_PIECE = 64 * 1024
_ROUNDS = 2
"""Pieces read in one turn, so that one connection leaves the others theirs, and a flood takes little memory."""
LONGEST_UNSENT = 1024 * 1024
"""Bytes that the other end may leave waiting before it is given up."""
_FOR_NOW = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Wire:
    """Reads in one thread and sends from any."""

    def __init__(self, line: socket.socket, come: bytes = b"") -> None:
        line.setblocking(False)
        self._line = line
        self._come = come
        self._frames = Frames()
        self._unsent = bytearray()
        self._lock = threading.RLock()  # one for both ways: OpenSSL takes no reading and writing at once
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

    def receive(self) -> list[Heard]:
        """The messages that have come, pings answered; where it can't be read on, `ended` says why."""
        come, why = self._take()
        heard: list[Heard] = []
        with self._lock:
            for each in self._frames.take(come):
                match each:
                    case Heard():
                        heard.append(each)
                    case Ping():
                        self._send(each.response())
                    case Ended():
                        self.finish(each.code)
                        self.give_up(each.why)
        if why:
            self.give_up(why)
        return heard

    def say(self, text: bytes) -> bool:
        """Hands a message to the system, or keeps it until there is room; False if nothing can be said any more."""
        return self._send(TextMessage(text.decode()))

    def ask(self) -> None:
        """Asks the other end whether it is there."""
        self._send(Ping())

    def _send(self, event: Event) -> bool:
        with self._lock:
            data = b"" if self.ended else self._frames.said(event)
            if not data:
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
        self._send(CloseConnection(code))

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
