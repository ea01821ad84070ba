"""That a form was sent from a page of ours: by a token that stands in it, and by what the browser says of itself."""

import hashlib
import hmac
from collections.abc import Collection
from enum import StrEnum

from starlette.requests import HTTPConnection


class FormOf(StrEnum):
    """Whose forms a token is for: one of another sort says nothing here."""

    SESSION = "session"
    PROXY = "proxy"
    SIGN_IN = "sign-in"


def form_token(key: bytes, of: FormOf, subject: str) -> str:
    """The token for the forms of a session's id, a name that a proxy gives, or a cookie of who is to sign in."""
    message = f"watcher form\n{of.value}\n{subject}".encode("utf-8", "surrogatepass")
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def is_token(given: str, expected: str) -> bool:
    """Whether it is the one, in a time that tells nothing."""
    return bool(expected) and hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8"))


def is_from_here(request: HTTPConnection, origins: Collection[str]) -> bool:
    """Whether the browser says that a page of ours sent it, or says nothing; `origins` are ours, in small letters.

    `Origin: null` is believed where Sec-Fetch-Site, which no page can set, says that it was one of ours.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is None or (origin == "null" and site is not None):
        return True
    return origin.lower() in origins
