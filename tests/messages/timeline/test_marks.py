"""Marks of scales of any length: each step has a shape of its own, so that no colour carries a meaning alone."""

from collections.abc import Callable
from datetime import date

import pytest

from watcher.facts import regulators
from watcher.facts.regulators import Regulator
from watcher.facts.scales import Scale
from watcher.messages.timeline.drawing import svg
from watcher.messages.timeline.marks import rows
from watcher.messages.timeline.point import Point
from watcher.messages.timeline.sentences import strip


def points(number: int) -> list[Point]:
    return [Point(date(2010 + step, 1, 1), f"step {step}", regulator="mine") for step in range(number)]


@pytest.fixture
def scale_of(monkeypatch: pytest.MonkeyPatch, ruritania: Regulator) -> Callable[..., None]:
    def described(*grades: str, low: int = 1) -> None:
        scale = Scale("mine", grades, inadequate=grades[-low:])
        mine = Regulator(key="mine", country="Mine", time_zone=ruritania.time_zone, scales=(scale,))
        monkeypatch.setitem(regulators._CONFIGURED, "mine", mine)

    return described


@pytest.mark.parametrize("number", [1, 2, 3, 5, 6, 10])
def test_each_step_is_told_apart_without_colour(number: int, scale_of: Callable[..., None]) -> None:
    scale_of(*(f"step {step}" for step in range(number)))
    levels = rows(points(number))
    assert [level.grade for level in levels] == [f"step {step}" for step in range(number)]
    assert len({level.shape for level in levels}) == len({level.colour for level in levels}) == number
    assert svg(points(number)).count("<polygon") + svg(points(number)).count("<circle") == number + 1


def test_more_steps_than_marks_are_drawn_all_the_same(scale_of: Callable[..., None]) -> None:
    scale_of(*(f"step {step}" for step in range(14)))
    assert len(rows(points(14))) == 14
    assert svg(points(14)).endswith("</svg>")


def test_letters_stand_for_grades_only_where_they_tell_them_apart(scale_of: Callable[..., None]) -> None:
    shown = [Point(date(2024, 1, 1), "very good", regulator="mine"), Point(date(2025, 1, 1), "weak", regulator="mine")]
    scale_of("very good", "good", "weak")
    assert strip(shown) == "2024 VG · 2025 W\nVG = very good, W = weak"
    scale_of("very good", "good", "weak", "wanting")
    assert strip(shown) == "2024 very good · 2025 weak"
    scale_of("5", "4", "0")
    assert strip([Point(date(2024, 1, 1), "4", regulator="mine")]) == "2024 4"


def test_a_word_is_on_the_scale_of_its_own_regulator(ruritania: Regulator) -> None:
    good = Point(date(2024, 1, 1), "good", regulator=ruritania.key)
    assert [level.grade for level in rows([good])] == list(ruritania.scales[0].grades)


@pytest.mark.parametrize(("number", "low"), [(2, 2), (3, 2), (6, 2), (10, 3), (10, 5)])
def test_several_inadequate_grades_are_told_apart_too(number: int, low: int, scale_of: Callable[..., None]) -> None:
    scale_of(*(f"step {step}" for step in range(number)), low=low)
    levels = rows(points(number))
    assert len({level.shape for level in levels}) == len({level.colour for level in levels}) == number
