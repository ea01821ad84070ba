"""What people come for is one or two clicks away, for those too who never read a word about these pages."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from lxml.html import HtmlElement, document_fromstring

from tests.web import stage
from tests.web.serving import pages


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("strangers")
    with pages(folder, stage.small) as served, httpx.Client(base_url=served.url, timeout=60) as client:
        yield client


def shown(client: httpx.Client, address: str) -> HtmlElement:
    return document_fromstring(client.get(address, follow_redirects=True).raise_for_status().text)


def leads_to(page: HtmlElement, words: str) -> str:
    (address,) = {link.get("href") for link in page.iter("a") if link.text_content().strip() == words}
    return str(address)


@pytest.mark.parametrize("text", ["SC478986", "sc478986", " ofsted:SC478986 "])
def test_a_number_in_the_search_box_leads_right_to_its_home(client: httpx.Client, text: str) -> None:
    (form,) = [form for form in shown(client, "/").forms if form.get("action") == "/homes" and "q" in form.fields]
    answer = client.get(form.get("action"), params={"q": text})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/homes/ofsted:SC478986")


@pytest.mark.parametrize("query", ["q=SC47898", "q=derby", "q=SC478986&area=Derby", "q=SC478986&all=yes", "q=7"])
def test_what_is_not_a_number_alone_is_searched_for(client: httpx.Client, query: str) -> None:
    answer = client.get(f"/homes?{query}")
    assert (answer.status_code, "location" in answer.headers) == (200, False)
    assert client.get(f"/homes.json?{query}").status_code == 200


def test_what_changed_in_an_area_in_a_year_is_one_click_from_what_changed_there(client: httpx.Client) -> None:
    changed = shown(client, leads_to(shown(client, "/areas/Derby"), "Everything that changed here"))
    assert leads_to(changed, "2018") == "/changes?area=Derby&from=2018-01-01&to=2018-12-31"
    of_2018 = shown(client, leads_to(changed, "2018"))
    days = [cell.text_content() for cell in of_2018.xpath("//tbody//th")]
    assert "3 Aug 2018" in days
    assert {day[-4:] for day in days} == {"2018"}
    assert of_2018.xpath("//a[@aria-current='true']/text()")[-1] == "2018"
    this_year = leads_to(shown(client, "/areas/Derby"), "What changed this year")
    assert this_year == "/changes?area=Derby&from=2026-01-01"


def test_no_year_is_offered_in_which_nothing_was_known_yet(client: httpx.Client) -> None:
    years = [
        int(year) for year in shown(client, "/changes?area=Derby").xpath("//ul[contains(@class, 'years')]//a/text()")
    ]
    assert years == list(range(stage.NOW.year, years[-1] - 1, -1))
    oldest = client.get("/changes.json?area=Derby").json()[0]
    assert str(years[-1]) == (oldest["published"] or oldest["inspected"])[:4]


@pytest.mark.parametrize(
    "path", ["/areas/Derby", "/owners/Esland%20North%20Limited", "/watches/derby", "/changes", "/"]
)
def test_a_feed_reader_finds_the_feed_of_a_page_by_the_pages_address(client: httpx.Client, path: str) -> None:
    page = shown(client, path)
    (address,) = page.xpath("//link[@type='application/atom+xml']/@href")
    assert address in page.xpath("//main//a/@href")
    assert client.get(address).headers["Content-Type"].startswith("application/atom+xml")


def test_an_area_can_be_added_to_a_calendar_from_the_top_of_its_page(client: httpx.Client) -> None:
    address = leads_to(shown(client, "/areas/Derby"), "Add what is due to a calendar (iCalendar)")
    assert client.get(address).headers["Content-Type"].startswith("text/calendar")


def test_homes_found_by_words_have_a_calendar_of_their_own_and_no_feed_of_others(client: httpx.Client) -> None:
    page = shown(client, "/homes?q=esland")
    assert leads_to(page, "Add what is due to a calendar (iCalendar)") == "/calendar.ics?q=esland"
    assert "Follow in a feed reader (Atom)" not in page.text_content()


def test_a_column_of_reports_stands_where_one_of_them_is_known(client: httpx.Client) -> None:
    headings = "//thead//th/text()"
    assert "Report" not in shown(client, "/changes?area=Derby&to=2017-12-31").xpath(headings)
    assert "Owner" in shown(client, "/changes?area=Derby&to=2017-12-31").xpath(headings)


def test_who_asks_why_a_mail_came_reads_which_watch_sent_it_and_what_it_asks_for(tmp_path: Path) -> None:
    with pages(tmp_path, stage.small) as served, httpx.Client(base_url=served.url, timeout=60) as client:
        page = shown(client, served.links.stop_mails(stage.SECRET_ADDRESS, stage.NOW))
        assert f"The watch derby sends to {stage.SECRET_ADDRESS}, through mail." in page.text_content()
        assert leads_to(page, "What derby asks for") == "/watches/derby"
        assert served.history.stopped_mails() == {}
        nobody = shown(client, served.links.stop_mails("gone@example.org", stage.NOW)).text_content()
    assert "No channel sends to gone@example.org any more" in nobody
    assert "asks for" not in nobody
