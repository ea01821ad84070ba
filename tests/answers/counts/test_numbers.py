"""Numbers as rows for programs, and what is said below them for people."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.answers import official
from tests.builders import day, home, inspection
from watcher.answers.asked.chosen import Chosen, NothingSoCalledError
from watcher.answers.counts.chart import Charted
from watcher.answers.counts.numbers import numbers as numbers_of
from watcher.config.settings import Settings
from watcher.facts.inspection import Home, Inspection
from watcher.facts.regulators import CHILDRENS_HOMES, Regulator
from watcher.facts.statements import HomeRecord, Record
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState, Transaction
from watcher.judging.numbers import NUMBERS

TODAY = day("2025-03-31")
YEARS = [
    ("All_inspec_2020.csv", "2020-03-31"),
    ("All_inspec_2022.csv", "2022-03-31"),
    ("All_inspec_2024.csv", "2024-03-31"),
]
SETTINGS = Settings.model_validate({"groups": {"Elm": ["Elm North Ltd", "Elm South Limited"]}})
NORTH = home("SC000001", owner="Elm North Limited")
SOUTH = replace(home("SC000002", owner="Elm South Limited", local_authority="Leeds"), region="Yorkshire and The Humber")
OAK = home("SC000003", owner="Oak Limited", type="boarding school")


def of_year(inspected: str, words: str, home: Home, source: tuple[str, str], published: str = "") -> Inspection:
    name, as_of = source
    return inspection(inspected, words, home=home.key, source=name, as_of=as_of, published=published)


INSPECTIONS = [
    of_year("2019-05-01", "good", NORTH, YEARS[0]),
    of_year("2021-06-01", "inadequate", NORTH, YEARS[1]),
    of_year("2021-09-01", "good", NORTH, YEARS[1]),
    of_year("2023-06-01", "good", NORTH, YEARS[2]),
    of_year("2021-07-01", "good", SOUTH, YEARS[1]),
    of_year("2024-03-20", "inadequate", SOUTH, YEARS[2], "2024-05-02"),
    of_year("2019-07-01", "inadequate", OAK, YEARS[0]),
]


@pytest.fixture
def history(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(tmp_path, with_bundle=False)
    homes = [HomeRecord.of(home) for home in (NORTH, SOUTH, OAK)]
    opened.commit(Transaction(homes=homes, records=[Record((one,)) for one in INSPECTIONS]))
    yield opened
    opened.close()


def numbers(history: EmbeddedHistory, *by: str, chosen: Chosen = Chosen(), settings: Settings = SETTINGS) -> Charted:
    return numbers_of(history, settings, chosen, by, TODAY)


def told(answer: Charted, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in answer.sheet.rows]


def test_a_row_has_the_keys_asked_for_and_every_number(history: EmbeddedHistory) -> None:
    answer = numbers(history, "year", "region")
    assert {tuple(row) for row in answer.sheet.rows} == {("year", "region", *NUMBERS, "regulator")}
    assert answer.sheet.keys == ["year", "region", *NUMBERS, "regulator"]
    assert answer.sheet.rows[2] == {
        "year": "2021-22",
        "region": "East Midlands",
        "homes": 1,
        "inspections": 2,
        "inadequate": 1,
        "share_inadequate": 0.5,
        "dropped": 1,
        "first_inadequate": 0,
        "still_inadequate": 0,
        "recovered": 1,
        "closed_inadequate": 0,
        "median_days_inadequate": 92,
        "regulator": "ofsted",
    }


def test_a_year_without_figures_is_a_row_of_nothing(history: EmbeddedHistory) -> None:
    answer = numbers(history, "year")
    assert told(answer, "year", "inspections", "inadequate") == [
        ("2019-20", 2, 1),
        ("2020-21", None, None),
        ("2021-22", 3, 1),
        ("2022-23", None, None),
        ("2023-24", 2, 1),
        ("2024-25", None, None),
    ]
    gap = answer.sheet.rows[1]
    assert gap == {"year": "2020-21", **dict.fromkeys(NUMBERS), "regulator": "ofsted"}
    for line in (
        "2020-21: no numbers, since inspections paused from 17 March 2020 to 12 April 2021.",
        "2022-23: no numbers, since the history has a gap there.",
        "2024-25: no numbers, since the history does not reach so far.",
    ):
        assert line in answer.sheet.below


def test_in_a_cross_table_a_gap_is_one_row_and_nothing_else_is_without_a_number(history: EmbeddedHistory) -> None:
    rows = told(numbers(history, "region", "year"), "region", "year", "inspections")
    assert rows == [
        ("East Midlands", "2019-20", 2),
        ("East Midlands", "2021-22", 2),
        ("East Midlands", "2023-24", 1),
        ("Yorkshire and The Humber", "2021-22", 1),
        ("Yorkshire and The Humber", "2023-24", 1),
        (None, "2020-21", None),
        (None, "2022-23", None),
        (None, "2024-25", None),
    ]


def test_without_years_those_with_most_homes_come_first(history: EmbeddedHistory) -> None:
    answer = numbers(history, "region")
    assert told(answer, "region", "homes") == [("East Midlands", 2), ("Yorkshire and The Humber", 1)]
    assert "A home counts under its present region, or the last that is known, in all years." in answer.sheet.below


def test_homes_in_no_group_are_left_out_and_said(history: EmbeddedHistory) -> None:
    answer = numbers(history, "group")
    assert told(answer, "group", "homes") == [("Elm", 2)]
    assert "Left out: 1 home of owners in no group." in answer.sheet.below
    without = numbers(history, "group", settings=Settings())
    assert without.sheet.rows == []
    assert "No [groups] are configured, so nothing can be told by group." in without.sheet.below


def test_a_filter_leaves_the_years_of_the_history_as_they_are(history: EmbeddedHistory) -> None:
    answer = numbers(history, "year", chosen=Chosen(owner=("Oak Ltd",)))
    assert told(answer, "year", "inspections")[:3] == [("2019-20", 1), ("2020-21", None), ("2021-22", 0)]
    with pytest.raises(NothingSoCalledError, match="did you mean 'Leeds'"):
        numbers(history, "year", chosen=Chosen(area=("Leds",)))


def test_all_kinds_are_counted_and_that_is_said(history: EmbeddedHistory) -> None:
    (line,) = [line for line in numbers(history, "year").sheet.below if line.startswith("All kinds")]
    assert line.endswith("children's homes have 6 of the 7 inspections and 2 of the 3 found inadequate.")
    assert not any(
        "All kinds" in said for said in numbers(history, "year", chosen=Chosen(type=("children's home",))).sheet.below
    )


def test_what_came_out_too_late_for_the_official_figures_is_said(history: EmbeddedHistory) -> None:
    (line,) = [line for line in numbers(history, "year").sheet.below if "30 April" in line]
    assert line.endswith("official figures: 1 inadequate in 2023-24.")


def test_nothing_is_counted_across_regulators(history: EmbeddedHistory, ruritania: Regulator) -> None:
    abroad = replace(home("R1"), regulator=ruritania.key)
    seen = inspection("2021-06-01", "good", home=abroad.key, source="All_inspec_2022.csv", as_of="2022-03-31")
    history.commit(Transaction(homes=[HomeRecord.of(abroad)], records=[Record((seen,))]))
    answer = numbers(history, "type")
    assert told(answer, "type", "homes", "regulator") == [
        ("children's home", 2, "ofsted"),
        ("boarding school", 1, "ofsted"),
        ("children's home", 1, "ruritania"),
    ]
    assert answer.sheet.columns[0].key == "regulator"
    assert all(line.startswith(("Ofsted, England: ", "ruritania: ")) for line in answer.sheet.below[1:])


def test_what_is_watched_is_covered_until_its_last_good_reading(history: EmbeddedHistory) -> None:
    seen = Record((inspection("2024-04-10", "good", home=NORTH.key),), datetime(2024, 4, 1, tzinfo=UTC))
    read = FeedState(name="ofsted", last_good=datetime(2024, 6, 29, 23, 30, tzinfo=UTC))
    history.commit(Transaction(records=[seen], feeds=[read]))
    settings = Settings.model_validate({"feeds": {"ofsted": {"kind": "ofsted-site"}}})
    below = numbers(history, "year", settings=settings).sheet.below
    assert "2024-25: counted in part, from 1 April 2024 to 30 June 2024." in below


def test_a_chart_shows_gaps_as_gaps(history: EmbeddedHistory) -> None:
    (chart,) = numbers(history, "year").charts
    assert [(bar.label, bar.value, bar.said) for bar in chart.bars][:3] == [
        ("2019-20", 1, "1 (50.0% of 2)"),
        ("2020-21", None, "no figures: inspections paused"),
        ("2021-22", 1, "1 (33.3% of 3)"),
    ]
    (shares,) = numbers(history, "region").charts
    assert [(bar.label, bar.said) for bar in shares.bars] == [
        ("East Midlands", "40.0% of 5"),
        ("Yorkshire and The Humber", "50.0% of 2"),
    ]
    assert numbers(history, "region", "year").charts == []


def test_a_chart_of_many_has_those_with_most_homes(bundled: EmbeddedHistory) -> None:
    (chart,) = numbers(bundled, "constituency").charts
    assert len(chart.bars) == 20
    assert "the 20 constituencies with most homes" in chart.about


def test_a_history_without_anything_has_no_rows(tmp_path: Path) -> None:
    empty = EmbeddedHistory.open(tmp_path / "empty", with_bundle=False)
    answer = numbers(empty, "year")
    assert (answer.sheet.rows, answer.charts) == ([], [])
    empty.close()


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(tmp_path_factory.mktemp("bundled") / "data", read_only=True)
    yield opened
    opened.close()


def test_drops_per_region_and_year_are_those_of_the_official_files(bundled: EmbeddedHistory) -> None:
    counted = {
        (row["region"], row["year"]): row["dropped"]
        for row in numbers(bundled, "region", "year", chosen=Chosen(regulator=("ofsted",))).sheet.rows
        if row["region"] and row["dropped"]
    }
    raw = {key: number for key, number in official.drops_by_region_and_year().items() if key[1] != "2020-21"}
    assert sum(raw.values()) > 1_100
    assert counted == {key: number for key, number in raw.items() if key[0] in {region for region, _ in counted}}


def test_the_ten_owners_with_most_homes_are_those_of_the_official_files(bundled: EmbeddedHistory) -> None:
    rows = numbers(bundled, "owner").sheet.rows[:10]
    counted = [(row["owner"].lower().replace("limited", "ltd"), row["homes"]) for row in rows]
    assert sorted(counted) == sorted(official.homes_by_owner().most_common(10))


def test_the_rows_of_a_key_add_up_to_those_of_the_years(bundled: EmbeddedHistory) -> None:
    chosen = Chosen(type=(CHILDRENS_HOMES.name,))
    years, sectors = (numbers(bundled, key, chosen=chosen).sheet.rows for key in ("year", "sector"))
    for name in ("inspections", "inadequate", "dropped", "recovered", "closed_inadequate"):
        assert sum(row[name] or 0 for row in years) == sum(row[name] or 0 for row in sectors)
