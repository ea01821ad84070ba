"""A home's page as it came, and what is known of its home: what its documents are before a file is read; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urljoin

from watcher.facts.inspection import Home, Inspection, Kind
from watcher.facts.sources import Source
from watcher.feeds.feed import Problem, Trouble
from watcher.feeds.ofsted_site.cursor import Baseline
from watcher.feeds.ofsted_site.news import Matched, is_news
from watcher.feeds.ofsted_site.plan import Due
from watcher.feeds.ofsted_site.provider import ProviderPage
from watcher.feeds.ofsted_site.remit import Remit
from watcher.feeds.ofsted_site.timeline import PUBLICATION_TOLERANCE, ListedReport, UndatedReport
from watcher.feeds.web.page import Page


@dataclass(frozen=True, kw_only=True)  # without slots, so that what is asked over and over can be kept
class HomePage:
    """A home's page as it came on one day, why it was asked for, and what was known of the home."""

    remit: Remit
    home: Due
    answer: Page
    page: ProviderPage
    known_at_all: Sequence[Inspection]
    """What is only retold too."""
    source: Source
    baseline: Baseline
    of_baseline: bool
    """Whether the home has not been read completely since the first reading began."""
    is_retry: bool
    """Whether the last time that it was asked for something of it could not be read."""

    @property
    def key(self) -> str:
        """The home's."""
        return f"{self.remit.key}:{self.page.urn}"

    @property
    def today(self) -> date:
        """The day of the reading, in the publisher's time zone."""
        return self.source.as_of

    @cached_property
    def known(self) -> Sequence[Inspection]:
        """What is known of the home, apart from what is only retold."""
        return [inspection for inspection in self.known_at_all if not inspection.is_retold]

    @property
    def links(self) -> tuple[ListedReport | UndatedReport, ...]:
        """Every document that the page has, dated by it or not."""
        return (*self.page.documents, *self.page.undated)

    def address(self, document: ListedReport | UndatedReport) -> str:
        """Where its file is."""
        return urljoin(self.answer.final_url, document.link)

    def stated(self, document: ListedReport) -> Inspection:
        """The inspection that a document reports, as the page alone tells it, without grades."""
        return Inspection(
            home=self.key,
            kind=self._kind(document),
            inspected=document.inspected,
            inspected_to=document.inspected_to,
            published=document.published,
            document=document.id,
            link=self.address(document),
            sources=(self.source,),
        )

    def _kind(self, document: ListedReport) -> Kind:
        """The kind of visit that a document reports; of an authority's the report knows it better than its link."""
        if not self.remit.is_authority:
            return document.kind
        known = next((known for known in self.known if known.document == document.id), None)
        return known.kind if known is not None else self.remit.kind_of(document.words)

    def is_understood(self, document: ListedReport | UndatedReport) -> bool:
        """Whether it is of a time whose reports can be read."""
        return getattr(document, "inspected", document.published) >= self.remit.understood_since

    def described(self, owner: str | None) -> Home:
        """The home as the page describes it, with its owner as its reports have it."""
        page, remit = self.page, self.remit
        name = page.name or page.local_authority if remit.is_authority else page.name
        return Home(
            regulator=remit.key,
            id=page.urn,
            type=remit.type if remit.is_authority else page.type,
            name=name,
            owner=owner,
            local_authority=page.local_authority or (name if remit.is_authority else None),
            status=page.status,
            registered=page.registered,
            link=self.answer.url,
            source=self.source,
        )

    def is_ours(self, known: Inspection) -> bool:
        """Whether this feed has stated an inspection itself."""
        return any(source.name == self.source.name for source in known.sources)

    @cached_property
    def appeared(self) -> date | None:
        """The day under which something has appeared that is not of these days; None for a home found as usual."""
        return max((link.published for link in self.links), default=None) if self.home.late else None

    @cached_property
    def _was_read(self) -> bool:
        return not self.is_retry and any(map(self.is_ours, self.known))

    def has_appeared(self, matched: Matched) -> bool:
        """Whether a document was not there before, whatever its date: on a page that was read, or by the slow sweep."""
        return matched.known is None and (self._was_read or matched.document.published == self.appeared)

    def is_latest(self, document: ListedReport | UndatedReport) -> bool:
        """Whether it is what the list has moved to."""
        return self.home.moved and document.published == self.home.latest

    def lags(self, new: Sequence[ListedReport]) -> bool:
        """Whether nothing on the page is of the day that the list has moved to; `new` ones may be dated days apart."""
        latest = self.home.latest
        if not self.home.moved or latest is None or any(link.published == latest for link in self.links):
            return False
        return not any(abs(document.published - latest) <= PUBLICATION_TOLERANCE for document in new)

    def problem(self, where: str, what: str, trouble: Trouble, unread: Inspection | None = None) -> Problem:
        """What could not be told of the home; `unread` is an inspection whose report is what could not be read."""
        return Problem(
            where=where,
            what=what,
            trouble=trouble,
            home=self.key,
            unread=unread,
            is_background=unread is not None and not self._would_be_news(unread),
        )

    def _would_be_news(self, unread: Inspection) -> bool:
        """Whether an inspection whose report can't be read would be told of if it could."""
        return is_news(unread, None, self.baseline, of_baseline=self.of_baseline, newest_of_moved=self.home.moved)
