"""By what homes are told together, however their words are spelled."""

from dataclasses import replace

from tests.builders import home
from watcher.answers.asked.keys import Keys
from watcher.facts.inspection import Home
from watcher.judging.numbers import Key
from watcher.judging.years import Year

DERBY = replace(home("A"), constituency="Derby South", sector="private")
HOMES = [
    DERBY,
    home("B", owner="Elm Homes Ltd", type="secure children's home"),
    home("C", owner="ELM HOMES LTD", local_authority="derby"),
    home("D", owner="Elm Homes Ltd"),
    home("E", owner=None, local_authority=None, type=None),
]
KEYS = Keys(HOMES, {"Elm": ["Elm Homes Limited"]})


def key(subject: Home, *names: str) -> Key | None:
    told = KEYS.of(names).keys(subject)
    return told(Year(2024)) if told else None


def test_an_owner_goes_by_the_spelling_of_most_homes() -> None:
    assert {key(home, "owner") for home in HOMES} == {("Elm Homes Ltd",), (None,)}
    assert {key(home, "area") for home in HOMES} == {("Derby",), (None,)}


def test_kinds_that_are_counted_together_are_one_type() -> None:
    assert [key(home, "type") for home in HOMES[1:]] == [*[("children's home",)] * 3, (None,)]


def test_keys_stand_in_the_order_asked_for() -> None:
    assert key(DERBY, "sector", "year", "constituency") == ("private", "2024-25", "Derby South")
    assert key(DERBY, "year", "region") == ("2024-25", "East Midlands")
    assert key(DERBY) == ()


def test_a_home_in_no_group_is_left_out_by_group() -> None:
    assert key(DERBY, "group", "year") == ("Elm", "2024-25")
    assert key(home("F", owner="Oak Limited"), "group", "year") is None
    assert key(HOMES[4], "group") is None
