"""A register over HTTP: what an unchanged one costs, the newest link of a page, and every trick of its publisher."""

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.clock import ManualClock
from tests.feeds.ofsted_site.world import Known
from tests.feeds.register.world import START, options, row, rows
from tests.standins.http_server import HttpServer, answer, by_path
from tests.standins.register import PAGE, TABLE, RegisterPublisher, RegisterTrick, publishing
from watcher.feeds.feed import Cursor, Outcome, Reading
from watcher.feeds.register import source
from watcher.feeds.register.feed import RegisterFeed

pytestmark = pytest.mark.anyio


async def read(url: str, cursor: Cursor, days: int = 0, **changed: Any) -> Reading:
    clock = ManualClock(START + timedelta(days=days))
    feed = RegisterFeed("mine", options(url, **changed), contact="tests@example.org", clock=clock)
    try:
        return await feed.read(cursor, Known(), clock.now())
    finally:
        await feed.close()


ENDS: Mapping[RegisterTrick, tuple[Outcome, str]] = {
    RegisterTrick.CUT: (Outcome.MALFORMED, "was cut off"),
    RegisterTrick.FIRST_ROWS: (Outcome.IMPLAUSIBLE, "2 rows where it had 20"),
    RegisterTrick.HALF: (Outcome.IMPLAUSIBLE, "10 rows where it had 20"),
    RegisterTrick.HEADER_ALONE: (Outcome.MALFORMED, "no rows below its header"),
    RegisterTrick.SHELL: (Outcome.MALFORMED, "is a web page"),
    RegisterTrick.LOGIN_PAGE: (Outcome.MALFORMED, "is a web page"),
    RegisterTrick.ERROR: (Outcome.UNREACHABLE, "500"),
    RegisterTrick.REFUSED: (Outcome.REFUSED, "403"),
    RegisterTrick.GZIP_BOMB: (Outcome.MALFORMED, "is larger than"),
    RegisterTrick.ZIPPED_BOMB: (Outcome.MALFORMED, "has more than 536,870,912 bytes"),
    RegisterTrick.DRIP: (Outcome.UNREACHABLE, "did not answer completely"),
    RegisterTrick.RENAMED: (Outcome.MALFORMED, "no column 'URN'"),
}


async def test_whatever_its_publisher_does_is_told_as_that_and_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with publishing(rows()) as (publisher, root):
        before = (await read(root + TABLE, {})).cursor
        publisher.rows = [row(1, "Inadequate", "2024-03-05"), *rows()[1:]]
        for trick in ENDS:
            publisher.trick = trick
            if trick is RegisterTrick.DRIP:
                monkeypatch.setattr(source, "DEADLINE", timedelta(seconds=2))
            reading = await read(root + TABLE, before, days=1)
            monkeypatch.undo()
            kept = {name: value for name, value in reading.cursor.items() if name != "smaller"}
            assert (trick, reading.outcome, kept == before) == (trick, ENDS[trick][0], True)
            assert ENDS[trick][1] in reading.detail, trick
            assert (reading.homes, reading.inspections, reading.background, reading.problems) == ((), (), (), ())
        assert {*ENDS, RegisterTrick.WRONG_CHARSET} == set(RegisterTrick)


async def test_letters_are_told_by_the_file_and_not_by_what_the_server_says() -> None:
    async with publishing([{**row(1), "Name": "Caf\u00e9 House"}]) as (publisher, root):
        publisher.trick = RegisterTrick.WRONG_CHARSET
        (home,) = (await read(root + TABLE, {})).homes
        assert home.name == "Caf\u00e9 House"


async def test_an_unchanged_register_costs_a_conditional_request_and_next_to_no_time() -> None:
    async with publishing(rows(500)) as (publisher, root):
        clock = ManualClock(START)
        made = options(root + TABLE)
        feed = RegisterFeed("mine", made, contact="tests@example.org", clock=clock)
        cursor = (await feed.read({}, Known(), clock.now())).cursor
        await feed.close()
        feed = RegisterFeed("mine", made, contact="tests@example.org", clock=clock)
        seconds = []
        for _ in range(5):
            began = time.process_time()
            reading = await feed.read(cursor, Known(), clock.now())
            seconds.append(time.process_time() - began)
            assert reading.outcome is Outcome.UNCHANGED
        assert feed._worker.pid is None  # no process was started for it
        await feed.close()
        assert publisher.statuses == [200, *[304] * 5]
        assert min(seconds) < 0.1  # with its server, and a machine that others use


async def test_the_newest_link_of_a_page_is_followed_within_the_host() -> None:
    async with publishing(rows()) as (publisher, root):
        publisher.links = (
            '<a href="/files/29_February_2024_ratings.csv">February 2024</a>'
            f'<a href="{TABLE}">Ratings (CSV)</a><a href="/files/31_March_2024_notes.pdf">Notes</a>'
        )
        first = await read(root + PAGE, {}, link=r"(?i)ratings\.csv")
        assert (first.outcome, first.baseline, first.cursor["link"]) == (Outcome.CHANGED, 20, root + TABLE)
        assert (await read(root + PAGE, first.cursor, link=r"(?i)ratings\.csv")).outcome is Outcome.UNCHANGED
        lost = await read(root + PAGE, first.cursor, link="datastore")
        assert (lost.outcome, lost.cursor) == (Outcome.MALFORMED, first.cursor)
        assert TABLE in lost.detail
        publisher.links = '<a href="https://elsewhere.example.org/1_May_2024_ratings.csv">May</a>'
        strayed = await read(root + PAGE, first.cursor, link="ratings")
        assert strayed.outcome is Outcome.MALFORMED
        assert "add it to the feed's `hosts`" in strayed.detail


async def test_names_of_six_digits_are_dates_with_the_day_first_as_well() -> None:
    publisher = RegisterPublisher(rows())
    march, april = "/files/310324_ratings.csv", "/files/300424_ratings.csv"
    page = f'<a href="{march}">ratings</a><a href="{april}">ratings</a>'
    async with HttpServer(by_path({PAGE: lambda _: answer(page), march: publisher, april: publisher})) as server:
        assert (await read(server.url + PAGE, {}, link="ratings")).cursor["link"] == server.url + april


async def test_a_link_that_moves_is_asked_without_the_validators_of_the_one_before() -> None:
    publisher = RegisterPublisher(rows())
    page = {"text": f'<a href="{TABLE}">ratings</a>'}
    moved = TABLE.replace("March", "May")
    handler = by_path({PAGE: lambda _: answer(page["text"]), TABLE: publisher, moved: publisher})
    async with HttpServer(handler) as server:
        first = await read(server.url + PAGE, {}, link="ratings")
        page["text"] += f'<a href="{moved}">ratings</a>'
        assert (await read(server.url + PAGE, first.cursor, link="ratings")).outcome is Outcome.UNCHANGED
        assert server.requests[-1].target == moved
        assert server.requests[-1].header("If-None-Match") is None
