"""The polite client against a server that breaks every rule."""

import asyncio
import gc
import gzip
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pydantic import SecretStr

from tests.clock import ManualClock
from tests.standins.http_server import (
    TLS,
    Answer,
    End,
    HttpServer,
    Request,
    answer,
    by_path,
    in_turn,
    tls_server,
    tls_trusting,
)
from tests.standins.ipv6 import needs_ipv6
from tests.standins.proxy import proxying
from watcher.feeds.web.http import (
    FetchFailed,
    Malformed,
    NotFound,
    NotModified,
    Page,
    PoliteClient,
    Refused,
    SecretHeader,
    Unreachable,
    Validators,
    origins,
)
from watcher.options.way_out import WayOut

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 8, 3, 12, 0, tzinfo=UTC)
SHORT = timedelta(milliseconds=50)
TRUSTING = tls_trusting()
"""Made once: reading the machine's certificates takes longer than any of these tests."""


def client(*servers: HttpServer, clock: ManualClock | None = None, **options: Any) -> PoliteClient:
    """A client that may visit those servers, and sleeps by moving its clock."""
    timepiece = clock or ManualClock(NOW)

    async def sleep(seconds: float) -> None:
        timepiece.advance(timedelta(seconds=seconds))

    return PoliteClient(
        **{
            "contact": "desk@example.org",
            "hosts": [server.url for server in servers],
            "spacing": timedelta(),
            "now": timepiece.now,
            "monotonic": timepiece.monotonic,
            "sleep": sleep,
            "version": "9.9",
            "verify": TRUSTING,
            **options,
        }
    )


def empty(_: Request) -> Answer:
    return answer()


async def page(one: PoliteClient, url: str, **options: Any) -> Page:
    got = await one.get(url, **options)
    assert isinstance(got, Page)
    return got


async def failure(server: HttpServer, target: str = "/", **options: Any) -> FetchFailed:
    async with client(server, **options) as one:
        with pytest.raises(FetchFailed) as caught:
            await one.get(server.url + target)
    return caught.value


async def test_a_request_says_who_asks_and_what_it_can_read() -> None:
    async with HttpServer(by_path({"/": answer("hello")})) as server, client(server) as one:
        got = await page(one, server.url, accept="application/pdf")
    request = server.requests[-1]
    assert request.header("User-Agent") == "watcher/9.9 (+desk@example.org)"
    assert request.header("Accept-Encoding") == "gzip"
    assert request.header("Accept") == "application/pdf"
    assert (got.status, got.text, got.content_type, got.charset) == (200, "hello", "text/html", "utf-8")


@pytest.mark.parametrize("body", ["", "Café", "<h1>Inadequate</h1>" * 10_000])
@pytest.mark.parametrize("zipped", [False, True])
async def test_a_page_arrives_whole_compressed_or_not(body: str, zipped: bool) -> None:
    async with HttpServer(by_path({"/": answer(body, zipped=zipped)})) as server, client(server) as one:
        assert (await page(one, server.url)).text == body


@pytest.mark.parametrize(
    ("header", "content_type", "charset"),
    [
        ("text/html; charset=ISO-8859-1", "text/html", "iso-8859-1"),
        ('Text/HTML;charset="utf-8"', "text/html", "utf-8"),
        ("application/pdf", "application/pdf", None),
        ("text/\x1b[31mhtml; charset=\x1b[0m", "", None),
        ("nonsense", "", None),
        (";;;=", "", None),
        (None, "", None),
    ],
)
async def test_a_content_type_is_read_or_left_empty(header: str | None, content_type: str, charset: str | None) -> None:
    async with HttpServer(by_path({"/": answer("Café", content_type=header)})) as server, client(server) as one:
        got = await page(one, server.url)
    assert (got.content_type, got.charset, got.text) == (content_type, charset, "Café")


