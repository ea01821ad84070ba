"""The local site publishes what it was given, day by day, in pages that the feed reads."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests import builders
from tests.clock import ManualClock
from tests.standins.reports.report_pdf import report_pdf
from watcher.cli.demo.site import DemoSite, serving
from watcher.facts.inspection import Inspection, Kind
from watcher.feeds.ofsted_site.provider import read_provider
from watcher.feeds.ofsted_site.search import Results, read_categories, read_results
from watcher.feeds.web.http import FetchFailed, NotFound, NotModified, Page, PoliteClient, Refused

pytestmark = pytest.mark.anyio

HOMES = [builders.home(f"SC10000{number}") for number in range(1, 8)]


def inspection(number: int, published: str, words: str = "good", kind: Kind = Kind.FULL) -> Inspection:
    visit = (date.fromisoformat(published) - timedelta(days=20)).isoformat()
    return builders.inspection(visit, words, kind=kind, home=HOMES[number].key, published=published)


def at(moment: str) -> ManualClock:
    return ManualClock(datetime.fromisoformat(moment).replace(tzinfo=UTC))


def _client(url: str) -> PoliteClient:
    return PoliteClient(
        contact="a@example.org", hosts=[url], spacing=timedelta(0), now=lambda: datetime(2024, 1, 1, tzinfo=UTC)
    )


async def page_of(site: DemoSite, target: str) -> Page:
    """A page, asked for as the feed does."""
    async with serving(site.app) as url, _client(url) as client:
        answer = await client.get(url + target)
        assert isinstance(answer, Page)
        return answer


async def results_of(site: DemoSite, query: str) -> Results:
    return read_results((await page_of(site, f"/search?level_1_types=3&{query}")).text)


async def test_a_report_is_on_the_site_from_half_past_nine_in_london() -> None:
    for moment, count in [
        ("2024-07-04T08:29:59", 0),
        ("2024-07-04T08:30:00", 1),
        ("2024-01-04T09:29:59", 0),
        ("2024-01-04T09:30:00", 1),
    ]:
        site = DemoSite(HOMES, [inspection(0, moment[:10])], at(moment), report_pdf)
        results = await results_of(site, "latest_report_date_start=01-01-2024&rows=100")
        assert (moment, results.count) == (moment, count)


async def test_a_home_appears_once_with_its_latest_document_the_latest_first() -> None:
    site = DemoSite(
        HOMES,
        [inspection(0, "2024-02-01"), inspection(0, "2024-03-01"), inspection(1, "2024-02-15")],
        at("2024-04-01"),
        report_pdf,
    )
    results = await results_of(site, "latest_report_date_start=01-01-2024&rows=100")
    assert [(entry.urn, entry.latest) for entry in results.entries] == [
        ("SC100001", date(2024, 3, 1)),
        ("SC100002", date(2024, 2, 15)),
    ]


@pytest.mark.parametrize(
    ("query", "count", "rows"),
    [
        ("latest_report_date_start=01-01-2024&start=0&rows=3", 7, 3),
        ("latest_report_date_start=01-01-2024&start=6&rows=3", 7, 1),
        ("latest_report_date_start=01-01-2024&start=9&rows=3", 7, 0),
        ("latest_report_date_start=04-02-2024&rows=100", 4, 4),
        ("latest_report_date_start=01-01-2024&latest_report_date_end=02-02-2024&rows=100", 2, 2),
        ("latest_report_date_start=01-01-2024&rows=100&level_2_types[]=9", 7, 7),
        ("latest_report_date_start=01-01-2024&rows=100&level_2_types[]=12", 0, 0),
        ("latest_report_date_start=01-01-2024", 7, 7),
    ],
)
async def test_the_list_honours_what_it_is_asked(query: str, count: int, rows: int) -> None:
    site = DemoSite(
        HOMES, [inspection(number, f"2024-02-0{number + 1}") for number in range(7)], at("2024-04-01"), report_pdf
    )
    results = await results_of(site, query)
    assert (results.count, results.rows) == (count, rows)


async def test_no_more_than_a_hundred_rows_are_delivered() -> None:
    many = [builders.home(f"SC3{number:05}") for number in range(130)]
    inspections = [builders.inspection("2024-01-02", "good", home=home.key, published="2024-02-01") for home in many]
    site = DemoSite(many, inspections, at("2024-04-01"), report_pdf)
    results = await results_of(site, "latest_report_date_start=01-01-2024&rows=1000")
    assert (results.count, results.rows) == (130, 100)


async def test_the_form_names_the_category_of_homes() -> None:
    page = await page_of(DemoSite(HOMES, [], at("2024-04-01"), report_pdf), "/search?level_1_types=3")
    assert read_categories(page.text, ["children's home"]) == ("9",)


async def test_a_homes_page_shows_what_was_published_by_now() -> None:
    documents = [
        inspection(0, "2024-02-01"),
        inspection(0, "2024-03-01", "", Kind.MONITORING),
        inspection(0, "2024-05-01"),
    ]
    page = await page_of(DemoSite(HOMES, documents, at("2024-04-01"), report_pdf), "/provider/2/SC100001")
    read = read_provider(page.text, "SC100001")
    assert [(document.kind, document.published) for document in read.documents] == [
        (Kind.MONITORING, date(2024, 3, 1)),
        (Kind.FULL, date(2024, 2, 1)),
    ]
    assert (read.status, read.local_authority, read.not_understood) == ("open", "Derby", ())


@pytest.mark.parametrize(
    "target", ["/search?latest_report_date_start=01-01-2024", "/provider/2/SC100001", "/v1/file/50000001"]
)
async def test_an_unchanged_page_is_not_sent_again_and_a_changed_one_is(target: str) -> None:
    clock = at("2024-04-01")
    site = DemoSite(HOMES, [inspection(0, "2024-02-01"), inspection(0, "2024-04-03")], clock, report_pdf)
    async with serving(site.app) as url, _client(url) as client:
        page = await client.get(url + target)
        assert isinstance(await client.get(url + target, validators=page.validators), NotModified)
        clock.advance(timedelta(days=3))
        again = await client.get(url + target, validators=page.validators)
        assert isinstance(again, NotModified) is ("file" in target)


@pytest.mark.parametrize("target", ["/provider/2/SC999999", "/provider/21/SC100001", "/v1/file/1", "/v1/file/50000002"])
async def test_what_is_not_there_or_not_yet_is_not_found(target: str) -> None:
    site = DemoSite(HOMES, [inspection(0, "2024-02-01"), inspection(1, "2024-05-01")], at("2024-04-01"), report_pdf)
    with pytest.raises(NotFound):
        await page_of(site, target)


async def test_robots_are_told_what_not_to_read() -> None:
    with pytest.raises(Refused) as refused:
        await page_of(DemoSite(HOMES, [], at("2024-04-01"), report_pdf), "/feedback")
    assert isinstance(refused.value, FetchFailed)


async def test_what_is_withdrawn_is_gone_and_what_is_published_is_there_at_once() -> None:
    first = inspection(0, "2024-02-01")
    site = DemoSite(HOMES, [first], at("2024-04-01"), report_pdf)
    site.withdraw(first)
    assert site.shown("SC100001") == []
    site.publish(inspection(0, "2024-03-01"))
    assert [document.id for document in site.shown("SC100001")] == ["50000002"]


async def test_an_inspection_without_a_date_of_publication_appears_four_weeks_after_the_visit() -> None:
    unknown = builders.inspection("2015-05-13", "good", home=HOMES[0].key, published=None)
    assert DemoSite(HOMES, [unknown], at("2015-06-09"), report_pdf).shown("SC100001") == []
    assert len(DemoSite(HOMES, [unknown], at("2015-06-11"), report_pdf).shown("SC100001")) == 1
