"""The polite client: conditional, spaced, honest about who asks, and believing nothing that a server sends."""

import asyncio
import re
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Literal, Self

import httpx
from pydantic import SecretStr

from watcher import __version__
from watcher.feeds.exchange import Exchange, OnExchange, unheard
from watcher.feeds.web.again import digest_of
from watcher.feeds.web.body import Body, BodyBrokenError, BodyTooLargeError
from watcher.feeds.web.failures import (
    FetchFailed,
    Malformed,
    NotFound,
    Refused,
    Unreachable,
    failure_of,
    too_slow,
    unreachable,
)
from watcher.feeds.web.page import NotModified, Page, media_type
from watcher.feeds.web.permission import SIZE_LIMIT, Permissions
from watcher.feeds.web.validators import Validators
from watcher.options.addresses import in_url
from watcher.options.way_out import DIRECTLY, WayOut
from watcher.text import printable
from watcher.timing.backoff import http_date, parse_retry_after
from watcher.timing.clock import SystemClock

__all__ = [
    "FetchFailed",
    "Malformed",
    "NotFound",
    "NotModified",
    "Page",
    "PoliteClient",
    "Refused",
    "SecretHeader",
    "Unreachable",
    "Validators",
    "origins",
]

PRODUCT = "watcher"
"""The name in the User-Agent, and the one that a robots.txt may address."""

MOST_REDIRECTS = 5
LONGEST_CRAWL_DELAY = timedelta(minutes=1)


class _Turns:
    """One request at a time to each host, with a pause from the end of one to the beginning of the next."""

    def __init__(self, sleep: Callable[[float], Awaitable[object]], monotonic: Callable[[], float]) -> None:
        self._sleep = sleep
        self._monotonic = monotonic
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._ended: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, host: str, spacing: timedelta) -> AsyncIterator[None]:
        """Waits for this caller's turn, at least `spacing` after the last; hosts never wait for each other."""
        async with self._locks[host]:
            pause = spacing.total_seconds()
            since = self._monotonic() - self._ended.get(host, float("-inf"))
            if since < pause:
                await self._sleep(pause - since)
            try:
                yield
            finally:
                self._ended[host] = self._monotonic()


@dataclass(frozen=True, slots=True)
class SecretHeader:
    """A key that one publisher wants to see: it goes to that origin alone, whatever redirects lead elsewhere."""

    url: str
    """Any address there."""
    name: str
    value: SecretStr
    """Looked at before each request."""

    def for_origin(self, origin: str) -> list[tuple[bytes, bytes]]:
        """The header for a request to an origin; none for any other than its own."""
        value = self.value.get_secret_value() if origin == _configured(self.url) else ""
        return [(self.name.encode("ascii"), value.encode("ascii"))] if value else []


@dataclass(frozen=True, slots=True)
class _Ask:
    """What is wanted, through all redirects."""

    url: str
    accept: str
    limit: int
    validators: Validators
    is_robots: bool = False
    """A robots.txt needs nobody's permission, and what is too long is cut."""


