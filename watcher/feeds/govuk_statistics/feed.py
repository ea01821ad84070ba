"""Official statistics on gov.uk: a new release's files fill gaps of the history and name closures, months later."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from urllib.parse import urljoin

from watcher.errors import CouldNotTellError
from watcher.facts.regulators import OFSTED
from watcher.feeds.feed import Cursor, Knowledge, Outcome, Problem, Reading, Release, Trouble
from watcher.feeds.govuk_statistics.access import StatisticsAccess
from watcher.feeds.govuk_statistics.choice import newest_first
from watcher.feeds.govuk_statistics.cursor import KeptDocument, StatisticsProgress, dump, load
from watcher.feeds.govuk_statistics.document import UnexpectedDocumentError
from watcher.feeds.govuk_statistics.files import FileReader, FilesRead
from watcher.feeds.govuk_statistics.plausible import ImplausibleFileError, why_shrunk
from watcher.feeds.govuk_statistics.unheard import split
from watcher.feeds.web.http import FetchFailed, NotFound, PoliteClient, Refused, Unreachable, origins
from watcher.feeds.worker.worker import Worker
from watcher.messages.numbers import counted
from watcher.options.way_out import DIRECTLY, WayOut
from watcher.timing.clock import Clock

DEADLINE = timedelta(minutes=3)
"""For a whole answer: a workbook has some megabytes."""


class GovukStatistics:
    """Polls a document of the Content API politely; what is unchanged costs a conditional request each."""

    def __init__(
        self,
        name: str,
        *,
        url: str,
        hosts: Sequence[str],
        contact: str,
        spacing: timedelta,
        clock: Clock,
        way_out: WayOut = DIRECTLY,
        client: PoliteClient | None = None,
        worker: Worker | None = None,
    ) -> None:
        self._name = name
        self._url = url
        client = client or PoliteClient(
            contact=contact,
            hosts=origins(url, hosts),
            spacing=spacing,
            now=clock.now,
            deadline=DEADLINE,
            monotonic=clock.monotonic,
            way_out=way_out,
        )
        self._access = StatisticsAccess(client, worker or Worker())

    @property
    def name(self) -> str:
        """Its name in the configuration."""
        return self._name

    async def close(self) -> None:
        """Lets go of connections and of the process that reads what was fetched."""
        await self._access.close()

    async def read(self, cursor: Cursor, knowledge: Knowledge, now: datetime) -> Reading:
        """One poll; a reading that is not good keeps the cursor, so that nothing of a release is lost."""
        before = load(cursor)
        progress = StatisticsProgress(files=dict(before.files))
        today = now.astimezone(OFSTED.time_zone).date()
        reader = FileReader(self._access, progress, knowledge, today)
        problems: list[Problem] = []
        refusals: list[str] = []
        try:
            async for address, kept in self._releases(before, progress):
                came = await reader.read(address, kept.says.files)
                problems += came.problems
                refusals += came.refusals
                if came.understood:
                    return await self._reading(address, kept, came, problems, progress, knowledge)
        except (FetchFailed, UnexpectedDocumentError, ImplausibleFileError) as error:
            return _failed(error, cursor)
        return _failed(UnexpectedDocumentError(self._why_nothing(refusals)), cursor)

    async def check(self) -> Sequence[Problem]:
        """Fetches the document, and the first release that it leads to; what is wrong with them, or nothing."""
        nothing = StatisticsProgress()
        try:
            async for _ in self._releases(nothing, StatisticsProgress()):
                return ()
        except (FetchFailed, UnexpectedDocumentError) as error:
            return (Problem(where=self._url, what=str(error), trouble=Trouble.FILE),)
        return (Problem(where=self._url, what=self._why_nothing(()), trouble=Trouble.FILE),)

    async def _releases(
        self, before: StatisticsProgress, progress: StatisticsProgress
    ) -> AsyncIterator[tuple[str, KeptDocument]]:
        """The documents with files, by address: the configured one, or the newest of those that it leads to."""
        root = await self._access.document(self._url, before.documents.get(self._url))
        progress.documents[self._url] = root
        if root.says.why_not:
            raise UnexpectedDocumentError(f"{self._url} {root.says.why_not}")
        if root.says.files:
            yield self._url, root
            return
        for linked in newest_first(root.says.linked):
            address = urljoin(self._url, linked.path)
            try:
                kept = await self._access.document(address, before.documents.get(address))
            except NotFound:
                continue
            progress.documents[address] = kept
            if kept.says.files and not kept.says.why_not:
                yield address, kept

    async def _reading(
        self,
        address: str,
        kept: KeptDocument,
        came: FilesRead,
        problems: Sequence[Problem],
        progress: StatisticsProgress,
        knowledge: Knowledge,
    ) -> Reading:
        title, cursor = kept.says.title, dump(progress)
        if not came.readings:
            detail = f"nothing new: {title}, of {kept.says.updated or 'no day that it tells'}"
            return Reading(outcome=Outcome.UNCHANGED, detail=detail, cursor=cursor, problems=tuple(problems))
        newest = await asyncio.to_thread(knowledge.newest_list, OFSTED.key)
        if len(came.readings) == came.understood and (why := why_shrunk(came.readings, newest)):
            raise ImplausibleFileError(why)
        homes = tuple(dict.fromkeys(home for reading in came.readings for home in reading.homes))
        statements = [inspection for reading in came.readings for inspection in reading.inspections]
        missed, others = await split(homes, statements, knowledge)
        digests = ",".join(sorted(reading.digest for reading in came.readings))
        release = Release(
            title=title,
            link=urljoin(address, kept.says.page),
            key=hashlib.sha256(digests.encode()).hexdigest()[:16],
            homes=homes,
            inspections=others,
        )
        read = f"{counted(len(came.readings), 'file')}, {counted(len(statements), 'inspection')} in them"
        return Reading(
            outcome=Outcome.CHANGED,
            detail=f"{title}: {read}; {len(missed)} missed so far",
            inspections=missed,
            release=release,
            problems=tuple(problems),
            cursor=cursor,
        )

    def _why_nothing(self, refusals: Sequence[str]) -> str:
        if refusals:
            return f"none of the files to which {self._url} leads is understood: {refusals[0]}"
        return (
            f"{self._url} leads to no workbook and no CSV file: it must be the document of a statistics release or of "
            "a collection of them, such as https://www.gov.uk/api/content/government/statistics/..."
        )


def _failed(error: CouldNotTellError | FetchFailed, cursor: Cursor) -> Reading:
    """A reading of which nothing is believed."""
    outcome = Outcome.MALFORMED
    if isinstance(error, Refused):
        outcome = Outcome.REFUSED
    elif isinstance(error, Unreachable):
        outcome = Outcome.UNREACHABLE
    elif isinstance(error, ImplausibleFileError):
        outcome = Outcome.IMPLAUSIBLE
    retry_after = error.retry_after if isinstance(error, Refused) else None
    return Reading(outcome=outcome, detail=str(error), cursor=cursor, retry_after=retry_after)
