"""Watches that people made, on the pages: shown to everybody, removed by who is signed in, routed no more at once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.web import stage
from tests.web.acting.test_signed_in import press, signed
from tests.web.acting.world import HOME, World, alert, words, world
from tests.web.markup import faults
from watcher.delivery.ledger import Delivery
from watcher.history.protocol import Transaction
from watcher.watching.made_watches import MadeWatch
from watcher.web.access.access import NOT_FROM_HERE
from watcher.web.acting.deeds import DONE

DERBY = MadeWatch(
    number=3, of="area", value="Derby", to="desk/C0456", by=stage.SECRET_PERSON, user="U1", made=stage.NOW, door="slack"
)
PAGE = "/watches/desk%2FC0456%2F3"
REMOVE = "/watches/desk/C0456/3/remove"


@pytest.fixture
def there(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "data", user_header="X-User", trusted_proxies=("127.0.0.1",)) as found:
        keep(found, DERBY)
        yield found


def keep(there: World, *made: MadeWatch) -> None:
    there.history.commit(Transaction(made_watches=made))
    there.site.watches_altered()


def test_the_first_page_has_them_with_what_where_and_since_when(there: World) -> None:
    with there.browser() as browser:
        page = browser.get("/")
        asked = "Area Derby: dropped to inadequate, first inspection inadequate, still inadequate, recovered"
        assert asked in words(page)
        assert "desk/C0456/3: to desk/C0456, since 2 March 2026" in words(page)
        assert f'href="{PAGE}"' in page.text
        assert "/remove" not in page.text
        assert stage.SECRET_PERSON not in page.text
        assert faults(page.text) == []
    with signed(there) as browser:
        page = browser.get("/")
        assert f"by {stage.SECRET_PERSON}, in Slack" in words(page)
        assert faults(page.text) == []


def test_one_has_a_page_and_files_whatever_is_in_its_name(there: World) -> None:
    with there.browser() as browser:
        page = browser.get(PAGE)
        assert page.status_code == 200
        assert "Areas Derby" in words(page)
        assert "Made 12:00, 2 March 2026" in words(page)
        assert stage.SECRET_PERSON not in page.text
        assert faults(page.text) == []
        assert "/remove" not in page.text
        for path in (PAGE, "/watches/desk/C0456/3"):
            assert browser.get(f"{path}.csv").text.startswith("\ufeffhome,id,label")
            assert [home["id"] for home in browser.get(f"{path}.json").json()] == ["SC900100"]
            feed = browser.get(f"{path}.atom")
            assert (feed.status_code, "for the watch desk/C0456/3" in feed.text) == (200, True)
        assert browser.get("/homes.json?watch=desk/C0456/3").json()[0]["id"] == "SC900100"
        assert browser.get("/changes?watch=desk/C0456/3").status_code == 200
        assert browser.get("/calendar.ics?watch=desk/C0456/3").status_code == 200
        assert browser.get("/watches/desk/C0456/4").status_code == 404
    with signed(there) as browser:
        assert f"Made 12:00, 2 March 2026 by {stage.SECRET_PERSON}, in Slack" in words(browser.get(PAGE))


@pytest.mark.parametrize("page", ["/", PAGE])
def test_who_is_signed_in_removes_one_and_is_told_so(there: World, page: str) -> None:
    with signed(there) as browser:
        done = press(browser, page, REMOVE)
        assert (done.status_code, done.headers["location"]) == (303, "/?done=watch-removed")
        first = browser.get("/?done=watch-removed")
        assert DONE["watch-removed"] in words(first)
        assert "desk/C0456" not in words(first)
        assert "desk/C0456/3" not in [watch.name for watch in there.site.settings().watch]
        gone = browser.get(PAGE)
        assert gone.status_code == 404
        assert "removed at 12:00, 2 March 2026" in words(gone)
        assert faults(gone.text) == []
    (made,) = there.history.made_watches()
    assert (made.ended, made.ended_by, made.ended_door) == (stage.NOW, stage.USER, "page")
    assert there.kept()[-1] == ("unwatch", "desk/C0456/3", stage.USER, "", "page")


def test_one_that_is_gone_meanwhile_is_told(there: World) -> None:
    with signed(there) as browser, signed(there, "proxy") as other:
        pages = browser.get("/").text
        assert press(other, "/", REMOVE).headers["location"] == "/?done=watch-removed"
        form = {"csrf": pages.partition('name="csrf" value="')[2].partition('"')[0], "back": "/"}
        origin = {"Origin": there.url, "Sec-Fetch-Site": "same-origin"}
        assert browser.post(REMOVE, data=form, headers=origin).headers["location"] == "/?done=watch-removed-before"
        for name in ("desk/C0456/4", "derby", "everything"):
            assert browser.post(f"/watches/{name}/remove", data=form, headers=origin).status_code == 404
    assert [kept[0] for kept in there.kept()] == ["unwatch"]


def test_nobody_else_removes_one(there: World) -> None:
    with there.browser() as browser:
        assert browser.post(REMOVE, data={"csrf": "x"}).headers["location"].startswith("/sign-in")
        assert browser.get(REMOVE).status_code == 405
    with signed(there) as browser:
        refused = browser.post(REMOVE, data={"csrf": "wrong"}, headers={"Origin": there.url})
        assert (refused.status_code, NOT_FROM_HERE in refused.text) == (403, True)
        assert browser.post(REMOVE, data={"csrf": "x"}, headers={"Origin": "https://evil.example"}).status_code == 403
    assert there.history.made_watches()[0].is_in_force


def test_a_paused_one_and_one_without_its_channel_say_so(there: World) -> None:
    keep(there, replace(DERBY, paused=stage.NOW), replace(DERBY, number=4, to="gone/C0456"))
    with there.browser() as browser:
        front = words(browser.get("/"))
        assert "paused since 12:00, 2 March 2026" in front
        assert "it tells nothing, as there is no channel gone in the configuration" in front
        assert "paused since 12:00, 2 March 2026" in words(browser.get(PAGE))
        dormant = browser.get("/watches/gone/C0456/4")
        assert dormant.status_code == 404
        assert "as there is no channel gone in the configuration" in words(dormant)
    with signed(there) as browser:
        assert press(browser, "/", "/watches/gone/C0456/4/remove").status_code == 303


def test_pages_that_a_browser_keeps_are_others_when_one_is_made_paused_or_removed(there: World) -> None:
    paths = (PAGE, "/homes?watch=desk%2FC0456%2F3", f"{PAGE}.atom", f"{PAGE}.json", "/")

    def tags(browser: object) -> list[str]:
        return [there_is.headers["etag"] for there_is in map(browser.get, paths)]  # type: ignore[attr-defined]

    with there.browser() as browser:
        before = tags(browser)
        assert tags(browser) == before
        assert browser.get(PAGE, headers={"If-None-Match": before[0]}).status_code == 304
        keep(there, replace(DERBY, paused=stage.NOW))
        paused = browser.get(PAGE, headers={"If-None-Match": before[0]})
        assert (paused.status_code, "paused since" in paused.text) == (200, True)
        edition = there.site.editions.of_facts(there.history, there.site.settings(), stage.NOW)
        keep(there, replace(DERBY, number=4, value="Derbyshire"))
        assert there.site.editions.of_facts(there.history, there.site.settings(), stage.NOW) != edition
        keep(there, DERBY.removed(by="x", at=stage.NOW, door="page"))
        for path, tag in zip(paths[:-1], before[:-1], strict=True):
            again = browser.get(path, headers={"If-None-Match": tag})
            assert again.status_code in (400, 404), path


@pytest.mark.parametrize("number", range(len(stage.HOSTILE)))
def test_what_hurts_in_one_hurts_nobody(there: World, number: int) -> None:
    hurts = stage.HOSTILE[number]
    keep(there, replace(DERBY, of="owner", value=hurts, by=hurts[:80]))
    with signed(there) as browser:
        for path in ("/", PAGE):
            page = browser.get(path)
            assert page.status_code == 200
            assert faults(page.text) == []
            assert "<script>alert" not in page.text
            assert "\u202e" not in page.text


def test_what_waits_for_its_channel_is_sent_again_from_the_status(there: World) -> None:
    waits = Delivery.of("desk/C0456", HOME, alert(), "x", stage.NOW)
    there.history.commit(Transaction(deliveries=(replace(waits, due=stage.NOW + timedelta(hours=1)),)))
    there.outbox.refresh()
    action = "/channels/desk/C0456/retry"
    with signed(there) as browser:
        assert "desk/C0456 (slack)" in words(browser.get("/status"))
        assert press(browser, "/status", action).headers["location"] == "/status?done=sent-again"
        assert press(browser, "/status", action).headers["location"] == "/status?done=not-to-send"
    assert there.kept()[-1][:2] == ("retry channel", "desk/C0456")
