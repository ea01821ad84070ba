"""What a fetch brings: a page, or the news that there is no news."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message

from watcher.feeds.web.body import decode
from watcher.feeds.web.validators import Validators

_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_CHARSET = re.compile(r"[\w.:+-]+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A complete answer with status 200."""

    url: str
    """The address that was asked for."""
    final_url: str
    """The address that answered, after redirects; links on the page are relative to it."""
    status: int = 200
    body: bytes = field(repr=False)
    """Decompressed."""
    content_type: str = ""
    """The media type in lower case, without parameters; empty if the server named none."""
    charset: str | None = None
    """As the server declared it."""
    sent: datetime | None = None
    """When it was sent, by the server's own clock; None where it doesn't say."""
    validators: Validators = field(default_factory=Validators)
    """To be handed to the next `get` of the same address."""

    @property
    def text(self) -> str:
        """The body as text, by the declared charset, else UTF-8, else Windows-1252; never raises."""
        return decode(self.body, self.charset)


@dataclass(frozen=True, slots=True)
class NotModified:
    """The page is still the one that gave the validators."""

    url: str
    validators: Validators
    """To be handed to the next `get`; the server may have replaced them."""


def media_type(value: str) -> tuple[str, str | None]:
    """The type and the charset that a Content-Type header names; empty and None for rubbish."""
    message = Message()
    message["Content-Type"] = re.sub(r"[^\x20-\x7e]", " ", value)
    kind = value.partition(";")[0].strip().lower()
    charset = message.get_content_charset("")
    return kind if _MEDIA_TYPE.fullmatch(kind) else "", charset if _CHARSET.fullmatch(charset) else None
