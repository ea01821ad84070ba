"""The log, owners, areas and numbers as pages: filtered, in pages, with charts that say what they show."""

import httpx
import pytest

from tests.web.lists.reading import seen


def test_the_log_is_shown_from_its_newest_change(client: httpx.Client) -> None:
    query = "area=Derby&from=2018-01-01&to=2018-12-31"
    rows = client.get(f"/changes.json?{query}").json()[::-1]
    page = seen(client, f"/changes?{query}")
    assert [row["Home"] for row in page.rows()] == [row["home"].partition(":")[2] for row in rows]
    assert [str(link["href"]) for link in page.soup.select('main td a[href^="/changes/"]')] == [
        f"/changes/{row['id']}" for row in rows
    ]
    assert [row["Before"] for row in page.rows()] == [row["previous_rating"] or "–" for row in rows]
    assert page.texts("h1") == ["What changed in 2018: Derby"]
    assert page.value("from") == "2018-01-01"
    assert page.link("Follow in a feed reader") == "/changes.atom?area=Derby"


def test_the_log_has_pages_and_another_order(client: httpx.Client) -> None:
    first, second = seen(client, "/changes"), seen(client, "/changes?page=2")
    assert len(first.rows()) == len(second.rows()) == 100
    assert first.rows() != second.rows()
    assert first.texts(".total")[0].startswith("1 to 100 of ")
    total = int(first.texts(".total")[0].split(" of ")[1].split()[0].replace(",", ""))
    assert total == len(client.get("/changes.json").json())
    oldest = seen(client, "/changes?sort=oldest")
    assert oldest.value("sort") == "oldest"
    last = seen(client, f"/changes?page={-(-total // 100)}")
    assert [row["Home"] for row in last.rows()][::-1] == [row["Home"] for row in oldest.rows()][: len(last.rows())]


def test_what_is_no_measure_is_said_beside_it(client: httpx.Client) -> None:
    rows = [row for row in client.get("/changes.json?what=recovered").json() if row.get("not_counted")]
    page = seen(client, f"/changes?what=recovered&owner={rows[0]['owner'].replace('&', '%26')}")
    assert f"not counted: {rows[0]['not_counted']}" in " ".join(page.texts(".beside"))
    assert f"recovered after {rows[0]['days_inadequate']} days" in page.soup.get_text()


def test_a_mistake_in_the_log_is_told_and_a_time_without_changes_too(client: httpx.Client) -> None:
    page = seen(client, "/changes?what=recoverd&from=9999-01-01&to=2018-01-01")
    assert (page.status, page.rows()) == (400, [])
    assert page.link("recovered") == "/changes?to=2018-01-01&what=recovered"
    assert "9999-01-01 is too far ahead" in " ".join(page.texts(".warning li"))
    assert page.value("from") == "9999-01-01"
    none = seen(client, "/changes?area=Derby&to=2001-01-01")
    assert (none.status, none.texts(".total")) == (200, ["0 changes"])
    assert "no such change of these homes was published in that time" in none.soup.get_text()


@pytest.mark.parametrize("things", ["owners", "areas"])
def test_names_are_shown_with_how_their_homes_stand(client: httpx.Client, things: str) -> None:
    rows = client.get(f"/{things}.json").json()
    page = seen(client, f"/{things}")
    heading = {"owners": "Owner", "areas": "Area"}[things]
    assert [row[heading] for row in page.rows()] == [row["name"] for row in rows[:100]]
    assert page.rows()[0]["Homes"] == f"{rows[0]['homes']:,}"
    assert page.rows()[0]["How they stand"].startswith(f"{rows[0]['grades']['outstanding']} outstanding, ")
    assert ("Group" in page.rows()[0]) is False
    few = seen(client, f"/{things}?q=der&region=East+Midlands&type=children%27s+home")
    assert 0 < len(few.rows()) < 100
    none = seen(client, f"/{things}?q=xyzzy")
    assert f"None: no name of the {things} has all of these words." in none.soup.get_text()


def test_numbers_have_four_charts_each_with_its_table(client: httpx.Client) -> None:
    page = seen(client, "/numbers")
    assert page.texts("h2")[:-1] == ["By year", "By region", "By owner", "By type"]
    parts = page.soup.select(".charted")
    assert len(parts) == 4
    for charted in parts:
        (picture,), (table,) = charted.select("svg[role=img]"), charted.select("table.rows")
        names = str(picture["aria-labelledby"]).split()
        assert all(page.soup.find(id=name).get_text() for name in names)  # type: ignore[union-attr]  # one that is not there fails
        bars = len(picture.select("rect, line"))
        assert 2 <= bars <= len(table.select("tbody tr"))
        assert not picture.select("[style], script")
    assert page.link("by owner") == "/numbers?by=owner"
    assert "Share: of the inspections" in page.soup.get_text()
    assert page.link("Download by year as CSV") == "/numbers.csv"


def test_numbers_by_one_thing_have_all_its_rows_page_by_page(client: httpx.Client) -> None:
    rows = client.get("/numbers.json?by=owner&region=London").json()
    page = seen(client, "/numbers?by=owner&region=London")
    assert page.value("by") == "owner"
    assert page.texts(".total") == [f"1 to 100 of {len(rows)} rows"]
    assert [row["Owner"] for row in page.rows()] == [row["owner"] or "–" for row in rows[:100]]
    second = seen(client, page.link("Next", ".pages"))
    assert [row["Owner"] for row in second.rows()] == [row["owner"] or "–" for row in rows[100:200]]
    assert seen(client, "/numbers?by=year,region").value("by") == "year,region"
    assert seen(client, "/numbers?by=yeer").link("year") == "/numbers?by=year"
