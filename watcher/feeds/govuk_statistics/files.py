"""The files of one release: those that are new or were replaced are read, and what is told of those that are not."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urljoin

from watcher.feeds.feed import Knowledge, Problem, Trouble
from watcher.feeds.govuk_statistics.access import StatisticsAccess, digest_of
from watcher.feeds.govuk_statistics.choice import is_another_table
from watcher.feeds.govuk_statistics.cursor import KeptFile, StatisticsProgress
from watcher.feeds.govuk_statistics.document import AttachedFile
from watcher.feeds.govuk_statistics.plausible import ImplausibleFileError, is_imported, why_cut, why_in_future
from watcher.feeds.statistics.file import FileReading
from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.web.http import Malformed, NotModified, Page
from watcher.text import printable


@dataclass(slots=True)
class FilesRead:
    """What the files of a release came to."""

    readings: list[FileReading] = field(default_factory=list)
    """Of those that had not been read before."""
    understood: int = 0
    """How many are understood, now or before."""
    refusals: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class FileReader:
    """Reads the files of releases, as far as they are not known."""

    def __init__(
        self, access: StatisticsAccess, progress: StatisticsProgress, knowledge: Knowledge, today: date
    ) -> None:
        self._access = access
        self._knowledge = knowledge
        self._progress = progress
        self._before = tuple(progress.files.values())
        self._today = today

    async def read(self, document: str, files: Sequence[AttachedFile]) -> FilesRead:
        """Those of a document, by its address; raises FetchFailed where the publisher is in trouble."""
        came = FilesRead()
        for file in files:
            address = urljoin(document, file.url)
            try:
                kept = await self._file(address, file, came)
            except Malformed as error:
                self._refuse(came, address, file, str(error))
                continue
            former = self._progress.files.get(address)
            if kept.is_understood or former is None or not former.is_understood:
                self._progress.keep_file(address, kept)
            if not kept.is_understood:
                self._refuse(came, address, file, kept.problem)
                continue
            came.understood += 1
            if kept.problem:
                came.problems.append(Problem(where=address, what=kept.problem, trouble=Trouble.FILE))
        return came

    def _refuse(self, came: FilesRead, address: str, file: AttachedFile, why: str) -> None:
        came.refusals.append(why)
        if not is_another_table(file):
            what = f"{printable(file.title, 150)}: {why}"
            came.problems.append(Problem(where=address, what=what, trouble=Trouble.FILE))

    async def _file(self, address: str, file: AttachedFile, came: FilesRead) -> KeptFile:
        """A file as it is to be kept; what is new of it is added to what came."""
        kept = self._progress.files.get(address)
        kept = kept if kept is not None and kept.is_settled(self._today) else None
        answer = await self._access.fetched(address, kept)
        if isinstance(answer, NotModified):
            if kept is None:
                raise Malformed(address, "says 'not modified' without having been asked")
            return replace(kept, validators=answer.validators)
        digest = digest_of(answer)
        same = self._progress.same_as(file.name, digest, self._today)
        if same is not None:
            return replace(same, validators=answer.validators)
        return await self._new(answer, file, digest, came)

    async def _new(self, page: Page, file: AttachedFile, digest: str, came: FilesRead) -> KeptFile:
        kept = KeptFile(name=file.name, digest=digest, validators=page.validators, is_understood=False)
        try:
            reading = await self._access.read(page, file.name)
        except FileRefusedError as refusal:
            return replace(kept, problem=str(refusal))
        if why := why_in_future(reading, self._today):
            return replace(kept, problem=why, not_before=reading.as_of)
        if (why := why_cut(reading, self._before)) and not await self._is_believed(reading):
            raise ImplausibleFileError(why)
        came.readings.append(reading)
        return replace(kept, is_understood=True, kind=reading.kind.value, rows=reading.rows, problem=_of_rows(reading))

    async def _is_believed(self, reading: FileReading) -> bool:
        """Whether somebody has imported it; not where a file of its name was taken in by the feed itself."""
        taken = {file.name.removesuffix(".gz") for file in self._before if file.is_understood}
        return reading.name not in taken and await is_imported(reading, self._knowledge)


def _of_rows(reading: FileReading) -> str:
    """What is told of rows that could not be understood; empty where all were."""
    if not reading.refused:
        return ""
    first = reading.refused[0]
    return (
        f"{len(reading.refused):,} of {reading.rows:,} rows of {reading.name} were not understood and left out, the "
        f"first of them row {first.row}: {first.reason}; `watcher import` lists all of them"
    )
