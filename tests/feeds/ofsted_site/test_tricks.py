"""Whatever the site does, a drop that was published is told once, as it is, and nothing else is."""

from datetime import timedelta

import pytest

from tests.feeds.ofsted_site.world import published, world
from tests.standins.site import Trick
from watcher.facts.inspection import Kind
from watcher.feeds.feed import Outcome, Reading

pytestmark = pytest.mark.anyio

GOOD = (Outcome.CHANGED, Outcome.UNCHANGED)
MALFORMED, IMPLAUSIBLE = (Outcome.MALFORMED,), (Outcome.IMPLAUSIBLE,)

NOTHING_IS_BELIEVED = [
    (Trick.LOGIN_PAGE, "", MALFORMED),
    (Trick.MAINTENANCE_PAGE, "", MALFORMED),
    (Trick.SHELL, "", MALFORMED),
    (Trick.SLIM_ERROR_200, "", MALFORMED),
    (Trick.LOGIN_PAGE, "search", MALFORMED),
    (Trick.CLASSES_RENAMED, "search", MALFORMED),
    (Trick.COUNTS_DIFFER, "search", MALFORMED),
    (Trick.EVERYTHING, "search", MALFORMED),
    (Trick.LABELS_RENAMED, "search", MALFORMED),
    (Trick.GZIP_BOMB, "search", MALFORMED),
    (Trick.SLIM_ERROR_500, "", (Outcome.UNREACHABLE,)),
    (Trick.DRIP, "search", (Outcome.UNREACHABLE, Outcome.MALFORMED)),
    (Trick.REFUSED, "search", (Outcome.REFUSED,)),
    (Trick.REFUSED_FOR_AN_HOUR, "search", (Outcome.REFUSED,)),
]

COULD_NOT_TELL = [
    (Trick.ANOTHER_HOMES_PAGE, "provider"),
    (Trick.LOGIN_PAGE, "provider"),
    (Trick.SHELL, "provider"),
    (Trick.CLASSES_RENAMED, "provider"),
    (Trick.NO_TIME_LINE, "provider"),
    (Trick.ODD_LINE, "provider"),
    (Trick.GZIP_BOMB, "provider"),
    (Trick.FUTURE, "provider"),
    (Trick.ANOTHER_HOMES_PDF, "file"),
    (Trick.TRUNCATED_PDF, "file"),
    (Trick.NOT_A_PDF, "file"),
    (Trick.GZIP_BOMB, "file"),
    (Trick.NEW_GRADE_WORD, "file"),
    (Trick.CONTRADICTION, "file"),
]

NO_HARM = [
    (Trick.SAME_BODY, ""),
    (Trick.NO_VALIDATORS, ""),
    (Trick.ANOTHER_ETAG_WITH_304, ""),
    (Trick.DUPLICATES, "search"),
    (Trick.WRONG_CHARSET, "provider"),
]


@pytest.mark.parametrize(("trick", "where", "outcomes"), NOTHING_IS_BELIEVED)
async def test_a_list_that_is_none_yields_nothing_and_the_drop_is_told_once_it_is_over(
    trick: Trick, where: str, outcomes: tuple[Outcome, ...]
) -> None:
    async with world(deadline=5 if trick is Trick.DRIP else 60) as w:
        await w.poll()
        before = dict(w.cursor)
        drop = published(w.homes()[2], w.today + timedelta(days=1), "inadequate")
        w.site.publish(drop)
        w.site.play(trick, where)
        spoiled = await w.poll(days=1)
        assert spoiled.outcome in outcomes
        assert spoiled.detail
        assert (spoiled.inspections, spoiled.background, spoiled.listings) == ((), (), {})
        assert w.cursor == before
        w.site.play(None)
        assert _told(await w.poll(hours=1)) == [(drop.home, "inadequate")]
        assert _told(await w.poll(hours=1)) == []


@pytest.mark.parametrize(("trick", "where"), COULD_NOT_TELL)
async def test_a_page_or_report_that_is_none_is_a_problem_of_its_home_and_tried_again(trick: Trick, where: str) -> None:
    async with world() as w:
        await w.poll()
        drop = published(w.homes()[2], w.today + timedelta(days=1), "inadequate")
        w.site.publish(drop)
        w.site.play(trick, where)
        spoiled = await w.poll(days=1)
        assert spoiled.outcome in GOOD
        assert _told(spoiled) == []
        assert {problem.home for problem in spoiled.problems} >= {drop.home}
        w.site.play(None)
        assert _told(await w.poll(minutes=5)) == []
        assert _told(await w.poll(hours=1)) == [(drop.home, "inadequate")]
        assert _told(await w.poll(days=1)) == []


@pytest.mark.parametrize(("trick", "where"), NO_HARM)
async def test_what_does_no_harm_is_read_through(trick: Trick, where: str) -> None:
    async with world() as w:
        w.site.play(trick, where)
        first = await w.poll()
        assert (first.outcome, w.has_read_everything, len(first.background)) == (Outcome.CHANGED, True, 6)
        drop = published(w.homes()[2], w.today + timedelta(days=1), "inadequate")
        w.site.publish(drop)
        assert _told(await w.poll(days=1)) == [(drop.home, "inadequate")]
        quiet = await w.poll(minutes=30)
        assert (quiet.outcome, quiet.problems) == (Outcome.UNCHANGED, ())
        assert w.asked_for("/provider") == []


