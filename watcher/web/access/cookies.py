"""The cookies of who acts: sent by TLS alone where people come by TLS, and to nobody but this host."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response

from watcher.web.access.proxies import Outside

SESSION = "watcher"
SIGN_IN = "watcher-sign-in"
"""Of who has seen the form; another site can neither read it nor, by TLS, put one of its own in its place."""


@dataclass(frozen=True, slots=True)
class Cookies:
    """How cookies are named and sent, given where people reach the pages."""

    base_url: str = ""

    def is_tls(self, outside: Outside) -> bool:
        """Whether the browser speaks TLS: it says so, or came by the name that only TLS has."""
        site = urlsplit(self.base_url)
        return outside.is_tls or (site.scheme == "https" and outside.host.lower() == site.netloc)

    def value(self, request: HTTPConnection, outside: Outside, name: str) -> str:
        """What the browser sent; by TLS only what can have been set by TLS for this very host."""
        return request.cookies.get(self._named(outside, name), "")

    def put(self, response: Response, outside: Outside, name: str, value: str, seconds: int) -> None:
        """Has the browser keep one for a while."""
        response.set_cookie(
            self._named(outside, name),
            value,
            max_age=seconds,
            path="/",
            secure=self.is_tls(outside),
            httponly=True,
            samesite="lax",
        )

    def drop(self, response: Response, outside: Outside, name: str) -> None:
        """Has the browser forget one."""
        self.put(response, outside, name, "", 0)

    def origins(self, outside: Outside) -> frozenset[str]:
        """What browsers call pages of ours."""
        site = urlsplit(self.base_url)
        named = {f"{site.scheme}://{site.netloc}"} if self.base_url else set()
        return frozenset({outside.origin, *named})

    def _named(self, outside: Outside, name: str) -> str:
        return f"__Host-{name}" if self.is_tls(outside) else name
