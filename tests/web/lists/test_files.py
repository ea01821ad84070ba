"""What the pages give to programs is what the commands give: the same rows, the same columns, nothing left out."""

from collections.abc import Callable

import httpx
import pytest
from jsonschema import Draft202012Validator

from tests.builders import day
from tests.shapes.schemas import schema
from tests.web import stage
from tests.web.serving import Served
from watcher.answers.asked.chosen import Chosen
from watcher.answers.counts.names import areas, owners
from watcher.answers.counts.numbers import numbers
from watcher.answers.homes.homes import homes_now
from watcher.answers.log.changes import changes
from watcher.answers.sheet import Sheet, csv_text
from watcher.config.made_watches import with_made
from watcher.config.settings import Settings
from watcher.history.protocol import History
from watcher.judging.changes import What

NOW, TODAY = stage.NOW, stage.NOW.date()
EVERYTHING = Chosen()
ESLAND = "Esland North Limited"

Asked = Callable[[History, Settings], Sheet]


def homes(chosen: Chosen, *, with_gone: bool = False) -> Asked:
    return lambda history, settings: homes_now(history, settings, chosen, NOW, with_gone=with_gone).sheet()


def log(chosen: Chosen, first: str, last: str, *what: What) -> Asked:
    return lambda history, settings: changes(history, settings, chosen, (day(first), day(last)), NOW, what)


SAME: dict[str, tuple[str, Asked]] = {
    "/homes": ("", homes(EVERYTHING)),
    "/areas": ("", lambda history, settings: areas(history, settings, EVERYTHING, "", NOW)),
    "/owners": ("q=esland", lambda history, settings: owners(history, settings, EVERYTHING, "esland", NOW)),
    "/changes": ("from=2018-01-01&to=2018-12-31", log(EVERYTHING, "2018-01-01", "2018-12-31")),
    "/numbers": ("", lambda history, settings: numbers(history, settings, EVERYTHING, ("year",), TODAY).sheet),
    f"/owners/{ESLAND}": ("", homes(Chosen(owner=(ESLAND,)))),
    "/areas/Derby": ("rating=good&all=yes", homes(Chosen(area=("Derby",), rating=("good",)), with_gone=True)),
    "/watches/derby": ("", homes(Chosen(watch=("derby",)))),
}
FURTHER: dict[str, tuple[str, Asked]] = {
    "/homes": (
        "area=Derby&area=Leeds&standing=inadequate",
        homes(Chosen(area=("Derby", "Leeds"), standing=("inadequate",))),
    ),
    "/changes": (
        "owner=Esland+North+Ltd&what=recovered&from=2014-04-01&to=2025-04-01",
        log(Chosen(owner=("Esland North Ltd",)), "2014-04-01", "2025-04-01", What.RECOVERED),
    ),
    "/numbers": (
        "by=year,type&region=London",
        lambda history, settings: numbers(history, settings, Chosen(region=("London",)), ("year", "type"), TODAY).sheet,
    ),
}
QUESTIONS = [(path, *asked) for asked_of in (SAME, FURTHER) for path, asked in asked_of.items()]
SHAPES = {"/areas/Derby": "homes", **{f"/{name}": name for name in ("homes", "areas", "owners", "changes", "numbers")}}
LISTS = ("/homes", "/owners", "/areas", "/changes", "/numbers", "/areas/Derby", "/watches/derby")


@pytest.fixture(scope="module", params=QUESTIONS, ids=lambda question: f"{question[0]}?{question[1]}")
def question(
    request: pytest.FixtureRequest, served: Served, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, str, Sheet]:
    """A list, what it is asked, and what the command answers to the same."""
    path, query, asked = request.param
    settings = with_made(stage.settings(tmp_path_factory.mktemp("users")), served.history.made_watches())
    return path, query, asked(served.history, settings)


def test_the_array_has_the_commands_objects(client: httpx.Client, question: tuple[str, str, Sheet]) -> None:
    path, query, sheet = question
    answer = client.get(f"{path}.json?{query}")
    assert answer.headers["content-type"] == "application/json"
    rows = answer.json()
    assert rows == [dict(row) for row in sheet.rows]
    assert len(rows) > 1


def test_the_table_is_the_commands(client: httpx.Client, question: tuple[str, str, Sheet]) -> None:
    path, query, sheet = question
    answer = client.get(f"{path}.csv?{query}")
    assert answer.headers["content-type"].startswith("text/csv; charset=utf-8")
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.content.decode() == "".join(csv_text(sheet.rows, sheet.keys))


@pytest.mark.parametrize("path", SHAPES)
def test_the_objects_are_those_that_are_described(client: httpx.Client, path: str) -> None:
    check = Draft202012Validator(schema(SHAPES[path]))
    rows = client.get(f"{path}.json?area=Derby" if path != "/areas/Derby" else f"{path}.json").json()
    assert rows
    for row in rows:
        check.validate(row)


def test_the_log_is_in_the_order_that_is_asked_for(client: httpx.Client) -> None:
    of = "/changes.json?area=Derby"
    usual, newest, oldest = (client.get(of + order).json() for order in ("", "&sort=newest", "&sort=oldest"))
    assert usual == oldest == newest[::-1]


def test_no_cell_is_a_formula(client: httpx.Client) -> None:
    table = client.get("/homes.csv?q=HYPERLINK").text
    assert "'=HYPERLINK" in table
    assert ",=" not in table
    assert ',"=' not in table


@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("path", LISTS)
def test_a_file_that_is_asked_for_with_a_mistake_is_none(client: httpx.Client, path: str, form: str) -> None:
    answer = client.get(f"{path}.{form}?rating=bad&regulator=ofstead")
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/plain")
    assert "there is no rating 'bad'" in answer.text
    assert "did you mean 'ofsted'?" in answer.text


@pytest.mark.parametrize(
    "path", ["/homes", "/owners", "/areas", "/changes", "/numbers", "/areas/Derby", "/watches/derby"]
)
@pytest.mark.parametrize("form", ["", ".html", ".csv", ".json"])
def test_what_has_not_changed_is_not_sent_again(client: httpx.Client, path: str, form: str) -> None:
    answer = client.get(f"{path}{form}?rating=good")
    tag = answer.headers["etag"]
    again = client.get(f"{path}{form}?rating=good", headers={"If-None-Match": tag})
    assert (answer.status_code, again.status_code, again.content) == (200, 304, b"")
    assert client.get(f"{path}{form}?rating=inadequate", headers={"If-None-Match": tag}).status_code == 200
    head = client.head(f"{path}{form}?rating=good")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", tag)
