"""What the worker is asked for by this feed, beside the reading of an official file."""

from watcher.feeds.govuk_statistics.document import ContentDocument, UnexpectedDocumentError, read_document
from watcher.feeds.worker.task import MEGABYTE, Limits, Task


def document(content: bytes) -> ContentDocument:
    """See `read_document`."""
    return read_document(content)


DOCUMENT = Task(document, UnexpectedDocumentError, Limits(seconds=20, memory=512 * MEGABYTE, answer=4 * MEGABYTE))