async def test_validators_go_back_byte_for_byte_and_a_304_replaces_them() -> None:
    etag = 'W/"odd  spacing \xe9 \x1b"'
    pages = in_turn(answer("one", headers={"ETag": etag, "Last-Modified": "yesterday-ish"}), answer(status=304))
    async with HttpServer(by_path({"/": pages})) as server, client(server) as one:
        first = await page(one, server.url + "/")
        second = await one.get(server.url + "/", validators=first.validators)
        server.handler = by_path({"/": answer(status=304, headers={"ETag": '"another"'})})
        third = await one.get(server.url + "/", validators=second.validators)
        server.handler = by_path({"/": answer("two")})
        last = await page(one, server.url + "/", validators=third.validators)
    assert isinstance(second, NotModified)
    assert second.validators == first.validators
    assert isinstance(third, NotModified)
    asked = [(request.header("If-None-Match"), request.header("If-Modified-Since")) for request in server.requests]
    assert asked[1:] == [(None, None), (etag, "yesterday-ish"), (etag, "yesterday-ish"), ('"another"', "yesterday-ish")]
    assert last.validators == Validators(url=server.url + "/")


async def test_the_same_page_again_is_a_page_with_its_new_validators() -> None:
    pages = in_turn(answer("same", headers={"ETag": '"1"'}), answer("same", headers={"ETag": '"2"'}))
    async with HttpServer(by_path({"/": pages})) as server, client(server) as one:
        first = await page(one, server.url)
        second = await page(one, server.url, validators=first.validators)
    assert (first.body, first.validators.etag) == (second.body, '"1"')
    assert second.validators.etag == '"2"'


async def test_not_modified_is_not_believed_when_nothing_was_asked() -> None:
    async with HttpServer(by_path({"/": answer(status=304)})) as server:
        assert isinstance(await failure(server), Malformed)


async def test_a_page_that_moved_is_not_asked_whether_it_is_the_old_one() -> None:
    def moved(request: Request) -> Answer:
        return answer(status=304) if request.header("If-None-Match") else answer("the new page")

    here = in_turn(answer("the old page", headers={"ETag": '"1"'}), answer(status=302, headers={"Location": "/b"}))
    async with HttpServer(by_path({"/a": here, "/b": moved})) as server, client(server) as one:
        first = await page(one, server.url + "/a")
        second = await page(one, server.url + "/a", validators=first.validators)
    assert (second.text, second.final_url) == ("the new page", server.url + "/b")


@pytest.mark.parametrize(
    ("given", "kind", "says"),
    [
        (answer(status=401), Refused, "401"),
        (answer(status=403), Refused, "spacing"),
        (answer(status=429), Refused, "429"),
        (answer(status=451), Refused, "451"),
        (answer(status=503, headers={"Retry-After": "60"}), Refused, "later"),
        (answer(status=503), Unreachable, "503"),
        (answer(status=503, headers={"Retry-After": "rubbish"}), Unreachable, "503"),
        (answer("<title>Slim Application Error</title>", 500), Unreachable, "500"),
        (answer(status=408), Unreachable, "408"),
        (answer(status=404), NotFound, "check the address"),
        (answer(status=410), NotFound, "410"),
        (answer(status=400), Malformed, "400"),
        (answer(status=204), Malformed, "204"),
        (answer(status=206, headers={"Content-Range": "bytes 0-0/9"}), Malformed, "206"),
        (answer(status=302), Malformed, "302"),
        (answer(status=999), Unreachable, "999"),
        ([End.CLOSE], Unreachable, "disconnected"),
        ([End.RESET], Unreachable, "could not be reached (ReadError)"),
        ([answer("a", length=9), End.RESET], Unreachable, "could not be reached"),
        ([answer("a", length=9), End.CLOSE], Malformed, "cut off"),
        ([answer("a" * 100, zipped=True)[:-9], End.CLOSE], Malformed, "cut off"),
        ([answer("abc", headers={"Content-Encoding": "gzip"}), End.CLOSE], Malformed, "damaged"),
        ([answer("a", headers={"Content-Encoding": "gzip, gzip"})], Malformed, "not asked for"),
        ([answer("a", headers=[("Content-Encoding", "gzip"), ("Content-Encoding", "gzip")])], Malformed, "not asked"),
        ([answer("a", headers={"Content-Encoding": "br"})], Malformed, "not asked for"),
        ([answer("a", headers={"Content-Encoding": "deflate"})], Malformed, "not asked for"),
        ([b"<html>not http at all</html>\r\n\r\n", End.CLOSE], Malformed, "broken HTTP"),
        ([b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n", End.CLOSE], Malformed, "broken HTTP"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", End.CLOSE], Malformed, "broken HTTP"),
        ([b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000, End.CLOSE], Malformed, "broken HTTP"),
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", End.CLOSE], Malformed, "cut off"),
        ([b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\n", End.CLOSE], Malformed, "broken HTTP"),
    ],
)
async def test_each_failure_has_its_kind_and_says_what_to_do(given: Answer, kind: type, says: str) -> None:
    async with HttpServer(by_path({"/page": given})) as server:
        error = await failure(server, "/page")
    assert type(error) is kind
    assert says in str(error)
    assert error.url == server.url + "/page"


async def test_a_closed_port_is_unreachable() -> None:
    async with HttpServer(empty) as server:
        pass
    assert isinstance(await failure(server), Unreachable)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("0", NOW),
        ("30", NOW + timedelta(seconds=30)),
        ("Mon, 03 Aug 2026 13:00:00 GMT", NOW + timedelta(hours=1)),
        ("Monday, 03-Aug-26 13:00:00 GMT", NOW + timedelta(hours=1)),
        ("31536000", NOW + timedelta(days=1)),
        ("-30", None),
        ("soon", None),
    ],
)
@pytest.mark.parametrize("status", [403, 429])
async def test_a_refusal_says_how_long_to_stay_away(status: int, header: str, expected: datetime | None) -> None:
    async with HttpServer(by_path({"/": answer(status=status, headers={"Retry-After": header})})) as server:
        error = await failure(server)
    assert isinstance(error, Refused)
    assert error.retry_after == expected


