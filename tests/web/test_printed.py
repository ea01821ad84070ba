"""A page that stands on its own: nothing runs in it, nothing is loaded, and foreign words stay words."""

import re
from collections.abc import Sequence
from typing import Any

from bs4 import BeautifulSoup

from tests.builders import day
from watcher.answers.counts.chart import Bar, Chart, Charted
from watcher.answers.sheet import Column, Row, Sheet
from watcher.web.printed import page

EVIL = "</style><script>alert(1)</script><img src=x onerror=alert(1)>"
COLUMNS = (
    Column("id", "Number"),
    Column("owner", "Owner"),
    Column("rating", "Rating"),
    Column("places", "Places", is_number=True),
    Column("share", "Share", is_number=True, is_share=True),
)
ROW = {"id": "SC1", "owner": "Elm", "rating": "good", "places": 1234, "share": 0.0808, "link": "https://example.org/1"}


def made(*rows: Row, columns: Sequence[Column] = COLUMNS, charts: Sequence[Chart] = (), **said: Any) -> str:
    sheet = Sheet(title="Homes", columns=columns, rows=rows, keys=[], **said)
    return page([Charted(sheet, charts)], title="Homes", day=day("2026-03-02"), of=["ofsted"])


def read(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "lxml")


def cells(text: str) -> list[list[str]]:
    return [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in read(text).select("tbody tr")]


def test_values_stand_as_people_write_them() -> None:
    assert cells(made(ROW, {"id": "SC2"})) == [["SC1", "Elm", "good", "1,234", "8.1%"], ["SC2", "–", "–", "–", "–"]]


def test_a_day_is_written_as_people_do() -> None:
    rows = [{"id": "SC1", "owner": "2018-08-03"}, {"id": "2024-25", "owner": "2018-13-41"}]
    assert [row[:2] for row in cells(made(*rows))] == [["SC1", "3 Aug 2018"], ["2024-25", "2018-13-41"]]


def test_a_span_is_written_in_days_that_no_line_breaks() -> None:
    due = {"from": "2025-04-16", "to": "2025-12-01", "basis": "at least two a year"}
    assert cells(made({"id": "SC1", "owner": due}))[0][1] == "16\u00a0Apr\u00a02025 to 1\u00a0Dec\u00a02025"


def test_nothing_in_it_runs_or_is_loaded() -> None:
    chart = Chart(EVIL, EVIL, [Bar(EVIL, 1, EVIL), Bar("b", None, EVIL)])
    columns = [Column("id", EVIL), Column("owner", EVIL), *COLUMNS[2:]]
    text = made({**ROW, "id": EVIL, "owner": EVIL}, columns=columns, charts=[chart], about=EVIL, below=[EVIL])
    soup = read(text)
    assert soup.find_all(["script", "img", "link", "iframe", "object", "embed", "base"]) == []
    assert [
        tag for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on") or name in ("src", "style")
    ] == []
    assert len(soup.find_all("style")) == 1
    assert not re.search(r"url\(|@import", text)
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert policy is not None
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert cells(text)[0][:2] == [EVIL, EVIL]


def test_a_row_leads_to_its_link_and_only_to_one_that_can_be_followed() -> None:
    rows = [
        ROW,
        {**ROW, "link": "javascript:alert(1)"},
        {**ROW, "link": 'https://example.org/"x'},
        {**ROW, "link": None},
    ]
    soup = read(made(*rows))
    assert [link["href"] for link in soup.select("tbody a")] == ["https://example.org/1"]
    assert [
        link["href"] for link in read(made(ROW, columns=[COLUMNS[1], Column("link", "Report")])).select("td a")
    ] == ["https://example.org/1"]


def test_a_grade_is_told_in_words_and_not_by_its_looks_alone() -> None:
    (cell,) = read(made({**ROW, "rating": "inadequate"})).select("td.low")
    assert cell.get_text() == "inadequate"


def test_a_table_is_a_table_for_who_cannot_see_it() -> None:
    soup = read(made(ROW))
    assert [head["scope"] for head in soup.select("thead th")] == ["col"] * 5
    (first,) = soup.select("tbody th")
    assert (first["scope"], first.get_text()) == ("row", "SC1")
    assert soup.html is not None
    assert soup.html["lang"] == "en-GB"


def test_a_chart_says_what_it_shows() -> None:
    chart = Chart("By year", "Most in 2019-20", [Bar("2019-20", 1, "1 of 2"), Bar("2020-21", None, "no figures")])
    soup = read(made(ROW, charts=[chart, chart]))
    first, second = soup.find_all("svg")
    assert first["role"] == "img"
    names = str(first["aria-labelledby"]).split()
    assert [tag.get_text() for name in names if (tag := soup.find(id=name))] == ["By year", "Most in 2019-20"]
    assert first["aria-labelledby"] != second["aria-labelledby"]
    assert [text.get_text() for text in first.find_all("text")] == ["2019-20", "1 of 2", "2020-21", "no figures"]
    assert len(first.find_all("rect")) == 1


def test_on_a_telephone_each_value_has_its_heading() -> None:
    text = made(ROW)
    assert '#t1 td:nth-child(2)::before { content: "Owner"; }' in text
    hostile = made(ROW, columns=[COLUMNS[0], Column("owner", 'O"; } body { display: none } </style>')])
    assert 'content: "O\\000022\\00003b \\00007d body' in hostile


def test_a_row_of_nothing_is_marked_and_a_row_of_nought_is_not() -> None:
    columns = [COLUMNS[0], *COLUMNS[3:]]
    soup = read(made({"id": "2020-21"}, {"id": "2021-22", "places": 0}, columns=columns))
    assert [row.get("class") for row in soup.select("tbody tr")] == [["gap"], None]
    assert [row.get("class") for row in read(made({"id": "SC2"})).select("tbody tr")] == [None]


def test_a_wide_table_is_printed_on_its_side() -> None:
    assert "size: A4;" in made(ROW)
    columns = [Column(f"k{number}", "Heading", is_number=False) for number in range(12)]
    wide = made({f"k{number}": "Horizon Care and Education" for number in range(12)}, columns=columns)
    assert "size: A4 landscape;" in wide


def test_it_says_whose_figures_they_are_and_from_when() -> None:
    footer = read(made(ROW)).footer
    assert footer is not None
    assert footer.get_text().strip() == (
        "Made on 2 March 2026. Source: inspections published by Ofsted. "
        "Contains public sector information licensed under the Open Government Licence v3.0."
    )


def test_without_rows_it_says_so() -> None:
    text = page(
        [Charted(Sheet(title="Homes", columns=COLUMNS, rows=[], keys=[]))], title="t", day=day("2026-03-02"), of=[]
    )
    assert "There is nothing to show." in text
    assert "<table" not in text
    assert "<h2>Homes</h2>" in text
