"""Every spelling seen in print means one thing, and nothing else means anything."""

import pytest

from watcher.facts.grades import GradeStep, read_grade, read_kind, step_of
from watcher.facts.inspection import Kind, Standing
from watcher.facts.regulators import FOUR_POINT, REPORT_CARD, SUPPORTED_ACCOMMODATION, Regulator


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("Outstanding", "outstanding"),
        ("Good", "good"),
        (" good\u00a0", "good"),
        ("Requires improvement", "requires improvement"),
        ("Requires Improvement", "requires improvement"),
        ("Requires improvement to be good", "requires improvement"),
        ("Requires Improvement to\nbe good", "requires improvement"),
        ("Adequate", "requires improvement"),
        ("Satisfactory", "requires improvement"),
        ("Inadequate", "inadequate"),
    ],
)
def test_the_four_points_in_all_their_spellings(words: str, value: str) -> None:
    grade = read_grade(words, "ofsted")
    assert (grade.value, grade.standing, grade.scale) == (value, Standing.GRADED, FOUR_POINT)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("Sustained Effectiveness", "sustained effectiveness"),
        ("Improved effectiveness", "improved effectiveness"),
        ("Declined in Effectiveness", "declined effectiveness"),
        ("Declined effectiveness", "declined effectiveness"),
        ("Good Progress", "good progress"),
        ("NMS Not Met", "nms not met"),
    ],
)
def test_interim_words_are_known_and_move_no_rating(words: str, value: str) -> None:
    grade = read_grade(words, "ofsted")
    assert (grade.value, grade.standing, grade.rank, grade.is_graded) == (value, Standing.INTERIM, None, False)


@pytest.mark.parametrize(
    ("words", "standing"),
    [
        ("", Standing.BLANK),
        (None, Standing.BLANK),
        ("  ", Standing.BLANK),
        ("NULL", Standing.NULL),
        ("Not Judged", Standing.NOT_JUDGED),
    ],
)
def test_the_ways_of_saying_nothing_are_told_apart(words: str | None, standing: Standing) -> None:
    assert read_grade(words, "ofsted").standing is standing


@pytest.mark.parametrize("words", ["4", "0", "9", "Splendid", "good good", "inadequate?", "=1+1", "<b>Good</b>"])
def test_a_word_in_no_list_is_unknown_and_keeps_its_print(words: str) -> None:
    grade = read_grade(words, "ofsted")
    assert (grade.standing, grade.words, grade.is_inadequate) == (Standing.UNKNOWN, words, False)


def test_scales_differ_in_steps_and_in_what_counts_as_inadequate() -> None:
    worst = [
        read_grade(words, "ofsted")
        for words in ("Inadequate", "Serious or widespread weaknesses", "Urgent improvement")
    ]
    assert [grade.scale for grade in worst] == [FOUR_POINT, SUPPORTED_ACCOMMODATION, REPORT_CARD]
    assert [grade.rank for grade in worst] == [4, 3, 5]
    assert all(grade.is_inadequate for grade in worst)
    assert not read_grade("Inconsistent quality of service delivery", "ofsted").is_inadequate


def test_a_word_is_read_as_the_regulator_means_it_that_published_it(ruritania: Regulator) -> None:
    theirs, ofsteds = read_grade("Adequate", ruritania.key), read_grade("Adequate", "ofsted")
    assert (theirs.value, theirs.rank, theirs.scale) == ("adequate", 4, ruritania.scales[0])
    assert (ofsteds.value, ofsteds.rank, ofsteds.scale) == ("requires improvement", 3, FOUR_POINT)
    assert [read_grade("good", key).rank for key in (ruritania.key, "ofsted")] == [3, 2]
    assert read_grade("Requires improvement", ruritania.key).standing is Standing.UNKNOWN


def test_the_words_of_a_regulator_that_nobody_has_described_are_looked_for_on_all_scales() -> None:
    assert read_grade("Good", "nobody").scale is FOUR_POINT
    assert read_grade("Satisfactory", "nobody").value == "requires improvement"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Full inspection", Kind.FULL),
        ("Full Inspection", Kind.FULL),
        ("Interim inspection", Kind.INTERIM),
        ("SC Interim", Kind.INTERIM),
        ("Monitoring inspection", Kind.MONITORING),
        ("SC Monitoring Inspection", Kind.MONITORING),
        ("Monitoring visit", Kind.MONITORING),
        ("Assurance visit", Kind.ASSURANCE),
        ("Emergency inspection", Kind.EMERGENCY),
        ("SC – Emergency inspection", Kind.EMERGENCY),
        ("SC - Emergency inspection", Kind.EMERGENCY),
        ("Thematic survey", Kind.OTHER),
        ("", Kind.OTHER),
    ],
)
def test_kinds_of_visit_in_all_their_spellings(words: str, kind: Kind) -> None:
    assert read_kind(words) is kind


@pytest.mark.parametrize(
    ("grade", "step"),
    [
        ("outstanding", GradeStep.BEST),
        ("good", GradeStep.FINE),
        ("requires improvement", GradeStep.POOR),
        ("inadequate", GradeStep.WORST),
        ("consistently strong service delivery", GradeStep.BEST),
        ("inconsistent quality of service delivery", GradeStep.POOR),
        ("serious or widespread weaknesses", GradeStep.WORST),
        ("expected standard", GradeStep.FINE),
        ("sustained effectiveness", None),
    ],
)
def test_a_grade_stands_somewhere_on_its_scale_whatever_it_is_called(grade: str, step: GradeStep | None) -> None:
    assert step_of("ofsted", grade) is step
