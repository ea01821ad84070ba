"""The brake holds a reading that would turn too much of what is known upside down, and nothing less."""

import pytest

from watcher.judging.mass_change import FEWEST_DROPS, why_held


@pytest.mark.parametrize(
    ("altered", "known", "held"), [(4, 10, False), (5, 25, False), (5, 24, True), (100, 120, True), (100, 4000, False)]
)
def test_a_reading_that_would_alter_too_much_of_what_is_known_is_held(altered: int, known: int, held: bool) -> None:
    assert (why_held(altered=altered, known=known, drops=0, new=0, share=0.2) is not None) is held


@pytest.mark.parametrize(
    ("drops", "new", "held"),
    [
        (FEWEST_DROPS - 1, FEWEST_DROPS - 1, False),
        (FEWEST_DROPS, FEWEST_DROPS, True),
        (FEWEST_DROPS, 2 * FEWEST_DROPS - 1, True),
        (FEWEST_DROPS, 2 * FEWEST_DROPS, False),
        (FEWEST_DROPS + 1, 2 * FEWEST_DROPS, True),
    ],
)
def test_a_flood_of_drops_is_held_where_they_are_more_than_half_of_what_is_new(
    drops: int, new: int, held: bool
) -> None:
    assert (why_held(altered=0, known=0, drops=drops, new=new, share=0.2) is not None) is held


@pytest.mark.parametrize(("rows", "held"), [(0, True), (999, True), (1_000, False), (57_000, False)])
def test_of_a_table_what_has_not_changed_is_counted_too(rows: int, held: bool) -> None:
    assert (why_held(altered=0, known=20, drops=20, new=20, share=0.2, rows=rows) is not None) is held
    assert (why_held(altered=20, known=20, drops=0, new=0, share=0.02, rows=rows) is not None) is held


def test_the_operator_is_told_why_in_numbers() -> None:
    altered = why_held(altered=5, known=24, drops=0, new=0, share=0.2)
    assert altered == "it would change or remove 5 of the 24 inspections known of the homes it names, more than 20%"
    flood = why_held(altered=0, known=0, drops=13, new=24, share=0.2)
    assert flood == "13 of 24 new inspections would be drops to inadequate, more than 50%"
