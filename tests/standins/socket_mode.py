"""A local Socket Mode: the lines that a stand-in of Slack opens, with every way to fail on request.

    with SlackStandIn() as slack, SocketMode(slack) as lines:
        ...                                             # the bot opens a line
        sent = lines.send("interactive", payload)       # by any line that is open
        assert lines.until(lambda: sent.took is not None)

It says hello, measures each acknowledgement, and answers pings. Waits end with what is waited for, or fail after ten
seconds.
"""

import json
import socket
import ssl
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Self

from tests.standins.slack import SlackStandIn
from tests.standins.slack_payloads import APP
from tests.standins.websocket import PING, TEXT, ServerSide, accepted, server_frame

REASONS = ("warning", "refresh_requested", "link_disabled")

Handshake = Callable[["SocketMode", socket.socket, bytes], bytes | None]
"""Given the request's head, what is answered to it; None if the connection is no line then."""


@dataclass(eq=False)
class Sent:
    """An envelope that was sent."""

    id: str
    began: float
    took: float | None = None
    """Seconds until its first acknowledgement."""
    answers: list[dict[str, Any] | None] = field(default_factory=list)
    """What each acknowledgement carried."""
    acknowledged_by: list[ServerSide] = field(default_factory=list)


def hello(connections: int = 1, app: str = APP) -> dict[str, Any]:
    """What Slack says first."""
    return {
        "type": "hello",
        "num_connections": connections,
        "connection_info": {"app_id": app},
        "debug_info": {
            "host": "applink-1",
            "started": "2026-03-01 08:00:00.000",
            "build_number": 10,
            "approximate_connection_time": 18_060,
        },
    }


def envelope(kind: str, payload: object, name: str | None = None, attempt: int | None = None) -> dict[str, Any]:
    """An envelope as Slack writes it; `attempt` is said of events alone."""
    whole = {
        "envelope_id": name or str(uuid.uuid4()),
        "payload": payload,
        "type": kind,
        "accepts_response_payload": kind != "events_api",
    }
    if kind == "events_api":
        whole |= {"retry_attempt": attempt or 0, "retry_reason": "timeout" if attempt else ""}
    return whole


def text(message: object) -> bytes:
    """The frame of a message: an object as JSON, bytes as they are."""
    return server_frame(TEXT, message if isinstance(message, bytes) else json.dumps(message).encode())


