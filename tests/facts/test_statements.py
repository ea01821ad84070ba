"""Statements of several sources become one inspection, whatever order they arrive in."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from tests.builders import RETOLD, SITE, day, home, inspection, said, visit
from watcher.facts.inspection import Inspection, Kind
from watcher.facts.sources import Sort
from watcher.facts.statements import HomeRecord, Record, distance, find, merge, precedence


def retold(inspected: str, words: str = "good", *, as_of: str = "2026-09-01") -> Inspection:
    """What a report published on that day tells of an inspection before."""
    stated = inspection(inspected, words, published=None, source=RETOLD, as_of=as_of)
    return replace(stated, judgements=stated.judgements[:1])


def spoiled(inspected: str, *, document: str | None = None) -> Inspection:
    """What a year's file tells of an inspection whose event number is spoiled there."""
    return inspection(inspected, "good", document=document, source="year 2018-19", as_of="2019-03-31", sort=Sort.YEAR)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (inspection("2018-07-17", "good", event="1"), inspection("2018-07-18", "good", event="1"), 0),
        (inspection("2015-01-21", "good", event="1"), inspection("2015-01-21", "good", event="2"), None),
        (inspection("2018-07-17", "good", event="1"), inspection("2018-07-17", "good", document="9"), 0),
        (inspection("2018-07-17", "good", event="1"), inspection("2018-07-26", "good", document="9"), 9),
        (inspection("2018-07-17", "good", event="1"), inspection("2018-07-28", "good", document="9"), None),
        (inspection("2018-07-17", "good", document="8"), inspection("2018-07-20", "good", document="9"), None),
        (inspection("2018-07-17", "good", document="9"), inspection("2018-07-20", "good", document="9"), 3),
        (inspection("2018-07-17", "good"), visit("2018-07-17"), None),
        # The event number in a file may be spoiled, and its date is otherwise than the page's.
        (spoiled("2018-07-17"), inspection("2018-07-19", "good", document="9"), 2),
        (spoiled("2018-07-17"), inspection("2018-07-28", "good", document="9"), None),
        (spoiled("2018-07-17"), spoiled("2018-07-19"), None),
        (spoiled("2018-07-17", document="8"), inspection("2018-07-19", "good", document="9"), None),
        # What a later report tells of an inspection may be dated otherwise than its own report.
        (inspection("2018-07-17", "good", source=RETOLD), inspection("2018-07-19", "good", document="9"), 2),
        (inspection("2018-07-17", "good", document="9"), inspection("2018-07-19", "good", source=RETOLD), 2),
        (inspection("2018-07-17", "good", source=RETOLD), inspection("2018-07-28", "good", document="9"), None),
        # Two later reports may date a visit before them otherwise.
        (retold("2018-07-17", as_of="2019-09-01"), retold("2018-07-18", as_of="2020-09-01"), 1),
        (retold("2018-07-17", as_of="2019-09-01"), retold("2018-07-21", as_of="2020-09-01"), None),
        (retold("2018-07-17", as_of="2019-09-01"), retold("2018-07-20", as_of="2019-09-01"), 3),
        (retold("2018-07-17", as_of="2019-09-01"), retold("2018-07-17", as_of="2020-09-01"), 0),
        # All events got new numbers in 2015: those of a file from before say nothing against one from after.
        (
            inspection("2015-02-05", "good", event="320133", as_of="2015-03-31"),
            inspection("2015-02-09", "good", event="1004354", as_of="2018-03-31"),
            4,
        ),
        (
            replace(
                inspection("2015-02-05", "good", event="320133", as_of="2015-03-31"),
                sources=(said(day("2015-03-31"), SITE), said(day("2018-03-31"), RETOLD)),
            ),
            inspection("2015-02-09", "good", event="1004354", as_of="2018-03-31"),
            4,
        ),
        (
            inspection("2015-02-05", "good", event="320133", as_of="2015-03-31"),
            inspection("2015-02-05", "good", event="320134", as_of="2015-03-31"),
            None,
        ),
        (
            inspection("2018-02-05", "good", event="320133", as_of="2018-03-31"),
            inspection("2018-02-05", "good", event="1004354", as_of="2019-03-31"),
            None,
        ),
        (inspection("2018-07-17", "good"), inspection("2018-07-17", "good", home="ofsted:SC000002"), None),
    ],
)
def test_when_two_statements_are_one_inspection(one: Inspection, other: Inspection, expected: int | None) -> None:
    apart = None if expected is None else timedelta(days=expected)
    assert distance(one, other) == distance(other, one) == apart


def test_the_nearest_of_two_candidates_is_meant() -> None:
    known = [inspection("2018-07-10", "good", event="1"), inspection("2018-07-17", "good", event="2")]
    assert find(known, inspection("2018-07-16", "good", document="9")) == known[1]


def test_an_equal_event_number_goes_before_an_equal_date() -> None:
    known = [
        inspection("2015-01-21", "good", event="1", as_of="2018-03-31"),
        inspection("2015-01-21", "good", event="2", as_of="2015-03-31"),
    ]
    assert find(known, inspection("2015-01-21", "good", event="2", as_of="2015-03-31")) == known[1]


