"""judge() keeps the promises: every drop, no other, whatever order inspections become known in."""

from itertools import pairwise, permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import RETOLD, day, home, inspection, visit
from watcher.facts.inspection import Inspection, Kind
from watcher.facts.regulators import OFSTED
from watcher.judging.changes import Change, What
from watcher.judging.judge import (
    expected_by,
    judge,
    judge_listing,
    judge_overdue,
    judge_status,
    newest_graded,
    stands_inadequate,
)

(PROMISE,) = OFSTED.promises


def whats(known: list[Inspection], new: Inspection, was: Inspection | None = None) -> list[str]:
    return [change.what.value for change in judge(known, new, was).changes]


GOOD_2023 = inspection("2023-05-01", "good")
BAD_2023 = inspection("2023-05-01", "inadequate")


def retold(inspected: str, words: str) -> Inspection:
    return inspection(inspected, words, source=RETOLD, published=None)


@pytest.mark.parametrize(
    ("known", "new", "expected"),
    [
        ([GOOD_2023], inspection("2024-01-10", "inadequate"), ["dropped to inadequate"]),
        ([], inspection("2024-01-10", "inadequate"), ["first inspection inadequate"]),
        ([visit("2023-05-01")], inspection("2024-01-10", "inadequate"), ["first inspection inadequate"]),
        ([BAD_2023], inspection("2024-01-10", "inadequate"), ["still inadequate"]),
        ([BAD_2023], inspection("2024-01-10", "requires improvement to be good"), ["recovered"]),
        ([GOOD_2023], inspection("2024-01-10", "adequate"), ["dropped"]),
        ([GOOD_2023], inspection("2024-01-10", "Outstanding"), ["improved"]),
        ([GOOD_2023], inspection("2024-01-10", "Good"), []),
        ([], inspection("2024-01-10", "good"), []),
        ([GOOD_2023], inspection("2024-01-10", "good/good/inadequate"), ["area inadequate"]),
        ([], inspection("2024-01-10", "good/good/inadequate"), ["area inadequate"]),
        ([inspection("2023-05-01", "good/good/inadequate")], inspection("2024-01-10", "good/good/inadequate"), []),
        (
            [GOOD_2023],
            inspection("2024-01-10", "requires improvement/good/inadequate"),
            ["dropped", "area inadequate"],
        ),
        ([BAD_2023], visit("2023-07-01"), ["visited"]),
        ([GOOD_2023], visit("2023-07-01"), []),
        # On the very day of the graded inspection: late is what came out before it.
        ([BAD_2023], visit("2023-05-01", published="2023-06-20"), ["visited"]),
        ([BAD_2023], visit("2023-05-01"), ["visited"]),
        ([BAD_2023], visit("2023-05-01", published="2023-06-01"), ["late"]),
        ([GOOD_2023], inspection("2022-05-01", "inadequate"), ["late"]),
        ([GOOD_2023], visit("2022-05-01"), ["late"]),
        ([GOOD_2023], inspection("2024-01-10", "serious or widespread weaknesses"), ["dropped to inadequate"]),
        ([GOOD_2023], inspection("2024-01-10", "consistently strong service delivery"), []),
    ],
)
def test_an_inspection_means_what_the_table_says(known: list[Inspection], new: Inspection, expected: list[str]) -> None:
    assert whats(known, new) == expected


@pytest.mark.parametrize("words", ["Not judged", "NULL", "9", "Sustained effectiveness", "splendid", ""])
def test_what_is_no_grade_is_no_change(words: str) -> None:
    assert whats([GOOD_2023], inspection("2024-01-10", words)) == []


def test_an_unknown_word_goes_to_the_operator() -> None:
    judged = judge([GOOD_2023], inspection("2024-01-10", "splendid/good/good"))
    assert not judged.changes
    assert ["'splendid' for overall" in doubt.reason for doubt in judged.doubts] == [True]


@pytest.mark.parametrize(
    ("words", "reasons"),
    [
        (
            "Not judged/inadequate/good",
            ["'Not judged' stands in the place of its rating, and the worst grade for protected"],
        ),
        ("Not judged/good/good", []),
        ("Not judged//", []),
        ("Good/inadequate/good", []),
    ],
)
def test_a_word_for_no_grade_beside_the_worst_is_a_doubt_and_no_silence(words: str, reasons: list[str]) -> None:
    judged = judge([GOOD_2023], inspection("2024-01-10", words))
    assert [doubt.reason for doubt in judged.doubts] == reasons
    assert [change.what for change in judged.changes if change.what is not What.AREA_INADEQUATE] == []