class SocketMode:
    """Takes lines on a free port of loopback between `with` and its end."""

    def __init__(self, slack: SlackStandIn, *, tls: ssl.SSLContext | None = None) -> None:
        self.slack = slack
        self.lines: list[ServerSide] = []
        """Every line that there was, oldest first."""
        self.sent: dict[str, Sent] = {}
        """By the envelope's id."""
        self.strangers: list[bytes] = []
        """What came that acknowledges nothing that was sent."""
        self.handshakes: deque[Handshake] = deque()
        """What happens to the next connections in place of a proper handshake."""
        self.greetings: deque[Iterable[bytes]] = deque()
        """What the next lines are sent in place of hello; a line whose bytes end with b"" is cut there."""
        self.on_acknowledged: Callable[[ServerSide, Sent], None] | None = None
        """Called at each acknowledgement, in the line's thread."""
        self.place = ""
        """Where lines are said to be, if it is not where they are."""
        self.changed = threading.Condition()
        self._tls = tls
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=200)
        self._threads: list[threading.Thread] = []
        slack.lines = self._address

    @property
    def port(self) -> int:
        """Where lines are taken."""
        port: int = self._listening.getsockname()[1]
        return port

    @property
    def open_lines(self) -> list[ServerSide]:
        """Those that neither end has closed."""
        return [line for line in self.lines if not line.closed.is_set()]

    def _address(self) -> str:
        place = f"wss://localhost:{self.port}" if self._tls else f"ws://127.0.0.1:{self.port}"
        return f"{self.place or place}/link/?ticket=planted-ticket-{uuid.uuid4()}&app_id={APP}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._thread.join(60)
        self._listening.close()
        for line in self.lines:
            line.cut()
        for thread in self._threads:
            thread.join(60)

    def until(self, happened: Callable[[], object], seconds: float = 120) -> bool:
        """Waits for something to be so; False if it is not in time."""
        end = time.monotonic() + seconds
        with self.changed:
            while not happened():
                if time.monotonic() >= end:
                    return bool(happened())
                self.changed.wait(0.02)
        return True

    def send(
        self,
        kind: str,
        payload: object,
        *,
        name: str | None = None,
        attempt: int | None = None,
        by: ServerSide | None = None,
        before: float | None = None,
    ) -> Sent:
        """An envelope by one line, the newest that is open if none is named; `name` repeats an earlier one.

        `before` is how much of the frame is sent before the line is cut: 0.5 is the half, 1 the whole.
        """
        whole = envelope(kind, payload, name, attempt)
        sent = self.sent.setdefault(whole["envelope_id"], Sent(whole["envelope_id"], time.monotonic()))
        line = by or self.open_lines[-1]
        data = text(whole)
        if before is None:
            line.send(data)
        else:
            line.send(data[: int(len(data) * before)])
            line.cut()
        return sent

    def is_answered(self, kind: str, payload: object, *, by: ServerSide | None = None) -> bool:
        """Whether an envelope that is sent now is acknowledged."""
        sent = self.send(kind, payload, by=by)
        return self.until(lambda: sent.took is not None)

    def flood(self, envelopes: Iterable[tuple[str, object]], by: ServerSide | None = None) -> list[Sent]:
        """Many envelopes as fast as the line takes them."""
        return [self.send(kind, payload, by=by) for kind, payload in envelopes]

    def disconnect(self, reason: str, by: ServerSide | None = None) -> None:
        """What Slack says before it closes a line."""
        said = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}}
        (by or self.open_lines[-1]).send(text(said))

    def ping(self, content: bytes = b"Ping from applink-1", by: ServerSide | None = None) -> None:
        """A ping, as Slack sends one every few seconds."""
        (by or self.open_lines[-1]).send(server_frame(PING, content))

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._listening.accept()
                self._threads = [thread for thread in self._threads if thread.is_alive()]
                self._threads.append(threading.Thread(target=self._serve, args=(line,), daemon=True))
                self._threads[-1].start()

    def _serve(self, plain: socket.socket) -> None:
        with (
            suppress(OSError),
            plain,
            _connected(plain),
            self._tls.wrap_socket(plain, server_side=True) if self._tls else plain as line,
        ):
            self._converse(line)

    def _converse(self, line: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = line.recv(4096)
            if not piece:
                return
            head += piece
        answer = self.handshakes.popleft()(self, line, head) if self.handshakes else accepted(head)
        if answer is None:
            return
        side = ServerSide(line, head)
        greeting = self.greetings.popleft() if self.greetings else None
        pieces = list(greeting) if greeting is not None else [text(hello(len(self.open_lines) + 1))]
        with side._lock:  # who finds the line sends nothing before it is answered
            with self.changed:
                self.lines.append(side)
                self.changed.notify_all()
            with suppress(OSError):
                line.sendall(answer + (pieces[0] if pieces else b""))  # frames may come right behind the handshake
        for piece in pieces[1:]:
            if not piece:
                side.cut()
            side.send(piece)
        side.listen(self._heard, self.changed)

    def _heard(self, line: ServerSide, content: bytes) -> None:
        try:
            said = json.loads(content)
            sent = self.sent.get(said["envelope_id"])
        except (ValueError, TypeError, KeyError):
            sent, said = None, {}
        if sent is None:
            self.strangers.append(content)
            return
        sent.answers.append(said.get("payload"))
        sent.acknowledged_by.append(line)
        if sent.took is None:  # last: whoever waits for it finds the others
            sent.took = time.monotonic() - sent.began
        if self.on_acknowledged is not None:
            self.on_acknowledged(line, sent)


@contextmanager
def _connected(plain: socket.socket) -> Iterator[None]:
    """Raises OSError for a client that has gone, of which ssl would leave a socket open."""
    plain.getpeername()
    yield


def never_answers(lines: SocketMode, line: socket.socket, _: bytes) -> None:
    """The handshake is not answered, until somebody gives up."""
    with suppress(OSError):
        while line.recv(4096):
            pass


def drips(lines: SocketMode, line: socket.socket, head: bytes) -> None:
    """The answer comes a byte at a time, and has no end."""
    with suppress(OSError):
        line.sendall(b"HTTP/1.1 101 Switching Protocols\r\n")
        while not lines.slack.released.wait(0.05):
            line.sendall(b"x")


def answers(what: bytes) -> Handshake:
    """Just these bytes, and the end."""

    def behave(lines: SocketMode, line: socket.socket, head: bytes) -> None:
        line.sendall(what)

    return behave
