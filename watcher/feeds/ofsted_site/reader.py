"""Has the site's answers read by the worker: nothing that the site sends is parsed in the process of the service."""

from collections.abc import Sequence

from watcher.feeds.ofsted_site.provider import ProviderPage
from watcher.feeds.ofsted_site.report.pages import UnreadableFileError
from watcher.feeds.ofsted_site.report.values import CouldNotTell, Report
from watcher.feeds.ofsted_site.search import Results
from watcher.feeds.ofsted_site.tasks import CATEGORIES, PROVIDER, REPORT, RESULTS
from watcher.feeds.web.failures import Unreachable
from watcher.feeds.web.page import Page
from watcher.feeds.worker.task import P, T, Task
from watcher.feeds.worker.worker import Worker, WorkerInterruptedError


class Reader:
    """Reads what the site answers; raises Unreachable where that failed for a reason of this machine alone."""

    def __init__(self, worker: Worker | None = None) -> None:
        self._worker = worker or Worker()

    async def close(self) -> None:
        """Lets go of the process that reads."""
        await self._worker.close()

    async def categories(self, page: Page, wanted: Sequence[str]) -> tuple[str, ...]:
        """The numbers of the wanted categories; raises UnexpectedPageError as `read_categories` does."""
        return await self._do(page, CATEGORIES, page.charset, wanted)

    async def results(self, page: Page) -> Results:
        """One page of a result list; raises UnexpectedPageError for a page that is none."""
        return await self._do(page, RESULTS, page.charset)

    async def provider(self, page: Page, urn: str) -> ProviderPage:
        """The page of one home; raises UnexpectedPageError if it is another's, or no such page."""
        return await self._do(page, PROVIDER, page.charset, urn)

    async def report(self, file: Page, authority: str | None = None) -> Report | CouldNotTell:
        """A report, or why it is not understood, its file being damaged or too much to read among the reasons.

        `authority`: the name of the one whose it has to be.
        """
        try:
            return await self._do(file, REPORT, authority)
        except UnreadableFileError as error:
            return CouldNotTell(str(error))

    async def _do(self, page: Page, task: Task[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        try:
            return await self._worker.do(task, page.body, *arguments, **named)
        except WorkerInterruptedError as error:
            raise Unreachable(page.url, f"{error}; watcher tries again by itself") from error