def test_what_an_interim_visit_says_beside_the_worst_is_no_doubt() -> None:
    assert judge([GOOD_2023], inspection("2024-01-10", "Not judged/inadequate/good", kind=Kind.INTERIM)).doubts == ()


def test_an_unknown_kind_goes_to_the_operator() -> None:
    judged = judge([GOOD_2023], inspection("2024-01-10", "inadequate", kind=Kind.OTHER))
    assert not judged.changes
    assert len(judged.doubts) == 1


def test_a_recovery_counts_days_from_publication_to_publication() -> None:
    drop = inspection("2018-07-17", "inadequate", published="2018-08-03")
    (change,) = judge([drop], inspection("2018-09-04", "good", published="2018-09-25")).changes
    assert change.days_inadequate == 53


@pytest.mark.parametrize("published", [None, "2018-07-01"])
def test_a_recovery_counts_days_between_visits_where_a_publication_is_unknown_or_doubtful(
    published: str | None,
) -> None:
    drop = inspection("2018-07-17", "inadequate", published=published)
    (change,) = judge([drop], inspection("2018-09-04", "good")).changes
    assert change.days_inadequate == 49


@pytest.mark.parametrize("published", [None, "2018-09-01"])
def test_so_it_does_where_the_later_publication_is_unknown_or_doubtful(published: str | None) -> None:
    drop = inspection("2018-07-17", "inadequate", published="2018-08-03")
    (change,) = judge([drop], inspection("2018-09-04", "good", published=published)).changes
    assert change.days_inadequate == 49


def test_a_recovery_counts_from_the_first_of_several_inadequate_inspections() -> None:
    known = [
        inspection("2023-01-10", "good"),
        inspection("2023-03-01", "inadequate", published="2023-04-01"),
        inspection("2023-06-01", "inadequate", published="2023-07-01"),
    ]
    (change,) = judge(known, inspection("2023-09-01", "good", published="2023-10-01")).changes
    assert change.days_inadequate == 183


def test_an_older_inspection_published_late_names_what_superseded_it() -> None:
    """Ofsted's SC043972: inspected 8 October 2024, published after the re-inspection of 17 December."""
    known = [
        inspection("2024-05-01", "good"),
        inspection("2024-12-17", "requires improvement to be good", published="2025-01-28"),
    ]
    (change,) = judge(known, inspection("2024-10-08", "inadequate", published="2025-02-04")).changes
    assert (change.what, change.superseded_by, change.before) == (What.LATE, known[1], known[0])


@pytest.mark.parametrize("second", ["inadequate", "outstanding"])
def test_another_word_on_the_same_inspection_is_a_correction_either_way(second: str) -> None:
    was, now = inspection("2024-01-10", "good"), inspection("2024-01-10", second)
    (change,) = judge([GOOD_2023], now, was).changes
    assert (change.what, change.was) == (What.CORRECTED, was)


def test_the_same_inspection_again_is_nothing() -> None:
    first = inspection("2024-01-10", "inadequate")
    again = inspection("2024-01-10", "Inadequate", event="10200000", published="2024-03-02")
    assert judge([GOOD_2023], again, first).changes == ()


def test_a_grade_read_later_than_the_visit_is_judged_as_news() -> None:
    ungraded = inspection("2024-01-10", "")
    assert whats([GOOD_2023], inspection("2024-01-10", "inadequate"), ungraded) == ["dropped to inadequate"]


def test_a_vanished_grade_is_no_change_and_goes_to_the_operator() -> None:
    judged = judge([GOOD_2023], inspection("2024-01-10", ""), inspection("2024-01-10", "inadequate"))
    assert judged.changes == ()
    assert ["not shown any more" in doubt.reason for doubt in judged.doubts] == [True]


def test_an_id_depends_on_content_and_not_on_what_a_source_adds() -> None:
    first = Change(what=What.DROPPED_TO_INADEQUATE, inspection=inspection("2024-01-10", "inadequate"))
    richer = inspection("2024-01-10", "Inadequate", event="10200000", document="50200000")
    assert first.id == Change(what=What.DROPPED_TO_INADEQUATE, inspection=richer).id
    other = inspection("2024-01-11", "inadequate")
    assert first.id != Change(what=What.DROPPED_TO_INADEQUATE, inspection=other).id


