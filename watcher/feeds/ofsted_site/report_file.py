"""Fetches a report file, and says what came in its place where it is none."""

import hashlib
import html
import re
from dataclasses import dataclass, field

from watcher.feeds.ofsted_site.cursor import WatchedFile
from watcher.feeds.ofsted_site.markup import clean
from watcher.feeds.ofsted_site.report.values import CouldNotTell
from watcher.feeds.web.body import decode
from watcher.feeds.web.http import NotFound, NotModified, Page, PoliteClient, Validators

LARGEST = 20_000_000
"""Bytes of a report."""

_MARK, _MARKED_WITHIN = b"%PDF-", 1024
_TITLE = re.compile(r"(?i)<title[^<>]{0,100}>([^<]{0,300})")
_LOOKED_AT = 20_000
"""Bytes in which a title is looked for."""
_GONE = "report not found"


class NotThere(CouldNotTell):
    """The site itself says that there is no such report."""


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report file that came, or that is still the one that is known."""

    body: bytes = field(default=b"", repr=False)
    digest: str = ""
    validators: Validators = field(default_factory=Validators)
    is_unchanged: bool = False


async def fetch(client: PoliteClient, link: str, known: WatchedFile | None = None) -> ReportFile | CouldNotTell:
    """The file behind a link, unless it is the one that is known; raises FetchFailed for all that may pass."""
    validators = known.validators if known else None
    try:
        answer = await client.get(link, validators=validators, accept="application/pdf", limit=LARGEST)
    except NotFound:
        return NotThere("the site says that there is no such report")
    if isinstance(answer, NotModified):
        if known is None:
            return CouldNotTell("the site says 'not modified' without having been asked")
        return ReportFile(digest=known.digest, validators=answer.validators, is_unchanged=True)
    if _MARK not in answer.body[:_MARKED_WITHIN]:
        return _something_else(answer)
    digest = hashlib.sha256(answer.body).hexdigest()[:32]
    return ReportFile(answer.body, digest, answer.validators, is_unchanged=known is not None and known.digest == digest)


def _something_else(answer: Page) -> CouldNotTell:
    """What came in place of a PDF, in words."""
    title = _TITLE.search(decode(answer.body[:_LOOKED_AT], answer.charset))
    if title is None:
        sort = "a web page without a title" if answer.content_type == "text/html" else "something else"
        return CouldNotTell(f"what came is no PDF but {sort}")
    words = clean(html.unescape(title[1]), 100)
    if words.casefold().startswith(_GONE):
        return NotThere("the site says that there is no such report")
    return CouldNotTell(f"what came is no PDF but a web page titled {words!r}")
