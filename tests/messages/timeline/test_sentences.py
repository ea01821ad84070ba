"""The timeline in words."""

import pytest
from hypothesis import given

from tests.messages.timeline.points import ANY_POINTS, FOUNDING_CASE, point
from watcher.messages.timeline.point import Point
from watcher.messages.timeline.sentences import alt, strip


def test_the_strip_has_the_newest_right_and_says_what_its_letters_mean() -> None:
    assert strip(FOUNDING_CASE) == (
        "2014 RI · 2015 G · 2016 G · 2017 G · 2018 I\n"
        "G = good, RI = requires improvement (once called adequate), I = inadequate"
    )


def test_two_of_one_year_are_told_apart_by_their_months() -> None:
    assert strip([point("2018-07-17", "inadequate"), point("2018-09-04", "good"), point("2017-08-23", "good")]) == (
        "2017 G · Jul 2018 I · Sep 2018 G\nG = good, I = inadequate"
    )


def test_the_strip_sums_up_what_is_too_long_ago() -> None:
    told = strip([point(f"{2000 + number}-07-17", "good") for number in range(20)]).split("\n")[0].split(" · ")
    assert (told[0], told[1], told[-1], len(told)) == ("8 earlier", "2008 G", "2019 G", 13)


def test_grades_of_another_scale_are_written_out() -> None:
    assert strip([point("2024-01-10", "serious or widespread weaknesses")]) == "2024 serious or widespread weaknesses"


def test_the_sentence_tells_what_was_printed_when() -> None:
    assert alt(FOUNDING_CASE) == (
        "Graded inspections since 2014, oldest first: adequate in June 2014, good in May 2015, good in March 2016, "
        "good in August 2017 and inadequate in July 2018."
    )


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ((), ""),
        (FOUNDING_CASE[-1:], "One graded inspection: inadequate in July 2018."),
        ([point("2018-07-17", "", "")], "One graded inspection: a grade that is not stated in July 2018."),
    ],
)
def test_few_points_have_a_sentence_too(points: tuple[Point, ...], said: str) -> None:
    assert alt(points) == said


def test_the_sentence_tells_how_many_it_leaves_out() -> None:
    many = [point(f"{2000 + number}-07-17", "good") for number in range(25)]
    assert alt(many).startswith("Graded inspections since 2005, without 5 earlier, oldest first: good in July 2005, ")


@given(ANY_POINTS)
def test_whatever_is_printed_the_words_are_printable_and_of_bounded_length(points: list[Point]) -> None:
    assert alt(points).isprintable()
    assert len(alt(points)) < 2_000
    lines = strip(points).split("\n")
    assert len(lines) <= 2
    assert all(line.isprintable() for line in lines)
    assert len(strip(points)) < 1_100
