"""Report files that are not there, are something else, or are replaced under their own number."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.feeds.ofsted_site.world import World, published, world
from tests.shared_data import FOLDER
from tests.standins.reports.report_pdf import report_pdf
from tests.standins.site import NOT_FOUND, Trick
from watcher.cli.demo.markup import provider_page
from watcher.facts.inspection import Inspection
from watcher.feeds.feed import Reading, Trouble
from watcher.feeds.ofsted_site.cursor import load
from watcher.feeds.ofsted_site.report_file import NotThere, _something_else
from watcher.feeds.web.http import Page
from watcher.judging.judge import judge

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)


def came(body: bytes, content_type: str = "text/html") -> Page:
    return Page(url="u", final_url="u", body=body, content_type=content_type)


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"<html><title>Sign in</title></html>", "text/html", "what came is no PDF but a web page titled 'Sign in'"),
        (b"<html><title>A &amp; B</title></html>", "", "what came is no PDF but a web page titled 'A & B'"),
        (b"<html><body>soon</body></html>", "text/html", "what came is no PDF but a web page without a title"),
        (b"PK\x03\x04", "application/zip", "what came is no PDF but something else"),
        (b"", "application/pdf", "what came is no PDF but something else"),
        (b"<title" * 3_000_000, "text/html", "what came is no PDF but a web page without a title"),
    ],
)
async def test_what_is_no_pdf_is_named(body: bytes, content_type: str, reason: str) -> None:
    assert _something_else(came(body, content_type)).reason == reason


async def test_the_sites_own_page_on_a_report_that_is_gone_is_known() -> None:
    real = FOLDER / "ofsted" / "site" / "report-not-found_saved_2024-06-03.html"
    for page in (NOT_FOUND, real):
        if page.exists():
            assert isinstance(_something_else(came(page.read_bytes())), NotThere)


@pytest.mark.parametrize("trick", [Trick.REPORT_NOT_FOUND, Trick.REPORT_NOT_FOUND_404])
async def test_a_report_that_is_not_there_is_said_once_in_the_sites_words_and_asked_for_ever_more_rarely(
    trick: Trick,
) -> None:
    async with world() as w:
        await w.poll()
        bad = drop(w)
        w.site.publish(bad)
        w.site.play(trick, "file")
        first = await w.poll(days=1)
        (problem,) = first.problems
        assert (first.outcome.is_good, problem.trouble, problem.home) == (True, Trouble.MISSING, bad.home)
        assert problem.what.startswith("'Report not found', says the site in place of the report on the inspection of")
        assert problem.unread is not None
        assert problem.unread.published == bad.published
        asked, said = [], set()
        for _ in range(70):
            reading = await w.poll(hours=24)
            asked.append(len(w.asked_for("/v1/file")))
            said |= {problem.what for problem in reading.problems}
        assert said == {problem.what}
        assert set(asked[:20]) == {1}
        assert sum(asked[28:]) == len(asked[28:]) // 7
        w.site.play(None)
        came_back: list[str] = []
        for _ in range(8):
            came_back += told(await w.poll(days=1))
        assert came_back == [bad.home]
        assert load(w.cursor).missing == {}


async def test_a_report_that_is_late_in_coming_is_read_within_the_hour() -> None:
    async with world() as w:
        await w.poll()
        w.site.publish(drop(w))
        w.site.play(Trick.REPORT_NOT_FOUND, "file")
        await w.poll(days=1)
        w.site.play(None)
        assert told(await w.poll(hours=1)) == [w.homes()[2].key]


async def test_it_is_over_when_the_link_goes() -> None:
    async with world() as w:
        await w.poll()
        bad = drop(w)
        w.site.publish(bad)
        w.site.play(Trick.REPORT_NOT_FOUND, "file")
        await w.poll(days=1)
        w.site.withdraw(bad)
        reading = await w.poll(hours=1)
        assert [home.key for home in reading.homes] == [bad.home]
        assert reading.problems == ()


async def test_a_report_missing_in_the_baseline_stays_background_once_it_comes() -> None:
    async with world(2) as w:
        w.site.play(Trick.REPORT_NOT_FOUND, "file")
        assert len((await w.poll()).problems) == 2
        w.site.play(None)
        later = await w.poll(hours=2)
        assert (told(later), len(later.background)) == ([], 2)


async def test_other_homes_with_a_missing_report_are_looked_at_all_the_same() -> None:
    async with world() as w:
        await w.poll()
        bad = drop(w)
        w.site.publish(bad)
        w.site.play(Trick.REPORT_NOT_FOUND, "file")
        for _ in range(40):
            await w.poll(days=1)
        w.site.play(None)
        w.site.publish(published(w.homes()[2], w.today + DAY, "good", ago=10))
        assert sorted(told(await w.poll(days=1)))[-1] == bad.home


async def test_a_report_replaced_under_its_own_number_is_found_and_told_once() -> None:
    async with world() as w:
        await w.poll()
        bad = drop(w)
        w.site.publish(bad)
        await w.poll(days=1)
        replace_bytes(w, bad, "requires improvement")
        was = w.known.inspections(bad.home)[-1]
        news: list[Inspection] = []
        for _ in range(45):
            reading = await w.poll(days=1)
            news += reading.inspections
        assert [(one.home, one.rating.value) for one in news if one.rating] == [(bad.home, "requires improvement")]
        assert [change.what.value for change in judge([], news[0], was).changes] == ["corrected"]


async def test_looks_at_a_file_that_stays_the_same_are_three_and_cost_next_to_nothing() -> None:
    async with world() as w:
        await w.poll()
        w.site.publish(drop(w))
        await w.poll(days=1)
        asked: list[int] = []
        for day in range(1, 60):
            w.site.statuses.clear()
            reading = await w.poll(days=1)
            if w.asked_for("/v1/file"):
                asked.append(day)
                assert w.site.statuses[-1] == 304 or 304 in w.site.statuses
            assert reading.inspections == ()
        assert asked == [3, 10, 30]
        assert load(w.cursor).watched == {}


async def test_a_missing_report_is_awaited_though_its_page_shows_an_older_state_for_days() -> None:
    async with world() as w:
        await w.poll()
        bad, home = drop(w), w.homes()[2]
        older = provider_page(home, w.site.shown(home.id), w.url)
        w.site.publish(bad)
        w.site.play(Trick.REPORT_NOT_FOUND, "file")
        await w.poll(days=1)
        w.site.pages[home.id] = older
        for _ in range(12):
            assert told(await w.poll(hours=6)) == []
        w.site.pages.clear()
        w.site.play(None)
        assert [key for _ in range(8) for key in told(await w.poll(hours=6))] == [bad.home]


async def test_a_missing_report_whose_link_has_gone_for_good_is_forgotten() -> None:
    async with world() as w:
        await w.poll()
        bad = drop(w)
        w.site.publish(bad)
        w.site.play(Trick.REPORT_NOT_FOUND, "file")
        await w.poll(days=1)
        w.site.withdraw(bad)
        for _ in range(40):
            await w.poll(days=1)
        assert load(w.cursor).missing == {}


async def test_other_bytes_with_the_same_grades_are_no_news() -> None:
    async with world() as w:
        await w.poll()
        bad = drop(w)
        w.site.publish(bad)
        await w.poll(days=1)
        replace_bytes(w, bad, "inadequate", previous=True)
        for _ in range(5):
            assert told(await w.poll(days=1)) == []


async def test_a_later_date_of_publication_under_the_same_number_is_read_at_once() -> None:
    async with world() as w:
        await w.poll()
        first = replace(published(w.homes()[2], w.today + DAY, "good"), document="59999999")
        w.site.publish(first)
        assert told(await w.poll(days=1)) == [first.home]
        w.site.withdraw(first)
        w.site.publish(replace(published(w.homes()[2], w.today + DAY, "inadequate", ago=36), document="59999999"))
        again = await w.poll(days=1)
        assert [(one.inspected, one.rating.value) for one in again.inspections if one.rating] == [
            (first.inspected, "inadequate")
        ]
        await w.poll(days=1)
        assert w.asked_for("/v1/file") == []


async def test_a_home_that_stood_inadequate_before_its_file_was_known_is_looked_at_too() -> None:
    async with world() as w:
        await w.poll()
        bad = drop(w)
        w.site.publish(bad)
        await w.poll(days=1)
        w.cursor = {name: value for name, value in w.cursor.items() if name != "watched"}
        replace_bytes(w, bad, "good")
        assert [home for _ in range(5) for home in told(await w.poll(days=1))] == [bad.home]


def replace_bytes(w: World, inspection: Inspection, words: str, *, previous: bool = False) -> None:
    """Puts another report behind the link of an inspection."""
    (document,) = [shown for shown in w.site.documents if shown.inspection.key == inspection.key]
    assert inspection.published is not None
    other = replace(published(document.home, inspection.published, words), document=document.id)
    before = [published(document.home, inspection.published - 400 * DAY, "good")] if previous else []
    w.site.instead[document.id] = report_pdf(document.home, other, before)


def drop(w: World) -> Inspection:
    return published(w.homes()[2], w.today + DAY, "inadequate")


def told(reading: Reading) -> list[str]:
    return [inspection.home for inspection in reading.inspections]