@pytest.mark.parametrize(
    "given",
    [
        answer(gzip.compress(b"\0" * 20_000_000), headers={"Content-Encoding": "gzip"}),
        answer("a" * 10_001),
        [answer(length=10_001), End.HANG],
        [
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            *[b"3e8\r\n" + b"a" * 1_000 + b"\r\n"] * 11,
            End.HANG,
        ],
        [b"HTTP/1.1 200 OK\r\n\r\n", b"a" * 10_001, End.HANG],
        [
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n",
            gzip.compress(b"") * 501,
            End.HANG,
        ],
    ],
    ids=["bomb", "length", "announced", "chunked", "endless", "empty members"],
)
async def test_what_is_too_large_is_given_up_without_reading_on(given: Answer) -> None:
    async with HttpServer(by_path({"/": given})) as server:
        error = await failure(server, limit=10_000)
    assert isinstance(error, Malformed)
    assert "larger than 10,000 bytes" in str(error)


async def test_one_page_may_have_a_limit_of_its_own() -> None:
    async with HttpServer(by_path({"/": answer("12345")})) as server, client(server, limit=1) as one:
        assert (await page(one, server.url, limit=5)).text == "12345"
        with pytest.raises(Malformed, match="larger than 4 bytes"):
            await one.get(server.url, limit=4)


@pytest.mark.parametrize(
    "given",
    [
        [End.HANG],
        [answer("a", length=2), End.HANG],
        [answer("a", length=1_000), *[b"a", 0.005] * 999],
        [*(piece for byte in answer("a") for piece in (bytes([byte]), 0.005))],
    ],
    ids=["before the headers", "in the body", "dripping body", "dripping headers"],
)
async def test_an_answer_that_is_not_complete_in_time_is_cut_off(given: Answer) -> None:
    async with HttpServer(by_path({"/": given})) as server:
        error = await failure(server, deadline=SHORT)
    assert isinstance(error, Unreachable)
    assert "within 0.05 s" in str(error)


async def test_the_part_after_a_hash_is_no_part_of_the_address_that_answered() -> None:
    async with HttpServer(by_path({"/": answer("a")})) as server, client(server) as one:
        assert (await page(one, server.url + "/#report")).final_url == server.url + "/"


async def test_the_deadline_counts_all_redirects_together() -> None:
    hops: dict[str, Answer] = {f"/{n}": [0.03, answer(status=302, headers={"Location": f"/{n + 1}"})] for n in range(4)}
    async with HttpServer(by_path({**hops, "/4": answer("arrived")})) as server:
        error = await failure(server, "/0", deadline=timedelta(milliseconds=80))
    assert "did not answer completely" in str(error)


async def test_the_deadline_does_not_count_the_wait_for_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    loop, ahead = asyncio.get_running_loop(), [0.0]
    now = loop.time
    monkeypatch.setattr(loop, "time", lambda: now() + ahead[0])

    async def sleep(_: float) -> None:
        ahead[0] += 40

    async with (
        HttpServer(by_path({"/": answer("a")})) as server,
        client(server, spacing=timedelta(seconds=2), sleep=sleep, deadline=timedelta(seconds=30)) as one,
    ):
        assert (await page(one, server.url)).text == "a"


