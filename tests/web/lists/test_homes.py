"""Homes on a page: searched, filtered, sorted, a hundred at a time; what can't be meant is told."""

import httpx
import pytest

from tests.web import stage
from tests.web.lists.reading import seen
from tests.web.serving import Served


def test_everything_stands_on_pages_of_a_hundred(client: httpx.Client) -> None:
    every = [row["id"] for row in client.get("/homes.json?area=Kent&area=Lancashire&area=Derby").json()]
    path, found = "/homes?area=Kent&area=Lancashire&area=Derby", list[str]()
    said = []
    while path:
        page = seen(client, path)
        found += [row["Home"] for row in page.rows()]
        said += page.texts(".total")
        path = page.link("Next", ".pages") if page.texts("a[rel=next]") else ""
    assert found == every
    assert len(said) == -(-len(every) // 100) > 2
    assert said[0] == f"1 to 100 of {len(every):,} homes"
    assert said[-1] == f"{100 * (len(said) - 1) + 1} to {len(every)} of {len(every):,} homes"


def test_a_page_after_the_last_says_so_and_leads_to_that(client: httpx.Client) -> None:
    page = seen(client, "/homes?area=Derby&page=40")
    assert (page.status, page.rows()) == (404, [])
    assert "There is no page with that number" in page.soup.get_text()
    assert page.link("page 1") == "/homes?area=Derby"
    assert seen(client, "/homes?page=40").status == 200


def test_homes_that_are_gone_are_a_link_away_and_no_option_of_a_command(client: httpx.Client) -> None:
    every = client.get("/homes.json?area=Derby&all=yes").json()
    gone = next(row["id"] for row in every if row["status"] == "resigned")
    page = seen(client, f"/homes?area=Derby&q={gone}")
    assert page.rows() == []
    (said,) = page.texts(".below li")
    assert said == "None: 1 home as asked for, closed or on no list any more. Look among homes that are gone too"
    assert [row["Home"] for row in seen(client, page.link("gone too")).rows()] == [gone]


def test_homes_that_are_gone_are_offered_only_where_there_are_some(client: httpx.Client) -> None:
    page = seen(client, "/homes?area=Derby&q=zzzz")
    assert (page.rows(), page.status) == ([], 200)
    assert page.texts(".below a") == []


def test_a_form_that_was_sent_leads_to_an_address_to_be_handed_on(client: httpx.Client) -> None:
    answer = client.get("/homes?q=&area=Derby&rating=&region=&owner=&sort=&page=")
    assert (answer.status_code, answer.headers["location"]) == (303, "/homes?area=Derby")
    page = seen(client, "/homes?q=&area=Derby&rating=good&region=")
    assert (page.value("area"), page.value("rating"), page.value("q")) == ("Derby", "good", "")


def test_what_is_chosen_can_be_taken_back_one_by_one(client: httpx.Client) -> None:
    page = seen(client, "/homes?area=Derby&area=Kent&standing=inadequate&q=care&all=yes")
    chips = {" ".join(link.get_text().split()): link["href"] for link in page.soup.select(".chosen a")}
    assert chips == {
        "Remove Area: Derby ×": "/homes?area=Kent&standing=inadequate&q=care&all=yes",
        "Remove Area: Kent ×": "/homes?area=Derby&standing=inadequate&q=care&all=yes",
        "Remove Standing inadequate ×": "/homes?area=Derby&area=Kent&q=care&all=yes",
        "Remove Search: care ×": "/homes?area=Derby&area=Kent&standing=inadequate&all=yes",
        "Remove With homes that are gone ×": "/homes?area=Derby&area=Kent&standing=inadequate&q=care",
        "Remove all": "/homes",
    }
    hidden = [(field["name"], field["value"]) for field in page.soup.select("main form input[type=hidden]")]
    assert hidden == [("area", "Derby"), ("area", "Kent")]
    assert page.value("area") == ""


def test_each_filter_is_the_commands(client: httpx.Client) -> None:
    query = "region=East+Midlands&type=children%27s+home&rating=good&regulator=ofsted&watch=everything"
    query += "&constituency=Derby+South"
    rows = client.get(f"/homes.json?{query}").json()
    page = seen(client, f"/homes?{query}")
    assert [row["Home"] for row in page.rows()] == [row["id"] for row in rows][:100] != []
    assert {row["rating"] for row in rows} == {"good"}
    assert {row["constituency"] for row in rows} == {"Derby South"}


@pytest.mark.parametrize("heading", ["Home", "Area", "Owner", "Rating", "Since", "Inspected"])
def test_a_heading_sorts_and_then_the_other_way_round(client: httpx.Client, heading: str) -> None:
    first = seen(client, seen(client, "/homes?area=Derby&rating=good").link(heading, "thead"))
    second = seen(client, first.link(heading, "thead"))
    for page, way in ((first, "ascending"), (second, "descending")):
        (sorted_by,) = page.soup.select("th[aria-sort]")
        assert (sorted_by.get_text(), sorted_by["aria-sort"]) == (heading, way)
    ids = [[row["Home"] for row in page.rows()] for page in (first, second)]
    assert sorted(ids[0]) == sorted(ids[1])
    if heading not in ("Area", "Rating"):  # which all of these have in common
        assert ids[0] != ids[1]


def test_the_order_can_be_chosen_without_headings_too(client: httpx.Client) -> None:
    page = seen(client, "/homes?area=Derby&sort=-inspected")
    assert page.value("sort") == "-inspected"
    assert "Inspected, the other way round" in page.texts("option")
    assert "sort" not in seen(client, "/homes?sort=worst").link("Download as CSV")


def test_mistakes_are_told_with_the_nearest_that_there_is_and_no_row(client: httpx.Client) -> None:
    page = seen(client, "/homes?area=Derbi&owner=Esland&rating=good&page=0&colour=red")
    assert (page.status, page.rows(), page.texts("title")) == (400, [], ["Error: Homes – watcher"])
    assert page.texts("#problem") == ["There is a problem"]
    said = page.texts(".warning li")
    assert said[0].startswith("There is no filter 'colour' here; there is: all, area, ")
    assert "There is no page '0': pages are counted from 1." in said
    assert "No home of the history has the area 'Derbi'. Perhaps you mean Derby or Derbyshire." in said
    assert page.value("area") == "Derbi"
    assert page.value("owner") == "Esland"
    assert page.value("rating") == "good"
    assert page.link("Esland North Limited") == "/homes?owner=Esland+North+Limited&area=Derbi&rating=good"


def test_what_is_offered_takes_the_place_of_what_was_given_with_signs_that_are_not_seen(client: httpx.Client) -> None:
    offered = seen(client, "/homes?area=Derbi%E2%80%8B&area=Kent").soup.select(".warning a")
    assert offered[0]["href"] == "/homes?area=Kent&area=Derby"


def test_why_nothing_is_shown_is_said(client: httpx.Client) -> None:
    page = seen(client, "/homes?area=Derby&rating=good&region=London")
    assert page.texts(".total") == ["0 homes"]
    assert "None: no home that is known is all of this at once." in " ".join(page.texts(".below li"))
    page = seen(client, "/homes?area=Derby&standing=inadequate&owner=Derby+City+Council")
    assert "but none of them has such a rating now" in " ".join(page.texts(".below li"))


def test_grades_are_told_by_words_and_by_looks(client: httpx.Client) -> None:
    page = seen(client, "/homes?area=Derby")
    looks = {(tag.get_text(), str(tag["class"][:2])) for tag in page.soup.select("td .grade")}
    assert looks == {
        ("inadequate", "['grade', 'worst']"),
        ("requires improvement", "['grade', 'poor']"),
        ("good", "['grade', 'fine']"),
        ("outstanding", "['grade', 'best']"),
    }


def test_the_same_in_other_forms_has_the_same_filters(client: httpx.Client) -> None:
    page = seen(client, "/homes?area=Derby&q=care&sort=owner")
    assert page.link("Download as CSV") == "/homes.csv?area=Derby&q=care&sort=owner"
    assert page.link("Download as JSON") == "/homes.json?area=Derby&q=care&sort=owner"
    assert page.link("calendar") == "/calendar.ics?area=Derby&q=care"
    assert seen(client, "/homes?area=Derby").link("Follow in a feed reader") == "/changes.atom?area=Derby"


@pytest.mark.parametrize("number", range(len(stage.HOSTILE)))
def test_a_name_that_hurts_does_nothing_and_leads_to_its_owner(
    client: httpx.Client, served: Served, number: int
) -> None:
    page = seen(client, f"/homes?q={stage.hostile_id(number)}&all=yes")
    (row,) = page.rows()
    assert row["Home"] == stage.hostile_id(number)
    (link,) = page.soup.select('td[data-label="Owner"] a')
    owner = client.get(str(link["href"]))
    assert owner.status_code == 200
    assert stage.hostile_id(number) in client.get(str(link["href"]).removesuffix(".html") + ".json?all=yes").text
    assert "<script>alert" not in owner.text
    assert "<img" not in owner.text


def test_a_grade_looks_as_it_stands_on_its_scale(client: httpx.Client) -> None:
    for rating, step in (("outstanding", "best"), ("good", "fine"), ("requires improvement", "poor")):
        tags = seen(client, f"/homes?area=Kent&rating={rating}").soup.select("td .grade")
        assert {tag.get_text() for tag in tags} == {rating}
        assert all(step in tag["class"] for tag in tags)
