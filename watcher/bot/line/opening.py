"""The way to one WebSocket: the connection, the proxy, TLS, and the handshake, which is wsproto's.

slack_sdk's own is not used: it speaks without TLS to any port but 443, waits anew at each byte, and logs what it gets.
"""

import http.client
import socket
import ssl
from contextlib import suppress
from urllib.parse import SplitResult, urlsplit

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, RejectConnection, Request
from wsproto.utilities import RemoteProtocolError

from watcher.delivery.opener import open_tunnel
from watcher.options.addresses import in_url
from watcher.options.way_out import WayOut

TIMEOUT = 10.0
"""Seconds of each wait; whoever opens cuts it off where the whole takes too long."""
LONGEST_HEAD = 16 * 1024


class Opening:
    """Opens one connection in one thread; another may cut it off at any moment."""

    def __init__(self, way_out: WayOut, tls: ssl.SSLContext | None = None) -> None:
        self._way_out = way_out
        self._tls = tls
        self._line: socket.socket | None = None
        self._is_cut_off = False

    def open(self, url: str) -> tuple[socket.socket, bytes]:
        """The open connection, and what came behind the handshake; OSError with what happened, never the address."""
        try:
            parts = urlsplit(url)
            self._hold(self._plain(parts))
            if parts.scheme == "wss":
                self._secure(parts.hostname or "")
            return self._held(), _shake_hands(self._held(), parts)
        except BaseException as error:
            self.close()
            if isinstance(error, http.client.HTTPException | ValueError) and not isinstance(error, OSError):
                # A UnicodeError is a ValueError too: a name that no resolver takes.
                raise ConnectionError(f"what answers is no Slack ({type(error).__name__})") from None
            raise

    def cut_off(self) -> None:
        """Ends whatever `open` waits for, but for the resolver of names and a connection's first answer."""
        self._is_cut_off = True
        if (line := self._line) is not None:
            with suppress(OSError):
                # The system's own call: SSLSocket.shutdown would take the TLS state from under the waiting thread.
                socket.socket.shutdown(line, socket.SHUT_RDWR)

    def close(self) -> None:
        """Gives up what was opened."""
        if self._line is not None:
            self._line.close()

    def _plain(self, parts: SplitResult) -> socket.socket:
        host, port = parts.hostname or "", _port(parts)
        scheme = "https" if parts.scheme == "wss" else "http"
        proxy = self._way_out.to(f"{scheme}://{in_url(host)}:{port}")
        if proxy is None:
            return socket.create_connection((host, port), timeout=TIMEOUT)
        way = urlsplit(proxy)
        line = socket.create_connection((way.hostname or "", way.port or 80), timeout=TIMEOUT)
        self._hold(line)
        open_tunnel(line, proxy, f"{in_url(host)}:{port}")
        return line

    def _secure(self, host: str) -> None:
        tls = self._tls or ssl.create_default_context()
        self._held().getpeername()  # of one that has gone, ssl would leave a socket open
        line = tls.wrap_socket(self._held(), server_hostname=host, do_handshake_on_connect=False)
        self._hold(line)
        line.do_handshake()

    def _hold(self, line: socket.socket) -> None:
        self._line = line
        if self._is_cut_off:
            raise TimeoutError("it took too long")
        with suppress(OSError):
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _held(self) -> socket.socket:
        if self._line is None:
            raise ConnectionError("nothing is open")
        return self._line


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "wss" else 80)


def _shake_hands(line: socket.socket, parts: SplitResult) -> bytes:
    handshake = WSConnection(ConnectionType.CLIENT)
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    host = f"{in_url(parts.hostname or '')}{f':{parts.port}' if parts.port else ''}"
    line.sendall(handshake.send(Request(host, path, extra_headers=[(b"User-Agent", b"watcher")])))
    head, rest = _head_of(line)
    _check(handshake, head)
    return rest


def _head_of(line: socket.socket) -> tuple[bytes, bytes]:
    """The answer's head, and what came behind it."""
    come = b""
    while b"\r\n\r\n" not in come:
        if len(come) > LONGEST_HEAD:
            raise ConnectionError("the answer has no end")
        piece = line.recv(4096)
        if not piece:
            raise ConnectionError("it was closed before it was open")
        come += piece
    head, end, rest = come.partition(b"\r\n\r\n")
    return head + end, rest


def _check(handshake: WSConnection, head: bytes) -> None:
    try:
        handshake.receive_data(head)
    except RemoteProtocolError:
        raise ConnectionError("what answers speaks no WebSocket") from None
    match next(handshake.events(), None):
        case AcceptConnection():
            return
        case RejectConnection(status_code=status):
            raise ConnectionError(f"it answers with status {status}")
    raise ConnectionError("what answers is no Slack")
