"""A list is one filter of its watch; both days count, and a number stands for a home however it is written."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.builders import home
from watcher.facts.inspection import Home
from watcher.watching.listed import HomeList, ListedHome, known_ids
from watcher.watching.watches import Watch, labels_of, readers_labels, why_not_home

FIRST, LAST = date(2025, 3, 1), date(2025, 3, 31)


def watch(*homes: ListedHome, name: str = "placements", to: tuple[str, ...] = ("desk",), **filters: object) -> Watch:
    listed = HomeList("placements.csv", Path("placements.csv"), {home.id: home for home in homes})
    return Watch.model_validate({"name": name, "to": to, "listed": listed, **filters})


def row(identity: str = "SC000001", number: int = 2, label: str = "", **dates: date) -> ListedHome:
    return ListedHome(id=identity, row=number, label=label, **dates)  # type: ignore[arg-type]  # two days


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 2, 28), "its place on the list placements.csv begins on 1 March 2025"),
        (FIRST, None),
        (LAST, None),
        (date(2025, 4, 1), "its place on the list placements.csv ended on 31 March 2025"),
        (None, None),
    ],
)
def test_the_first_and_the_last_day_count(day: date | None, expected: str | None) -> None:
    assert why_not_home(home(), watch(row(first=FIRST, last=LAST)), {}, day) == expected


def test_a_home_must_fit_the_other_filters_too() -> None:
    assert why_not_home(home("SC000002"), watch(row()), {}, FIRST) == "it is not on its list placements.csv"
    elsewhere = watch(row(), local_authority="Leeds")
    assert why_not_home(home(), elsewhere, {}, FIRST) == "its local authority is Derby"


@pytest.mark.parametrize("written", ["SC000001", "ofsted:SC000001"])
def test_a_number_stands_for_its_home_with_and_without_its_regulator(written: str) -> None:
    assert why_not_home(home(), watch(row(written)), {}, FIRST) is None
    other = Home(regulator="cqc", id="SC000001")
    assert (why_not_home(other, watch(row(written)), {}, FIRST) is None) is (":" not in written)


def test_what_is_no_known_home_and_what_is_two_is_found_by_row() -> None:
    listed = watch(row(), row("SC000009", 3), row("ofsted:SC000001", 4)).listed
    assert listed is not None
    twin = replace(home(), regulator="cqc")
    assert [unknown.row for unknown in listed.unknown(known_ids([home()]))] == [3]
    assert {number: len(found) for number, found in listed.ambiguous([home(), twin]).items()} == {"SC000001": 2}


def test_each_reader_knows_the_labels_of_the_watches_that_go_there() -> None:
    watches = [
        watch(row(label="Tom"), name="mine"),
        watch(row(label="Elm"), name="theirs", to=("board",), escalate_to=("duty",)),
        watch(row(label="none of this asks"), name="other"),
    ]
    labels = labels_of(home(), watches, ("mine", "theirs"))
    assert labels == {"mine": "Tom", "theirs": "Elm"}
    assert readers_labels(labels, "desk", watches) == {"mine": "Tom"}
    assert readers_labels(labels, "duty", watches) == {"theirs": "Elm"}


def test_watches_with_different_lists_are_different() -> None:
    assert watch(row()) == watch(row())
    assert watch(row()) != watch(row(label="Tom"))
