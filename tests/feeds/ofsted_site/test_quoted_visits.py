"""A report on an ungraded visit is quoted where its home stands inadequate, and costs nothing where it is odd."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.feeds.ofsted_site.world import World, published, world
from watcher.facts.inspection import Inspection, Kind
from watcher.feeds.feed import Outcome, Reading

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)


async def drop_and_visit(w: World, words: str) -> tuple[Inspection, Reading]:
    """A graded report, and a day later one on a monitoring visit."""
    await w.poll()
    home = w.homes()[2]
    w.site.publish(published(home, w.today + DAY, words))
    await w.poll(days=1)
    visit = published(home, w.today + DAY, "", kind=Kind.MONITORING, ago=5)
    w.site.publish(visit)
    return visit, await w.poll(days=1)


def day_of(reading: Reading) -> list[date]:
    return [inspection.day for inspection in reading.inspections]


async def test_a_visit_while_inadequate_is_quoted() -> None:
    async with world() as w:
        visit, reading = await drop_and_visit(w, "inadequate")
        assert day_of(reading) == [visit.inspected]
        (found,) = reading.findings.values()
        assert found.children is not None
        assert found.children.text.startswith("Example text:")


async def test_the_report_on_another_visit_is_not_fetched() -> None:
    async with world() as w:
        visit, reading = await drop_and_visit(w, "good")
        assert day_of(reading) == [visit.inspected]
        assert reading.findings == {}
        assert not [request for request in w.site.requests if request.startswith("/v1/file/")]


@pytest.mark.parametrize("pdf", [b"%PDF-1.4 no more", b"", b"<html>Slim Application Error</html>"])
async def test_a_visit_whose_report_cannot_be_read_is_told_without_it(pdf: bytes) -> None:
    async with world() as w:
        await w.poll()
        home = w.homes()[2]
        w.site.publish(published(home, w.today + DAY, "inadequate"))
        await w.poll(days=1)
        visit = replace(published(home, w.today + DAY, "", kind=Kind.MONITORING, ago=5), document="59999999")
        w.site.publish(visit)
        w.site.instead["59999999"] = pdf
        reading = await w.poll(days=1)
        assert reading.outcome is Outcome.CHANGED
        assert (day_of(reading), dict(reading.findings), reading.problems) == ([visit.inspected], {}, ())