def test_merging_fills_blanks_and_lets_the_later_source_win_in_any_order() -> None:
    statements = [
        inspection("2016-06-02", "good", event="1", published=None, source="2016-17", as_of="2017-03-31"),
        inspection(
            "2016-06-01", "good/outstanding/good", event="1", published="2016-06-21", source="2018", as_of="2018-03-31"
        ),
        inspection("2016-06-01", "", document="9", published=None, source="site", as_of="2018-06-01"),
    ]
    results = {merge(order) for order in permutations(statements)}
    assert len(results) == 1
    merged = results.pop()
    assert (merged.inspected, merged.published, merged.event, merged.document) == (
        day("2016-06-01"),
        day("2016-06-21"),
        "1",
        "9",
    )
    assert [judgement.grade.value for judgement in merged.judgements] == ["good", "outstanding", "good"]
    assert [source.name for source in merged.sources] == ["2016-17", "2018", "site"]


@pytest.mark.parametrize(
    "known",
    [
        inspection("2025-11-03", "good", event="10999999", source="statistics", as_of="2026-03-31"),
        inspection("2025-11-03", "good", document="5", published="2026-09-01"),
        inspection("2025-11-03", "good", document="5", source="feed of a name before"),
    ],
)
def test_what_is_retold_corrects_nothing_that_is_known_otherwise(known: Inspection) -> None:
    later = retold("2025-11-04", "inadequate", as_of="2027-09-01")
    for order in permutations([known, later, retold("2025-11-02", "inadequate")]):
        merged = merge(order)
        assert replace(merged, sources=known.sources) == known
        assert len(merged.sources) == 3
        assert Record((order[0],)).add(order[1]).add(order[2]).inspection == merged
    assert max([later, known], key=precedence) == known


def test_what_is_retold_gives_no_grade_to_an_inspection_whose_own_source_gives_none() -> None:
    null = inspection("2025-11-03", "NULL", event="10999999", as_of="2026-03-31")
    assert merge([null, retold("2025-11-03", "inadequate")]).rating is None


def test_of_two_retellings_the_later_one_is_believed() -> None:
    merged = merge([retold("2025-11-03", "inadequate", as_of="2027-09-01"), retold("2025-11-04")])
    assert (merged.rating, merged.is_retold) == (retold("2025-11-03", "inadequate").rating, True)


def test_statements_of_one_source_that_differ_in_anything_have_one_order() -> None:
    one = inspection("2016-06-01", "good", event="1", published=None, as_of="2017-03-31")
    others = [
        replace(one, kind=Kind.MONITORING),
        replace(one, link="https://example.org/1"),
        replace(one, headline="outcome"),
        replace(one, published=one.inspected),
        replace(one, inspected_to=one.inspected),
    ]
    for other in others:
        assert precedence(one) != precedence(other)
        assert merge([one, other]) == merge([other, one])


def test_a_later_file_does_not_overwrite_what_a_page_says() -> None:
    page = inspection("2026-03-01", "good", document="5", as_of="2026-05-01", sort=Sort.PAGE)
    file = inspection("2026-03-01", "inadequate", event="7", source="year", as_of="2026-09-30", sort=Sort.YEAR)
    for order in permutations((page, file)):
        together = merge(order)
        assert together.rating is not None
        assert (together.rating.value, together.event, together.document) == ("good", "7", "5")


def test_of_a_page_that_changes_within_a_day_the_last_is_believed_and_nothing_piles_up() -> None:
    page = {
        words: inspection("2026-03-01", words, as_of="2026-05-01", sort=Sort.PAGE) for words in ("good", "inadequate")
    }
    record = Record((page["good"],))
    for words in ("inadequate", "good") * 50 + ("inadequate",):
        record = record.add(page[words])
        assert record.inspection.rating is not None
        assert record.inspection.rating.value == words
        assert record.add(page[words]) is record
        assert len(record.statements) == 2


def test_null_does_not_overwrite_a_grade() -> None:
    graded = inspection("2016-06-01", "good", as_of="2017-03-31")
    null = inspection("2016-06-01", "NULL", as_of="2018-03-31", source="later")
    assert merge([graded, null]).rating == graded.rating


def test_a_source_that_says_the_same_again_adds_nothing() -> None:
    record = Record((inspection("2024-01-10", "good", as_of="2024-03-01"),))
    assert record.add(inspection("2024-01-10", "good", as_of="2024-03-02")) is record


def test_a_reversal_is_kept_as_a_third_version() -> None:
    record = Record((inspection("2024-01-10", "good", as_of="2024-03-01"),))
    record = record.add(inspection("2024-01-10", "inadequate", as_of="2024-03-02"))
    record = record.add(inspection("2024-01-10", "good", as_of="2024-03-03"))
    assert [statement.judgements[0].grade.value for statement in record.statements] == ["good", "inadequate", "good"]
    assert record.inspection.judgements[0].grade.value == "good"


def test_a_homes_facts_come_from_the_latest_source_that_states_them_in_any_order() -> None:
    statements = [
        home(owner="Elm Ltd", as_of="2018-03-31", source="2018"),
        home(owner="Elm Limited", as_of="2019-03-31", source="2019"),
        home(owner=None, local_authority="Derbyshire", as_of="2020-03-31", source="2020"),
        home(owner="Elm Ltd", as_of="2017-03-31", source="2017"),
    ]
    results = []
    for order in permutations(statements):
        record = HomeRecord.of(order[0])
        for statement in order[1:]:
            record = record.add(statement)
        results.append(record.home)
    assert set(results) == {results[0]}
    assert (results[0].owner, results[0].local_authority) == ("Elm Limited", "Derbyshire")
