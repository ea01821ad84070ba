"""One owner and one area: what they are called in any spelling, their homes, and what stands beside these."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.builders import home, inspection
from tests.web import stage
from tests.web.lists.reading import seen
from tests.web.serving import pages
from watcher.config.settings import Settings
from watcher.facts.statements import HomeRecord, Record
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Transaction
from watcher.watching.listed import HomeList, ListedHome
from watcher.watching.watches import Watch
from watcher.web.addresses import owner_page

NAMES = (
    "Ash / Elm & Sons",
    "..",
    "Oak.csv",
    "Oak",
    "Yew.html",
    'Fir "Homes"',
    "O’Hara's Ltd.",
    "Ash\r\nBeech",
    "Zażółć 日本",
    "100% Care?a=b#c",
)
"""Owners, each of one home, that an address could be mistaken in."""


def small(folder: Path) -> EmbeddedHistory:
    """A home of each of these owners, inadequate since it was good."""
    history = EmbeddedHistory.open(folder, with_bundle=False)
    homes = [replace(home(f"SC{number:06}", owner=name), local_authority="Derby") for number, name in enumerate(NAMES)]
    history.commit(
        Transaction(
            homes=[HomeRecord.of(one) for one in homes],
            records=[
                Record((inspection(day, grade, home=one.key),))
                for one in homes
                for day, grade in (("2024-05-01", "good"), ("2025-11-20", "inadequate"))
            ],
        )
    )
    return history


LISTED = HomeList(
    "private/place.csv",
    Path("/etc/private/place.csv"),
    {
        "SC000000": ListedHome(id="SC000000", row=2, label="The <Lodge>", note="call first"),
        "SC999998": ListedHome(id="SC999998", row=3, label="Nowhere House"),
    },
)


def configured(folder: Path) -> Settings:
    """A group, and a watch with a list."""
    listing = Watch.model_validate(
        {"name": "placements", "listed": LISTED, "to": ["mail"], "changes": ["recovered"], "repeat": "12h",
         "report": {"to": ["desk"], "weekday": "mon"}}
    )  # fmt: skip
    groups = {"Trees": ("Oak", "Yew.html")}
    return stage.settings(folder).model_copy(update={"groups": groups, "watch": (listing,)})


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The pages over these."""
    with (
        pages(tmp_path_factory.mktemp("pages"), small, configured) as served,
        httpx.Client(base_url=served.url, timeout=60) as client,
    ):
        yield client


@pytest.mark.parametrize("number", range(len(NAMES)))
def test_whatever_an_owner_is_called_its_page_and_files_are_its_own(there: httpx.Client, number: int) -> None:
    (link,) = seen(there, f"/homes?q=SC{number:06}&all=yes").soup.select('td[data-label="Owner"] a')
    page = seen(there, str(link["href"]))
    assert (page.status, page.rows()[0]["Whose homes"]) == (200, " ".join(NAMES[number].split()))
    for form in ("CSV", "JSON"):
        answer = there.get(page.link(f"Download as {form}"))
        assert f"SC{number:06}" in answer.text
        assert answer.text.count("ofsted:SC") == 1
    assert len(there.get(page.link("Everything that changed here")).text.split("dropped to inadequate</a>")) == 2


@pytest.mark.parametrize(
    ("asked", "printed"),
    [
        ("/owners/fir%20%22HOMES%22", "/owners/Fir%20%22Homes%22"),
        ("/owners/o'hara's%20ltd.", "/owners/O%E2%80%99Hara%27s%20Ltd."),
        ("/owners/OAK.CSV?sort=owner", "/owners/Oak.csv.html?sort=owner"),
        ("/areas/DERBY.json?rating=good", "/areas/Derby.json?rating=good"),
        ("/watches/PLACEMENTS", "/watches/placements"),
    ],
)
def test_another_spelling_leads_to_the_one_in_print(there: httpx.Client, asked: str, printed: str) -> None:
    answer = there.get(asked)
    assert (answer.status_code, answer.headers["location"]) == (303, printed)
    assert there.get(printed).status_code == 200


def test_a_name_that_ends_like_a_file_is_told_from_a_file(there: httpx.Client) -> None:
    assert owner_page("Oak.csv") == "/owners/Oak.csv.html"
    assert owner_page(".") == "/owners/..html"
    assert there.get("/owners/Oak.csv").headers["content-type"].startswith("text/csv")
    assert there.get("/owners/Oak.csv.csv").text.count("SC000002") == 2
    assert there.get("/owners/Oak.atom").status_code == 404


def test_an_owner_that_is_none_is_told_with_the_nearest(there: httpx.Client) -> None:
    page = seen(there, "/owners/Fir%20Home")
    assert (page.status, page.texts("h1")) == (404, ["There is no such owner"])
    assert page.link('Fir "Homes"') == "/owners/Fir%20%22Homes%22"
    assert page.link("Search for") == "/owners?q=Fir%20Home"
    hostile = there.get("/areas/%3Cscript%3Ealert(1)%3C/script%3E")
    assert hostile.status_code == 404
    assert "<script>" not in hostile.text


