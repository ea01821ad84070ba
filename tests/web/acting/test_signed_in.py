"""Who is signed in does what the forms of the pages offer: it is done, kept with who asked, and said where he was."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, unquote

import httpx
import orjson
import pytest
from lxml import html
from structlog.testing import capture_logs

from tests.web import stage
from tests.web.acting.world import (
    CHANGE,
    CHANGE_PAGE,
    HOME,
    HOME_PAGE,
    PROXIED,
    READER,
    World,
    form_to,
    sign_in,
    token_in,
    words,
    world,
)
from tests.web.markup import faults
from watcher.config.passwords import hashed
from watcher.config.users_file import put_user, remove_user
from watcher.delivery.ledger import State
from watcher.facts.inspection import Home
from watcher.facts.sources import Sort, Source
from watcher.facts.statements import HomeRecord
from watcher.history.failures import CommitFailedError
from watcher.history.protocol import Transaction
from watcher.watching.deeds import Door
from watcher.web.access.access import NOT_FROM_HERE
from watcher.web.acting.deeds import DONE
from watcher.web.acting.not_done import NOT_STORED

MESSAGES = ("refused", "unknown", "waiting", "silenced", "reminder")
ACKNOWLEDGE = f"{CHANGE_PAGE}/acknowledge"
SILENCE = f"{HOME_PAGE}/silence"


@pytest.fixture(params=["session", "proxy"])
def by(request: pytest.FixtureRequest) -> str:
    """How somebody is signed in."""
    return str(request.param)


@pytest.fixture
def there(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "data", user_header="X-User", trusted_proxies=("127.0.0.1",)) as found:
        yield found


@contextmanager
def signed(there: World, by: str = "session") -> Iterator[httpx.Client]:
    """A browser of somebody who may act."""
    with there.browser(**({"X_User": "ann"} if by == "proxy" else {})) as browser:
        if by == "session":
            sign_in(browser)
        yield browser


def name_of(by: str) -> str:
    return {"session": stage.USER, "proxy": "ann"}[by]


def press(browser: httpx.Client, page: str, action: str, **fields: str) -> httpx.Response:
    """Sends a form of a page as a browser does."""
    form = {**form_to(browser.get(page).text, action), **fields}
    origin = str(browser.base_url).rstrip("/")
    return browser.post(
        quote(action, safe="/:"), data=form, headers={"Origin": origin, "Sec-Fetch-Site": "same-origin"}
    )


def is_done(browser: httpx.Client, answer: httpx.Response, page: str, done: str) -> None:
    """It leads back to the page, which says what came of it."""
    assert (answer.status_code, answer.headers["location"]) == (303, f"{page}?done={done}")
    assert DONE[done] in words(browser.get(answer.headers["location"]))


@pytest.mark.parametrize("page", [HOME_PAGE, CHANGE_PAGE])
def test_an_alert_is_acknowledged_its_reminders_end_and_the_first_one_stays(there: World, by: str, page: str) -> None:
    with signed(there, by) as browser:
        is_done(browser, press(browser, page, ACKNOWLEDGE, why="We <b>know</b>."), page, "acknowledged")
        first = there.history.acknowledgement(CHANGE)
        assert first is not None
        assert (first.by, first.why, first.at, first.door) == (name_of(by), "We <b>know</b>.", stage.NOW, Door.PAGE)
        assert there.now("reminder").state is State.LAPSED
        assert there.messages["reminder"].id not in {one.id for one in there.outbox.troubled()}
        again = browser.post(ACKNOWLEDGE, data={"csrf": token_in(browser.get(page).text), "back": page, "why": "I"})
        is_done(browser, again, page, "acknowledged-before")
        assert there.history.acknowledgement(CHANGE) == first
        assert f'action="{ACKNOWLEDGE}"' not in browser.get(page).text


def test_a_home_is_silenced_what_waits_is_held_and_the_silence_is_ended(there: World, by: str) -> None:
    with signed(there, by) as browser:
        is_done(browser, press(browser, HOME_PAGE, SILENCE, why="They move."), HOME_PAGE, "silenced")
        (silence,) = there.history.silences()
        assert (silence.home, silence.by, silence.why, silence.door) == ((HOME,), name_of(by), "They move.", Door.PAGE)
        assert (silence.made, silence.until) == (stage.NOW, stage.NOW + timedelta(days=14))
        assert there.now("waiting").state is there.now("reminder").state is State.SILENCED
        assert there.messages["waiting"].id not in {one.id for one in there.outbox.troubled()}
        twice = {"csrf": token_in(browser.get(HOME_PAGE).text), "back": HOME_PAGE, "until": "14d", "why": "They move."}
        is_done(browser, browser.post(SILENCE, data=twice), HOME_PAGE, "silenced-before")
        end = f"/silences/{silence.id}/end"
        is_done(browser, press(browser, HOME_PAGE, end), HOME_PAGE, "silence-ended")
        assert there.history.silences()[0].until == stage.NOW
        assert there.kept() == [("end silence", silence.id, name_of(by), "", "page")]
        over = browser.post(end, data={"csrf": token_in(browser.get(HOME_PAGE).text), "back": "/status"})
        is_done(browser, over, "/status", "silence-over")


@pytest.mark.parametrize("page", [HOME_PAGE, CHANGE_PAGE, "/status"])
@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_is_sent_again_at_once(there: World, name: str, page: str) -> None:
    message = there.messages[name].id
    action = f"/messages/{message}/retry"
    with signed(there) as browser:
        if page == "/status" and name not in ("refused", "unknown"):
            assert action not in browser.get(page).text
            return
        is_done(browser, press(browser, page, action), page, "sent-again")
        assert (there.now(name).state, there.now(name).due) == (State.WAITING, stage.NOW)
        due = {one.id: one.due for one in there.outbox.troubled()}
        assert due[message] == stage.NOW
        assert there.kept() == [("retry", message, stage.USER, "", "page")]


@pytest.mark.parametrize("page", [HOME_PAGE, CHANGE_PAGE, "/status"])
@pytest.mark.parametrize("name", ["refused", "unknown"])
def test_a_message_is_given_up(there: World, by: str, name: str, page: str) -> None:
    message = there.messages[name].id
    action = f"/messages/{message}/drop"
    with signed(there, by) as browser:
        is_done(browser, press(browser, page, action), page, "given-up")
        assert there.now(name).state is State.LAPSED
        assert there.kept() == [("drop", message, name_of(by), "", "page")]
        assert action not in browser.get(page).text
        again = browser.post(action, data={"csrf": token_in(browser.get(page).text), "back": page})
        is_done(browser, again, page, "not-to-give-up")


def test_what_cannot_be_sent_or_given_up_is_not_offered_and_said_so(there: World) -> None:
    with signed(there) as browser:
        for name in ("accepted", "declined"):
            retry, drop = (f"/messages/{there.messages[name].id}/{what}" for what in ("retry", "drop"))
            page = browser.get(HOME_PAGE).text
            assert retry not in page
            assert drop not in page
            form = {"csrf": token_in(page), "back": HOME_PAGE}
            is_done(browser, browser.post(retry, data=form), HOME_PAGE, "not-to-send")
            is_done(browser, browser.post(drop, data=form), HOME_PAGE, "not-to-give-up")
        assert there.kept() == []


def test_what_a_channel_keeps_is_sent_and_a_held_reading_is_released(there: World, by: str, tmp_path: Path) -> None:
    with signed(there, by) as browser:
        is_done(browser, press(browser, "/status", "/channels/screen/retry"), "/status", "sent-again")
        assert there.now("waiting").due == stage.NOW
        assert there.kept() == [("retry channel", "screen", name_of(by), "", "page")]
        is_done(browser, press(browser, "/status", "/feeds/ofsted/release"), "/status", "released")
        (left,) = (tmp_path / "data" / "requests").glob("*.json")
        asked = orjson.loads(left.read_bytes())
        assert (asked["what"], asked["subject"]) == ("release", "ofsted")
        assert (asked["content"]["by"], asked["content"]["door"]) == (name_of(by), "page")
        there.history.commit(Transaction(feeds=(replace(there.history.feed("ofsted"), released=True),)))
        assert "/feeds/ofsted/release" not in browser.get("/status").text
        again = {"csrf": token_in(browser.get("/status").text), "back": "/status"}
        is_done(browser, browser.post("/feeds/ofsted/release", data=again), "/status", "released-before")


def test_every_deed_is_shown_to_everybody_and_who_did_it_to_the_signed_in(there: World) -> None:
    with signed(there) as browser, there.browser() as stranger:
        press(browser, HOME_PAGE, ACKNOWLEDGE, why="Seen to.")
        press(browser, HOME_PAGE, f"/messages/{there.messages['refused'].id}/drop")
        press(browser, HOME_PAGE, f"/messages/{there.messages['unknown'].id}/retry")
        press(browser, HOME_PAGE, SILENCE, why="They move.")
        press(browser, HOME_PAGE, f"/silences/{there.history.silences()[0].id}/end")
        known, strange = words(browser.get(HOME_PAGE)), words(stranger.get(HOME_PAGE))
        for done in ("Acknowledged", "Given up", "Sent again", "Silenced", "Silence ended"):
            assert f"{done} by {stage.USER}, 12:00, 2 March 2026, on the page" in known
            assert f"{done}, 12:00, 2 March 2026" in strange
        assert ": Seen to." in known
        for secret in (stage.USER, "Seen to", "They move", READER):
            assert secret not in stranger.get(HOME_PAGE).text
        assert READER in known or READER in browser.get(CHANGE_PAGE).text


def test_status_names_stuck_messages_to_all_and_their_readers_to_the_signed_in(there: World) -> None:
    with signed(there) as browser, there.browser() as stranger:
        known, strange = browser.get("/status").text, stranger.get("/status").text
    for name in ("refused", "unknown"):
        assert f"Message {there.messages[name].id} to mail" in strange
        assert f"Message {there.messages[name].id} to mail for {READER}" in known
    assert "550 no such user" in known
    for secret in (READER, "csrf"):
        assert secret not in strange


def test_a_form_that_is_not_ours_does_nothing(there: World, tmp_path: Path) -> None:
    with signed(there) as browser, signed(there) as another, world(tmp_path / "other") as elsewhere:
        page, origin = browser.get(HOME_PAGE).text, there.url
        good = {"csrf": token_in(page), "back": HOME_PAGE}
        with signed(elsewhere) as foreign:
            theirs = token_in(foreign.get(HOME_PAGE).text)
        bad: list[tuple[dict[str, str], dict[str, str]]] = [
            ({"csrf": ""}, {}),
            ({"csrf": "0" * 64}, {}),
            ({"csrf": "é\x00"}, {}),
            ({"csrf": token_in(another.get(HOME_PAGE).text)}, {}),
            ({"csrf": theirs}, {}),
            ({"csrf": token_in(page)[::-1]}, {}),
            ({}, {"Origin": "https://evil.example"}),
            ({}, {"Origin": "null"}),
            ({}, {"Sec-Fetch-Site": "cross-site"}),
            ({}, {"Sec-Fetch-Site": "same-site", "Origin": origin}),
            ({}, {"Sec-Fetch-Site": "cross-site", "Origin": origin}),
        ]
        for fields, headers in bad:
            answer = browser.post(ACKNOWLEDGE, data={**good, **fields}, headers=headers)
            assert (answer.status_code, NOT_FROM_HERE in words(answer)) == (403, True), (fields, headers)
            assert answer.headers["x-frame-options"] == "DENY"
        without = browser.post(ACKNOWLEDGE, data={"back": HOME_PAGE})
        assert without.status_code == 403
        twice = browser.post(ACKNOWLEDGE, content=f"csrf=x&csrf={good['csrf']}", headers=FORM)
        assert twice.status_code == 403
        assert there.history.acknowledgement(CHANGE) is None
        assert browser.post(ACKNOWLEDGE, data=good).status_code == 303  # nothing of the browser's own: an old one


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_after_signing_out_nothing_is_done_and_one_is_led_to_sign_in_and_back(there: World) -> None:
    with signed(there) as browser:
        form = {"csrf": token_in(browser.get(HOME_PAGE).text), "back": HOME_PAGE}
        cookie = {"Cookie": f"watcher={browser.cookies['watcher']}"}
        browser.post("/sign-out", data={"csrf": form["csrf"]})
        for headers in ({}, cookie):
            answer = browser.post(ACKNOWLEDGE, data=form, headers=headers)
            assert (answer.status_code, unquote(answer.headers["location"])) == (303, f"/sign-in?next={HOME_PAGE}")
    assert there.history.acknowledgement(CHANGE) is None


@pytest.mark.parametrize("how", ["removed", "another password", "file gone", "twelve hours"])
def test_who_may_no_more_act_does_nothing(there: World, tmp_path: Path, how: str) -> None:
    users = tmp_path / "data" / "users"
    with signed(there) as browser:
        form = {"csrf": token_in(browser.get(HOME_PAGE).text), "back": HOME_PAGE}
        if how == "removed":
            remove_user(users, stage.USER)
        elif how == "another password":
            put_user(users, stage.USER, hashed("a password of another kind"), is_new=False)
        elif how == "file gone":
            users.unlink()
        else:
            there.clock.advance(timedelta(hours=12))
        answer = browser.post(ACKNOWLEDGE, data=form)
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in")
        assert "csrf" not in browser.get(HOME_PAGE).text
    assert there.history.acknowledgement(CHANGE) is None


def test_pages_without_a_file_of_users_say_that_they_only_show(tmp_path: Path) -> None:
    with world(tmp_path, users_file=None) as there, there.browser() as browser:
        answer = browser.post(ACKNOWLEDGE, data={"back": HOME_PAGE})
        assert (answer.status_code, "These pages only show" in words(answer)) == (403, True)
        assert "Sign in" not in browser.get(HOME_PAGE).text
        assert there.history.acknowledgement(CHANGE) is None


ADDRESSES = (
    ACKNOWLEDGE,
    SILENCE,
    "/silences/01234567/end",
    "/messages/0123456789abcdef/retry",
    "/messages/0123456789abcdef/drop",
    "/channels/nobody/retry",
    "/feeds/nobody/release",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_is_for_a_button_shows_nothing_and_does_nothing(there: World, address: str) -> None:
    with signed(there) as browser:
        for method in ("GET", "HEAD"):
            override = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST", "X-HTTP-Method": "POST"}
            answer = browser.request(method, f"{address}?_method=POST", headers=override)
            assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
        assert browser.put(address).status_code == browser.delete(address).status_code == 405
    assert there.history.acknowledgement(CHANGE) is None


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/changes/ffffffffffffffff/acknowledge", "There is no such change"),
        ("/homes/ofsted:SC0/silence", "There is no such home"),
        ("/homes/%00%3Cscript%3E/silence", "There is no such home"),
        *zip(ADDRESSES[2:], ("silence", "message", "message", "channel", "feed"), strict=True),
    ],
)
def test_what_is_not_there_is_said_so(there: World, address: str, said: str) -> None:
    with signed(there) as browser:
        form = {"csrf": token_in(browser.get(HOME_PAGE).text), "back": HOME_PAGE, "until": "1d", "why": "x"}
        answer = browser.post(address, data=form)
        assert (answer.status_code, said in words(answer)) == (404, True)
        assert "There is nothing to do" in words(answer)
        assert HOME_PAGE in answer.text
    assert there.kept() == []


@pytest.mark.parametrize(
    ("address", "fields", "said"),
    [
        (ACKNOWLEDGE, {"why": "x" * 301}, "at most 300 characters"),
        (SILENCE, {"why": "x" * 301, "until": "1d"}, "at most 300 characters"),
        (SILENCE, {"why": "", "until": "1d"}, "needs a reason"),
        (SILENCE, {"why": "\u200b", "until": "1d"}, "needs a reason"),
        (SILENCE, {"why": "x", "until": ""}, ""),
        (SILENCE, {"why": "x", "until": "2026-03-01"}, "in the future, within a year"),
        (SILENCE, {"why": "x", "until": "2027-03-09"}, "in the future, within a year"),
        (SILENCE, {"why": "x", "until": "9999-12-31"}, "within a year"),
        (SILENCE, {"why": "x", "until": "-5d"}, ""),
        (SILENCE, {"why": "x", "until": "99999999999999d"}, ""),
        (SILENCE, {"why": "x", "until": "<script>\x00"}, ""),
        (SILENCE, {"why": "x", "until": "x" * 10_000}, ""),
        ("/feeds/wales/release", {}, "nothing to release"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_write(
    there: World, address: str, fields: dict[str, str], said: str
) -> None:
    with signed(there) as browser:
        form = {"csrf": token_in(browser.get(HOME_PAGE).text), "back": HOME_PAGE, **fields}
        answer = browser.post(address, data=form)
        assert (answer.status_code, "That could not be done" in words(answer)) == (400, True)
        assert said in words(answer)
        assert len(answer.text) < 10_000
        assert "<script>" not in answer.text
    assert (list(there.history.silences()), there.history.acknowledgement(CHANGE)) == ([], None)


def test_what_is_no_form_or_too_large_is_refused(there: World) -> None:
    with signed(there) as browser:
        csrf = token_in(browser.get(HOME_PAGE).text)
        large = browser.post(ACKNOWLEDGE, data={"csrf": csrf, "why": "x" * 100_000})
        assert (large.status_code, large.headers["x-frame-options"]) == (413, "DENY")
        for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain", ""):
            answer = browser.post(ACKNOWLEDGE, content=f"csrf={csrf}", headers={"Content-Type": kind})
            assert answer.status_code == 415, kind
        for odd in (b"csrf=\xff", b"&" * 1_000):
            assert browser.post(ACKNOWLEDGE, content=odd, headers=FORM).status_code == 400
    assert there.history.acknowledgement(CHANGE) is None


def test_while_the_history_takes_nothing_nothing_is_half_done(there: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(_: Transaction) -> None:
        raise CommitFailedError("the disk /var/lib/watcher is full")

    with signed(there) as browser:
        page = browser.get(HOME_PAGE).text
        form = {"csrf": token_in(page), "back": HOME_PAGE, "until": "1d", "why": "x"}
        before = (list(there.history.deliveries()), there.outbox.troubled())
        monkeypatch.setattr(there.history, "commit", refuses)
        message = there.messages["refused"].id
        for address in (ACKNOWLEDGE, SILENCE, f"/messages/{message}/retry", f"/messages/{message}/drop"):
            answer = browser.post(address, data=form)
            assert (answer.status_code, NOT_STORED in words(answer)) == (503, True), address
            assert "/var/lib" not in answer.text
        assert (list(there.history.deliveries()), there.outbox.troubled()) == before
    assert (there.kept(), list(there.history.silences()), there.history.acknowledgement(CHANGE)) == ([], [], None)


def test_a_folder_that_takes_no_request_is_said_as_a_full_disk(there: World, tmp_path: Path) -> None:
    (tmp_path / "data" / "requests").write_text("a file where the folder should be")
    with signed(there) as browser:
        form = {"csrf": token_in(browser.get("/status").text), "back": "/status"}
        answer = browser.post("/feeds/ofsted/release", data=form)
        assert (answer.status_code, NOT_STORED in words(answer)) == (503, True)


def test_what_fails_unforeseen_says_nothing_of_the_inside_and_of_no_link_in_the_log(
    there: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("secret inside")

    link = "/act/" + there.links.acknowledge(CHANGE, READER, stage.NOW).partition("/act/")[2]
    with signed(there) as browser, there.browser() as stranger, capture_logs() as logged:
        form = {"csrf": token_in(browser.get(HOME_PAGE).text), "back": HOME_PAGE}
        login = {"name": stage.USER, "password": stage.PASSWORD, "csrf": token_in(stranger.get("/sign-in").text)}
        monkeypatch.setattr(there.history, "commit", breaks)
        answers = [
            browser.post(ACKNOWLEDGE, data=form),
            stranger.post(link, data={"why": "x"}),
            stranger.post("/sign-in", data=login),
        ]
    for answer in answers:
        assert (answer.status_code, answer.headers["x-frame-options"]) == (500, "DENY")
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert "secret inside" not in answer.text
    assert [(entry["event"], entry["below"]) for entry in logged] == [
        ("request failed", "changes"),
        ("request failed", "act"),
        ("request failed", "sign-in"),
    ]


@pytest.mark.parametrize("page", [HOME_PAGE, CHANGE_PAGE, "/status"])
def test_pages_with_forms_are_sound(there: World, page: str) -> None:
    with signed(there) as browser:
        press(browser, HOME_PAGE, SILENCE, why="They <b>move</b>.")
        for address in (page, f"{page}?done=silenced"):
            assert faults(browser.get(address).text) == []


@pytest.mark.parametrize(
    ("back", "leads"),
    [
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/a\r\nSet-Cookie: a=b", "/"),
        ("/a%0d%0aSet-Cookie:%20a=b", "/a%0d%0aSet-Cookie:%20a=b"),
        ("/\t/evil.example", "/"),
        ("/status?done=released&a=b", "/status"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
        ("/" + "a" * 3_000, "/"),
        ("/@evil.example", "/@evil.example"),
    ],
)
def test_nobody_is_led_elsewhere_after_a_deed(there: World, back: str, leads: str) -> None:
    with signed(there) as browser:
        form = {"csrf": token_in(browser.get(HOME_PAGE).text), "back": back}
        answer = browser.post(ACKNOWLEDGE, data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{leads}?done=acknowledged")
        assert "set-cookie" not in answer.headers


def test_nothing_is_said_to_have_been_done_to_who_can_have_done_nothing(there: World) -> None:
    with signed(there) as browser, there.browser() as stranger:
        address = f"{HOME_PAGE}?done=silenced"
        assert DONE["silenced"] in words(browser.get(address))
        assert DONE["silenced"] not in words(stranger.get(address))
        for odd in ("nothing", "%3Cscript%3E", "__class__", "silenced&done=x" * 50):
            assert "<script>" not in browser.get(f"{HOME_PAGE}?done={odd}").text


def test_of_many_who_acknowledge_at_once_one_is_the_first(there: World) -> None:
    with signed(there) as browser:
        form = {"csrf": token_in(browser.get(HOME_PAGE).text), "back": HOME_PAGE}
        with ThreadPoolExecutor(8) as many:
            answers = list(
                many.map(lambda number: browser.post(ACKNOWLEDGE, data={**form, "why": f"{number}"}), range(24))
            )
    led = sorted(answer.headers["location"].partition("=")[2] for answer in answers)
    assert led == ["acknowledged", *["acknowledged-before"] * 23]


def test_a_session_that_somebody_else_put_there_is_nobody_s_and_another_begins(there: World) -> None:
    with there.browser() as browser:
        planted = "A" * 43
        browser.cookies.set("watcher", planted)
        sign_in(browser)
        values = {cookie.value for cookie in browser.cookies.jar if cookie.name == "watcher"} - {planted}
        assert len(values) == 1
    with there.browser(Cookie=f"watcher={planted}") as attacker:
        assert "csrf" not in attacker.get(HOME_PAGE).text


def test_a_user_is_himself_in_small_and_capital_letters_as_written(there: World, tmp_path: Path) -> None:
    put_user(tmp_path / "data" / "users", "Other", hashed(stage.PASSWORD), is_new=True)
    with there.browser() as browser:
        page = browser.get("/sign-in").text
        form = {"name": stage.USER.upper(), "password": stage.PASSWORD, "csrf": token_in(page)}
        assert browser.post("/sign-in", data=form).status_code == 403
        assert "csrf" not in browser.get(HOME_PAGE).text


@pytest.mark.parametrize(
    ("headers", "may"),
    [
        ([("X-User", "ann")], True),
        ([("X-User", "ann"), ("X-Forwarded-For", "203.0.113.9, 10.0.0.1")], True),
        ([("X-User", "ann"), ("X-User", "bob")], False),
        ([("X-User", "")], False),
        ([("X-User", "a\x7fb")], False),
        ([("X-User", "x" * 65)], False),
        ([("X-Forwarded-User", "ann")], False),
    ],
)
def test_a_proxy_s_word_counts_once_and_plain(there: World, headers: list[tuple[str, str]], may: bool) -> None:
    with httpx.Client(base_url=there.url, trust_env=False, timeout=60) as browser:
        assert ("csrf" in browser.get(HOME_PAGE, headers=httpx.Headers(headers)).text) is may


def test_of_a_client_that_is_no_trusted_proxy_nothing_is_believed(tmp_path: Path) -> None:
    with world(tmp_path, user_header="X-User", trusted_proxies=("192.0.2.1",)) as there, there.browser() as browser:
        forged = {**PROXIED, "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Host": "evil.example"}
        page = browser.get(HOME_PAGE, headers=forged)
        assert "csrf" not in page.text
        answer = browser.post(ACKNOWLEDGE, data={"back": HOME_PAGE}, headers=forged)
        assert answer.headers["location"].startswith("/sign-in")
        assert "evil.example" not in page.text


def test_no_page_is_made_of_what_a_request_says_of_its_host(there: World) -> None:
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/evil"}
    with there.browser() as browser:
        for path in ("/", HOME_PAGE, CHANGE_PAGE, "/status", "/changes.atom", "/sign-in", "/no-such-page"):
            answer = browser.get(path, headers=forged)
            assert "evil" not in answer.text + str(answer.headers)
            assert "public" not in answer.headers.get("cache-control", "")


@pytest.mark.parametrize(
    ("forwarded", "origin", "may"),
    [
        (
            {"X-Forwarded-Host": "watcher.example.org", "X-Forwarded-Proto": "https"},
            "https://watcher.example.org",
            True,
        ),
        (
            {
                "X-Forwarded-For": "203.0.113.9, 10.0.0.1, 10.0.0.2",
                "X-Forwarded-Host": "watcher.example.org, inner.example",
                "X-Forwarded-Proto": "https, http",
            },
            "https://watcher.example.org",
            True,
        ),
        ({"X-Forwarded-Host": "evil.example, watcher.example.org"}, "https://evil.example", False),
        ({}, "https://evil.example", False),
        ({}, "http://watcher.example.org", False),
    ],
)
def test_a_deed_comes_through_several_proxies_by_the_name_that_people_know(
    tmp_path: Path, forwarded: dict[str, str], origin: str, may: bool
) -> None:
    options = {"base_url": "https://watcher.example.org", "user_header": "X-User"}
    with (
        world(tmp_path, trusted_proxies=("127.0.0.1", "10.0.0.0/8"), **options) as there,
        signed(there, "proxy") as browser,
    ):
        form = {"csrf": token_in(browser.get(HOME_PAGE, headers=forwarded).text), "back": HOME_PAGE}
        answer = browser.post(ACKNOWLEDGE, data=form, headers={**forwarded, "Origin": origin})
        assert answer.status_code == (303 if may else 403)
        assert (there.history.acknowledgement(CHANGE) is not None) is may
        assert answer.headers.get("location", HOME_PAGE).startswith(HOME_PAGE)


@pytest.mark.parametrize("base_url", ["", "https://watcher.example.org"])
def test_the_cookie_of_the_pages_is_for_tls_where_people_come_by_tls(tmp_path: Path, base_url: str) -> None:
    with world(tmp_path, base_url=base_url) as there, there.browser(Host="watcher.example.org") as browser:
        if not base_url:
            browser.headers["Host"] = "localhost"
        cookie = browser.get("/sign-in").headers["set-cookie"]
        assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
        assert ("Secure" in cookie) is cookie.startswith("__Host-") is bool(base_url)
        assert "Domain" not in cookie


def test_after_five_wrong_passwords_the_right_one_waits_a_minute(there: World) -> None:
    with there.browser() as browser:
        form = {"name": stage.USER, "csrf": token_in(browser.get("/sign-in").text)}
        for _ in range(5):
            assert browser.post("/sign-in", data={**form, "password": "wrong"}).status_code == 403
        right = {**form, "password": stage.PASSWORD}
        refused = browser.post("/sign-in", data=right)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
        there.clock.advance(timedelta(minutes=1))
        assert browser.post("/sign-in", data=right).status_code == 303


def test_who_acts_on_a_page_whose_address_needs_quoting_is_led_back_to_it(there: World) -> None:
    key = "ofsted:SC 9?ä&b%"
    source = Source(stage.NOW.date(), "ofsted", Sort.PAGE)
    odd = Home(regulator="ofsted", id=key.partition(":")[2], name="Plas", source=source)
    there.history.commit(Transaction(homes=[HomeRecord.of(odd)]))
    page = f"/homes/{quote(key, safe=':')}"
    with signed(there) as browser, there.browser() as stranger:
        is_done(browser, press(browser, page, f"/homes/{key}/silence", why="They move."), page, "silenced")
        (to,) = [link for link in html.fromstring(stranger.get(page).text).xpath("//nav//a/@href") if "sign-in" in link]
        login = {**form_to(stranger.get(to).text, "/sign-in")}
        login |= {"name": stage.USER, "password": stage.PASSWORD}
        assert stranger.post("/sign-in", data=login).headers["location"] == page
        alike = html.fromstring(browser.get(page).text).xpath("//a[contains(., 'as JSON')]/@href")
        assert [unquote(link) for link in alike] == [f"/homes/{key}.json"]
