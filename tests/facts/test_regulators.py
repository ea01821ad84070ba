"""What differs from publisher to publisher is asked of its regulator, and an unknown one assumes nothing."""

from zoneinfo import ZoneInfo

import pytest

from watcher.facts.regulators import (
    CHILDRENS_HOMES,
    OFSTED,
    REGULATORS,
    SCOTLAND,
    Regulator,
    is_a_familys,
    of,
    of_home,
    stored_sort,
)
from watcher.facts.scales import Scale
from watcher.facts.sources import Sort


def test_a_home_is_of_the_regulator_that_its_key_begins_with() -> None:
    assert of_home("ofsted:SC478986") is OFSTED
    assert of("ofsted") is OFSTED


def test_a_regulator_that_nobody_described_promises_and_assumes_nothing() -> None:
    unknown = of_home("example:1")
    assert (unknown.key, unknown.country, unknown.home) == ("example", "the country", "home")
    assert unknown.promise("children's home") is None
    assert (unknown.promises, unknown.pauses, unknown.renumbered) == ((), (), None)
    assert unknown.family("Care  Home") == "care home"


@pytest.mark.parametrize(
    ("words", "is_one"),
    [
        ("Children’s Home", True),
        ("children's home", True),
        ("Secure children's home", True),
        ("Residential special school (registered as a children's home)", True),
        ("Residential Special School", False),
        ("Independent Fostering Agency", False),
        (None, False),
    ],
)
def test_which_providers_are_childrens_homes(words: str | None, *, is_one: bool) -> None:
    assert (OFSTED.family(words) == CHILDRENS_HOMES.name) is is_one
    assert (OFSTED.promise(words) is not None) is is_one


def test_other_kinds_are_counted_by_themselves() -> None:
    assert OFSTED.family("Supported Accommodation") == "supported accommodation"
    assert (is_a_familys("children's home"), is_a_familys("supported accommodation")) == (True, False)


def test_the_rating_of_supported_accommodation_is_its_outcome() -> None:
    assert [OFSTED.headline_of(kind) for kind in ("Supported accommodation", "children's home", None)] == [
        "outcome",
        "overall",
        "overall",
    ]


def test_no_two_regulators_have_one_key() -> None:
    assert len({regulator.key for regulator in REGULATORS}) == len(REGULATORS)


@pytest.mark.parametrize("regulator", REGULATORS, ids=lambda regulator: str(regulator.key))
def test_a_regulator_means_by_its_words_grades_of_its_own_scales(regulator: Regulator) -> None:
    assert regulator.scales
    for scale in regulator.scales:
        assert {*scale.inadequate, *scale.good} <= set(scale.grades)
        assert [scale.rank(grade) for grade in scale.good] == list(range(len(scale.good), 0, -1))
    for value, scale in regulator.spellings.values():
        assert scale in regulator.scales
        assert value in scale.grades


@pytest.mark.parametrize(
    ("name", "sort"),
    [
        ("All_SocCare_inspec_1819.csv", Sort.YEAR),
        ("All_SocCare_inspec_2122_fin.csv", Sort.YEAR),
        ("Provider_level_in_year_2024-25.csv", Sort.YEAR),
        ("release.ods (inspections in year)", Sort.YEAR),
        ("provider_at_march_2018.csv", Sort.LISTING),
        ("Provider_level_at_31_Mar_2025", Sort.LISTING),
        ("release.ods (providers at that day)", Sort.LISTING),
        ("Childrens_homes.csv", Sort.PAGE),
        ("ofsted", Sort.PAGE),
        ("ofsted_inspections_2019", Sort.YEAR),  # as somebody may call a file
        ("Providers at 31 March 2018", Sort.LISTING),
        ("ofsted report history", Sort.RETOLD),
    ],
)
def test_what_was_stored_by_its_name_alone_is_what_can_be_known_of_it(name: str, sort: Sort) -> None:
    assert stored_sort(name, {"ofsted"}) is sort


def test_what_a_feed_brought_is_a_page_whatever_the_feed_is_called() -> None:
    assert stored_sort("ofsted_inspections_2026", {"ofsted_inspections_2026"}) is Sort.PAGE


def test_a_register_of_ones_own_has_its_key_for_a_name_and_its_grades_in_a_list() -> None:
    scale = Scale("mine", ("4", "3", "2", "1"), inadequate=("3", "2", "1"))
    mine = Regulator(key="mine", name="mine", country="the country", time_zone=ZoneInfo("UTC"), scales=(scale,))
    assert (mine.called, mine.worst) == ("mine", "3, 2 or 1")
    assert (SCOTLAND.called, SCOTLAND.worst) == (
        "Care Inspectorate, Scotland",
        "weak or unsatisfactory",
    )
