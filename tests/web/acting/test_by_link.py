"""A signed link shows what it would do, however often it is opened; its button does it, once; nothing else does."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from lxml import html

from tests.cli.shell import Run, lines, run
from tests.web import stage
from tests.web.acting.world import CHANGE, HOME, HOME_PAGE, READER, World, sign_in, words, world
from tests.web.markup import faults
from tests.web.raw import ask, request
from watcher.actions.mails import resume_mails
from watcher.actions.sign import signature_of
from watcher.delivery.ledger import State
from watcher.history.failures import CommitFailedError
from watcher.history.protocol import Transaction
from watcher.messages.links import GOOD_FOR, Links, NoLink
from watcher.watching.deeds import Door
from watcher.web.access.access import NOT_FROM_HERE
from watcher.web.acting.link_deeds import UNSIGNED
from watcher.web.acting.not_done import NOT_STORED

__all__ = ["run"]  # a fixture

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ONE_CLICK = b"List-Unsubscribe=One-Click"
MULTIPART = (
    b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
    {"Content-Type": "multipart/form-data; boundary=b"},
)
CONFIG = """
data_dir = "data"
contact = "test@localhost"
[feeds.ofsted]
kind = "ofsted-site"
[channels.screen]
kind = "console"
"""
ALL = ("acknowledge", "silence", "stop")


@pytest.fixture
def there(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "data") as found:
        yield found


def link(there: World, what: str, links: Links | None = None, recipient: str = READER) -> str:
    """The path of a link in a message that was made now."""
    of, now = links or there.links, stage.NOW
    made = {
        "acknowledge": lambda: of.acknowledge(CHANGE, recipient, now),
        "silence": lambda: of.silence(HOME, recipient, now),
        "stop": lambda: of.stop_mails(recipient, now),
    }[what]()
    return "/act/" + made.partition("/act/")[2]


def press(browser: httpx.Client, path: str, **fields: str) -> httpx.Response:
    """Sends the button of the link's page as a browser does."""
    origin = str(browser.base_url).rstrip("/")
    headers = {**FORM, "Origin": origin, "Sec-Fetch-Site": "same-origin", "Referer": origin + path}
    return browser.post(path, content=httpx.QueryParams(fields).__str__(), headers=headers)


def state(there: World) -> object:
    """All that links alter."""
    known = there.history
    return (
        known.acknowledgement(CHANGE),
        list(known.silences()),
        dict(known.stopped_mails()),
        list(known.deeds()),
        list(known.deliveries()),
    )


@pytest.mark.parametrize("what", ALL)
def test_opening_a_link_changes_nothing_and_leads_nowhere_else(there: World, what: str) -> None:
    before = state(there)
    with there.browser() as browser:
        for method in ("GET", "HEAD", "GET", "GET", "HEAD"):
            answer = browser.request(method, link(there, what))
            assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
            assert answer.headers["referrer-policy"] == "same-origin"  # with none browsers hide where a form comes from
            assert "form-action 'self'" in answer.headers["content-security-policy"]
            assert answer.headers["x-frame-options"] == "DENY"
            assert "set-cookie" not in answer.headers
        page = browser.get(link(there, what))
    assert faults(page.text) == []
    assert not [to for to in html.fromstring(page.text).xpath("//@href | //@src | //@action") if "//" in to]
    assert len(html.fromstring(page.text).xpath("//form[@method='post']")) == 1
    assert state(there) == before


def test_a_change_is_acknowledged_by_its_link_and_once(there: World) -> None:
    path = link(there, "acknowledge")
    with there.browser() as browser:
        answer = press(browser, path, why="We know.")
        assert (answer.status_code, "Acknowledged." in words(answer)) == (200, True)
        first = there.history.acknowledgement(CHANGE)
        assert first is not None
        assert (first.by, first.why, first.at, first.door) == (READER, "We know.", stage.NOW, Door.LINK)
        assert there.now("reminder").state is State.LAPSED
        assert "had acknowledged it already" in words(press(browser, path, why="Again."))
        assert "Acknowledged already" in words(browser.get(path))
        assert there.history.acknowledgement(CHANGE) == first
        assert READER not in browser.get(HOME_PAGE).text
        sign_in(browser)
        assert f"Acknowledged by {READER}, 12:00, 2 March 2026, through a link: We know." in words(
            browser.get(HOME_PAGE)
        )


def test_a_home_is_silenced_by_its_link_and_once(there: World) -> None:
    path = link(there, "silence")
    with there.browser() as browser:
        assert press(browser, path).status_code == 400  # a reason is needed
        answer = press(browser, path, why="They move.")
        assert (answer.status_code, "Silenced." in words(answer)) == (200, True)
        (silence,) = there.history.silences()
        assert (silence.home, silence.by, silence.why, silence.door) == ((HOME,), READER, "They move.", Door.LINK)
        assert silence.until == stage.NOW + timedelta(days=14)
        assert there.now("waiting").state is State.SILENCED
        there.clock.advance(timedelta(days=1))
        assert "was done by this link already" in words(press(browser, path, why="Longer!"))
        assert "Silenced already" in words(browser.get(path))
        assert list(there.history.silences()) == [silence]
        there.clock.advance(timedelta(days=1))
        there.history.commit(Transaction(silences=[silence.ended(there.clock.now())]))
        press(browser, path, why="I want it.")
        assert len(there.history.silences()) == 1
        newer = "/act/" + there.links.silence(HOME, READER, there.clock.now()).partition("/act/")[2]
        assert "Silenced." in words(press(browser, newer, why="Another message, another time."))


