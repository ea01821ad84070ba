"""Which homes the readers of a watch have, and how those stand; of the bundled history beside the official counts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.builders import home, inspection
from watcher.answers.asked.chosen import Chosen
from watcher.answers.homes.homes import homes_now
from watcher.config.settings import Settings
from watcher.facts.inspection import Home, Inspection
from watcher.facts.regulators import CHILDRENS_HOMES
from watcher.facts.sources import Sort
from watcher.history.embedded.history import EmbeddedHistory
from watcher.messages.homes_now import homes_now_line
from watcher.rounds.readers_homes import homes_in_brief, homes_of
from watcher.rounds.take_in import absorb
from watcher.watching.watches import Watch, why_not_home

DAY = date(2026, 6, 1)


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedHistory]:
    history = EmbeddedHistory.open(tmp_path_factory.mktemp("bundled") / "data")
    yield history
    history.close()


@pytest.fixture
def history(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(tmp_path, with_bundle=False)
    yield opened
    opened.close()


def watch(**filters: Any) -> Watch:
    return Watch.model_validate({"name": "mine", "to": "desk", **filters})


def know(history: EmbeddedHistory, *homes: tuple[Home, list[Inspection]]) -> None:
    visits = [visit for _, theirs in homes for visit in theirs]
    history.commit(absorb(history, [one for one, _ in homes], visits, None).transaction())


def line(history: EmbeddedHistory, *watches: Watch) -> str:
    return homes_now_line(homes_in_brief(history, watches, {}, DAY), DAY)


GOOD = home("A"), [inspection("2024-01-10", "good", home="ofsted:A")]
BAD = (
    home("B"),
    [
        inspection("2022-05-10", "good", home="ofsted:B"),
        inspection("2023-10-10", "inadequate", home="ofsted:B"),
        inspection("2024-03-01", "inadequate", home="ofsted:B"),
    ],
)
NEW: tuple[Home, list[Inspection]] = (home("C", local_authority="Derbyshire"), [])


def test_each_home_of_any_of_the_watches_once_and_since_when_it_is_inadequate(history: EmbeddedHistory) -> None:
    know(history, GOOD, BAD, NEW)
    told = "Your 2 homes: 1 good, 1 inadequate: B, since 19 November 2023."
    assert line(history, watch(local_authority="Derby")) == told
    assert line(history, watch(local_authority="Derby"), watch(home=["A", "ofsted:b"])) == told
    assert line(history, watch(local_authority="Derbyshire")) == "Your 1 home: 1 not graded yet."
    assert line(history) == ""


def test_without_a_filter_it_is_the_country_and_names_no_home(history: EmbeddedHistory) -> None:
    know(history, GOOD, BAD, NEW)
    told = "England, 3 homes: 1 good, 1 not graded yet, 1 inadequate."
    assert line(history, watch()) == told
    assert line(history, watch(home="A"), watch()) == told


def test_numbers_of_no_home_that_is_open_are_counted(history: EmbeddedHistory) -> None:
    know(history, GOOD, (home("D", status="closed"), [inspection("2024-01-10", "good", home="ofsted:D")]))
    told = line(history, watch(home=["A", "D", "SC999999"]))
    assert told == "Your 1 home: 1 good. 2 numbers that you named are of no home that is known to be open."


LIST = date(2024, 3, 31)


@pytest.mark.parametrize(
    ("sort", "as_of", "visited", "there"),
    [
        (Sort.LISTING, LIST, "2023-01-10", True),
        (Sort.YEAR, LIST, "2023-01-10", False),
        (Sort.YEAR, LIST, "2024-05-01", True),
        (Sort.PAGE, date(2024, 5, 1), "2023-01-10", True),
    ],
)
def test_a_home_is_there_if_it_is_listed_or_visited_or_seen_since(
    history: EmbeddedHistory, sort: Sort, as_of: date, visited: str, there: bool
) -> None:
    def known_by(identity: str, sort: Sort, day: date) -> Home:
        return home(identity, source=str(sort), as_of=str(day), sort=sort)

    visits = [inspection(visited, "", home="ofsted:C", published=visited)]
    know(history, (known_by("A", Sort.LISTING, LIST), GOOD[1]), (known_by("C", sort, as_of), visits))
    assert ("C" in {entry.home.id for entry in homes_of(history, [watch()], {}, DAY)}) is there


def test_they_are_the_homes_that_the_command_lists(bundled: EmbeddedHistory) -> None:
    mine = watch(local_authority=["Derby", "Derbyshire", "Kent"])
    listed = homes_now(bundled, Settings(watch=(mine,)), Chosen(watch=("mine",)), datetime(2026, 6, 1, tzinfo=UTC))
    brief = homes_in_brief(bundled, [mine], {}, DAY)
    assert brief is not None
    assert {row.home.key for row in listed.homes} == {entry.home.key for entry in homes_of(bundled, [mine], {}, DAY)}
    assert sum(row.standing.rating == "inadequate" for row in listed.homes) == brief.grades["inadequate"]
    since = {row.home.id: row.standing.inadequate_since for row in listed.homes}
    assert [home.since for home in brief.inadequate] == [since[home.home_id] for home in brief.inadequate]


def test_the_official_counts_of_31_march_2025(bundled: EmbeddedHistory) -> None:
    brief = homes_in_brief(bundled, [watch(type=sorted(CHILDRENS_HOMES.kinds))], {}, DAY)
    assert brief is not None
    official = {"outstanding": 459, "good": 2_637, "requires improvement": 489, "inadequate": 44}
    assert all(abs(brief.grades[grade] - number) <= 2 for grade, number in official.items()), brief


def test_whichever_way_homes_are_looked_up_they_are_those_that_the_watch_covers(bundled: EmbeddedHistory) -> None:
    some = next(entry.home for entry in bundled.register() if entry.home.owner and entry.home.local_authority)
    groups = {"both": (some.owner or "", "Keys Group Limited")}
    for filters in (
        {"home": (some.id.lower(), f"OFSTED:{some.id}", "SC999999")},
        {"local_authority": ("derby", some.local_authority)},
        {"owner": (some.owner,), "type": "children's home"},
        {"group": "both", "local_authority": some.local_authority},
        {"region": some.region},
    ):
        one = watch(**filters)
        found = {entry.home.key for entry in homes_of(bundled, [one], groups, DAY)}
        every = homes_of(bundled, [watch()], groups, DAY)
        assert found == {entry.home.key for entry in every if why_not_home(entry.home, one, groups, DAY) is None}
