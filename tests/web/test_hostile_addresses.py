"""Whatever is asked for in whatever way: an answer that says nothing of the inside, and the next one is served."""

import re
from collections.abc import Iterator

import pytest

from tests.web import stage
from tests.web.addresses import WITHOUT_QUERY
from tests.web.raw import Answered, ask, request
from tests.web.serving import Served, pages

INSIDE = re.compile(
    rb"Traceback|File \"|\.py\b|site-packages|starlette|uvicorn|jinja|/tmp/|/usr/|/home/|Error\(|Exception|None\b",
    re.IGNORECASE,
)
"""What no answer to a stranger says."""
LONGEST_ANSWER = 500_000

QUERIES = {
    "100 kB": "?owner=" + "x" * 100_000,
    "15 kB": "?owner=" + "x" * 15_000,
    "a thousand parameters": "?" + "&".join(f"a{number}=1" for number in range(1_000)),
    "a thousand values": "?" + "&".join("area=Derby" for _ in range(1_000)),
    "unknown parameter": "?colour=red",
    "unknown grade": "?grade=splendid",
    "unknown change": "?changes=exploded&change=exploded",
    "unknown sort": "?sort=__class__&order=sideways",
    "dates of 9999": "?from=9999-12-31&to=9999-12-31&since=9999-12-31&on=9999-12-31",
    "dates of year 1": "?from=0001-01-01&to=0001-01-01&since=0001-01-01&on=0001-01-01",
    "no dates": "?from=2026-02-30&to=today&since=%F0%9F%92%A9&on=1e9",
    "from after to": "?from=2026-01-01&to=2025-01-01",
    "negative page": "?page=-1",
    "page zero": "?page=0",
    "page beyond": "?page=999999999999999999999999",
    "page no number": "?page=%EF%BC%91&rows=-5&limit=1e3",
    "NUL": "?owner=%00&q=%00&search=%00",
    "half of a character": "?owner=%C3&q=%ED%A0%80&search=%FF",
    "broken percent": "?owner=%zz&q=%",
    "markup": "?q=%3Cscript%3Ealert(1)%3C/script%3E&owner=%3Cscript%3Ealert(1)%3C/script%3E",
    "template": "?q=%7B%7B7*7%7D%7D&owner=%7B%7B7*7%7D%7D",
    "regular expression": "?q=(a%2B)%2B%24&owner=(a%2B)%2B%24",
    "line break": "?q=a%0d%0aSet-Cookie:%20a=b&next=%0d%0aLocation:%20https://evil.example",
    "another site": "?next=https://evil.example/&next=//evil.example",
}

PATHS = {
    "traversal": "/../../../../etc/passwd",
    "traversal encoded": "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "traversal with backslashes": "/..%5c..%5cetc%5cpasswd",
    "traversal in a home": "/homes/..%2f..%2f..%2fetc%2fpasswd",
    "traversal in a style sheet": "/static/../../../../pyproject.toml",
    "traversal in a style sheet encoded": "/static/%2e%2e%2f%2e%2e%2fserver.py",
    "NUL": "/homes/%00",
    "NUL in a file": "/static/page.css%00.png",
    "half of a character": "/owners/%C3",
    "surrogates": "/owners/%ED%A0%80",
    "overlong": "/owners/" + "x" * 15_000,
    "far too long": "/" + "x" * 100_000,
    "many slashes": "/" + "/" * 5_000,
    "two slashes": "//evil.example/",
    "markup": "/homes/%3Cscript%3Ealert(1)%3C/script%3E",
    "a home's key with a line break": "/homes/ofsted:SC478986%0d%0aSet-Cookie:%20a=b",
    "no such home": "/homes/ofsted:SC0",
    "no such change": "/changes/ffffffffffffffff",
    "no such watch": "/watches/nobody",
    "no such page": "/wp-login.php",
    "no such form": "/homes.exe",
    "a token that is none": "/act/" + "a.b.c",
    "a token that is long": "/act/" + "A" * 10_000,
    "a whole address": "http://evil.example/homes",
}

