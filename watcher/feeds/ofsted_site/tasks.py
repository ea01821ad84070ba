"""What the worker is asked for by this feed: each page and each report from its bytes to values, in one piece."""

from collections.abc import Sequence

from watcher.feeds.ofsted_site.markup import UnexpectedPageError
from watcher.feeds.ofsted_site.provider import ProviderPage, read_provider
from watcher.feeds.ofsted_site.report.pages import UnreadableFileError, read_pages
from watcher.feeds.ofsted_site.report.report import read_report
from watcher.feeds.ofsted_site.report.values import CouldNotTell, Report
from watcher.feeds.ofsted_site.search import ROWS, Results, read_categories, read_results
from watcher.feeds.web.body import decode
from watcher.feeds.worker.task import MEGABYTE, Limits, Task

MOST_LINES = 500
"""Of a time line: more than any home has, and few enough to be compared with each other."""
MOST_ROWS = 10 * ROWS
"""Of one page of a result list."""

_OF_A_PAGE = Limits(seconds=20, memory=512 * MEGABYTE, answer=4 * MEGABYTE)
_OF_A_REPORT = Limits(seconds=30, memory=512 * MEGABYTE, answer=4 * MEGABYTE)


def categories(page: bytes, charset: str | None, wanted: Sequence[str]) -> tuple[str, ...]:
    """See `read_categories`."""
    return read_categories(decode(page, charset), wanted)


def results(page: bytes, charset: str | None) -> Results:
    """See `read_results`."""
    read = read_results(decode(page, charset))
    if read.rows > MOST_ROWS:
        raise UnexpectedPageError(f"one page of the result list shows {read.rows} results, where {ROWS} were asked for")
    return read


def provider(page: bytes, charset: str | None, urn: str) -> ProviderPage:
    """See `read_provider`."""
    read = read_provider(decode(page, charset), urn)
    lines = len(read.documents) + len(read.not_understood)
    if lines > MOST_LINES:
        raise UnexpectedPageError(f"its time line has {lines} lines, more than any home's ({MOST_LINES} at most)")
    return read


def report(pdf: bytes, authority: str | None = None) -> Report | CouldNotTell:
    """See `read_pages` and `read_report`."""
    return read_report(read_pages(pdf), authority)


CATEGORIES = Task(categories, UnexpectedPageError, _OF_A_PAGE)
RESULTS = Task(results, UnexpectedPageError, _OF_A_PAGE)
PROVIDER = Task(provider, UnexpectedPageError, _OF_A_PAGE)
REPORT = Task(report, UnreadableFileError, _OF_A_REPORT)