@pytest.mark.parametrize("location", ["/b", "b", "?x=1", "//{host}/b", "{url}/b#part", "/folder/../b"])
async def test_a_redirect_is_followed_wherever_it_stays_at_home(location: str) -> None:
    def start(request: Request) -> Answer:
        where = location.format(host=request.header("Host"), url=f"http://{request.header('Host')}")
        return answer("arrived") if "?" in request.target else answer(status=302, headers={"Location": where})

    async with HttpServer(by_path({"/a": start, "/b": answer("arrived")})) as server, client(server) as one:
        got = await page(one, server.url + "/a#top")
    assert got.text == "arrived"
    assert got.url == server.url + "/a#top"
    assert got.final_url in (server.url + "/b", server.url + "/a?x=1")


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("https://evil.example/login?token=s3cret", "leads to https://evil.example, where this feed may not go"),
        ("http://127.0.0.1:1/", "`hosts`"),
        ("http://user:s3cret@{host}/b", "user name"),
        ("file:///etc/passwd", "may not go"),
        ("http://[", "may not go"),
        ("//evil\x1b[31m.example/", "broken HTTP"),
        ("http://{host}:99999999/", "broken HTTP"),
        ("/a\x7fb", "broken HTTP"),
        ("/a", "in a circle"),
        ("#top", "in a circle"),
    ],
)
async def test_a_redirect_that_leads_astray_is_not_followed(location: str, says: str) -> None:
    def start(request: Request) -> Answer:
        return answer(status=301, headers={"Location": location.format(host=request.header("Host"))})

    async with HttpServer(by_path({"/a": start})) as server:
        error = await failure(server, "/a")
    assert isinstance(error, Malformed)
    assert says in str(error)
    assert "s3cret" not in str(error)
    assert str(error).isprintable()
    assert server.targets == ["/a"]


@pytest.mark.parametrize(("hops", "arrives"), [(5, True), (6, False)])
async def test_five_redirects_are_followed_and_no_more(hops: int, arrives: bool) -> None:
    chain = {f"/{n}": answer(status=308, headers={"Location": f"/{n - 1}"}) for n in range(1, hops + 1)}
    async with HttpServer(by_path({**chain, "/0": answer("arrived")})) as server, client(server) as one:
        if arrives:
            assert (await page(one, f"{server.url}/{hops}")).text == "arrived"
        else:
            with pytest.raises(Malformed, match="more than 5 times"):
                await one.get(f"{server.url}/{hops}")


async def test_a_redirect_from_https_to_http_is_not_followed_even_to_an_allowed_host() -> None:
    async with HttpServer(by_path({"/": answer("unprotected")})) as plain:
        downgrade = by_path({"/": answer(status=302, headers={"Location": plain.url + "/"})})
        async with (
            HttpServer(downgrade, tls=tls_server()) as safe,
            client(safe, plain) as one,
        ):
            with pytest.raises(Malformed, match="unprotected address"):
                await one.get(safe.url)
    assert plain.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "http://elsewhere.example/",
        "ftp://127.0.0.1/",
        "/relative",
        "",
        "http://",
        "http://a b/",
        "x" * 100_000,
        "http://\0/",
    ],
)
async def test_an_address_outside_the_feed_is_never_fetched(url: str) -> None:
    async with HttpServer(empty) as server, client(server) as one:
        with pytest.raises(Malformed) as caught:
            await one.get(url)
    assert str(caught.value).isprintable()
    assert server.requests == []


async def test_no_password_from_an_address_gets_into_a_message() -> None:
    async with HttpServer(empty) as server, client(server) as one:
        with pytest.raises(Malformed) as caught:
            await one.get(server.url.replace("//", "//me:s3cret@"))
    assert "s3cret" not in str(caught.value) + caught.value.url


async def test_cookies_are_not_kept() -> None:
    given = answer("a", headers={"Set-Cookie": "session=1; Path=/"})
    async with HttpServer(by_path({"/": given})) as server, client(server) as one:
        await one.get(server.url)
        await one.get(server.url)
    assert [request.header("Cookie") for request in server.requests] == [None] * 3