WORDS = st.sampled_from(["outstanding", "good", "requires improvement", "inadequate", "not judged", ""])


@st.composite
def histories(draw: st.DrawFn) -> list[Inspection]:
    months = draw(st.lists(st.integers(0, 60), min_size=1, max_size=6, unique=True))
    kinds = draw(st.lists(st.sampled_from([Kind.FULL, Kind.FULL, Kind.MONITORING]), min_size=6, max_size=6))
    return [
        inspection(f"{2019 + month // 12}-{month % 12 + 1:02}-10", draw(WORDS) if kind is Kind.FULL else "", kind=kind)
        for month, kind in zip(months, kinds, strict=False)
    ]


def arrivals(order: tuple[Inspection, ...]) -> list[Change]:
    known: list[Inspection] = []
    changes: list[Change] = []
    for arrived in order:
        changes += judge(known, arrived).changes
        known.append(arrived)
    return changes


@given(histories())
def test_in_time_order_every_drop_is_told_and_no_other(history: list[Inspection]) -> None:
    graded = [
        inspection for inspection in sorted(history, key=lambda inspection: inspection.order) if inspection.rating
    ]
    expected = {
        later.inspected
        for former, later in pairwise(graded)
        if later.rating and former.rating and later.rating.is_inadequate and not former.rating.is_inadequate
    }
    told = arrivals(tuple(sorted(history, key=lambda inspection: inspection.order)))
    assert {change.inspection.inspected for change in told if change.what is What.DROPPED_TO_INADEQUATE} == expected


@given(histories())
def test_no_order_of_arrival_loses_or_invents_an_inadequate_inspection(history: list[Inspection]) -> None:
    inadequate = {inspection.day for inspection in history if inspection.rating and inspection.rating.is_inadequate}
    fresh = {What.DROPPED_TO_INADEQUATE, What.FIRST_INADEQUATE, What.STILL_INADEQUATE, What.LATE}
    for order in list(permutations(history))[:24]:
        told = [
            change
            for change in arrivals(order)
            if change.what in fresh and change.inspection.rating and change.inspection.rating.is_inadequate
        ]
        assert sorted(change.inspection.day for change in told) == sorted(inadequate)
        for change in told:
            if change.what is not What.LATE:
                position = order.index(change.inspection)
                assert newest_graded(order[: position + 1]) == change.inspection


@given(histories(), st.randoms(use_true_random=False))
def test_the_present_state_depends_on_no_order(history: list[Inspection], random: Random) -> None:
    shuffled = random.sample(history, len(history))
    assert stands_inadequate(history) == stands_inadequate(shuffled)


@given(histories())
def test_judging_twice_yields_nothing_the_second_time(history: list[Inspection]) -> None:
    for position, new in enumerate(history):
        others = [inspection for inspection in history if inspection is not new]
        assert judge(others, new, was=history[position]).changes == ()


def test_an_inspection_gone_from_its_page_is_withdrawn_and_only_from_the_source_that_named_it() -> None:
    on_site = inspection("2024-01-10", "inadequate", document="50200001")
    from_file = inspection("2022-01-10", "good", source="a file")
    changes = judge_listing([on_site, from_file], [inspection("2024-06-01", "good", document="50200002")], "ofsted")
    assert [(change.what, change.inspection) for change in changes] == [(What.WITHDRAWN, on_site)]


def test_a_reissued_report_with_another_file_is_not_withdrawn() -> None:
    on_site = inspection("2024-01-10", "inadequate", document="50200001")
    assert judge_listing([on_site], [inspection("2024-01-10", "inadequate", document="50200009")], "ofsted") == ()


@pytest.mark.parametrize(
    ("words", "status", "expected"),
    [
        ("inadequate", "closed", [What.CLOSED]),
        ("inadequate", "resigned", [What.CLOSED]),
        ("good", "closed", []),
        ("inadequate", "active", []),
    ],
)
def test_a_home_that_stands_inadequate_and_goes_is_closed(words: str, status: str, expected: list[What]) -> None:
    known = [inspection("2024-01-10", words)]
    assert [change.what for change in judge_status(known, home(), home(status=status))] == expected


