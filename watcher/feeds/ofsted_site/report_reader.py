"""Keeps the process that reads report files, and replaces it when a report has been too much for it."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import orjson

from watcher.feeds.ofsted_site import report_worker
from watcher.feeds.ofsted_site.report.values import CouldNotTell

LONGEST = timedelta(seconds=20)
"""Wall-clock time for one report."""
REPORTS_A_PROCESS = 500
"""A process is replaced after so many, whatever it may have gathered."""
LARGEST_ANSWER = 8 * 2**20
"""Bytes; the text of a report is limited to far less."""


class ReportReader:
    """Reads report files in another process, one at a time; a hostile one costs that process and nothing else."""

    def __init__(self, longest: timedelta = LONGEST) -> None:
        self._longest = longest
        self._process: Process | None = None
        self._reports = 0
        self._turn = asyncio.Lock()

    async def read(self, pdf: bytes) -> list[str] | CouldNotTell:
        """The text of each page, or why there is none; never raises for anything in the file."""
        async with self._turn:
            try:
                async with asyncio.timeout(self._longest.total_seconds()):
                    answer = await self._ask(await self._started(), pdf)
            except TimeoutError:
                await self._end()
                return CouldNotTell(f"it could not be read within {self._longest.total_seconds():g} seconds")
            except (asyncio.IncompleteReadError, ConnectionError):
                await self._end()
                return CouldNotTell("the process that read it died of it: too much memory or time")
            except asyncio.CancelledError:
                await self._end()  # half a report may be in the pipe: nobody can go on with this process
                raise
            return _pages(answer)

    async def close(self) -> None:
        """Ends the process, if there is one."""
        async with self._turn:
            await self._end()

    async def _started(self) -> Process:
        if self._process is not None and (self._process.returncode is not None or self._reports >= REPORTS_A_PROCESS):
            await self._end()
        if self._process is None:
            # By path and isolated: importing the watcher's packages would cost the process its smallness.
            command = (sys.executable, "-I", str(Path(report_worker.__file__)))
            self._process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
            self._reports = 0
        self._reports += 1
        return self._process

    async def _ask(self, process: Process, pdf: bytes) -> bytes:
        if process.stdin is None or process.stdout is None:
            raise ConnectionError("the process has no pipes")
        process.stdin.write(report_worker.LENGTH.pack(len(pdf)) + pdf)
        await process.stdin.drain()
        (length,) = report_worker.LENGTH.unpack(await process.stdout.readexactly(report_worker.LENGTH.size))
        if length > LARGEST_ANSWER:
            raise ConnectionError("the answer is larger than any report's")
        return await process.stdout.readexactly(length)

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


def _pages(answer: bytes) -> list[str] | CouldNotTell:
    try:
        said = orjson.loads(answer)
    except orjson.JSONDecodeError:
        return CouldNotTell("the process that read it answered nonsense")
    pages = said.get("pages") if isinstance(said, dict) else None
    if isinstance(pages, list) and all(isinstance(page, str) for page in pages):
        return pages
    return CouldNotTell(str(said.get("why", "no reason given") if isinstance(said, dict) else "no answer"))
