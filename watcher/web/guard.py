"""What every request passes and every answer is given: hosts that are ours, and what browsers may do."""

from collections.abc import Callable, Collection, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OF_MACHINES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked by monitors, by whatever name they know this machine."""

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
"""Given to every answer that has none of its own (OWASP HTTP Headers Cheat Sheet)."""

LONGEST_ADDRESS = 8_000
"""Bytes of a path and its query."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Guard:
    """Refuses hosts that are not ours and addresses that nobody writes; and gives each answer its headers.

    What fails unforeseen is told in the log alone: whoever asked gets the answer that `failed` makes, with its headers.
    """

    def __init__(self, app: ASGIApp, hosts: Callable[[], Collection[str]], refused: ASGIApp, failed: ASGIApp) -> None:
        self._app, self._hosts, self._refused, self._failed = app, hosts, refused, failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        has_begun = False

        async def guarded(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        is_ours = scope["path"] in OF_MACHINES or self._is_ours(scope)
        try:
            await (self._app if is_ours else self._refused)(scope, receive, guarded)
        except Exception:  # the boundary of every address: the service goes on, and says nothing of its inside
            if has_begun:
                raise
            below = scope["path"].removeprefix("/").partition("/")[0]  # not all of it: a signed link is a secret
            import structlog  # takes as long to load as it takes to answer for the health

            structlog.get_logger(__name__).exception("request failed", below=below[:200])
            await self._failed(scope, receive, guarded)

    def _is_ours(self, scope: Scope) -> bool:
        if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
            return False
        host = host_alone(Headers(scope=scope).get("host", ""))
        return host in LOOPBACK or host in self._hosts()


def host_alone(host: str) -> str:
    """A Host header (RFC 9110, section 7.2) without its port, in small letters."""
    name, _, port = host.rpartition(":")
    is_port = bool(name) and port.isascii() and port.isdigit() and not (name.startswith("[") and not name.endswith("]"))
    return (name if is_port else host).lower().removesuffix(".")
