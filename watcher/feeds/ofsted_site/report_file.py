"""Fetches report files and has them read, and says what came in place of one where it is none."""

import hashlib
import html
import re
from dataclasses import dataclass, field

from watcher.feeds.ofsted_site.access import SiteAccess
from watcher.feeds.ofsted_site.cursor import WatchedFile
from watcher.feeds.ofsted_site.markup import clean
from watcher.feeds.ofsted_site.report.values import CouldNotTell, Report
from watcher.feeds.web.body import decode
from watcher.feeds.web.http import NotFound, NotModified, Page, Validators

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
class Fetched:
    """What came of asking for a report file."""

    report: Report | CouldNotTell | None
    """What it says, or why that can't be told; None for a file that is still the one that is known."""
    digest: str = ""
    validators: Validators = field(default_factory=Validators)


class ReportFiles:
    """The report files of one home in one reading: each is asked for and read once, whatever needs it.

    Those of an authority have to name it.
    """

    def __init__(self, site: SiteAccess, authority: str | None = None) -> None:
        self._site = site
        self._authority = authority
        self._fetched: dict[str, Fetched] = {}

    async def get(self, link: str, known: WatchedFile | None = None) -> Fetched:
        """The file behind a link and what it says, unless it is the one that is known; raises FetchFailed."""
        if link not in self._fetched:
            self._fetched[link] = await self._ask(link, known)
        return self._fetched[link]

    async def _ask(self, link: str, known: WatchedFile | None) -> Fetched:
        validators = known.validators if known else None
        try:
            answer = await self._site.client.get(link, validators=validators, accept="application/pdf", limit=LARGEST)
        except NotFound:
            return Fetched(NotThere("the site says that there is no such report"))
        if isinstance(answer, NotModified):
            if known is None:
                return Fetched(CouldNotTell("the site says 'not modified' without having been asked"))
            return Fetched(None, known.digest, answer.validators)
        if _MARK not in answer.body[:_MARKED_WITHIN]:
            return Fetched(_something_else(answer))
        digest = hashlib.sha256(answer.body).hexdigest()[:32]
        if known is not None and known.digest == digest:
            return Fetched(None, digest, answer.validators)
        return Fetched(await self._site.reader.report(answer, self._authority), digest, answer.validators)


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