def test_a_group_and_its_other_owners_are_named(there: httpx.Client) -> None:
    page = seen(there, "/owners/Oak")
    assert page.link("Trees") == "/homes?group=Trees"
    assert page.link("Yew.html") == "/owners/Yew.html.html"
    assert "Trees" not in seen(there, "/owners/...html").soup.get_text()


def test_homes_stand_beside_the_country(client: httpx.Client) -> None:
    page = seen(client, "/owners/Esland%20North%20Limited")
    mine, country = page.rows()
    assert mine["Whose homes"] == "Esland North Limited"
    assert country["Whose homes"] == "England"
    rows = client.get("/owners/Esland%20North%20Limited.json").json()
    graded = [row["rating"] for row in rows if row["rating"]]
    assert (mine["Homes"], mine["Graded"]) == (str(len(rows)), str(len(graded)))
    assert (
        mine["Share good or better"] == f"{100 * sum(g in ('good', 'outstanding') for g in graded) / len(graded):.1f}%"
    )
    assert int(country["Homes"].replace(",", "")) > 4_000


def test_an_area_has_its_drops_and_its_years(client: httpx.Client) -> None:
    page = seen(client, "/areas/Derby")
    tables = page.soup.select("table.rows")
    assert [" ".join(table.caption.get_text().split()) for table in tables if table.caption] == [
        "Derby beside the country",
        "How homes stand: Derby",
        "Found inadequate",
        "Inspections and grades by year: Derby",
    ]
    dropped = {row["change"] for row in client.get("/changes.json?area=Derby&from=2021-03-03").json()}
    told = {link.get_text() for link in tables[2].select("td:nth-of-type(1) a")}
    assert told <= dropped
    assert "dropped to inadequate" in told
    assert page.soup.select_one("svg[role=img] title")
    assert page.link("Search and filter") == "/homes?area=Derby"
    assert page.link("Everything that changed") == "/changes?area=Derby"


def test_the_homes_of_an_area_can_be_sorted_and_filtered(client: httpx.Client) -> None:
    page = seen(client, "/areas/Derby?rating=good&sort=-inspected")
    chips = [link["href"] for link in page.soup.select(".chosen a")]
    assert chips == ["/areas/Derby?sort=-inspected"]
    ids = [row["id"] for row in client.get("/areas/Derby.json?rating=good&sort=-inspected").json()]
    homes = page.soup.select("table.rows")[1]
    assert [cell.get_text() for cell in homes.select("tbody th")] == ids
    assert homes.select_one("th[aria-sort=descending]")


def test_a_watch_shows_its_list_and_what_of_it_is_no_home(there: httpx.Client) -> None:
    page = seen(there, "/watches/placements")
    (row,) = page.rows()
    assert (row["Home"], row["Your name for it"], row["Your note"]) == ("SC000000", "The <Lodge>", "call first")
    below = " ".join(page.texts(".below li"))
    assert "no known home has the number: SC999998 (Nowhere House, row 3)" in below
    facts = dict(zip(page.texts("dt"), page.texts("dd"), strict=True))
    assert facts["Homes"] == "those on its list place.csv"
    assert facts["Changes"] == "recovered"
    assert facts["Told through"] == "mail"
    assert facts["Told again"] == "every 12h until somebody acknowledges it"
    assert facts["Report"] == "every week, on Monday at 08:00, through desk"
    assert stage.SECRET_ADDRESS not in str(page.soup)
    assert "/etc/private" not in str(page.soup)
    assert "nothing this watch asks for has changed" in page.soup.get_text()


def test_a_watch_tells_what_was_told_for_it_lately(client: httpx.Client) -> None:
    page = seen(client, "/watches/derby")
    facts = dict(zip(page.texts("dt"), page.texts("dd"), strict=True))
    assert facts["Areas"] == "Derby"
    assert seen(client, "/watches/everything").texts("dd")[:2] == ["all", "all"]
    told = page.soup.select('main li a[href^="/changes/"]')
    assert all(link.get_text() for link in told)
    assert page.link("Follow in a feed reader") == "/changes.atom?watch=derby"
    assert page.link("Follow what it tells") == "/watches/derby.atom"


def test_a_watch_that_is_none_is_told_with_those_there_are(client: httpx.Client) -> None:
    page = seen(client, "/watches/derbi")
    assert page.status == 404
    assert page.link("derby") == "/watches/derby"
    assert {link["href"] for link in seen(client, "/homes").soup.select('main a[href^="/watches/"]')} == {
        "/watches/derby",
        "/watches/everything",
        "/watches/Esland%20.%20and%20others",
        "/watches/nothing",
    }