def test_a_link_that_names_no_reader_is_somebody_s(there: World) -> None:
    with there.browser() as browser:
        assert press(browser, link(there, "acknowledge", recipient="")).status_code == 200
    given = there.history.acknowledgement(CHANGE)
    assert given is not None
    assert given.by == UNSIGNED


@pytest.mark.parametrize("how", ["button", "one click", "one click in parts"])
def test_mails_are_stopped_told_to_the_operator_once_shown_and_resumed(there: World, how: str) -> None:
    path = link(there, "stop")
    with there.browser() as browser, there.browser() as known:

        def stop() -> httpx.Response:
            if how == "button":
                return press(browser, path)
            content, headers = (ONE_CLICK, FORM) if how == "one click" else MULTIPART
            return httpx.post(there.url + path, content=content, headers=headers, trust_env=False, timeout=60)

        before = len(list(there.history.deliveries()))
        assert [stop().status_code for _ in range(2)] == [200, 200]
        kept = there.history.stopped_mails()[READER]
        assert (kept.address, kept.since, kept.by) == (READER, stage.NOW, READER)
        assert kept.door == (Door.LINK if how == "button" else Door.MAIL)
        told = list(there.history.deliveries())[before:]
        assert [one.channel for one in told] == ["screen"]
        assert told[0].id in {one.id for one in there.outbox.troubled()}
        assert "These mails are stopped" in words(browser.get(path))
        assert "1 reader has stopped their mails" in words(browser.get("/status"))
        assert READER not in browser.get("/status").text
        sign_in(known)
        assert f"{READER}, since 12:00, 2 March 2026" in words(known.get("/status"))
        assert resume_mails(there.history, READER, signature_of(by="Ann", now=stage.NOW, door=Door.COMMAND_LINE))
        assert "Stop these mails" in words(browser.get(path))


def test_an_address_longer_than_a_name_may_be_stops_its_mails_too(there: World) -> None:
    longest = f"{'a' * 64}@{'.'.join(['b' * 60] * 3)}.example"
    with there.browser() as browser:
        path = link(there, "stop", recipient=longest)
        assert browser.post(path, content=ONE_CLICK, headers=FORM).status_code == 200
        assert press(browser, link(there, "acknowledge", recipient=longest)).status_code == 200
    assert longest in there.history.stopped_mails()


@pytest.mark.parametrize("what", ["acknowledge", "silence"])
def test_one_click_is_for_stopping_mails_alone(there: World, what: str) -> None:
    before = state(there)
    with there.browser() as browser:
        evil = {**FORM, "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        assert browser.post(link(there, what), content=ONE_CLICK + b"&why=x", headers=evil).status_code == 403
        assert browser.post(link(there, what), content=MULTIPART[0], headers=MULTIPART[1]).status_code == 415
    assert state(there) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    ],
)
@pytest.mark.parametrize("what", ALL)
def test_a_button_on_another_site_does_nothing(there: World, what: str, headers: dict[str, str]) -> None:
    before = state(there)
    with there.browser() as browser:
        answer = browser.post(link(there, what), content="why=x", headers={**FORM, **headers})
        assert (answer.status_code, NOT_FROM_HERE in words(answer)) == (403, True)
    assert state(there) == before


def test_what_is_no_form_or_too_large_does_nothing(there: World) -> None:
    before = state(there)
    with there.browser() as browser:
        for what in ALL:
            path = link(there, what)
            assert browser.post(path, content=b"why=" + b"x" * 100_000, headers=FORM).status_code == 413
            assert browser.post(path, content=ONE_CLICK + b"x" * 100_000, headers=FORM).status_code == 413
            for kind in ("application/json", "text/plain", ""):
                assert browser.post(path, content=b'{"why": "x"}', headers={"Content-Type": kind}).status_code == 415
            assert browser.put(path).status_code == browser.delete(path).status_code == 405
        assert press(browser, link(there, "acknowledge"), why="x" * 301).status_code == 400
    assert state(there) == before


