"""Whatever the site does, the whole service invents nothing, tells its operator, and tells the drop once it is over."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.feeds.ofsted_site.world import published
from tests.standins.site import Trick
from tests.suite.world import World, world

pytestmark = pytest.mark.anyio

BEGINS = datetime(2024, 3, 4, 12, tzinfo=UTC)
DROP = 2
"""The position of the home that drops."""

GOOD = ("changed", "unchanged")
NOT_UNDERSTOOD = "ofsted could not be understood"
NOT_READ = "ofsted has not been read"
OF_A_PAGE = "page"
OF_A_REPORT = "report"
OF_A_LINK = "leads to nothing"
NOTHING = ""
NOT_BY_A_MACHINE = ("could not be read by a machine", "there is none behind its link")
"""What readers are told of a report that is there, and of one that is not."""

HIDDEN = [
    (Trick.LOGIN_PAGE, "", ("malformed",), NOT_UNDERSTOOD),
    (Trick.MAINTENANCE_PAGE, "", ("malformed",), NOT_UNDERSTOOD),
    (Trick.SHELL, "", ("malformed",), NOT_UNDERSTOOD),
    (Trick.SLIM_ERROR_200, "", ("malformed",), NOT_UNDERSTOOD),
    (Trick.CLASSES_RENAMED, "search", ("malformed",), NOT_UNDERSTOOD),
    (Trick.COUNTS_DIFFER, "search", ("malformed",), NOT_UNDERSTOOD),
    (Trick.EVERYTHING, "search", ("malformed",), NOT_UNDERSTOOD),
    (Trick.LABELS_RENAMED, "search", ("malformed",), NOT_UNDERSTOOD),
    (Trick.GZIP_BOMB, "search", ("malformed",), NOT_UNDERSTOOD),
    (Trick.SLIM_ERROR_500, "", ("unreachable",), NOT_READ),
    (Trick.DRIP, "search", ("unreachable",), NOT_READ),
    (Trick.REFUSED, "search", ("refused",), NOT_READ),
    (Trick.REFUSED_FOR_AN_HOUR, "search", ("refused",), NOT_READ),
    (Trick.FALLS_BACK, "search", GOOD, NOTHING),
    (Trick.FUTURE, "", GOOD, "entry of its list"),
    (Trick.ANOTHER_HOMES_PAGE, "provider", GOOD, NOT_UNDERSTOOD),
    (Trick.NO_TIME_LINE, "provider", GOOD, NOT_UNDERSTOOD),
    (Trick.ODD_LINE, "provider", GOOD, NOT_UNDERSTOOD),
    (Trick.NO_DOCUMENTS, "provider", GOOD, NOT_UNDERSTOOD),
    (Trick.FUTURE, "provider", GOOD, OF_A_PAGE),
    (Trick.ANOTHER_HOMES_PDF, "file", GOOD, OF_A_REPORT),
    (Trick.TRUNCATED_PDF, "file", GOOD, OF_A_REPORT),
    (Trick.NOT_A_PDF, "file", GOOD, OF_A_REPORT),
    (Trick.REPORT_NOT_FOUND, "file", GOOD, OF_A_LINK),
    (Trick.REPORT_NOT_FOUND_404, "file", GOOD, OF_A_LINK),
    (Trick.GZIP_BOMB, "file", GOOD, OF_A_REPORT),
    (Trick.NEW_GRADE_WORD, "file", GOOD, OF_A_REPORT),
    (Trick.CONTRADICTION, "file", GOOD, OF_A_REPORT),
]
"""Tricks that hide the drop: the outcome of the first reading, and what the operator is told of it."""

SEEN_THROUGH = [
    (Trick.SAME_BODY, "", GOOD, NOTHING),
    (Trick.NO_VALIDATORS, "", GOOD, NOTHING),
    (Trick.ANOTHER_ETAG_WITH_304, "", GOOD, NOTHING),
    (Trick.DUPLICATES, "search", GOOD, NOTHING),
    (Trick.WRONG_CHARSET, "provider", GOOD, NOTHING),
    (Trick.HALF_GONE, "search", ("implausible",), NOT_UNDERSTOOD),
    (Trick.FUTURE, "search", GOOD, "entry of its list"),
    (Trick.CAPPED, "search", ("implausible",), NOT_UNDERSTOOD),
    (Trick.CAPPED_AND_EMPTY, "search", ("implausible",), NOT_UNDERSTOOD),
]
"""Tricks that the drop can be read in spite of."""

HOMES = {Trick.HALF_GONE: 30, Trick.CAPPED: 9, Trick.CAPPED_AND_EMPTY: 9}


def test_every_trick_is_played() -> None:
    assert {row[0] for row in (*HIDDEN, *SEEN_THROUGH)} == set(Trick)


@pytest.mark.parametrize(("trick", "where", "outcome", "operator"), HIDDEN)
async def test_a_trick_that_hides_a_drop_is_no_news_and_the_drop_is_told_once_it_is_over(
    tmp_path: Path, trick: Trick, where: str, outcome: tuple[str, ...], operator: str
) -> None:
    async with world(tmp_path, BEGINS, HOMES.get(trick, 6), deadline=3 if trick is Trick.DRIP else 60) as w:
        drop = w.publish_drop(DROP, w.today + timedelta(days=1))
        w.site.play(trick, where)
        await w.later(days=1)
        assert w.status()["outcome"] in outcome
        for _ in range(2):
            await w.later(hours=7)
        assert [*w.history.changes()] == []
        # The readers of a home learn once that its report could not be read; of a drop nobody has heard.
        said = [message["text"].splitlines()[0] for message in w.readers.messages]
        assert len(said) == (where == "file"), said
        assert all(NOT_BY_A_MACHINE[operator == OF_A_LINK] in line for line in said)
        assert_operator_knows(w, operator)
        await over(w)
        assert w.told == [(drop.home, "dropped to inadequate")]
        assert w.status()["problems"] == []
        assert_operator_knows_the_end(w, operator)


@pytest.mark.parametrize(("trick", "where", "outcome", "operator"), SEEN_THROUGH)
async def test_a_trick_that_hides_nothing_keeps_no_drop_from_being_told_once(
    tmp_path: Path, trick: Trick, where: str, outcome: tuple[str, ...], operator: str
) -> None:
    async with world(tmp_path, BEGINS, HOMES.get(trick, 6)) as w:
        w.site.play(trick, where)
        drop = w.publish_drop(DROP, w.today + timedelta(days=1))
        await w.later(days=1)
        assert w.status()["outcome"] in outcome
        assert w.told == [(drop.home, "dropped to inadequate")]
        await w.later(hours=7)
        assert_operator_knows(w, operator)
        await over(w)
        assert w.told == [(drop.home, "dropped to inadequate")]
        assert_operator_knows_the_end(w, operator)


async def test_a_renamed_class_on_many_pages_is_one_message_and_one_when_it_is_over(tmp_path: Path) -> None:
    async with world(tmp_path, BEGINS, 12) as w:
        w.site.publish(*(published(home, w.today + timedelta(days=1), "good", ago=20) for home in w.homes))
        w.site.play(Trick.NO_TIME_LINE, "provider")
        await w.later(days=1)
        for _ in range(4):
            await w.later(hours=7)
        assert len(w.operator_told) == 1, w.operator_told
        await over(w)
        assert len(w.operator_told) == 2, w.operator_told
        assert_operator_knows_the_end(w, w.operator_told[0])


async def test_a_login_page_of_two_minutes_rings_nobody(tmp_path: Path) -> None:
    async with world(tmp_path, BEGINS) as w:
        for position, where in enumerate(("", "search", "provider")):
            w.publish_drop(position, w.today)
            w.site.play(Trick.LOGIN_PAGE, where)
            await w.later(minutes=31)
            w.site.play(None)
            for _ in range(4):
                await w.later(minutes=61)
        assert len(w.told) == 3
        assert w.operator_told == []


async def over(w: World) -> None:
    """The site is itself again, for some days."""
    w.site.play(None)
    for _ in range(3):
        await w.later(hours=25)


def assert_operator_knows(w: World, title: str) -> None:
    told = w.operator_told
    assert len(told) == len(set(told)), told
    assert any(title in line for line in told) if title else told == [], told


def assert_operator_knows_the_end(w: World, title: str) -> None:
    begun = [line for line in w.operator_told if not line.startswith("over: ")]
    ended = [line.removeprefix("over: ") for line in w.operator_told if line.startswith("over: ")]
    assert sorted(begun) == sorted(ended)
    assert bool(ended) == bool(title)
