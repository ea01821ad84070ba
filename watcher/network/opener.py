"""urllib as the clients of channels need it: what is called is the address that was given, and no other."""

import ssl
import urllib.request
from typing import Any


class _Unmoved(urllib.request.HTTPRedirectHandler):
    """Follows nothing: a redirect is raised as HTTPError, like any other status that brings no answer."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def opener(tls: ssl.SSLContext | None = None) -> urllib.request.OpenerDirector:
    """An opener that follows no redirect, so that no token, message or address reaches another host."""
    return urllib.request.build_opener(_Unmoved, urllib.request.HTTPSHandler(context=tls))
