"""Owners that may belong together, and those that merely have common words in their names."""

import pytest

from watcher.facts.owners import group_stem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Esland North Limited", "Esland South Ltd."),
        ("Keys Care (North West) Limited", "Keys Care Ltd"),
        ("The Elm Group PLC", "Elm Limited"),
    ],
)
def test_region_and_legal_form_are_left_out(one: str, other: str) -> None:
    assert group_stem(one) is not None
    assert group_stem(one) == group_stem(other)


@pytest.mark.parametrize(
    "name", ["North West Care Limited", "Children's Homes (Kent) Ltd", "The Care Company", "A1 Ltd"]
)
def test_a_name_of_common_words_alone_suggests_nobody(name: str) -> None:
    assert group_stem(name) is None


def test_different_names_stay_different() -> None:
    assert group_stem("Elm Care Limited") != group_stem("Oak Care Limited")
    assert group_stem("Elm Care Limited") != group_stem("Elm Education Limited")


@pytest.mark.parametrize(
    "name", ["Surrey County Council", "Cheshire East Council", "City of Bradford Metropolitan Council"]
)
def test_councils_are_of_no_group(name: str) -> None:
    assert group_stem(name) is None
