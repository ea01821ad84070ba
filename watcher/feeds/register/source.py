"""Where a register is had from: an address, the newest link of a page, or a file on this machine."""

import asyncio
import re
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG
from urllib.parse import unquote, urlsplit

from watcher.feeds.register.cursor import RegisterProgress
from watcher.feeds.register.newest_link import NoSuchLinkError
from watcher.feeds.register.options import RegisterOptions
from watcher.feeds.register.tasks import LINK
from watcher.feeds.web.http import Malformed, NotModified, PoliteClient, Unreachable, origins
from watcher.feeds.web.validators import Validators
from watcher.feeds.worker.worker import Worker, WorkerInterruptedError
from watcher.options.way_out import WayOut
from watcher.text import inert
from watcher.timing.clock import Clock

LARGEST = 128_000_000
"""Bytes; the largest register known has 26 million."""
DEADLINE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table that was fetched."""

    name: str
    content: bytes
    digest: str
    validators: Validators
    page: Validators
    link: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """That it is still the one that was read."""

    validators: Validators
    page: Validators
    link: str


class RegisterSource:
    """Fetches a register; raises FetchFailed."""

    def __init__(self, options: RegisterOptions, contact: str, clock: Clock, way_out: WayOut, worker: Worker) -> None:
        self._options = options
        self._worker = worker
        self._clock = clock
        self._client: PoliteClient | None = None
        if not options.is_file:
            self._client = PoliteClient(
                contact=contact,
                hosts=origins(options.url, options.hosts),
                spacing=options.spacing,
                now=clock.now,
                monotonic=clock.monotonic,
                way_out=way_out,
                deadline=DEADLINE,
                limit=LARGEST,
            )

    async def close(self) -> None:
        """Lets go of connections."""
        if self._client is not None:
            await self._client.close()

    async def fetch(self, before: RegisterProgress) -> FoundTable | Unchanged:
        """The table, or that it has not changed since `before`."""
        found = await (self._from_the_web(before) if self._client is not None else self._from_disk(before))
        if isinstance(found, FoundTable) and found.digest == before.digest:
            return Unchanged(found.validators, found.page, found.link)
        return found

    async def _from_the_web(self, before: RegisterProgress) -> FoundTable | Unchanged:
        assert self._client is not None  # noqa: S101 - only then it is asked
        link, page = "", Validators()
        if self._options.link:
            link, page = await self._newest(self._client, before)
        address = link or self._options.url
        known = before.validators if link == before.link else Validators()
        answer = await self._client.get(address, validators=known, accept="*/*")
        if isinstance(answer, NotModified):
            return Unchanged(answer.validators, page, link)
        name = _named(answer.final_url)
        digest = await asyncio.to_thread(_digest, answer.body)
        return FoundTable(name, answer.body, digest, answer.validators, page, link)

    async def _newest(self, client: PoliteClient, before: RegisterProgress) -> tuple[str, Validators]:
        url = self._options.url
        answer = await client.get(url, validators=before.page if before.link else None)
        if isinstance(answer, NotModified):
            return before.link, answer.validators
        try:
            base, pattern, today = answer.final_url, self._options.link, self._clock.now().date().isoformat()
            link = await self._worker.do(LINK, answer.body, answer.charset, base, pattern, today)
            return link, answer.validators
        except NoSuchLinkError as error:
            raise Malformed(url, str(error)) from error
        except WorkerInterruptedError as error:
            raise Unreachable(url, f"{error}; watcher tries again by itself") from error

    async def _from_disk(self, before: RegisterProgress) -> FoundTable | Unchanged:
        path = self._options.path
        try:
            return await asyncio.to_thread(_read, path, before.validators)
        except OSError as error:
            what = f"could not be read ({error.strerror or type(error).__name__}); watcher tries again by itself"
            raise Unreachable(self._options.url, what) from error
        except ValueError as error:
            raise Malformed(self._options.url, str(error)) from error


def _read(path: Path, known: Validators) -> FoundTable | Unchanged:
    """A file, or that it is the same by its time and size; raises OSError, and ValueError for what is no such file."""
    state = path.stat()
    if not S_ISREG(state.st_mode):
        raise ValueError("is no file")
    if state.st_size > LARGEST:
        raise ValueError(f"has more than {LARGEST:,} bytes; nothing of it was used")
    validators = Validators(etag=f"{state.st_mtime_ns}-{state.st_size}")
    if validators == known:
        return Unchanged(known, Validators(), "")
    content = path.read_bytes()
    return FoundTable(inert(path.name, 100), content, _digest(content), validators, Validators(), "")


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def _named(url: str) -> str:
    """What a file is called by its address."""
    return inert(re.split(r"[/\\]", unquote(urlsplit(url).path).rstrip("/"))[-1], 100) or inert(url, 100)
