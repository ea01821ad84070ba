"""urllib as the clients of channels need it: what is called is the address that was given, and no other."""

import errno
import http.client
import re
import socket
import ssl
import urllib.request
from base64 import b64encode
from typing import Any
from urllib.parse import unquote, urlsplit


class _Unmoved(urllib.request.HTTPRedirectHandler):
    """Follows nothing: a redirect is raised as HTTPError, like any other status that brings no answer."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class _Through(urllib.request.BaseHandler):
    """Hands each request to one proxy. urllib's own handler would ask the environment for exceptions."""

    handler_order = 100  # before what opens a connection

    def __init__(self, proxy: str) -> None:
        self._place = urlsplit(proxy).netloc.rpartition("@")[2]
        self._credentials = credentials(proxy)

    def http_open(self, request: urllib.request.Request) -> None:
        """Takes the way, and leaves the call to the next handler."""
        if self._credentials:
            request.add_unredirected_header("Proxy-authorization", self._credentials)
        request.set_proxy(self._place, "http")

    https_open = http_open


def opener(tls: ssl.SSLContext | None = None, proxy: str | None = None) -> urllib.request.OpenerDirector:
    """An opener that follows no redirect, so that no token, message or address reaches another host.

    It goes through `proxy`, else directly: what the environment says of proxies counts for nothing.
    """
    ways = (_Through(proxy),) if proxy else ()
    https = urllib.request.HTTPSHandler(context=tls)
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), _Unmoved, https, *ways)


def open_tunnel(line: socket.socket, proxy: str, place: str) -> None:
    """Has the proxy at the other end of a line pass on to `place` (`host:port`); raises OSError if it does not."""
    proof = credentials(proxy)
    said = f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n"
    said += f"Proxy-Authorization: {proof}\r\n" if proof else ""
    line.sendall(f"{said}\r\n".encode("ascii"))
    answer = http.client.HTTPResponse(line, method="CONNECT")
    try:
        answer.begin()
        if answer.status != http.client.OK:
            raise OSError(errno.ECONNREFUSED, f"the proxy answers {answer.status}")
    finally:
        answer.close()


def credentials(proxy: str) -> str:
    """The Proxy-Authorization for a proxy's address; empty if it has no user."""
    user, has_user, _ = urlsplit(proxy).netloc.rpartition("@")
    return f"Basic {b64encode(unquote(user).encode()).decode()}" if has_user else ""


def refusal_of_proxy(cause: object) -> str | None:
    """What a proxy answered that let nothing through, in place of a proxy's own words; None for any other cause."""
    refused = re.match(r"Tunnel connection failed: (\d{3})", str(cause)) if isinstance(cause, OSError) else None
    return f"the proxy answers {refused[1]}" if refused else None
