"""What the worker is asked for by this feed: a table and a page with links, from their bytes to values."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from watcher.feeds.register.newest_link import NoSuchLinkError, newest_link
from watcher.feeds.register.table import ReadTable, read_table
from watcher.feeds.register.wanted import SoughtTable
from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.web.body import decode
from watcher.feeds.worker.task import MEGABYTE, Limits, Task


def table(
    content: bytes, name: str, wanted: Mapping[str, Any], before: str, today: str, idle: Collection[str]
) -> ReadTable:
    """See `read_table`."""
    return read_table(name, content, SoughtTable(**wanted), before, date.fromisoformat(today), frozenset(idle))


def link(page: bytes, charset: str | None, base: str, pattern: str, today: str) -> str:
    """See `newest_link`."""
    return newest_link(decode(page, charset), base, pattern, date.fromisoformat(today))


# 320,000 rows of a national workbook take about a minute; the first reading hands all rows on.
TABLE = Task(table, FileRefusedError, Limits(seconds=240, memory=1024 * MEGABYTE, answer=128 * MEGABYTE))
LINK = Task(link, NoSuchLinkError, Limits(seconds=20, memory=512 * MEGABYTE, answer=MEGABYTE))
