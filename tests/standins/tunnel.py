"""A way through loopback to a server, which swallows everything on request, without closing anything.

with Tunnel.to(server.port) as tunnel:
    connect(tunnel.port)
    tunnel.swallow()        # from now on nothing comes through, in either direction; new connections are taken
    tunnel.let_through()    # what comes from now on does; what was swallowed is lost
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self


class Tunnel:
    """Open until its context ends."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._is_open = threading.Event()
        self._is_open.set()
        self._ends: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]

    @classmethod
    @contextmanager
    def to(cls, port: int) -> Iterator[Self]:
        """One that leads to a port of this machine."""
        tunnel = cls(port)
        threading.Thread(target=tunnel._take, daemon=True).start()
        try:
            yield tunnel
        finally:
            for end in (tunnel._listening, *tunnel._ends):
                _close(end)

    def swallow(self) -> None:
        """Nothing comes through any more."""
        self._is_open.clear()

    def let_through(self) -> None:
        """New connections come through; those that were swallowed never will."""
        swallowed, self._ends = self._ends, []
        self._is_open.set()
        for end in swallowed:
            _close(end)

    def url(self, url: str) -> str:
        """The same address by this way."""
        return url.replace(f":{self._to}/", f":{self.port}/")

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                come, _ = self._listening.accept()
                self._ends.append(come)
                if self._is_open.is_set():
                    self._lead(come)

    def _lead(self, come: socket.socket) -> None:
        try:
            go = socket.create_connection(("127.0.0.1", self._to))
        except OSError:  # nobody listens there now: that is passed on too
            _close(come)
            return
        self._ends.append(go)
        for ends in ((come, go), (go, come)):
            threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, come: socket.socket, go: socket.socket) -> None:
        with suppress(OSError):
            while piece := come.recv(65_536):
                if self._is_open.is_set():
                    go.sendall(piece)
        if self._is_open.is_set():  # a network that swallows packets swallows the end of a connection too
            _close(come)
            _close(go)


def _close(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
