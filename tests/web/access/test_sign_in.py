"""Signing in and out on the service's own server: what browsers send, and what others would."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.clock import ManualClock
from tests.web.serving import serving
from watcher.config.passwords import hashed
from watcher.config.users_file import put_user, remove_user
from watcher.config.web import Web
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.failures import CommitFailedError
from watcher.history.protocol import Transaction
from watcher.web.access.access import BUSY, NOBODY, NOT_FROM_HERE, NOT_STORED, ONLY_SHOWN, WRONG, Access
from watcher.web.access.forms import LARGEST

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
PASSWORD = "a long <password> & more"
HASH, OTHER = hashed(PASSWORD), hashed("another password")


@dataclass
class Signing:
    """The pages where one signs in, one that shows who has, and one that does something for him."""

    url: str
    file: Path
    history: EmbeddedHistory
    clock: ManualClock

    def browser(self, **headers: str) -> httpx.Client:
        """Keeps cookies and follows nothing."""
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=30)

    def kept(self) -> list[bytes]:
        """The sessions that there are, as they lie on the disk."""
        return list(self.history._store.table("sessions").raw().values())


@contextmanager
def signing(folder: Path, data: str = "data", **options: Any) -> Iterator[Signing]:
    file = folder / "users"
    if not file.exists():
        put_user(file, "ada@example.org", HASH, is_new=True)
    web = Web.model_validate({"users_file": file, **options})
    clock, history = ManualClock(NOW), EmbeddedHistory.open(folder / data, with_bundle=False)
    access = Access(web, history, clock)

    async def who(request: Request) -> Response:
        actor = access.actor(request, clock.now())
        return JSONResponse({"name": actor.name, "how": actor.how, "csrf": actor.csrf} if actor else None)

    async def act(request: Request) -> Response:
        actor = access.actor(request, clock.now())
        done = actor is not None and access.accepts(request, actor, request.query_params.get("csrf", ""))
        return JSONResponse(done)

    routes = [*access.routes(), Route("/who", who), Route("/act", act, methods=["POST"])]
    try:
        with serving(Starlette(routes=routes)) as url:
            yield Signing(url, file, history, clock)
    finally:
        history.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Signing]:
    with signing(tmp_path) as found:
        yield found


def field(page: str, name: str) -> str:
    (found,) = re.findall(rf'name="{name}" value="([^"]*)"', page)
    return str(found)


def sign_in(
    browser: httpx.Client, name: str = "ada@example.org", password: str = PASSWORD, **others: str
) -> httpx.Response:
    page = browser.get("/sign-in", params={"next": "/homes/ofsted:SC1?a=b"}).text
    form = {"name": name, "password": password, "csrf": field(page, "csrf"), "next": field(page, "next"), **others}
    return browser.post("/sign-in", data=form)


def test_who_signs_in_is_led_back_and_is_somebody_until_he_signs_out(world: Signing) -> None:
    with world.browser() as browser, world.browser() as another:
        assert browser.get("/who").json() is None
        answer = sign_in(browser)
        assert (answer.status_code, answer.headers["location"]) == (303, "/homes/ofsted:SC1?a=b")
        who = browser.get("/who").json()
        assert (who["name"], who["how"]) == ("ada@example.org", "session")
        assert browser.post("/act", params={"csrf": who["csrf"]}).json() is True
        assert another.get("/who").json() is None
        cookie = {"Cookie": f"watcher={browser.cookies['watcher']}"}
        page = browser.get("/sign-out").text
        assert "signed in as ada@example.org" in page
        assert browser.post("/sign-out", data={"csrf": field(page, "csrf")}).status_code == 303
        assert browser.get("/who").json() is None
        assert another.get("/who", headers=cookie).json() is None, "the cookie of before is of no use any more"
        assert world.kept() == []


def test_the_cookie_is_sent_to_no_script_and_with_nobody_else_s_forms_and_only_its_hash_is_kept(world: Signing) -> None:
    with world.browser() as browser:
        sent = sign_in(browser).headers.get_list("set-cookie")
    (cookie,) = [one for one in sent if one.startswith("watcher=")]
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    token = cookie.partition(";")[0].removeprefix("watcher=")
    assert len(token) == 43
    assert token not in repr(world.kept())


@pytest.mark.parametrize(
    ("options", "headers"),
    [
        ({"trusted_proxies": ["127.0.0.1"]}, {"X-Forwarded-Proto": "https"}),
        ({"base_url": "https://watcher.example.org"}, {"Host": "watcher.example.org"}),
    ],
    ids=["by the proxy's word", "by the name that only TLS has"],
)
def test_by_tls_the_cookie_is_for_tls_and_this_host_alone_and_another_is_not_taken(
    tmp_path: Path, options: dict[str, Any], headers: dict[str, str]
) -> None:
    with signing(tmp_path, **options) as world, world.browser(**headers) as browser:
        page = browser.get("/sign-in")
        seen = page.headers["set-cookie"].partition(";")[0]
        form = {"name": "ada@example.org", "password": PASSWORD, "csrf": field(page.text, "csrf")}
        answer = browser.post("/sign-in", data=form, headers={"Cookie": seen})
        assert answer.status_code == 303
        (cookie,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-watcher=")]
        assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
        value = cookie.partition(";")[0]
        browser.cookies.clear()
        assert browser.get("/who", headers={"Cookie": value}).json()["name"] == "ada@example.org"
        tossed = value.removeprefix("__Host-")
        assert browser.get("/who", headers={"Cookie": tossed}).json() is None


def test_a_session_is_over_after_twelve_hours(world: Signing) -> None:
    with world.browser() as browser:
        sign_in(browser)
        world.clock.advance(timedelta(hours=12) - timedelta(seconds=1))
        assert browser.get("/who").json()
        world.clock.advance(timedelta(seconds=1))
        assert browser.get("/who").json() is None


def test_who_is_removed_or_given_another_password_is_signed_out_at_once(world: Signing) -> None:
    put_user(world.file, "bob", OTHER, is_new=True)
    with world.browser() as ada, world.browser() as bob:
        assert sign_in(ada).status_code == sign_in(bob, "bob", "another password").status_code == 303
        put_user(world.file, "ada@example.org", OTHER, is_new=False)
        assert ada.get("/who").json() is None
        assert bob.get("/who").json()["name"] == "bob"
        remove_user(world.file, "bob")
        assert bob.get("/who").json() is None
        put_user(world.file, "bob", hashed("another password"), is_new=True)
        assert bob.get("/who").json() is None, "one who comes again under the name has his own password"


def test_a_cookie_of_another_installation_or_a_made_up_one_is_nobody_s(world: Signing, tmp_path: Path) -> None:
    with signing(tmp_path, "other") as other, other.browser() as browser, world.browser() as ours:
        sign_in(browser)
        foreign = {"Cookie": f"watcher={browser.cookies['watcher']}"}
        assert ours.get("/who", headers=foreign).json() is None
        for made_up in ("", "a", "a" * 43, "a" * 8_000, '"; x', "../../etc", "%00"):
            assert ours.get("/who", headers={"Cookie": f"watcher={made_up}"}).json() is None


@pytest.mark.parametrize(("name", "password"), [("ada@example.org", "wrong password"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_name_and_a_wrong_password_are_told_in_the_same_words(world: Signing, name: str, password: str) -> None:
    with world.browser() as browser:
        answer = sign_in(browser, name, password)
        assert answer.status_code == 403
        assert WRONG in answer.text
        assert "password&gt;" not in answer.text
        assert browser.get("/who").json() is None
        assert world.kept() == []


def test_after_five_failed_tries_even_the_right_password_waits_and_it_is_said_how_long(world: Signing) -> None:
    with world.browser() as browser:
        for _ in range(5):
            assert sign_in(browser, password="wrong password").status_code == 403
        answer = sign_in(browser)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
        assert "Try again in 60 seconds." in answer.text
        world.clock.advance(timedelta(seconds=60))
        assert sign_in(browser).status_code == 303


def test_tries_are_counted_for_the_client_that_a_trusted_proxy_names(tmp_path: Path) -> None:
    with signing(tmp_path, trusted_proxies="127.0.0.1") as world:
        with world.browser(**{"X-Forwarded-For": "203.0.113.9"}) as one:
            codes = [sign_in(one, f"user{n}", "wrong password").status_code for n in range(6)]
        assert codes == [403] * 5 + [429]
        with world.browser(**{"X-Forwarded-For": "203.0.113.10"}) as another:
            assert sign_in(another).status_code == 303
    with signing(tmp_path) as world:  # nobody is trusted: what a client says of itself opens no new account of tries
        codes = []
        for n in range(6):
            with world.browser(**{"X-Forwarded-For": f"203.0.113.{n}"}) as browser:
                codes.append(sign_in(browser, f"user{n}", "wrong password").status_code)
        assert codes == [403] * 5 + [429]


@pytest.mark.parametrize(
    ("headers", "others"),
    [
        ({}, {"csrf": ""}),
        ({}, {"csrf": "0" * 64}),
        ({"Origin": "https://evil.example"}, {}),
        ({"Sec-Fetch-Site": "cross-site"}, {}),
        ({"Origin": "null"}, {}),
    ],
)
def test_nobody_is_signed_in_by_another_site_s_form(
    world: Signing, headers: dict[str, str], others: dict[str, str]
) -> None:
    with world.browser(**headers) as browser:
        answer = sign_in(browser, **others)
        assert (answer.status_code, world.kept()) == (403, [])
        assert NOT_FROM_HERE in answer.text


def test_a_token_without_the_cookie_it_was_shown_with_signs_nobody_in(world: Signing) -> None:
    with world.browser() as attacker, world.browser() as victim:
        stolen = field(attacker.get("/sign-in").text, "csrf")
        victim.get("/sign-in")
        form = {"name": "ada@example.org", "password": PASSWORD, "csrf": stolen}
        assert victim.post("/sign-in", data=form).status_code == 403
        victim.cookies.clear()
        assert victim.post("/sign-in", data=form).status_code == 403
    assert world.kept() == []


def test_a_form_without_the_token_of_its_own_session_does_nothing(world: Signing) -> None:
    with world.browser() as ada, world.browser() as again:
        sign_in(ada)
        sign_in(again)
        token, foreign = (browser.get("/who").json()["csrf"] for browser in (ada, again))
        assert ada.post("/act", params={"csrf": token}).json() is True
        for wrong in ("", "0" * 64, foreign, token[:-1], "é"):
            assert ada.post("/act", params={"csrf": wrong}).json() is False
        assert ada.post("/act", params={"csrf": token}, headers={"Origin": "https://evil.example"}).json() is False
        assert ada.post("/sign-out", data={"csrf": foreign}).status_code == 403
        assert ada.get("/who").json()


def test_signing_in_again_ends_the_session_of_before(world: Signing) -> None:
    with world.browser() as browser:
        sign_in(browser)
        (first,) = world.kept()
        page = browser.get("/sign-in").text
        assert "Sign out" in page
        cookie = {"watcher": browser.cookies["watcher"]}
        with world.browser() as other:
            seen = other.get("/sign-in").text
            form = {"name": "ada@example.org", "password": PASSWORD, "csrf": field(seen, "csrf")}
            other.cookies.update(cookie)
            assert other.post("/sign-in", data=form).status_code == 303
    assert len(world.kept()) == 1
    assert first not in world.kept()


def test_by_a_trusted_proxy_s_word_somebody_acts_and_by_nobody_else_s(tmp_path: Path) -> None:
    said = {"X-Forwarded-User": "Ada Lovelace"}
    with signing(tmp_path, trusted_proxies="127.0.0.1", user_header="X-Forwarded-User") as world:
        with world.browser(**said) as browser:
            who = browser.get("/who").json()
            assert (who["name"], who["how"]) == ("Ada Lovelace", "proxy")
            assert browser.post("/act", params={"csrf": who["csrf"]}).json() is True
            assert browser.post("/act").json() is False
            assert "Sign out there" in browser.get("/sign-out").text
        with world.browser(**{"X-Forwarded-User": "Bob"}) as bob:
            assert bob.post("/act", params={"csrf": who["csrf"]}).json() is False
    strangers = {"trusted_proxies": "192.0.2.1", "user_header": "X-Forwarded-User"}
    with signing(tmp_path, **strangers) as world, world.browser(**said) as browser:
        assert browser.get("/who").json() is None


def test_without_a_file_of_users_the_pages_say_that_they_only_show(tmp_path: Path) -> None:
    with signing(tmp_path, users_file=None) as world, world.browser() as browser:
        page = browser.get("/sign-in")
        assert (page.status_code, ONLY_SHOWN in page.text, "<form" in page.text) == (200, True, False)
        assert browser.post("/sign-in", data={"name": "ada@example.org", "password": PASSWORD}).status_code == 403


def test_while_the_file_cannot_be_read_it_is_said_that_nobody_can_and_not_where_it_lies(world: Signing) -> None:
    world.file.unlink()
    with world.browser() as browser:
        page = browser.get("/sign-in").text
        assert NOBODY in page
        assert str(world.file) not in page


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b"a" * (LARGEST + 1), "application/x-www-form-urlencoded", 413),
        (b"&".join(b"a=b" for _ in range(200)), "application/x-www-form-urlencoded", 400),
        (b"\xff=\xfe", "application/x-www-form-urlencoded", 400),
        (b'{"name": "ada"}', "application/json", 415),
        (b"", "multipart/form-data; boundary=x", 415),
        (b"name=%ff%fe&password=%00&csrf=%f0%28", "application/x-www-form-urlencoded", 403),
        (b"", "application/x-www-form-urlencoded", 403),
    ],
)
def test_what_is_no_form_or_too_large_is_refused(world: Signing, content: bytes, kind: str, code: int) -> None:
    with world.browser() as browser:
        assert browser.post("/sign-in", content=content, headers={"Content-Type": kind}).status_code == code


def test_while_the_history_takes_nothing_nobody_is_signed_in_or_out_and_it_is_said(
    world: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_: Transaction) -> None:
        raise CommitFailedError("the disk is full")

    with world.browser() as browser, world.browser() as another:
        sign_in(browser)
        monkeypatch.setattr(world.history, "commit", refuses)
        answer = sign_in(another)
        assert (answer.status_code, NOT_STORED in answer.text) == (503, True)
        assert another.get("/who").json() is None
        csrf = browser.get("/who").json()["csrf"]
        answer = browser.post("/sign-out", data={"csrf": csrf})
        assert (answer.status_code, NOT_STORED in answer.text) == (503, True)


def test_without_a_key_nobody_is_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EmbeddedHistory, "signing_key", lambda _: b"")
    said = {"trusted_proxies": "127.0.0.1", "user_header": "X-User"}
    with signing(tmp_path, **said) as world, world.browser() as browser:
        assert browser.get("/who", headers={"X-User": "ada"}).json() is None
        assert sign_in(browser).status_code == 403


def test_a_page_of_signing_in_is_kept_by_nobody_and_shows_no_markup_of_others(world: Signing) -> None:
    with world.browser() as browser:
        page = browser.get("/sign-in", params={"next": '/"><script>alert(1)</script>'})
        assert page.headers["cache-control"] == "no-store"
        assert "<script" not in page.text
        assert BUSY not in page.text
