"""Inspections whose areas are graded and which have no overall grade: the lowest area counts, like with like."""

import pytest

from tests.builders import inspection, without_overall
from watcher.facts.grades import headline_among
from watcher.facts.inspection import Inspection
from watcher.facts.statements import Record, merge
from watcher.judging.judge import judge, stands_inadequate

CASES = [
    # former overall/protected/leaders, the new areas protected/leaders, what it is
    ("good/good/good", "inadequate/inadequate", ["dropped to inadequate"]),
    ("good/good/good", "good/inadequate", ["dropped to inadequate"]),
    ("requires improvement/good/inadequate", "good/inadequate", ["still inadequate"]),
    ("requires improvement/good/inadequate", "inadequate/inadequate", ["dropped to inadequate"]),
    ("inadequate/inadequate/good", "inadequate/good", ["still inadequate"]),
    ("inadequate/inadequate/inadequate", "good/requires improvement", ["recovered"]),
    ("good/good/requires improvement", "good/requires improvement", []),
    ("good/good/good", "good/requires improvement", ["dropped"]),
    ("requires improvement/good/requires improvement", "good/good", ["improved"]),
]


@pytest.mark.parametrize(("former", "areas", "wanted"), CASES)
def test_the_lowest_area_is_compared_with_the_lowest_of_the_same_areas(
    former: str, areas: str, wanted: list[str]
) -> None:
    known = [inspection("2023-05-01", former)]
    assert whats(known, without_overall(inspection("2024-01-10", f"/{areas}"))) == wanted


def test_a_first_inspection_without_an_overall_grade_is_one() -> None:
    assert whats([], without_overall(inspection("2024-01-10", "/inadequate/good"))) == ["first inspection inadequate"]


def test_of_two_without_an_overall_grade_the_lowest_areas_are_compared() -> None:
    leaders = without_overall(inspection("2023-05-01", "/good/requires improvement"))
    protected = without_overall(inspection("2024-01-10", "/inadequate/good"))
    assert whats([leaders], protected) == ["dropped to inadequate"]
    assert stands_inadequate([leaders, protected])


def test_an_overall_grade_after_one_without_is_compared_with_what_stood() -> None:
    lowest = without_overall(inspection("2023-05-01", "/inadequate/good"))
    assert whats([lowest], inspection("2024-01-10", "good")) == ["recovered"]


def test_a_known_overall_grade_that_vanishes_is_a_doubt_and_no_change() -> None:
    was = inspection("2024-01-10", "good/good/good")
    judged = judge([], without_overall(inspection("2024-01-10", "/good/inadequate")), was)
    assert judged.changes == ()
    assert ["its grade was 'good'" in doubt.reason for doubt in judged.doubts] == [True]


def test_a_lowest_area_that_is_another_one_now_is_a_correction() -> None:
    was = without_overall(inspection("2024-01-10", "/inadequate/good"))
    assert whats([], without_overall(inspection("2024-01-10", "/good/requires improvement")), was) == ["corrected"]


@pytest.mark.parametrize("words", ["not judged", "causing concern"])
def test_whatever_stands_in_place_of_the_overall_grade_is_no_reason_to_take_another(words: str) -> None:
    assert headline_among(inspection("2024-01-10", f"{words}/inadequate/good").judgements, "overall") == "overall"


def test_an_overall_grade_that_any_source_has_is_the_one_that_counts() -> None:
    page = without_overall(inspection("2024-01-10", "/good/requires improvement", document="1"))
    file = inspection("2024-01-10", "good/good/requires improvement", event="10", source="file", as_of="2024-03-31")
    for statements in ([page, file], [file, page]):
        assert merge(statements).headline == "overall"
    assert Record((page,)).inspection.headline == "leaders"


def whats(known: list[Inspection], new: Inspection, was: Inspection | None = None) -> list[str]:
    return [change.what.value for change in judge(known, new, was).changes]