@pytest.mark.parametrize("trick", [Trick.CAPPED, Trick.CAPPED_AND_EMPTY])
async def test_a_capped_list_is_not_believed_to_be_whole_but_its_newest_entries_are_read(trick: Trick) -> None:
    async with world(9) as w:
        w.site.most_rows = 4
        await w.poll()
        drop = published(w.homes()[8], w.today + timedelta(days=1), "inadequate")
        w.site.publish(drop)
        w.site.play(trick, "search")
        capped = await w.poll(days=1)
        assert capped.outcome is Outcome.IMPLAUSIBLE
        assert "counts 9 and shows 4" in capped.detail
        assert _told(capped) == [(drop.home, "inadequate")]
        assert w.cursor["read"] < w.clock.now().isoformat()


async def test_a_capped_first_reading_is_no_baseline() -> None:
    async with world(9) as w:
        w.site.most_rows = 4
        w.site.play(Trick.CAPPED, "search")
        first = await w.poll()
        assert (first.outcome, _told(first)) == (Outcome.IMPLAUSIBLE, [])
        w.site.play(None)
        second = await w.poll(minutes=30)
        assert (second.outcome, _told(second), len(second.background)) == (Outcome.CHANGED, [], 5)


async def test_half_of_the_rows_gone_is_implausible_though_the_count_agrees() -> None:
    async with world(30) as w:
        await w.poll()
        w.site.play(Trick.HALF_GONE, "search")
        halved = await w.poll(minutes=30)
        assert (halved.outcome, _told(halved), dict(halved.listings)) == (Outcome.IMPLAUSIBLE, [], {})
        assert "15 of 30" in halved.detail


async def test_entries_with_dates_ahead_do_not_hide_what_is_published_later() -> None:
    async with world() as w:
        await w.poll()
        w.site.play(Trick.FUTURE)
        drop = published(w.homes()[2], w.today + timedelta(days=1), "inadequate")
        w.site.publish(drop)
        ahead = await w.poll(days=1)
        assert _told(ahead) == []
        assert any("future" in problem.what for problem in ahead.problems)
        w.site.play(None)
        assert _told(await w.poll(days=1)) == [(drop.home, "inadequate")]


async def test_a_home_that_flaps_between_an_old_and_a_new_row_is_told_once() -> None:
    async with world() as w:
        await w.poll()
        drop = published(w.homes()[2], w.today + timedelta(days=1), "inadequate")
        w.site.publish(drop)
        told = [*_told(await w.poll(days=1))]
        for number in range(6):
            w.site.play(Trick.FALLS_BACK if number % 2 == 0 else None, "search")
            flapped = await w.poll(hours=3)
            told += _told(flapped)
        assert told == [(drop.home, "inadequate")]


async def test_from_a_page_that_was_not_understood_wholly_nothing_is_said_to_be_gone() -> None:
    async with world() as w:
        await w.poll()
        w.site.play(Trick.ODD_LINE, "provider")
        w.site.publish(published(w.homes()[2], w.today + timedelta(days=1), "good", ago=20))
        reading = await w.poll(days=1)
        assert [home.key for home in reading.homes] == [w.homes()[2].key]
        assert dict(reading.listings) == {}


async def test_a_time_line_without_documents_withdraws_nothing() -> None:
    async with world() as w:
        await w.poll()
        w.site.play(Trick.NO_DOCUMENTS, "provider")
        w.site.publish(published(w.homes()[2], w.today + timedelta(days=1), "", kind=Kind.MONITORING))
        emptied = await w.poll(days=1)
        assert w.homes()[2].key not in emptied.listings
        assert "gone from its page at once" in emptied.problems[0].what


async def test_a_publisher_in_trouble_is_left_alone_and_what_was_read_is_kept() -> None:
    async with world(8) as w:
        await w.poll()
        for home in w.homes():
            w.site.publish(published(home, w.today + timedelta(days=1), "good", ago=20))
        w.site.play(Trick.REFUSED, "provider")
        refused = await w.poll(days=1)
        assert (refused.outcome, len(w.asked_for("/provider"))) == (Outcome.REFUSED, 3)
        w.site.play(None)
        assert len(_told(await w.poll(minutes=30))) == 8


async def test_a_publisher_who_says_when_to_come_back_is_asked_nothing_more() -> None:
    async with world() as w:
        await w.poll()
        for home in w.homes():
            w.site.publish(published(home, w.today + timedelta(days=1), "good", ago=20))
        w.site.play(Trick.REFUSED_FOR_AN_HOUR, "provider")
        refused = await w.poll(days=1)
        assert refused.retry_after == w.clock.now() + timedelta(hours=1)
        assert len(w.asked_for("/provider")) == 1


def _told(reading: Reading) -> list[tuple[str, str]]:
    return [
        (inspection.home, inspection.rating.value if inspection.rating else "") for inspection in reading.inspections
    ]
