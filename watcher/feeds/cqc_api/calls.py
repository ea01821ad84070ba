"""The calls of the API: what each answers, as values, read by the worker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from watcher.feeds.cqc_api.answers import ListPage, Location, Provider, UnexpectedAnswerError
from watcher.feeds.cqc_api.tasks import LISTED, LOCATION, PROVIDER
from watcher.feeds.web.failures import FetchFailed, Malformed, Refused, Unreachable
from watcher.feeds.web.http import PoliteClient
from watcher.feeds.web.page import NotModified, Page
from watcher.feeds.worker.task import P, T, Task
from watcher.feeds.worker.worker import Worker, WorkerInterruptedError

KEY_HEADER = "Ocp-Apim-Subscription-Key"
PER_PAGE = 1000
MOST_PAGES = 500
LARGEST = 5_000_000
_TIME = "%Y-%m-%dT%H:%M:%SZ"

Query = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class WholeList:
    """All pages of a list."""

    ids: tuple[str, ...]
    """In the order listed, each once."""
    total: int | None
    """How many there are, as the pages say."""
    sent: datetime | None = None
    """When the first of its pages was sent, by the API's own clock; None where none says it."""

    @property
    def lacks(self) -> int:
        """How many of those that it claims to have are missing."""
        return max((self.total or 0) - len(self.ids), 0)


class Api:
    """The API below one address.

    Every method raises FetchFailed for what was not fetched, UnexpectedAnswerError for what is not understood.
    """

    def __init__(self, root: str, client: PoliteClient, worker: Worker) -> None:
        self.root, self._client, self._worker = root.rstrip("/"), client, worker

    async def close(self) -> None:
        """Lets go of connections and of the process that reads what was fetched."""
        await self._client.close()
        await self._worker.close()

    async def locations(self, filters: Query) -> WholeList:
        """The ids of all locations that fit the filters."""
        return await self._whole("/locations", "locations", filters)

    async def first_locations(self, filters: Query) -> ListPage:
        """A few of them, to see whether it answers."""
        query = urlencode([("page", "1"), ("perPage", "5"), *filters])
        page = await self._get(f"{self.root}/locations?{query}")
        return await self._read(page, LISTED, page.charset, "locations")

    async def changed(self, start: datetime, end: datetime) -> WholeList:
        """The ids of the locations that changed from `start` to before `end`."""
        times = {"startTimestamp": start, "endTimestamp": end}
        query = [(name, at.astimezone(UTC).strftime(_TIME)) for name, at in times.items()]
        return await self._whole("/changes/location", "changes", query)

    async def location(self, number: str) -> Location:
        """One location; an id that the API does not take in small letters is asked for in capitals."""
        try:
            page = await self._get(f"{self.root}/locations/{number}")
        except Malformed as error:
            if error.status != 400 or number == number.upper():
                raise
            page = await self._get(f"{self.root}/locations/{number.upper()}")
        return await self._read(page, LOCATION, page.charset, number)

    async def provider(self, number: str) -> Provider:
        """One provider."""
        page = await self._get(f"{self.root}/providers/{number}")
        return await self._read(page, PROVIDER, page.charset, number)

    async def _whole(self, path: str, key: str, query: Query) -> WholeList:
        address = f"{self.root}{path}?{urlencode([('page', '1'), ('perPage', str(PER_PAGE)), *query])}"
        asked: list[str] = []
        ids: dict[str, None] = {}
        total: int | None = None
        sent: list[datetime] = []
        while True:
            asked.append(address)
            answer = await self._get(address)
            page = await self._read(answer, LISTED, answer.charset, key)
            sent += [answer.sent] if answer.sent is not None else []
            ids.update(dict.fromkeys(page.ids))
            total = page.total if page.total is not None else total
            if page.next is None:
                return WholeList(tuple(ids), total, min(sent, default=None))
            address = self._following(page.next, path)
            if address in asked or len(asked) == MOST_PAGES:
                raise UnexpectedAnswerError(
                    f"{self.root}{path} goes on and on: its pages lead to each other in a circle"
                )

    def _following(self, link: str, path: str) -> str:
        """The address of a further page of the same list; nothing else is followed."""
        address = link if link.startswith(f"{self.root}/") else f"{self.root}{link}"
        if urlsplit(address).path != urlsplit(f"{self.root}{path}").path or not link.startswith(("/", self.root)):
            raise UnexpectedAnswerError(f"{self.root}{path} names a next page that is none of its own")
        return address

    async def _read(self, page: Page, task: Task[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        try:
            return await self._worker.do(task, page.body, *arguments, **named)
        except UnexpectedAnswerError as error:
            raise UnexpectedAnswerError(f"{page.url} {error}") from error
        except WorkerInterruptedError as error:
            raise Unreachable(page.url, f"{error}; watcher tries again by itself") from error

    async def _get(self, url: str) -> Page:
        try:
            answer = await self._client.get(url, accept="application/json", limit=LARGEST)
        except Refused as error:
            raise _said_of_key(error) from error
        if isinstance(answer, NotModified):
            raise Malformed(url, "says 'not modified' without having been asked")
        return answer


def _said_of_key(error: Refused) -> FetchFailed:
    """A refusal that may be the key's fault, in words that say so."""
    if error.status == 401:
        what = (
            "does not take the key (401): see that the feed's key_file, or CQC_API_KEY in the environment, holds a key "
            "of an active subscription, from api-portal.service.cqc.org.uk"
        )
        return Refused(error.url, what, 401, error.retry_after)
    if error.status == 403:
        what = (
            "refused the request (403); watcher tries again by itself, later; if it lasts, see whether the key is "
            "still active, raise the feed's `spacing`, and ask the CQC whether it turns this network away"
        )
        return Refused(error.url, what, 403, error.retry_after)
    return error


def filters_of(local_authority: Sequence[str], directorate: Sequence[str], *, care_home: bool) -> Query:
    """The filters as the API takes them."""
    named: Mapping[str, Sequence[str]] = {
        "localAuthority": local_authority,
        "inspectionDirectorate": directorate,
        "careHome": ("Y",) if care_home else (),
    }
    return [(name, value) for name, values in named.items() for value in values]
