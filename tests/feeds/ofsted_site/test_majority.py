"""When most pages or files fail in the same way, it is the site, and the reading is no good one."""

from datetime import timedelta

import pytest

from tests.feeds.ofsted_site.world import World, published, world
from tests.standins.site import Trick
from watcher.facts.inspection import Inspection
from watcher.feeds.feed import Outcome, Reading
from watcher.feeds.ofsted_site.majority import Run, Try, after

pytestmark = pytest.mark.anyio

BROKEN_PAGES = [Trick.SHELL, Trick.SLIM_ERROR_200, Trick.LOGIN_PAGE, Trick.CLASSES_RENAMED, Trick.NO_TIME_LINE]
BROKEN_FILES = [Trick.NOT_A_PDF, Trick.TRUNCATED_PDF, Trick.NEW_GRADE_WORD]


def tries(*failed: str | None) -> list[Try]:
    return [Try(f"SC{200001 + number}", what) for number, what in enumerate(failed)]


RUN = Run("no title", "no title", ("SC100001",))
COMMON = Run("no title", "no title", ("SC100001",), is_common=True)


@pytest.mark.parametrize(
    ("before", "failed", "is_common"),
    [
        (None, ["no title"] * 3, True),
        (None, ["no title"] * 3 + [None] * 2, True),
        (None, ["no title"] * 3 + [None] * 3, None),
        (None, ["no title", "no title", "no heading"], None),
        (None, ["no title", "no heading", "no link", None], None),
        (None, ["no title"] * 2, False),
        (None, [None, "no title"], None),
        (RUN, ["no title"], True),
        (RUN, ["no heading"], False),
        (RUN, [None], None),
        (RUN, [], False),
        (COMMON, [], True),
        (COMMON, ["no title"], True),
        (COMMON, ["no title", None], None),
        (
            None,
            ["'Elm' of 3 May 2024 has no title", "'Oak' of 4 May 2024 has no title", "'' of 5 May 2024 has no title"],
            True,
        ),
    ],
)
def test_it_is_the_sites_trouble_if_three_and_most_fail_alike_or_all_do_in_two_readings(
    before: Run | None, failed: list[str | None], is_common: bool | None
) -> None:
    run = after(before, tries(*failed), least=2)
    assert (run.is_common if run else None) is is_common


def test_one_home_that_fails_again_and_again_is_no_more_than_one_home() -> None:
    run = None
    for _ in range(5):
        run = after(run, [Try("SC200001", "no title")], least=2)
    assert run is not None
    assert not run.is_common


@pytest.mark.parametrize(
    ("trick", "where"), [*((trick, "provider") for trick in BROKEN_PAGES), *((trick, "file") for trick in BROKEN_FILES)]
)
async def test_a_reading_that_mostly_fails_is_malformed_says_why_once_and_loses_nothing(
    trick: Trick, where: str
) -> None:
    async with world(6) as w:
        await w.poll()
        drops = [drop(w, position) for position in range(4)]
        w.site.publish(*drops)
        w.site.play(trick, where)
        spoiled = await w.poll(days=1)
        assert (spoiled.outcome, told(spoiled), spoiled.in_part) == (Outcome.MALFORMED, [], True)
        assert spoiled.detail.count("in the same way") == 1
        assert "PdfStreamError" not in spoiled.detail or trick is Trick.TRUNCATED_PDF
        read = w.cursor["read"]
        still = await w.poll(minutes=30)
        assert still.outcome is Outcome.MALFORMED
        assert len(w.asked_for("/provider")) <= 1
        assert w.cursor["read"] == read
        w.site.play(None)
        later = [*told(await w.poll(minutes=30)), *told(await w.poll(minutes=30))]
        assert sorted(later) == sorted(one.home for one in drops)
        assert w.known.standing_inadequate() == sorted(one.home for one in drops)
        assert (await w.poll(minutes=30)).outcome.is_good


async def test_what_was_read_well_is_told_in_the_same_reading() -> None:
    async with world(6) as w:
        await w.poll()
        drops = [drop(w, position) for position in range(5)]
        w.site.publish(*drops)
        for one in drops[:4]:
            (document,) = [shown for shown in w.site.documents if shown.inspection.key == one.key]
            w.site.instead[document.id] = b"<html><title>Out of order</title></html>"
        spoiled = await w.poll(days=1)
        assert spoiled.outcome is Outcome.MALFORMED
        assert "web page titled 'Out of order'" in spoiled.detail
        assert told(spoiled) == [drops[4].home]


async def test_one_broken_page_among_good_ones_is_a_problem_of_its_own() -> None:
    async with world(6) as w:
        await w.poll()
        bad = drop(w, 2)
        w.site.publish(bad, *(published(home, w.today + timedelta(days=1), "good", ago=20) for home in w.homes()[3:]))
        (document,) = [shown for shown in w.site.documents if shown.inspection.key == bad.key]
        w.site.instead[document.id] = b"%PDF-1.4 and nothing else"
        outcomes = [(await w.poll(days=1)).outcome, *[(await w.poll(hours=2)).outcome for _ in range(4)]]
        assert all(outcome.is_good for outcome in outcomes)


async def test_where_one_page_alone_was_due_another_is_asked_before_the_site_is_blamed() -> None:
    async with world(6) as w:
        await w.poll()
        w.site.publish(drop(w, 2))
        w.site.play(Trick.SHELL, "provider")
        assert (await w.poll(days=1)).outcome.is_good
        assert (await w.poll(minutes=30)).outcome is Outcome.MALFORMED
        w.site.play(None)
        later = [*told(await w.poll(minutes=20)), *told(await w.poll(minutes=20))]
        assert later == [w.homes()[2].key]


async def test_a_baseline_is_not_complete_while_most_of_it_fails() -> None:
    async with world(4) as w:
        w.site.play(Trick.SHELL, "provider")
        assert (await w.poll()).outcome is Outcome.MALFORMED
        assert not w.cursor["baseline"].get("complete", False)
        w.site.play(None)
        await w.poll(minutes=30)
        later = await w.poll(minutes=30)
        assert (told(later), len(w.known.records), w.has_read_everything) == ([], 4, True)


async def test_reports_that_have_gone_with_their_links_speak_against_the_site_no_longer() -> None:
    async with world(6) as w:
        await w.poll()
        drops = [drop(w, position) for position in range(3)]
        w.site.publish(*drops)
        w.site.play(Trick.REPORT_NOT_FOUND, "file")
        assert (await w.poll(days=1)).outcome is Outcome.MALFORMED
        w.site.play(None)
        for one in drops:
            w.site.withdraw(one)
        outcomes = [(await w.poll(days=1)).outcome for _ in range(4)]
        assert outcomes[-1].is_good


def drop(w: World, position: int) -> Inspection:
    return published(w.homes()[position], w.today + timedelta(days=1), "inadequate")


def told(reading: Reading) -> list[str]:
    return [inspection.home for inspection in reading.inspections]
