"""Whatever layout a time line has, a drop is told as its report dates and grades it, and an odd link costs no other."""

from datetime import timedelta

import pytest

from tests.feeds.ofsted_site.world import World, published, world
from tests.standins.reports.report_pdf import report_pdf
from watcher.facts.inspection import Inspection, Kind
from watcher.feeds.feed import Reading, Trouble
from watcher.feeds.ofsted_site.news import MOST_GAPS

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)


def told(reading: Reading) -> list[tuple[str, str, str]]:
    return [
        (inspection.home, str(inspection.inspected), inspection.rating.value if inspection.rating else "")
        for inspection in reading.inspections
    ]


def as_told(inspection: Inspection) -> tuple[str, str, str]:
    assert inspection.rating is not None
    return (inspection.home, str(inspection.inspected), inspection.rating.value)


def publish_drop(w: World, position: int = 2) -> Inspection:
    """A drop of one home, published tomorrow."""
    drop = published(w.homes()[position], w.today + DAY, "inadequate")
    w.site.publish(drop)
    return drop


def document_of(w: World, inspection: Inspection) -> str:
    return next(document.id for document in w.site.documents if document.inspection.key == inspection.key)


async def test_in_the_older_layout_the_report_dates_the_inspection() -> None:
    async with world() as w:
        w.site.has_older_layout = True
        first = await w.poll()
        assert (first.problems, told(first), len(first.background)) == ((), [], 6)
        assert sorted(first.listings) == sorted(home.key for home in w.homes())
        drop = publish_drop(w)
        reading = await w.poll(days=1)
        assert (told(reading), reading.problems) == ([as_told(drop)], ())
        assert reading.inspections[0].published == w.today
        assert drop.home in reading.listings
        assert len(w.asked_for("/v1/file/")) == 1


@pytest.mark.parametrize("older_first", [True, False])
async def test_a_page_that_changes_its_layout_is_no_news(older_first: bool) -> None:
    async with world() as w:
        w.site.has_older_layout = older_first
        await w.poll()
        drop = publish_drop(w)
        assert told(await w.poll(days=1)) == [as_told(drop)]
        w.site.has_older_layout = not older_first
        w.site.publish(published(w.homes()[2], w.today + DAY, "", kind=Kind.MONITORING, ago=5))
        reading = await w.poll(days=1)
        assert [(one.kind, one.home) for one in reading.inspections] == [(Kind.MONITORING, drop.home)]
        assert reading.problems == ()
        assert drop.home in reading.listings


async def test_of_many_old_lines_of_the_older_layout_the_latest_are_read_and_nothing_is_said_to_be_gone() -> None:
    async with world(1, inspections=[]) as w:
        home = w.homes()[0]
        old = [published(home, w.today - timedelta(days=400 + 200 * number), "good") for number in range(MOST_GAPS + 3)]
        w.site.publish(*old, published(home, w.today - 5 * DAY, "good"))
        w.site.has_older_layout = True
        first = await w.poll()
        assert len(w.asked_for("/v1/file/")) == MOST_GAPS
        assert dict(first.listings) == {}
        drop = publish_drop(w, 0)
        assert told(await w.poll(days=1)) == [as_told(drop)]


@pytest.mark.parametrize("bold", ["Good", "Outstanding", "Causing concern"])
async def test_a_grade_in_bold_that_the_report_contradicts_could_not_be_told(bold: str) -> None:
    async with world() as w:
        w.site.has_older_layout = True
        await w.poll()
        drop = publish_drop(w)
        w.site.bold[document_of(w, drop)] = bold
        spoiled = await w.poll(days=1)
        assert told(spoiled) == []
        (problem,) = spoiled.problems
        assert (problem.home, problem.trouble) == (drop.home, Trouble.REPORT)
        assert f"the page shows {bold!r} beside the link, the report says 'inadequate'" in problem.what
        w.site.bold.clear()
        assert told(await w.poll(hours=1)) == [as_told(drop)]


async def test_a_report_that_dates_its_inspection_after_its_publication_could_not_be_told() -> None:
    async with world() as w:
        w.site.has_older_layout = True
        await w.poll()
        ahead = published(w.homes()[2], w.today + DAY, "inadequate", ago=-20)
        w.site.publish(ahead)
        reading = await w.poll(days=1)
        assert told(reading) == []
        assert f"dates the inspection {ahead.inspected}, after its publication" in reading.problems[0].what
        assert ahead.home not in reading.listings


@pytest.mark.parametrize("kind", [Kind.FULL, Kind.MONITORING])
async def test_in_the_older_layout_a_report_on_another_home_could_not_be_told(kind: Kind) -> None:
    async with world() as w:
        w.site.has_older_layout = True
        await w.poll()
        home, other = w.homes()[2:4]
        one = published(home, w.today + DAY, "", kind=kind)
        w.site.publish(one)
        w.site.instead[document_of(w, one)] = report_pdf(other, published(other, w.today, "inadequate", kind=kind))
        reading = await w.poll(days=1)
        assert reading.inspections == ()
        assert f"the report of another home, {other.id}" in reading.problems[0].what


async def test_a_report_that_is_no_pdf_is_listed_and_could_not_be_told() -> None:
    async with world() as w:
        await w.poll()
        drop = publish_drop(w)
        day = f"{drop.published:%d %B %Y}"
        w.site.redrawn = lambda page: page.replace(f", PDF - {day}", f", HTML - {day}")
        reading = await w.poll(days=1)
        assert told(reading) == []
        (problem,) = reading.problems
        assert (problem.trouble, problem.unread is not None) == (Trouble.REPORT, True)
        assert "published as HTML" in problem.what
        assert w.asked_for("/v1/file/") == []
        assert [one.document for one in reading.listings[drop.home]].count(document_of(w, drop)) == 1


ODD = '<a class="publication-link" href="/v1/file/59999999">A letter <span class="nonvisual">A letter</span></a>'


async def test_an_odd_link_beside_it_holds_no_drop_back_and_nothing_is_said_to_be_gone() -> None:
    async with world() as w:
        await w.poll()
        drop = publish_drop(w)
        link = f'/v1/file/{document_of(w, drop)}">'
        w.site.redrawn = lambda page: page if link not in page else page.replace("</a>", f"</a>{ODD}", 1)
        reading = await w.poll(days=1)
        assert told(reading) == [as_told(drop)]
        (problem,) = reading.problems
        assert (problem.home, problem.trouble) == (drop.home, Trouble.LINE)
        assert "A letter" in problem.what
        assert drop.home not in reading.listings