@pytest.mark.parametrize("what", ALL)
def test_a_link_that_is_not_as_it_was_sent_does_nothing(there: World, what: str) -> None:
    before = state(there)
    good = link(there, what)
    token = good.removeprefix("/act/")
    others = [other for other in ALL if other != what]
    said, _, signature = token.rpartition(".")
    foreign = link(there, what, Links(there.url, b"another installation's key......"))
    bad = {
        NoLink.FORGED: [
            said[:-2] + ("AA" if said[-2:] != "AA" else "BB") + "." + signature,
            *(said + "." + link(there, other).rpartition(".")[2] for other in others),
            token + "A",
        ],
        NoLink.TRUNCATED: [token[: len(token) // 2], token[:-1], token[:20]],
        NoLink.FOREIGN: [foreign.removeprefix("/act/")],
    }
    odd = [
        "%00",
        token + "%00",
        "%C3%A9",
        "%FF",
        "a.b.c",
        "%2e%2e%2fstatus",
        "<script>",
        "A" * 7_000,
        token + "/x",
    ]
    with there.browser() as browser:
        for why, tokens in bad.items():
            for each in tokens:
                for answer in (browser.get(f"/act/{each}"), press(browser, f"/act/{each}", why="x")):
                    assert (answer.status_code, why.advice in words(answer)) == (403, True), (why, each)
                    assert answer.headers["cache-control"] == "no-store"
        for each in odd:
            for answer in (browser.get(f"/act/{each}"), press(browser, f"/act/{each}", why="x")):
                assert 400 <= answer.status_code < 500, each
                assert answer.headers["x-frame-options"] == "DENY"
                assert "<script>" not in answer.text
        assert browser.get("/act/" + "A" * 10_000).status_code == 414
        assert press(browser, "/act/" + "A" * 10_000).status_code == 414
    for method in ("GET", "POST"):
        longest = ask(there.url, request("/act/" + "A" * 100_000, method=method, body=ONE_CLICK))
        assert longest.status in (0, *range(400, 500))
    assert state(there) == before


@pytest.mark.parametrize("what", ALL)
def test_a_link_is_good_for_fourteen_days_and_one_that_stops_mails_for_ever(there: World, what: str) -> None:
    path, before = link(there, what), state(there)
    with there.browser() as browser:
        there.clock.advance(GOOD_FOR - timedelta(seconds=1))
        assert browser.get(path).status_code == 200
        there.clock.advance(timedelta(seconds=1))
        opened, pressed = browser.get(path), press(browser, path, why="x")
        if what == "stop":
            there.clock.advance(timedelta(days=3_650))
            assert (opened.status_code, pressed.status_code, browser.get(path).status_code) == (200, 200, 200)
            return
        for answer in (opened, pressed):
            assert (answer.status_code, NoLink.EXPIRED.advice in words(answer)) == (403, True)
    assert state(there) == before


@pytest.mark.parametrize("what", ALL)
def test_while_the_history_takes_nothing_nothing_is_done(
    there: World, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_: Transaction) -> None:
        raise CommitFailedError("the disk is full")

    before, troubled = state(there), there.outbox.troubled()
    monkeypatch.setattr(there.history, "commit", refuses)
    with there.browser() as browser:
        answer = press(browser, link(there, what), why="x")
        assert (answer.status_code, NOT_STORED in words(answer)) == (503, True)
        if what == "stop":
            assert browser.post(link(there, what), content=ONE_CLICK, headers=FORM).status_code == 503
    assert (state(there), there.outbox.troubled()) == (before, troubled)


def test_what_is_not_known_any_more_is_said_so(there: World) -> None:
    with there.browser() as browser:
        for made in (
            there.links.acknowledge("f" * 16, "", stage.NOW),
            there.links.silence("ofsted:SC0", "", stage.NOW),
        ):
            path = "/act/" + made.partition("/act/")[2]
            assert "There is nothing to do" in words(browser.get(path))
            assert press(browser, path, why="x").status_code == 404


def test_names_that_hurt_do_nothing_on_a_link_s_page(there: World) -> None:
    hurt = '"><script>alert(1)</script>\u202e@example.org'
    there.history.commit(
        Transaction(changes=[replace(told, alert=replace(told.alert, name=hurt)) for told in there.history.changes()])
    )
    with there.browser() as browser:
        for what in ALL:
            for answer in (
                browser.get(link(there, what, recipient=hurt)),
                press(browser, link(there, what, recipient=hurt), why=hurt),
            ):
                assert "<script>" not in answer.text
                assert "\u202e" not in answer.text


def test_who_stopped_mails_by_one_click_is_listed_by_the_commands_and_resumed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text(CONFIG)
    with world(tmp_path / "data") as there, there.browser() as browser:
        assert browser.post(link(there, "stop"), content=ONE_CLICK, headers=FORM).status_code == 200
        acknowledged = press(browser, link(there, "acknowledge"), why="We know.")
        assert acknowledged.status_code == 200
    (listed,) = lines(run("mails", "--json")[1])
    assert (listed["address"], listed["by"], listed["door"]) == (READER, READER, "mail")
    assert f"no mails go to {READER}, who stopped them at 2026-03-02 12:00 UTC" in run("status")[1]
    said = " ".join(run("explain", "SC900100")[1].split())
    assert f"acknowledged by {READER}, 2026-03-02 12:00 UTC, through a link: We know." in said
    assert run("mails", "resume", READER)[0] == 0
    assert run("mails")[1] == "nobody has stopped these mails\n"