async def test_proxies_and_passwords_of_the_environment_are_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password s3cret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    async with HttpServer(by_path({"/": answer("a")})) as server, client(server) as one:
        await one.get(server.url)
    assert server.requests[-1].header("Authorization") is None


async def test_a_certificate_that_nobody_trusts_is_refused() -> None:
    async with HttpServer(by_path({"/": answer("a")}), tls=tls_server()) as server:
        error = await failure(server, verify=True)
    assert isinstance(error, Unreachable)
    assert "certificate is not trusted" in str(error)
    assert server.requests == []


async def test_a_certificate_that_is_trusted_is_accepted() -> None:
    async with HttpServer(by_path({"/": answer("a")}), tls=tls_server()) as server, client(server) as one:
        assert (await page(one, server.url)).text == "a"


async def test_an_authority_in_the_systems_store_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "localhost.pem"))
    async with HttpServer(by_path({"/": answer("a")}), tls=tls_server()) as server, client(server, verify=True) as one:
        assert (await page(one, server.url)).text == "a"


async def test_a_broken_tls_record_is_unreachable() -> None:
    site = by_path({"/": [answer("a", length=9), End.GARBLE]})
    async with HttpServer(site, tls=tls_server()) as server:
        assert isinstance(await failure(server), Unreachable)


@pytest.mark.parametrize("weakness", [{"check_hostname": False}, {"verify_mode": ssl.CERT_OPTIONAL}])
async def test_verification_cannot_be_turned_off(weakness: dict[str, Any]) -> None:
    trusting = ssl.create_default_context()
    for name, value in weakness.items():
        setattr(trusting, name, value)
    with pytest.raises(ValueError, match="must verify"):
        client(verify=trusting)


@pytest.mark.parametrize("contact", ["a@b.c\r\nX-Evil: 1", "a@b.c\n", "a\0b", "jürgen@example.org", "\x1b[31m"])
async def test_a_contact_cannot_smuggle_a_header(contact: str) -> None:
    with pytest.raises(ValueError, match="plain ASCII"):
        client(contact=contact)


@pytest.mark.parametrize(
    ("contact", "agent"),
    [("", "watcher/9.9"), ("Desk (night) a@b.c", r"watcher/9.9 (+Desk \(night\) a@b.c)")],
)
async def test_a_contact_stands_in_the_user_agent_as_a_comment(contact: str, agent: str) -> None:
    async with HttpServer(by_path({"/": answer("a")})) as server, client(server, contact=contact) as one:
        await one.get(server.url)
    assert server.requests[-1].header("User-Agent") == agent


