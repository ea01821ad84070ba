"""How one home stands: from its own inspections, from the newest list, from how soon its regulator comes back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.builders import RETOLD, day, home, inspection, visit
from watcher.facts.inspection import Home, Inspection, Kind
from watcher.facts.regulators import OFSTED
from watcher.facts.sources import Sort
from watcher.facts.statements import HomeRecord, Record
from watcher.judging.register import Entry, Register, entry_of
from watcher.judging.rhythm import Rhythms
from watcher.judging.standing import HomeStanding, standing

LIST = "provider_at_march_2024.csv"
TODAY = day("2024-08-01")


def stands(
    subject: Home, *inspections: Inspection, today: date = TODAY, others: tuple[Entry, ...] = (), withdrawn: int = -1
) -> HomeStanding:
    """How a home stands among others; the inspection of a number has been withdrawn."""
    described = HomeRecord.of(subject)
    records = [
        Record((said,), withdrawn=today if number == withdrawn else None)
        for number, said in enumerate(sorted(inspections, key=lambda said: said.order))
    ]
    entry = entry_of(described, records)
    sector = Register({one.home.key: one for one in (*others, entry)}).of(OFSTED)
    return standing(entry, sector, Rhythms(sector, today), today)


def listed(identity: str = "SC000002", as_of: str = "2024-03-31") -> Entry:
    """Another home, so that there is a list."""
    return Entry.of(HomeRecord.of(home(identity, source=LIST, as_of=as_of)), ())


def test_the_run_of_the_present_grade_tells_since_when() -> None:
    found = stands(
        home(),
        inspection("2021-01-10", "requires improvement"),
        inspection("2022-01-10", "good", published="2022-02-20"),
        inspection("2023-01-10", "good"),
        inspection("2023-06-10", "", kind=Kind.ASSURANCE),
    )
    assert (found.rating, found.rating_since, found.previous_rating) == (
        "good", day("2022-02-20"), "requires improvement",
    )  # fmt: skip
    assert (found.inspected, found.published) == (day("2023-01-10"), day("2023-02-19"))
    assert (found.last_visit, found.last_visit_kind) == (day("2023-06-10"), "assurance")
    assert found.areas == {"overall": "good", "protected": "good", "leaders": "good"}
    assert (found.inadequate_since, found.expect_news_by, found.is_overdue) == (None, None, False)


def test_a_home_that_was_never_graded_has_no_rating_and_no_date_of_one() -> None:
    found = stands(home(), visit("2024-05-01"))
    assert (found.rating, found.rating_since, found.previous_rating, found.inspected) == (None, None, None, None)
    assert (found.areas, found.headline, found.next_due) == ({}, None, None)
    assert found.last_visit == day("2024-05-01")


def test_what_is_withdrawn_or_only_retold_gives_no_rating() -> None:
    good, bad = inspection("2023-01-10", "good"), inspection("2024-01-10", "inadequate")
    assert stands(home(), good, bad, withdrawn=1).rating == "good"
    assert stands(home(), good, replace(bad, sources=inspection("2024-01-10", source=RETOLD).sources)).rating == "good"


def test_an_inadequate_home_is_awaited_until_something_is_published() -> None:
    bad = inspection("2024-05-01", "inadequate", published="2024-06-10")
    found = stands(home(as_of="2024-07-31"), inspection("2023-01-10", "good"), bad)
    expected = day("2024-05-01") + timedelta(weeks=8, days=39)
    assert (found.inadequate_since, found.expect_news_by, found.is_overdue) == (day("2024-06-10"), expected, False)
    seen_since = stands(home(as_of="2024-08-20"), bad, today=day("2024-08-21"))
    assert seen_since.is_overdue
    not_looked = stands(home(as_of="2024-07-31"), bad, today=day("2024-08-21"))
    assert not_looked.is_overdue is None  # nobody has looked: that nothing came can't be told
    came = stands(home(as_of="2024-08-20"), bad, visit("2024-06-20", published="2024-07-20"), today=day("2024-08-21"))
    assert (came.expect_news_by, came.is_overdue, came.inadequate_since) == (None, False, day("2024-06-10"))


@pytest.mark.parametrize(
    ("subject", "inspected", "is_there", "status"),
    [
        (home(source=LIST), "2023-05-01", True, "active"),
        (home(source=LIST, status="suspended"), "2023-05-01", True, "suspended"),
        (home(), "2023-05-01", False, "not on the list of 31 March 2024"),
        (home(), "2024-04-01", True, "active"),  # inspected since
        (replace(home(), registered=day("2024-05-01")), "", True, "active"),
        (home(status="resigned", as_of="2024-06-01"), "2024-04-01", False, "resigned"),
        (home(as_of="2024-07-01", sort=Sort.PAGE), "2023-05-01", True, "active"),  # its page says so since
        (home(as_of="2024-07-01", source="moves.csv", sort=Sort.MOVES), "2023-05-01", False, None),
    ],
)
def test_which_homes_stand(subject: Home, inspected: str, *, is_there: bool, status: str | None) -> None:
    visits = [inspection(inspected, "good", source="x", sort=Sort.YEAR, as_of="2023-03-31")] if inspected else []
    found = stands(subject, *visits, others=(listed(),))
    assert found.is_there is is_there
    assert status is None or found.status == status


def test_without_any_list_every_home_stands_that_is_not_known_to_be_gone() -> None:
    assert stands(home(), inspection("2010-01-10", "good")).is_there
    assert not stands(home(status="closed"), inspection("2024-01-10", "good")).is_there


def steady(grade: str, every: int) -> tuple[Entry, ...]:
    """Forty homes that are inspected again after so many days, and one more each."""
    return tuple(
        Entry.of(
            HomeRecord.of(home(f"SC1{number:05}")),
            [
                inspection(
                    str(day("2023-01-01") + timedelta(days=(every + number) * turn)),
                    grade,
                    home=f"ofsted:SC1{number:05}",
                )
                for turn in range(2)
            ],
            day("2022-06-01"),  # watched since: nothing has been missed
        )
        for number in range(40)
    )


def test_the_next_inspection_is_to_be_expected_in_the_regulators_own_rhythm() -> None:
    found = stands(home(), inspection("2024-01-10", "good"), others=steady("good", 300)).next_due
    assert found is not None
    assert (found.first, found.last) == (day("2024-01-10") + timedelta(304), day("2024-01-10") + timedelta(335))
    assert found.basis.startswith("Ofsted: at least one full inspection a year")
    assert "eight of ten children's homes found good were inspected fully again 304 to 335 days later" in found.basis
    assert "(40 inspections from " in found.basis


def test_of_another_grade_or_too_few_cases_nothing_is_said() -> None:
    assert stands(home(), inspection("2024-01-10", "inadequate"), others=steady("good", 300)).next_due is None
    assert stands(home(), inspection("2024-01-10", "good"), others=steady("good", 300)[:20]).next_due is None


def test_across_a_gap_of_the_history_nothing_is_said() -> None:
    before_it_was_watched = inspection("2022-01-10", "good", source="x", sort=Sort.YEAR, as_of="2022-03-31")
    assert stands(home(source=LIST), before_it_was_watched, others=steady("good", 300)).next_due is None
    # its own page was read whole since: nothing of this home can have been missed
    page = home(as_of="2024-07-01", sort=Sort.PAGE)
    assert stands(page, before_it_was_watched, others=steady("good", 300)).next_due is not None


def test_what_lies_across_a_pause_is_no_rhythm() -> None:
    paused = tuple(
        Entry.of(
            HomeRecord.of(home(f"SC1{number:05}")),
            [
                inspection(inspected, "good", home=f"ofsted:SC1{number:05}")
                for inspected in ("2019-12-01", "2021-06-01")
            ],
            day("2019-01-01"),
        )
        for number in range(40)
    )
    found = stands(home(), inspection("2021-07-10", "good"), others=paused, today=day("2021-12-01"))
    assert found.next_due is None
