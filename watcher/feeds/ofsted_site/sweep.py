"""One pass over the whole result list: conditional requests, and a count that must be met."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from watcher.feeds.feed import Problem, Trouble
from watcher.feeds.ofsted_site.access import SiteAccess
from watcher.feeds.ofsted_site.cursor import KeptPage
from watcher.feeds.ofsted_site.markup import UnexpectedPageError
from watcher.feeds.ofsted_site.plan import FUTURE
from watcher.feeds.ofsted_site.remit import Remit
from watcher.feeds.ofsted_site.search import ROWS, SearchEntry, results_address
from watcher.feeds.web.http import NotModified
from watcher.timing.working_days import working_days_between

MOST_PAGES = 80
"""More than there are of any remit: a longer list means that the site has ignored what was asked."""
LEAST_SHARE = 0.8
"""A list is not believed that shows less than this share of what it showed before in the same span of days."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What the result list says."""

    pages: tuple[KeptPage, ...]
    changed: bool
    """Whether a page differs from the one kept."""
    doubt: str | None = None
    """Why it is not believed to be complete, and what to do; what it does show is sound all the same."""

    @property
    def entries(self) -> tuple[SearchEntry, ...]:
        """The entries of its remit."""
        return tuple(entry for page in self.pages for entry in page.entries)

    def problems(self, today: date) -> tuple[Problem, ...]:
        """The entries that were not understood wholly, or are dated in the future."""
        return tuple(
            Problem(
                where=f"result list, {entry.urn}",
                what=f"{odd}; its page is read once a day instead",
                trouble=Trouble.LIST,
            )
            for entry in self.entries
            if (odd := _oddity(entry, today)) is not None
        )


def _oddity(entry: SearchEntry, today: date) -> str | None:
    if entry.odd is not None:
        return f"its entry has {entry.odd} where one was expected"
    if entry.latest is not None and entry.latest > today + FUTURE:
        return f"its latest report is dated in the future ({entry.latest})"
    return None


async def sweep(
    site: SiteAccess,
    remit: Remit,
    categories: Sequence[str],
    since: date,
    kept: Sequence[KeptPage],
    until: date | None = None,
) -> Sweep:
    """Reads the list; a second time if its length changed meanwhile, as it does when a report comes out."""
    found = await _once(site, remit, categories, since, kept, until)
    if len({page.count for page in found.pages}) > 1:
        found = await _once(site, remit, categories, since, found.pages, until)
    return found


async def _once(
    site: SiteAccess, remit: Remit, categories: Sequence[str], since: date, kept: Sequence[KeptPage], until: date | None
) -> Sweep:
    by_address = {page.address: page for page in kept}
    pages: list[KeptPage] = []
    while len(pages) < MOST_PAGES:
        start = sum(page.rows for page in pages)
        address = results_address(site.root, categories, since, start, until)
        page = await _page(site, remit, address, by_address.get(address))
        pages.append(page)
        if len(pages) == 1 and _shows_nothing_new(page, kept):
            return Sweep((page, *kept[1:]), changed=False)
        if page.count > MOST_PAGES * ROWS or page.rows == 0 or start + page.rows >= page.count:
            break
    changed = [(page.address, page.digest) for page in pages] != [(page.address, page.digest) for page in kept]
    return Sweep(tuple(pages), changed, _doubt(pages))


def _shows_nothing_new(first: KeptPage, kept: Sequence[KeptPage]) -> bool:
    """Whether the first page stands for all: the list shows the latest first and counts itself there.

    The days asked for are part of the address, so that the whole list is read again every day.
    """
    return bool(kept) and (first.address, first.digest) == (kept[0].address, kept[0].digest) and _doubt(kept) is None


async def _page(site: SiteAccess, remit: Remit, address: str, kept: KeptPage | None) -> KeptPage:
    answer = await site.client.get(address, validators=kept.validators if kept else None)
    if isinstance(answer, NotModified):
        if kept is None:
            raise UnexpectedPageError("the site says 'not modified' of a page that was never read")
        return replace(kept, validators=answer.validators)
    digest = hashlib.sha256(answer.body).hexdigest()[:32]
    if kept is not None and kept.digest == digest:
        return replace(kept, validators=answer.validators)
    results = await site.reader.results(answer)
    homes = tuple(entry for entry in results.entries if entry.is_of(remit))
    if results.entries and not homes:
        kinds = ", ".join(sorted({entry.kind for entry in results.entries}))
        raise UnexpectedPageError(f"none of {len(results.entries)} results is a {remit.type}, but: {kinds}")
    # Exact duplicates would be read once anyway, and must not make up for entries that are missing.
    others = len(set(results.entries)) - len(set(homes))
    return KeptPage(
        address,
        answer.validators,
        digest,
        results.count,
        results.rows,
        tuple(dict.fromkeys(homes)),
        others=others,
        illegible=results.illegible,
    )


def _doubt(pages: Sequence[KeptPage]) -> str | None:
    counts = {page.count for page in pages}
    if len(counts) > 1:
        return f"the result list changed its length while it was read: {sorted(counts)}; the next poll tries again"
    (count,) = counts
    if count > MOST_PAGES * ROWS:
        return f"the site lists {count} results: it seems to ignore what was asked; see whether its form has changed"
    read = len({entry for page in pages for entry in page.entries}) + sum(page.others for page in pages)
    if read != count:
        illegible = sum(page.illegible for page in pages)
        return (
            f"the result list counts {count} and shows {read}, {illegible} more are illegible: the site may cut its "
            f"lists or repeat rows. Look at the list in a browser; a shorter `look_back` makes it shorter"
        )
    return None


def why_empty(found: Sweep, remit: Remit, since: date, today: date) -> str | None:
    """Why a list of none at all is not believed; None for one with some, or of days without reports."""
    if found.entries or working_days_between(since, today, remit.regulator.pauses) < remit.still_after:
        return None
    return (
        f"the result list shows no {remit.one} with a report since {since}, and says so itself; that has never been. "
        f"Look at the list in a browser"
    )


def why_shrunk(shown: Sequence[SearchEntry], homes: dict[str, date], since: date, many: str) -> str | None:
    """Why a list is not believed that has lost many of the homes it showed before; None if it hasn't."""
    expected = {urn for urn, latest in homes.items() if latest >= since}
    gone = expected - {entry.urn for entry in shown}
    if len(gone) < 5 or len(gone) <= (1 - LEAST_SHARE) * len(expected):
        return None
    return (
        f"{len(gone)} of {len(expected)} {many} with a document since {since} are missing from the result list; "
        f"nothing is concluded from that. Look at the list in a browser"
    )