@pytest.mark.parametrize(
    "host", ["reports.ofsted.gov.uk", "ftp://a.example", "https://", "https://me@a.example", "http://a:b"]
)
async def test_a_host_that_is_no_origin_is_refused_at_the_start(host: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        client(hosts=[host])


@pytest.mark.parametrize(
    ("url", "hosts", "expected"),
    [
        (
            "https://reports.ofsted.gov.uk",
            ["files.ofsted.gov.uk"],
            ("https://reports.ofsted.gov.uk", "https://files.ofsted.gov.uk"),
        ),
        ("https://A.Example:443/root", ["a.example"], ("https://a.example",)),
        ("http://127.0.0.1:8123", ["127.0.0.1:8124"], ("http://127.0.0.1:8123", "http://127.0.0.1:8124")),
        ("http://a.example", ["https://b.example"], ("http://a.example", "https://b.example")),
    ],
)
async def test_origins_come_from_the_configuration(url: str, hosts: list[str], expected: tuple[str, ...]) -> None:
    assert origins(url, hosts) == expected


async def test_requests_to_one_host_are_spaced_from_end_to_beginning() -> None:
    clock = ManualClock(NOW)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.advance(timedelta(seconds=seconds))

    def slow(_: Request) -> Answer:
        clock.advance(timedelta(seconds=7))
        return answer("a")

    async with (
        HttpServer(by_path({"/": slow, "/bad": [End.CLOSE]})) as server,
        client(server, clock=clock, sleep=sleep, spacing=timedelta(seconds=2)) as one,
    ):
        await one.get(server.url)  # robots.txt goes before it
        clock.advance(timedelta(seconds=0.5))
        with pytest.raises(Unreachable):
            await one.get(server.url + "/bad")
        await one.get(server.url)
        clock.advance(timedelta(seconds=5))
        await one.get(server.url)
    assert slept == [2, 1.5, 2]


async def test_callers_at_the_same_time_take_turns() -> None:
    busy = 0

    def count(_: Request) -> Iterator[bytes | float | End]:
        nonlocal busy
        busy += 1
        assert busy == 1
        yield 0.005
        busy -= 1
        yield answer("a")

    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async with (
        HttpServer(count) as server,
        client(server, sleep=sleep, spacing=timedelta(seconds=2)) as one,
    ):
        pages = await asyncio.gather(*(one.get(f"{server.url}/{n}") for n in range(5)))
    assert [isinstance(got, Page) for got in pages] == [True] * 5
    assert [request.path for request in server.requests].count("/robots.txt") == 1
    assert slept == [2] * 5


async def test_a_host_does_not_wait_for_another() -> None:
    async with HttpServer(by_path({"/": [End.HANG]})) as stuck, HttpServer(by_path({"/": answer("a")})) as free:
        other = free.url.replace("127.0.0.1", "localhost")
        async with client(hosts=[stuck.url, other]) as one:
            waiting = asyncio.create_task(one.get(stuck.url))
            while not stuck.targets:
                await asyncio.sleep(0)
            assert (await page(one, other)).text == "a"
            waiting.cancel()
            with suppress(asyncio.CancelledError):
                await waiting


async def test_a_caller_that_is_cancelled_leaves_the_way_free() -> None:
    async with HttpServer(by_path({"/stuck": [End.HANG], "/": answer("a")})) as server, client(server) as one:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await one.get(server.url + "/stuck")
        assert (await page(one, server.url)).text == "a"


async def test_what_robots_txt_closes_is_not_asked_for() -> None:
    robots = answer("User-agent: *\nDisallow: /search?*\nDisallow: /*.pdf$")
    site = {"/robots.txt": robots, "/moved": answer(status=302, headers={"Location": "/b.pdf"}), "/b.pdf": answer("b")}
    async with HttpServer(by_path({**site, "/search": answer("a")})) as server, client(server) as one:
        for target in ("/search?q=homes", "/moved"):
            with pytest.raises(Refused, match=r"robots\.txt"):
                await one.get(server.url + target)
        assert (await page(one, server.url + "/search")).text == "a"
    assert server.targets == ["/moved", "/search"]


@pytest.mark.parametrize(
    "robots",
    [
        answer(status=404),
        answer(status=401),
        answer(status=403),
        answer(status=410),
        answer(status=302, headers={"Location": "https://elsewhere.example/robots.txt"}),
        answer(status=301, headers={"Location": "/robots.txt"}),
        answer("<html>Welcome</html>"),
        answer("User-agent: *\nDisallow:"),
        answer("User-agent: *\n" + "Disallow: /x\n" * 50_000 + "Disallow: /"),
        answer(b"\xff\xfe\0\1"),
    ],
    ids=["404", "401", "403", "410", "astray", "circle", "html", "open", "too large", "binary"],
)
async def test_a_site_without_a_usable_robots_txt_is_open(robots: Answer) -> None:
    async with HttpServer(by_path({"/robots.txt": robots, "/": answer("a")})) as server, client(server) as one:
        assert (await page(one, server.url)).text == "a"


@pytest.mark.parametrize(
    ("robots", "kind"),
    [
        (answer(status=500), Unreachable),
        (answer(status=503), Unreachable),
        (answer(status=503, headers={"Retry-After": "9"}), Refused),
        (answer(status=429), Refused),
        (answer(status=408), Unreachable),
        ([End.CLOSE], Unreachable),
        ([answer("User-agent: *", length=99), End.CLOSE], Unreachable),
        (answer("x", headers={"Content-Encoding": "gzip"}), Unreachable),
        ([b"garbage\r\n\r\n", End.CLOSE], Unreachable),
    ],
)
async def test_a_site_that_cannot_say_what_it_allows_is_left_alone(robots: Answer, kind: type) -> None:
    async with HttpServer(by_path({"/robots.txt": robots, "/": answer("a")})) as server:
        error = await failure(server)
    assert type(error) is kind
    assert error.url.endswith("/robots.txt")
    assert server.targets == []


async def test_a_site_whose_robots_txt_hangs_is_left_alone() -> None:
    async with HttpServer(by_path({"/robots.txt": [End.HANG], "/": answer("a")})) as server:
        error = await failure(server, deadline=SHORT)
    assert isinstance(error, Unreachable)
    assert server.targets == []


@pytest.mark.parametrize("zipped", [False, True])
async def test_a_robots_txt_is_cut_at_its_limit_between_lines(zipped: bool) -> None:
    line = "Disallow: /x\n"
    filler = "User-agent: *\n" + line * ((500_000 - 14 - 12) // len(line))
    text = filler.ljust(500_000 - 11, "#") + "\nDisallow: /page"
    assert text.encode()[:500_000].endswith(b"\nDisallow: ")
    cut_in_a_path = filler.ljust(500_000 - 12, "#") + "\nDisallow: /page"
    assert cut_in_a_path.encode()[:500_000].endswith(b"\nDisallow: /")
    for given in (text, cut_in_a_path):
        site = by_path({"/robots.txt": answer(given, zipped=zipped), "/other": answer("a"), "/x": answer("x")})
        async with HttpServer(site) as server, client(server) as one:
            assert (await page(one, server.url + "/other")).text == "a"
            with pytest.raises(Refused):
                await one.get(server.url + "/x")


@pytest.mark.parametrize(
    ("passes", "reads"),
    [
        (timedelta(hours=23, minutes=59), 1),
        (timedelta(days=1), 2),
        (timedelta(days=-1), 2),
    ],
)
async def test_robots_txt_is_read_once_a_day_whatever_the_clock_does(passes: timedelta, reads: int) -> None:
    clock = ManualClock(NOW)
    async with HttpServer(by_path({"/": answer("a")})) as server, client(server, clock=clock) as one:
        await one.get(server.url)
        clock.step(NOW + passes)
        await one.get(server.url)
        await one.get(server.url)
    assert [request.path for request in server.requests].count("/robots.txt") == reads


async def test_an_old_robots_txt_holds_while_the_new_one_cannot_be_read() -> None:
    clock = ManualClock(NOW)
    robots = in_turn(answer("User-agent: *\nDisallow: /closed"), answer(status=500))
    site = by_path({"/robots.txt": robots, "/": answer("a")})
    async with HttpServer(site) as server, client(server, clock=clock) as one:
        await one.get(server.url)
        for hours, reads in ((25, 2), (25.5, 2), (26.5, 3)):
            clock.step(NOW + timedelta(hours=hours))
            await one.get(server.url)
            with pytest.raises(Refused):
                await one.get(server.url + "/closed")
            assert [request.path for request in server.requests].count("/robots.txt") == reads


@pytest.mark.parametrize(("asked", "spacing", "pause"), [(10, 2, 10), (1, 2, 2), (3_600, 2, 60)])
async def test_a_longer_crawl_delay_is_kept_up_to_a_minute(asked: int, spacing: int, pause: int) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    site = by_path({"/robots.txt": answer(f"User-agent: *\nCrawl-delay: {asked}"), "/": answer("a")})
    async with (
        HttpServer(site) as server,
        client(server, sleep=sleep, spacing=timedelta(seconds=spacing)) as one,
    ):
        await one.get(server.url)
    assert slept == [pause]


async def test_no_descriptor_is_left_over() -> None:
    tricks: list[Answer] = [
        answer("a"),
        answer("a", zipped=True),
        answer("a", 403),
        answer("a" * 100, length=200_000_000),
        [End.CLOSE],
        [End.RESET],
        [answer("a", length=9), End.CLOSE],
        [answer("a", length=9), End.HANG],
    ]

    async def round_of_tricks() -> None:
        site = {f"/{n}": trick for n, trick in enumerate(tricks)}
        async with HttpServer(by_path(site)) as server, client(server, deadline=SHORT) as one:
            for target in site:
                with suppress(FetchFailed):
                    await one.get(server.url + target)

    await round_of_tricks()
    gc.collect()
    before = _descriptors()
    for _ in range(3):
        await round_of_tricks()
    async with asyncio.timeout(120):
        while _descriptors() > before:  # a connection that was given up may be on its way out
            await asyncio.sleep(0.01)
            gc.collect()


async def test_a_mutilated_answer_is_a_page_or_a_named_failure() -> None:
    rng = Random(2018)
    whole = answer("Inadequate" * 20, zipped=True, headers={"ETag": '"1"', "Retry-After": "5", "Location": "/b"})

    def mutilated(request: Request) -> Answer:
        if request.path == "/robots.txt":
            return answer(status=404)
        octets = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            octets[rng.randrange(len(octets))] = rng.randrange(256)
        return [bytes(octets[: rng.randint(0, len(octets) * 2)]), End.CLOSE]

    pages = 0
    async with HttpServer(mutilated) as server, client(server) as one:
        for _ in range(300):
            with suppress(FetchFailed):
                pages += (await page(one, server.url)).text == "Inadequate" * 20
    assert 10 < pages < 290


def _descriptors() -> int:
    """Open files of this process, by asking for each small number whether it is one."""

    def is_open(number: int) -> bool:
        try:
            os.fstat(number)
        except OSError:
            return False
        return True

    return sum(is_open(number) for number in range(1_024))


async def test_the_descriptor_count_notices_a_socket() -> None:
    before = _descriptors()
    with socket.socket():
        assert _descriptors() == before + 1


@needs_ipv6
async def test_a_site_with_an_ipv6_address_is_read_and_its_hosts_may_be_spelt_in_any_way() -> None:
    elsewhere = {"Location": ""}
    async with HttpServer(by_path({"/": answer("there")}), host="::1") as other:
        elsewhere["Location"] = f"http://[0:0:0:0:0:0:0:1]:{other.port}/"
        async with HttpServer(by_path({"/": answer(status=302, headers=elsewhere)}), host="::1") as server:
            allowed = origins(server.url, [f"[::0001]:{other.port}"])
            assert allowed == (server.url, other.url)
            async with client(server, hosts=allowed) as one:
                assert (await page(one, server.url)).text == "there"
                assert (await page(one, server.url)).text == "there"
        assert [request.path for request in other.requests] == ["/robots.txt", "/", "/"], "one spelling, one robots.txt"
        assert server.requests[-1].header("Host") == f"[::1]:{server.port}"


def test_a_host_that_is_an_ipv6_address_without_brackets_is_one() -> None:
    assert origins("https://x.example", ["::1", "[::2]:81"]) == (
        "https://x.example",
        "https://[::1]",
        "https://[::2]:81",
    )


async def test_a_site_is_read_through_the_proxy_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    pages = {"/": answer("hello"), "http://site.example:8080/": answer("hello")}
    async with HttpServer(by_path(pages)) as server:
        with proxying(server.port) as proxy:
            way = WayOut({"http": proxy.url.replace("//", "//me:planted@")})
            async with client(server, hosts=["http://site.example:8080", server.url], way_out=way) as one:
                assert (await page(one, "http://site.example:8080/")).text == "hello"
                assert [line.split(" ")[1] for line in proxy.asked] == [
                    "http://site.example:8080/robots.txt",
                    "http://site.example:8080/",
                ]
                assert server.requests[-1].target == "http://site.example:8080/"
                assert (await page(one, server.url + "/")).text == "hello", "this machine directly"
                assert len(proxy.asked) == 2


async def test_a_proxy_that_lets_nothing_through_is_the_reason_why_a_site_cannot_be_reached() -> None:
    with proxying(9, b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n") as proxy:
        way = WayOut({"https": proxy.url.replace("//", "//me:planted@")})
        async with client(hosts=["https://site.example"], way_out=way) as one:
            with pytest.raises(Unreachable, match="407") as caught:
                await one.get("https://site.example/")
        assert proxy.asked[0].startswith("CONNECT site.example:443 ")
        assert "planted" not in str(caught.value)


async def test_a_key_goes_to_its_own_origin_alone_and_never_with_robots_or_a_redirect() -> None:
    async with HttpServer(by_path({"/page": answer("there")})) as elsewhere:
        away = {"/page": answer("", 302, {"Location": f"{elsewhere.url}/page"})}
        async with HttpServer(by_path(away)) as server:
            key = SecretHeader(f"{server.url}/api", "Subscription-Key", SecretStr("secret-key"))
            async with client(server, elsewhere, key=key) as polite:
                await polite.get(f"{server.url}/page")
            sent = [(request.path, request.header("Subscription-Key")) for request in server.requests]
            assert sent == [("/robots.txt", None), ("/page", "secret-key")]
            assert [request.header("Subscription-Key") for request in elsewhere.requests] == [None, None]