def test_a_home_closes_once() -> None:
    assert judge_status([BAD_2023], home(status="closed"), home(status="closed")) == ()


def test_news_of_the_founding_case_was_expected_by_the_twentieth_of_october() -> None:
    drop = inspection("2018-07-17", "inadequate", published="2018-08-03")
    assert expected_by(drop.day, PROMISE) == day("2018-10-20")
    assert judge_overdue([drop], day("2018-10-20"), day("2018-10-20"), PROMISE) == ()
    assert [change.what for change in judge_overdue([drop], day("2018-10-21"), day("2018-10-21"), PROMISE)] == [
        What.OVERDUE
    ]


def test_a_home_with_news_since_is_not_overdue() -> None:
    drop = inspection("2018-07-17", "inadequate", published="2018-08-03")
    today = day("2018-11-01")
    assert judge_overdue([drop], today, today, PROMISE) != ()
    assert judge_overdue([drop, visit("2018-09-01", published="2018-10-01")], today, today, PROMISE) == ()
    assert judge_overdue([drop, inspection("2018-09-04", "good")], today, today, PROMISE) == ()


def test_nobody_waits_for_news_of_what_was_inadequate_years_ago() -> None:
    drop = inspection("2018-07-17", "inadequate", published="2018-08-03")
    assert judge_overdue([drop], day("2018-11-19"), day("2018-11-19"), PROMISE) != ()
    assert judge_overdue([drop], day("2018-11-20"), day("2018-11-20"), PROMISE) == ()


def test_a_page_that_was_not_read_since_tells_nothing_of_news() -> None:
    drop = inspection("2018-07-17", "inadequate", published="2018-08-03")
    assert judge_overdue([drop], day("2018-11-01"), day("2018-10-20"), PROMISE) == ()


@pytest.mark.parametrize(
    ("known", "new", "expected"),
    [
        ([GOOD_2023, retold("2025-05-14", "inadequate")], inspection("2026-06-01", "good"), []),
        ([GOOD_2023, retold("2025-05-14", "inadequate")], inspection("2026-06-01", "outstanding"), ["improved"]),
        (
            [GOOD_2023, retold("2025-05-14", "inadequate")],
            inspection("2026-06-01", "inadequate"),
            ["dropped to inadequate"],
        ),
        ([BAD_2023, retold("2025-05-14", "good")], inspection("2026-06-01", "inadequate"), ["still inadequate"]),
        ([BAD_2023, retold("2025-05-14", "good")], inspection("2026-06-01", "good"), ["recovered"]),
        ([retold("2025-05-14", "good")], inspection("2026-06-01", "inadequate"), ["first inspection inadequate"]),
        ([retold("2025-05-14", "inadequate")], inspection("2026-06-01", "good"), []),
        ([GOOD_2023, retold("2025-05-14", "inadequate")], visit("2025-07-01"), []),
        ([GOOD_2023, retold("2025-05-14", "good")], inspection("2024-06-01", "inadequate"), ["dropped to inadequate"]),
        ([GOOD_2023], retold("2025-05-14", "inadequate"), []),
    ],
)
def test_no_change_rests_on_what_a_table_retells_and_no_drop_is_silenced_by_it(
    known: list[Inspection], new: Inspection, expected: list[str]
) -> None:
    judged = judge(known, new).changes
    assert [change.what.value for change in judged] == expected
    assert not any(change.before is not None and change.before.is_retold for change in judged)


def test_a_home_stands_as_its_own_reports_say() -> None:
    known = [GOOD_2023, retold("2025-05-14", "inadequate")]
    assert newest_graded(known) == GOOD_2023
    assert not stands_inadequate(known)


@pytest.mark.parametrize(("words", "days"), [("inadequate", 366), ("good", 366)])
def test_what_is_retold_never_lengthens_the_time_as_inadequate(words: str, days: int) -> None:
    known = [retold("2022-05-01", words), BAD_2023]
    (change,) = judge(known, inspection("2024-05-01", "good")).changes
    assert change.days_inadequate == days


def test_what_is_retold_may_shorten_the_time_as_inadequate() -> None:
    known = [inspection("2021-05-01", "inadequate"), retold("2022-05-01", "good"), BAD_2023]
    (change,) = judge(known, inspection("2024-05-01", "good")).changes
    assert change.days_inadequate == 366
