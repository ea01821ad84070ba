"""How documents and files are reached: fetched if they have changed, and read by the worker alone."""

import hashlib
from dataclasses import dataclass

from watcher.feeds.govuk_statistics.cursor import KeptDocument, KeptFile
from watcher.feeds.govuk_statistics.document import UnexpectedDocumentError
from watcher.feeds.govuk_statistics.tasks import DOCUMENT
from watcher.feeds.statistics.file import FileReading
from watcher.feeds.statistics.tasks import FILE, LARGEST_FILE
from watcher.feeds.web.http import NotModified, Page, PoliteClient, Unreachable
from watcher.feeds.worker.worker import Worker, WorkerInterruptedError

LARGEST_DOCUMENT = 5_000_000


@dataclass(frozen=True, slots=True)
class StatisticsAccess:
    """What every request goes through."""

    client: PoliteClient
    worker: Worker

    async def close(self) -> None:
        """Lets go of connections and of the process that reads what was fetched."""
        await self.client.close()
        await self.worker.close()

    async def document(self, address: str, kept: KeptDocument | None) -> KeptDocument:
        """A document as it is now; raises FetchFailed, and UnexpectedDocumentError for what is none."""
        validators = kept.validators if kept else None
        answer = await self.client.get(
            address, validators=validators, accept="application/json", limit=LARGEST_DOCUMENT
        )
        if isinstance(answer, NotModified):
            if kept is None:
                raise UnexpectedDocumentError(f"{address} says 'not modified' without having been asked")
            return KeptDocument(answer.validators, kept.says)
        try:
            return KeptDocument(answer.validators, await self.worker.do(DOCUMENT, answer.body))
        except UnexpectedDocumentError as error:
            raise UnexpectedDocumentError(f"{address} {error}") from error
        except WorkerInterruptedError as error:
            raise _interrupted(address, error) from error

    async def fetched(self, address: str, kept: KeptFile | None) -> Page | NotModified:
        """A file if it is another than the one that is kept."""
        validators = kept.validators if kept else None
        return await self.client.get(address, validators=validators, accept="*/*", limit=LARGEST_FILE)

    async def read(self, page: Page, name: str) -> FileReading:
        """What a file says; raises FileRefusedError for one that is not understood."""
        try:
            return await self.worker.do(FILE, page.body, name)
        except WorkerInterruptedError as error:
            raise _interrupted(page.url, error) from error


def digest_of(page: Page) -> str:
    """Of a file's bytes, as they came."""
    return hashlib.sha256(page.body).hexdigest()


def _interrupted(address: str, error: WorkerInterruptedError) -> Unreachable:
    return Unreachable(address, f"{error}; watcher tries again by itself")
