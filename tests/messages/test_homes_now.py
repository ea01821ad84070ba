"""The last line of a digest: how its readers' homes stand, in words."""

from dataclasses import replace
from datetime import date

import pytest

from tests.builders import day
from watcher.facts.stored import prove, read, stored
from watcher.messages.homes_now import HomesInBrief, InadequateNow, homes_now_line

TODAY = date(2026, 9, 1)
ONE = InadequateNow(home_id="SC478986", since=day("2026-08-03"))
SIXTY = HomesInBrief(
    grades={"outstanding": 3, "good": 48, "requires improvement": 8, "inadequate": 1}, inadequate=(ONE,)
)


def test_the_homes_of_a_watch_in_one_line() -> None:
    assert homes_now_line(SIXTY, TODAY) == (
        "Your 60 homes: 3 outstanding, 48 good, 8 requires improvement, 1 inadequate: SC478986, since 3 August."
    )


def five(more: int) -> HomesInBrief:
    named = [replace(ONE, home_id=f"SC{number}", since=date(2026 - number, 8, 3)) for number in range(4)]
    return HomesInBrief(grades={"inadequate": 4 + more}, inadequate=tuple(named))


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (None, ""),
        (HomesInBrief(grades={"good": 1}), "Your 1 home: 1 good."),
        (HomesInBrief(grades={"good": 2}, not_graded=5), "Your 7 homes: 2 good, 5 not graded yet."),
        (HomesInBrief(), "None of the homes that you asked for is known to be open."),
        (
            HomesInBrief(grades={"good": 1}, missing=2),
            "Your 1 home: 1 good. 2 numbers that you named are of no home that is known to be open.",
        ),
        (
            HomesInBrief(missing=1),
            (
                "None of the homes that you asked for is known to be open. "
                "1 number that you named is of no home that is known to be open."
            ),
        ),
        (
            HomesInBrief(grades={"good": 2_637, "inadequate": 44}, not_graded=4, country="England"),
            "England, 2,685 homes: 2,637 good, 4 not graded yet, 44 inadequate.",
        ),
        (
            five(4),
            (
                "Your 8 homes: 8 inadequate: SC0, since 3 August; SC1, since 3 August 2025; SC2, since 3 August 2024; "
                "SC3, since 3 August 2023; and 4 more."
            ),
        ),
        (
            HomesInBrief(grades={"inadequate": 1}, inadequate=(replace(ONE, label="Blue\nHouse"),)),
            "Your 1 home: 1 inadequate: SC478986 (Blue House), since 3 August.",
        ),
    ],
)
def test_words(now: HomesInBrief | None, said: str) -> None:
    assert homes_now_line(now, TODAY) == said


def test_it_is_stored_and_read_again() -> None:
    for now in (SIXTY, HomesInBrief(), HomesInBrief(grades={"good": 1}, not_graded=2, missing=3, country="England")):
        prove(HomesInBrief, stored(now))
        assert read(HomesInBrief, stored(now)) == now