class PoliteClient:
    """Fetches pages of the allowed origins, one at a time per host; `close` it, or use it as a context manager.

    `hosts` are origins such as `https://reports.ofsted.gov.uk` (see `origins`); no link or redirect leads elsewhere.
    `deadline` is for a whole answer with its redirects, without the waits between requests; `limit` counts bytes of a
    decompressed body. TLS is always verified, against the certificates of the system and those of certifi unless
    `verify` brings others. `way_out` alone says which proxy is used; the environment's and `.netrc` are left alone.
    `key` is sent to its own origin.
    Raises ValueError for a contact that cannot stand in a header, a host that is no origin, a context that trusts all.
    """

    def __init__(
        self,
        *,
        contact: str,
        hosts: Collection[str],
        spacing: timedelta,
        now: Callable[[], datetime],
        version: str = __version__,
        deadline: timedelta = timedelta(seconds=60),
        limit: int = 5_000_000,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        monotonic: Callable[[], float] = SystemClock().monotonic,
        verify: ssl.SSLContext | Literal[True] = True,
        way_out: WayOut = DIRECTLY,
        key: SecretHeader | None = None,
        on_exchange: OnExchange = unheard,
    ) -> None:
        self._key = key
        self._on_exchange = on_exchange
        self._origins = frozenset(_configured(host) for host in hosts)
        self._spacing = spacing
        self._deadline = deadline.total_seconds()
        self._limit = limit
        self._now = now
        self._turns = _Turns(sleep, monotonic)
        self._permissions = Permissions(PRODUCT, self._robots, now)
        trusted = _verifying(verify)
        self._client = httpx.AsyncClient(
            headers={"User-Agent": _user_agent(contact, version), "Accept-Encoding": "gzip"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            verify=trusted,
            mounts=_mounts(self._origins, way_out, trusted),
            timeout=self._deadline,
            trust_env=False,
            follow_redirects=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Lets go of all connections."""
        await self._client.aclose()

    async def get(
        self, url: str, *, validators: Validators | None = None, accept: str = "text/html", limit: int | None = None
    ) -> Page | NotModified:
        """The page, or that it is still the one that gave `validators`; everything else is raised as FetchFailed."""
        return await self._follow(
            _Ask(url, accept, self._limit if limit is None else limit, validators or Validators())
        )

    async def _robots(self, url: str) -> Page:
        answer = await self._follow(_Ask(url, "text/plain", SIZE_LIMIT, Validators(), is_robots=True))
        assert isinstance(answer, Page)  # noqa: S101 - without validators there is nothing to be unmodified
        return answer

    async def _follow(self, ask: _Ask) -> Page | NotModified:
        visited = [self._allowed(ask, _parsed(ask.url))]
        left = self._deadline
        while True:
            pause = await self._pause_before(ask, visited[-1])
            async with self._turns.turn(in_url(visited[-1].host), pause):
                began = asyncio.get_running_loop().time()
                answer = await self._exchange(ask, visited, left, pause)
                left -= asyncio.get_running_loop().time() - began
            if not isinstance(answer, httpx.URL):
                return answer
            visited.append(answer)

    async def _pause_before(self, ask: _Ask, address: httpx.URL) -> timedelta:
        """How long after the host's last request; raises Refused if its robots.txt does not want this one."""
        if ask.is_robots:
            return self._spacing
        robots = await self._permissions.of(_origin(address))
        if not robots.allows(address.raw_path.decode("ascii")):
            raise Refused(ask.url, "is closed to programs by the site's robots.txt; ask the publisher for another way")
        return max(self._spacing, min(robots.crawl_delay or timedelta(), LONGEST_CRAWL_DELAY))

    async def _exchange(
        self, ask: _Ask, visited: list[httpx.URL], seconds: float, pause: timedelta
    ) -> Page | NotModified | httpx.URL:
        """One request and its answer: the page, or where to go on."""
        try:
            async with asyncio.timeout(seconds):
                return await self._request(ask, visited, pause)
        except TimeoutError as error:
            raise too_slow(ask.url, self._deadline) from error
        except httpx.RemoteProtocolError as error:
            # What else the library says of such an answer quotes from it, and stays out of the message.
            if "disconnected" in str(error):
                raise unreachable(ask.url, str(error)) from error
            raise Malformed(ask.url, "answers in broken HTTP; see whether it opens in a browser") from error
        # A TLS record that is broken in the middle of an answer comes through as it is, an OSError.
        except (httpx.HTTPError, OSError) as error:
            raise unreachable(ask.url, str(error) or type(error).__name__) from error

    async def _request(self, ask: _Ask, visited: list[httpx.URL], pause: timedelta) -> Page | NotModified | httpx.URL:
        conditions = ask.validators.headers_for(str(visited[-1]), asked=str(visited[0]))
        key = self._key.for_origin(_origin(visited[-1])) if self._key is not None and not ask.is_robots else []
        request = self._client.build_request(
            "GET", visited[-1], headers=[(b"Accept", ask.accept.encode("ascii")), *conditions, *key]
        )
        async with aclosing(await self._client.send(request, stream=True)) as response:
            if response.status_code not in (200, 304):
                self._hear(ask, request, pause, response.status_code)
            if response.next_request is not None:
                return self._next_hop(ask, visited, response.next_request.url, response.status_code)
            if response.status_code == 304 and conditions:
                async for (
                    _
                ) in response.aiter_raw():  # it has no body; only an answer read to its end keeps the connection
                    raise Malformed(ask.url, "sends a body with 'not modified'", 304)
                unchanged = NotModified(ask.url, ask.validators.updated(_validators(response)))
                self._hear(ask, request, pause, 304, unchanged.validators)
                return unchanged
            if response.status_code != 200:
                retry_after = parse_retry_after(response.headers.get("retry-after"), self._now())
                raise failure_of(ask.url, response.status_code, retry_after)
            page = await _page(ask, response)
            self._hear(ask, request, pause, 200, page.validators, digest_of(page.body))
            return page

    def _hear(
        self,
        ask: _Ask,
        request: httpx.Request,
        pause: timedelta,
        status: int,
        validators: Validators | None = None,
        digest: str = "",
    ) -> None:
        """Says what was asked and what came; with the validators that are sent the next time, where any were."""
        names = (b"user-agent", b"accept-encoding", b"accept")
        headers = [pair for pair in request.headers.raw if pair[0].lower() in names]
        if validators is not None and ask.validators != Validators():
            headers += validators.headers_for(str(request.url), asked=str(request.url))
        said = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)
        self._on_exchange(Exchange(str(request.url), said, status, digest, pause.total_seconds()))

    def _next_hop(self, ask: _Ask, visited: list[httpx.URL], location: httpx.URL, status: int) -> httpx.URL:
        target = location.copy_with(fragment=None)
        if target in visited:
            raise Malformed(
                ask.url, "redirects in a circle; open it in a browser to see whether it still works", status
            )
        if len(visited) > MOST_REDIRECTS:
            raise Malformed(ask.url, f"redirects more than {MOST_REDIRECTS} times; report it to the publisher", status)
        if visited[-1].scheme == "https" and target.scheme != "https":
            raise Malformed(ask.url, "redirects from https to an unprotected address, which is never followed", status)
        return self._allowed(ask, target, status)

    def _allowed(self, ask: _Ask, address: httpx.URL, status: int | None = None) -> httpx.URL:
        if address.userinfo:
            raise Malformed(ask.url, "leads to an address with a user name in it, which is never followed", status)
        if _origin(address) not in self._origins:
            what = f"leads to {printable(_origin(address))}, where this feed may not go"
            raise Malformed(ask.url, f"{what}; if that belongs to the publisher, add it to the feed's `hosts`", status)
        return address


async def _page(ask: _Ask, response: httpx.Response) -> Page:
    content_type, charset = media_type(response.headers.get("content-type", ""))
    return Page(
        url=ask.url,
        final_url=str(response.url),
        body=await _body(ask, response),
        content_type=content_type,
        charset=charset,
        sent=http_date(response.headers.get("date", "")),
        validators=_validators(response),
    )


async def _body(ask: _Ask, response: httpx.Response) -> bytes:
    announced = response.headers.get("content-length", "")
    encodings = [coding.lower() for coding in response.headers.get_list("content-encoding", split_commas=True)]
    try:
        body = Body(encodings, ask.limit)
    except BodyBrokenError as error:
        raise Malformed(ask.url, f"{error}; report it to the publisher", 200) from error
    try:
        if announced.isdecimal() and int(announced) > ask.limit and not ask.is_robots:
            raise BodyTooLargeError
        async for piece in response.aiter_raw():
            body.feed(piece)
        return body.finish()
    except BodyTooLargeError as error:
        if ask.is_robots:
            return body.so_far()
        what = f"is larger than {ask.limit:,} bytes; nothing of it was used"
        raise Malformed(ask.url, f"{what}; open it in a browser to see what it has become", 200) from error
    except BodyBrokenError as error:
        raise Malformed(ask.url, f"{error}; nothing of it was used, it is asked for again", 200) from error
    except httpx.RemoteProtocolError as error:
        raise Malformed(ask.url, "was cut off; nothing of it was used, it is asked for again", 200) from error


def _validators(response: httpx.Response) -> Validators:
    """Taken from the raw header lines, as httpx would guess at their encoding."""
    received = {name.lower(): value.decode("latin-1") for name, value in response.headers.raw}
    return Validators(received.get(b"etag"), received.get(b"last-modified"), str(response.url))


def origins(url: str, hosts: Collection[str]) -> tuple[str, ...]:
    """Where a feed may go: the origin of its `url`, and its `hosts` (`host` or `host:port`) by the same scheme."""
    scheme = httpx.URL(url).scheme
    return tuple(
        dict.fromkeys(_configured(host if "://" in host else f"{scheme}://{in_url(host)}") for host in (url, *hosts))
    )


def _configured(text: str) -> str:
    try:
        address = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise ValueError(f"{printable(text)} is no host: {printable(str(error))}") from error
    if address.scheme not in ("http", "https") or not address.host or address.userinfo:
        raise ValueError(f"{printable(text)} is no origin: write one such as https://reports.ofsted.gov.uk")
    return _origin(address)


def _parsed(url: str) -> httpx.URL:
    try:
        return httpx.URL(url).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        raise Malformed(url, "is no address that can be fetched; report the page that links to it") from error


def _origin(address: httpx.URL) -> str:
    port = "" if address.port is None else f":{address.port}"
    return f"{address.scheme}://{in_url(address.raw_host.decode('ascii'))}{port}"


def _user_agent(contact: str, version: str) -> str:
    if not re.fullmatch(r"[\x20-\x7e]*", contact):
        raise ValueError("the contact goes into a header: write it in plain ASCII on one line")
    comment = re.sub(r"([()\\])", r"\\\1", contact)
    return f"{PRODUCT}/{version} (+{comment})" if contact else f"{PRODUCT}/{version}"


def _mounts(origins: Collection[str], way_out: WayOut, trusted: ssl.SSLContext) -> dict[str, httpx.AsyncHTTPTransport]:
    """How each origin is reached that is not called directly."""
    ways = ((origin, way_out.to(origin)) for origin in origins)
    return {
        origin: httpx.AsyncHTTPTransport(verify=trusted, trust_env=False, proxy=httpx.Proxy(proxy))
        for origin, proxy in ways
        if proxy is not None
    }


def _verifying(verify: ssl.SSLContext | Literal[True]) -> ssl.SSLContext:
    if verify is True:
        context = httpx.create_ssl_context(trust_env=False)
        # An organisation's own authority is in the system's store; a slim container has no such store but certifi's.
        context.load_default_certs()
        return context
    if verify.verify_mode is not ssl.CERT_REQUIRED or not verify.check_hostname:
        raise ValueError("a TLS context for feeds must verify certificates and host names")
    return verify