HEADERS = {
    "another host": "X-A: b",
    "cookie without a name": "Cookie: =; ; ;;=a",
    "cookie of another": 'Cookie: session="a.b.c"; session=; session=\u00e9',
    "long cookie": "Cookie: session=" + "A" * 12_000,
    "range": "Range: bytes=0-1,5-6,-1",
    "range of nothing": "Range: bytes=99999999999-",
    "thousand ranges": "Range: bytes=" + ",".join(f"{number}-{number}" for number in range(1_000)),
    "condition": 'If-None-Match: "' + "a" * 5_000 + '", W/, *, "',
    "condition in time": "If-Modified-Since: Tue, 99 Foo 9999 99:99:99 GMT",
    "languages": "Accept-Language: " + ",".join(["en;q=9"] * 500),
    "forwarded": "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: gopher",
    "user": "X-Forwarded-User: admin",
    "credentials": "Authorization: Basic \u00ff",
    "two lengths": "Content-Length: 5\r\nContent-Length: 6",
    "upgrade": "Upgrade: websocket\r\nSec-WebSocket-Key: a\r\nSec-WebSocket-Version: 13",
}

METHODS = ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "X" * 1_000)
HOSTS = (
    "evil.example",
    "evil.example:8080",
    "",
    "127.0.0.1.evil.example",
    "[::1",
    "a\tb",
    "x" * 5_000,
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The pages over the stage."""
    with pages(tmp_path_factory.mktemp("pages"), stage.small) as there:
        yield there


def tried(served: Served, what: str, content: bytes) -> Answered:
    """An answer that holds what all answers must; `what` says in a failure what was tried."""
    answer = ask(served.url, content)
    assert answer.status in (0, *range(200, 500)), f"{what}: {answer.status} {answer.body[:200]!r}"
    assert len(answer.body) < LONGEST_ANSWER, what
    assert answer.headers.get("set-cookie", "watcher").startswith("watcher"), what
    assert not answer.headers.get("location", "/").startswith(("http://evil", "//", "https://evil")), what
    for said in (answer.body, str(answer.headers).encode()):
        assert stage.SECRET_ADDRESS.encode() not in said, what
        assert stage.SECRET_PERSON.encode() not in said, what
        assert b"<script>alert" not in said or not answer.headers.get("content-type", "").startswith("text/html"), what
    if answer.status >= 400:
        assert not INSIDE.search(answer.body), f"{what}: {INSIDE.search(answer.body)}"
        assert len(answer.body) < 100_000, what
    return answer


def answers_as_before(served: Served) -> bool:
    return ask(served.url, request("/healthz")).status == 200


each_path = pytest.mark.parametrize("path", WITHOUT_QUERY)


@each_path
def test_a_query_that_hurts_is_answered(served: Served, path: str) -> None:
    for what, query in QUERIES.items():
        tried(served, what, request(path + query))
    assert answers_as_before(served)


def test_a_path_that_leads_nowhere_is_answered_so(served: Served) -> None:
    for what, path in PATHS.items():
        answer = tried(served, what, request(path))
        assert answer.status in (0, 307, 308, *range(400, 500)), what
        assert b"root:" not in answer.body, what
    assert answers_as_before(served)


@each_path
def test_headers_that_hurt_are_answered(served: Served, path: str) -> None:
    for what, header in HEADERS.items():
        tried(served, what, request(path, header))
    assert answers_as_before(served)


@each_path
def test_a_page_is_only_looked_at(served: Served, path: str) -> None:
    for method in METHODS:
        assert tried(served, method[:9], request(path, method=method, body=b"a=b")).status in range(400, 500), method
    assert answers_as_before(served)


@each_path
def test_a_host_that_is_not_ours_learns_nothing(served: Served, path: str) -> None:
    for host in HOSTS:
        answer = tried(served, host[:30], request(path, host=host))
        assert b"evil.example" not in answer.body
        if path not in ("/healthz", "/readyz", "/metrics"):  # which a load balancer asks for by any name
            assert answer.status in (0, 400, 421), host[:30]
    assert answers_as_before(served)


@each_path
def test_asking_for_the_head_alone_gives_the_same_headers_without_a_body(served: Served, path: str) -> None:
    head, whole = (tried(served, method, request(path, method=method)) for method in ("HEAD", "GET"))
    assert (head.status, head.body) == (whole.status, b"")
    assert head.headers["content-type"] == whole.headers["content-type"]


def test_what_all_answers_must_hold_is_looked_for() -> None:
    assert INSIDE.search(b"Traceback (most recent call last)")
    assert INSIDE.search(b"at /tmp/data/history.jsonl")
