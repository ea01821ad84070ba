"""The feed against the local site: what is news, what is background, and what it costs."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.builders import inspection
from tests.clock import ManualClock
from tests.feeds.ofsted_site.world import START, World, published, world
from tests.standins.site import Trick
from watcher.facts.inspection import Inspection, Kind
from watcher.feeds.feed import Outcome, Reading
from watcher.feeds.ofsted_site.feed import OfstedSite

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)


def told(reading: Reading) -> list[tuple[str, str]]:
    return [
        (inspection.home, inspection.rating.value if inspection.rating else str(inspection.kind))
        for inspection in reading.inspections
    ]


def drop(w: World, position: int = 2, **ahead: int) -> Inspection:
    return published(w.homes()[position], w.today + timedelta(**ahead or {"days": 1}), "inadequate")


async def test_the_first_reading_is_a_silent_baseline() -> None:
    async with world() as w:
        first = await w.poll()
        assert (first.outcome, w.has_read_everything, told(first)) == (Outcome.CHANGED, True, [])
        assert len(first.background) == 6
        assert {inspection.rating.value for inspection in first.background if inspection.rating} == {"good"}
        assert sorted(first.listings) == sorted(home.key for home in w.homes())


async def test_a_home_is_described_as_the_site_describes_it() -> None:
    async with world(1) as w:
        (home,) = (await w.poll()).homes
        assert (home.type, home.local_authority, home.status) == ("children's home", "Derby", "open")
        assert (home.owner, home.name, home.link) == ("Elm Homes Limited", None, f"{w.url}/provider/2/{home.id}")


async def test_an_inspection_carries_what_the_page_and_the_report_say() -> None:
    async with world() as w:
        await w.poll()
        w.site.publish(drop(w))
        (news,) = (await w.poll(days=1)).inspections
        assert (news.kind, news.inspected, news.published) == (Kind.FULL, w.today - 35 * DAY, w.today)
        assert news.link == f"{w.url}/v1/file/{news.document}"
        assert [(judgement.area, judgement.grade.value) for judgement in news.judgements] == [
            (area, "inadequate") for area in ("overall", "protected", "leaders")
        ]


async def test_an_unchanged_site_costs_one_conditional_request_and_nothing_else() -> None:
    async with world() as w:
        await w.poll()
        quiet = await w.poll(minutes=30)
        assert (quiet.outcome, quiet.homes, quiet.problems) == (Outcome.UNCHANGED, (), ())
        assert w.has_read_everything
        assert (len(w.site.requests), w.site.statuses[-1]) == (1, 304)


async def test_all_pages_of_a_long_list_are_read() -> None:
    async with world(7) as w:
        w.site.most_rows = 3
        assert len((await w.poll()).background) == 7
        assert len(w.asked_for("/search")) == 1 + 3
        assert (await w.poll(minutes=30)).outcome is Outcome.UNCHANGED


async def test_what_comes_out_while_the_baseline_is_being_read_is_told() -> None:
    async with world(6, budget=timedelta(0)) as w:
        await w.poll()
        assert not w.has_read_everything
        w.site.publish(drop(w))
        later = await w.poll(days=1)
        assert told(later) == [(w.homes()[2].key, "inadequate")]


async def test_a_reading_that_has_used_up_its_time_goes_on_at_the_next_poll() -> None:
    clock_step = timedelta(seconds=10)
    async with world(6, budget=timedelta(seconds=25)) as w:
        real_visit = w.feed._site.client.get

        async def slow(*args: object, **options: object) -> object:
            w.clock.advance(clock_step)
            return await real_visit(*args, **options)  # type: ignore[arg-type]  # handed through as they came

        w.feed._site.client.get = slow  # type: ignore[method-assign,assignment]  # a slow publisher without waiting for one
        readings = [await w.poll(minutes=1)]
        assert not w.has_read_everything
        readings += [await w.poll(minutes=1) for _ in range(5)]
        assert w.has_read_everything
        assert sum(len(reading.background) for reading in readings) == 6
        assert all(told(reading) == [] for reading in readings)


async def test_a_gap_of_the_history_is_filled_silently_and_before_the_news() -> None:
    async with world(3, inspections=[]) as w:
        home = w.homes()[0]
        w.site.publish(
            published(home, date(2023, 6, 1), "good"),
            published(home, date(2023, 11, 1), "inadequate"),
            published(w.homes()[1], START.date() - 5 * DAY, "good"),
        )
        await w.poll()
        w.site.publish(published(home, w.today + DAY, "good"))
        reading = await w.poll(days=1)
        assert told(reading) == [(home.key, "good")]
        assert [inspection.rating.value for inspection in reading.background if inspection.rating] == [
            "inadequate",
            "good",
        ]


async def test_an_older_inspection_published_late_is_told() -> None:
    async with world() as w:
        await w.poll()
        late = published(w.homes()[0], w.today + DAY, "inadequate", ago=150)
        w.site.publish(late)
        assert told(await w.poll(days=1)) == [(late.home, "inadequate")]


async def test_a_second_document_of_the_same_day_is_found_within_hours() -> None:
    async with world() as w:
        await w.poll()
        w.site.publish(published(w.homes()[2], w.today + DAY, "", kind=Kind.MONITORING))
        assert told(await w.poll(days=1)) == [(w.homes()[2].key, "monitoring")]
        w.site.publish(published(w.homes()[2], w.today, "inadequate"))
        assert told(await w.poll(minutes=10)) == []
        assert told(await w.poll(minutes=50)) == [(w.homes()[2].key, "inadequate")]


async def test_an_entry_with_a_date_ahead_is_a_problem_for_as_long_as_it_stands_there() -> None:
    async with world(2) as w:
        w.site.play(Trick.FUTURE, "search")
        for _ in range(2):
            (problem,) = (await w.poll(minutes=30)).problems
            assert problem.where.startswith("result list, SC")
            assert "in the future" in problem.what
        assert w.asked_for("/provider") == []
        w.site.play(None)
        await w.poll(days=1)
        assert (await w.poll(hours=1)).problems == ()


async def test_a_correction_minutes_later_is_told_as_what_the_report_says_now() -> None:
    async with world() as w:
        await w.poll()
        wrong = drop(w)
        w.site.publish(wrong)
        await w.poll(days=1)
        w.site.withdraw(wrong)
        w.site.publish(published(w.homes()[2], w.today, "good"))
        corrected = await w.poll(hours=1)
        assert told(corrected) == [(wrong.home, "good")]
        assert corrected.inspections[0].inspected == wrong.inspected


async def test_a_file_issued_anew_that_says_the_same_is_no_news() -> None:
    async with world() as w:
        await w.poll()
        first = drop(w)
        w.site.publish(first)
        await w.poll(days=1)
        w.site.withdraw(first)
        w.site.publish(replace(first, document="59999999"))
        again = await w.poll(hours=1)
        assert (told(again), [inspection.document for inspection in again.background]) == ([], ["59999999"])


async def test_a_known_inspection_gets_its_link_without_its_report_being_fetched() -> None:
    async with world(1) as w:
        (shown,) = w.site.shown(w.homes()[0].id)
        visit = shown.inspection.day.isoformat()
        w.known.add(inspection(visit, "good", home=w.homes()[0].key, event="10300001", source="statistics"))
        reading = await w.poll()
        assert [(inspection.document, inspection.judgements) for inspection in reading.background] == [(shown.id, ())]
        assert w.asked_for("/v1/file") == []


async def test_an_unreadable_report_stops_no_other_and_is_tried_less_and_less_often() -> None:
    async with world() as w:
        await w.poll()
        w.site.publish(drop(w, 2))
        w.site.play(Trick.TRUNCATED_PDF, "file")
        tried = []
        for hours in (24, 0.5, 0.5, 1, 3, 12, 12, 24):
            reading = await w.poll(hours=hours)
            assert reading.outcome.is_good
            tried.append(len(w.asked_for("/v1/file")))
        assert tried == [1, 0, 1, 0, 1, 0, 1, 1]
        w.site.publish(published(w.homes()[4], w.today + DAY, "good", ago=20))
        w.site.play(None)
        assert sorted(told(await w.poll(days=1))) == [(w.homes()[2].key, "inadequate"), (w.homes()[4].key, "good")]


async def test_a_report_unreadable_in_the_baseline_stays_background_once_it_is_read() -> None:
    async with world(3) as w:
        w.site.play(Trick.TRUNCATED_PDF, "file")
        first = await w.poll()
        assert (len(first.problems), first.background) == (3, ())
        w.site.play(None)
        later = await w.poll(hours=2)
        assert (told(later), len(later.background)) == ([], 3)


async def test_an_unreadable_report_says_whether_readers_would_have_been_told_what_it_says() -> None:
    async with world() as w:
        w.site.play(Trick.TRUNCATED_PDF, "file")
        of_baseline = (await w.poll()).problems
        assert of_baseline
        assert all(problem.is_background and problem.unread for problem in of_baseline)
        w.site.play(None)
        await w.poll(hours=2)
        w.site.publish(drop(w, 2))
        w.site.play(Trick.TRUNCATED_PDF, "file")
        (problem,) = (await w.poll(hours=24)).problems
        assert (problem.home, problem.is_background) == (w.homes()[2].key, False)
        assert problem.unread is not None
        assert problem.unread.judgements == ()


async def test_a_problem_says_where_it_is_and_what_to_do() -> None:
    async with world(1) as w:
        w.site.play(Trick.TRUNCATED_PDF, "file")
        (problem,) = (await w.poll()).problems
        assert problem.where.startswith(f"{w.url}/v1/file/")
        assert "could not tell" in problem.what
        assert problem.what.endswith("Read the report")


async def test_a_page_that_fails_in_passing_is_tried_again_at_once_and_told_when_it_lasts() -> None:
    async with world() as w:
        await w.poll()
        w.site.publish(drop(w))
        w.site.play(Trick.SLIM_ERROR_500, "provider")
        for later in ({"days": 1}, {"minutes": 30}):
            reading = await w.poll(**later)
            assert (reading.outcome, reading.problems) == (Outcome.UNCHANGED, ())
            assert not w.has_read_everything
        (problem,) = (await w.poll(minutes=30)).problems
        assert "3 times in a row" in problem.what
        w.site.play(None)
        assert told(await w.poll(hours=1)) == [(w.homes()[2].key, "inadequate")]


async def test_a_home_that_stands_inadequate_is_looked_at_once_a_day() -> None:
    async with world(2, inspections=[]) as w:
        for home, words in zip(w.homes(), ("inadequate", "good"), strict=True):
            w.site.publish(published(home, w.today - 30 * DAY, words))
        await w.poll()
        looked: list[str] = []
        for _ in range(8):
            await w.poll(hours=6)
            looked += w.asked_for("/provider")
        assert looked == [f"/provider/2/{w.homes()[0].id}"] * 2


async def test_a_closed_home_is_seen_and_then_left_alone() -> None:
    async with world() as w:
        await w.poll()
        bad = drop(w)
        w.site.publish(bad)
        await w.poll(days=1)
        closed = w.homes()[2]
        w.site.homes[closed.id] = replace(closed, status="closed")
        reading = await w.poll(days=1)
        assert [(home.id, home.status) for home in reading.homes] == [(closed.id, "closed")]
        for _ in range(20):
            await w.poll(days=1)
            assert w.asked_for("/provider") == []


async def test_a_report_taken_off_is_missing_from_a_complete_listing() -> None:
    async with world() as w:
        await w.poll()
        bad = drop(w)
        w.site.publish(bad)
        await w.poll(days=1)
        w.site.withdraw(bad)
        reading = await w.poll(days=1)
        assert bad.inspected not in [inspection.inspected for inspection in reading.listings[bad.home]]
        assert len(reading.listings[bad.home]) == 1


async def test_several_reports_gone_at_once_are_a_problem_and_no_withdrawal() -> None:
    async with world() as w:
        home = w.homes()[2]
        bad = [published(home, w.today - timedelta(days=days), "inadequate", ago=20) for days in (9, 5)]
        w.site.publish(*bad)
        await w.poll()
        for document in bad:
            w.site.withdraw(document)
        reading = await w.poll(days=1)
        assert home.key not in reading.listings
        assert "2 reports have gone" in reading.problems[0].what


async def test_after_an_outage_everything_is_caught_up_with() -> None:
    async with world() as w:
        await w.poll()
        bad = published(w.homes()[2], w.today + 10 * DAY, "inadequate")
        w.site.publish(bad)
        w.site.play(Trick.SLIM_ERROR_500)
        await w.poll(days=1)
        w.site.play(None)
        assert told(await w.poll(days=100)) == [(bad.home, "inadequate")]
        assert "latest_report_date_start=04-01-2024" in w.asked_for("/search")[-1]
        await w.poll(hours=1)
        assert "latest_report_date_start=14-04-2024" in w.asked_for("/search")[-1]


async def test_the_form_is_asked_once_a_day() -> None:
    async with world() as w:
        for hours in (0, 6, 6, 6, 6):
            await w.poll(hours=hours)
        forms = [len([path for path in w.asked_for("/search") if "rows" not in path])]
        await w.poll(hours=1)
        forms.append(len([path for path in w.asked_for("/search") if "rows" not in path]))
        assert forms == [0, 0]
        await w.poll(days=1)
        assert len([path for path in w.asked_for("/search") if "rows" not in path]) == 1


async def test_the_cursor_forgets_what_has_left_the_window() -> None:
    async with world() as w:
        await w.poll()
        assert len(w.cursor["homes"]) == 6
        news = drop(w, days=100)
        w.site.publish(news)
        await w.poll(days=100)
        await w.poll(hours=1)
        assert list(w.cursor["homes"]) == [news.home.removeprefix("ofsted:")]
        assert list(w.cursor["not_before"]) == list(w.cursor["homes"])


async def test_a_list_of_no_homes_that_counts_none_is_not_believed() -> None:
    async with world() as w:
        first = await w.poll()
        assert first.newest == date(2024, 3, 1)
        read = (await w.poll(days=100)).cursor["read"]
        empty = await w.poll(hours=1)
        assert empty.outcome is Outcome.IMPLAUSIBLE
        assert "shows no home with a report since 2024-04-13" in empty.detail
        assert w.cursor["read"] == read


async def test_days_without_reports_may_show_an_empty_list() -> None:
    async with world(look_back=timedelta(days=3)) as w:
        await w.poll()
        assert (await w.poll(days=5)).outcome.is_good


async def test_the_end_of_the_baseline_is_told_once_with_its_homes() -> None:
    async with world(6, budget=timedelta(0)) as w:
        readings = [await w.poll(minutes=30) for _ in range(8)]
        assert [reading.baseline for reading in readings if reading.baseline is not None] == [6]


async def test_a_check_finds_nothing_wrong_with_a_site_in_order_and_names_what_is() -> None:
    async with world() as w:
        assert await w.feed.check() == ()
        w.site.play(Trick.LOGIN_PAGE)
        (problem,) = await w.feed.check()
        assert "choice of categories" in problem.what


async def test_a_check_of_a_site_that_is_not_there_says_so() -> None:
    feed = OfstedSite(
        "ofsted",
        url="http://127.0.0.1:9",
        hosts=(),
        contact="tests@example.org",
        spacing=timedelta(0),
        look_back=DAY,
        clock=ManualClock(START),
    )
    assert len(await feed.check()) == 1
    await feed.close()


async def test_a_disagreeing_grade_on_the_page_itself_is_not_told() -> None:
    async with world() as w:
        await w.poll()
        w.site.publish(drop(w))
        w.site.banner = '<ol class="rating-scale"><li class="rating--selected"><span>Good</span></li></ol>'
        doubtful = await w.poll(days=1)
        assert told(doubtful) == []
        assert "the page shows 'Good', the report says 'inadequate'" in doubtful.problems[0].what
        w.site.banner = w.site.banner.replace("Good", "Inadequate")
        assert told(await w.poll(hours=1)) == [(w.homes()[2].key, "inadequate")]


async def test_an_outage_before_the_first_reading_is_complete_hides_nothing() -> None:
    async with world(6) as w:
        w.feed._budget = timedelta(0)
        first = await w.poll()
        assert (first.outcome.is_good, w.has_read_everything) == (True, False)
        drop = published(w.homes()[2], w.today + timedelta(days=5), "inadequate")
        w.site.publish(drop)
        w.feed._budget = None
        assert [inspection.home for inspection in (await w.poll(days=120)).inspections] == [drop.home]
