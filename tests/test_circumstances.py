"""What an alert tells around its change: each number as the history gives it, and none where it has a gap."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.builders import day, home, inspection, judgements
from watcher.changes import Change, judge
from watcher.circumstances import around, usual_delay
from watcher.context import Context, Past, read_context
from watcher.history.embedded import EmbeddedHistory
from watcher.inspection import Home, Inspection
from watcher.matching import HomeRecord
from watcher.register import Entry, Register
from watcher.relations import predecessors, successors

FOUNDING_CASE = "ofsted:SC478986"


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedHistory]:
    history = EmbeddedHistory.open(tmp_path_factory.mktemp("bundled") / "data")
    yield history
    history.close()


def change_of(history: EmbeddedHistory, inspected: date) -> Change:
    known = [record.inspection for record in history.records(FOUNDING_CASE)]
    one = next(inspection for inspection in known if inspection.inspected == inspected)
    return judge([other for other in known if other.order < one.order], one).changes[0]


def told(history: EmbeddedHistory, inspected: str, groups: dict[str, list[str]] | None = None) -> Context:
    change = change_of(history, day(inspected))
    entry = history.register().get(FOUNDING_CASE)
    assert entry is not None
    return around(change, entry.home, history.register(), groups or {}, change.inspection.became_known)


def test_the_founding_case(bundled: EmbeddedHistory) -> None:
    context = told(bundled, "2018-07-17")
    assert context.between == 328
    assert context.stood is not None
    assert (context.stood.grade, context.stood.inspections, context.stood.days) == ("good", 3, 1178)
    assert context.past[0] == Past(inspected=day("2014-06-26"), grade="requires improvement")
    assert [one.grade for one in context.past[1:]] == ["good", "good", "good", "inadequate"]
    assert context.expected_by == day("2018-10-20")
    assert context.owner is not None
    assert context.owner.grades == {"outstanding": 3, "good": 10, "requires improvement": 1, "inadequate": 1}
    assert [(drop.home_id, drop.local_authority) for drop in context.owner.drops] == [("1234624", "Wiltshire")]
    assert context.owner.similar == {"Esland South Limited": 5}
    assert context.area is not None
    assert (context.area.name, context.area.grades["inadequate"], context.area.inadequate) == ("Derby", 2, 2)
    assert context.country is not None
    assert context.country.inadequate == 156
    assert read_context(context.document()) == context


def test_the_recovery_tells_how_long_it_was_and_no_more_of_others(bundled: EmbeddedHistory) -> None:
    context = told(bundled, "2018-09-04")
    assert context.stood is not None
    assert (context.stood.grade, context.stood.days) == ("inadequate", 53)
    assert (context.owner, context.area, context.country, context.expected_by) == (None, None, None, None)


def test_a_configured_group_is_counted_as_one(bundled: EmbeddedHistory) -> None:
    context = told(bundled, "2018-07-17", {"Esland": ["Esland North Limited", "Esland South Limited"]})
    assert context.owner is not None
    assert (context.owner.group, sum(context.owner.grades.values())) == ("Esland", 20)
    assert context.owner.similar == {}


def test_nothing_that_became_known_later_is_in_it(bundled: EmbeddedHistory) -> None:
    assert max(one.inspected for one in told(bundled, "2018-07-17").past) == day("2018-07-17")


def registered(*homes: tuple[Home, list[Inspection]]) -> Register:
    entries = [Entry.of(HomeRecord.of(one), known) for one, known in homes]
    return Register({entry.home.key: entry for entry in entries})


def test_where_the_history_has_a_gap_nothing_is_counted_over_it() -> None:
    before, drop = inspection("2024-01-10", "good"), inspection("2026-10-01", "inadequate")
    change = judge([before], drop).changes[0]
    known = registered((home(), [before, drop]))
    context = around(change, home(), known, {}, drop.became_known)
    assert context.counted_since == drop.became_known
    later = around(change, home(), known, {}, drop.became_known + timedelta(days=40))
    assert later.country is not None
    assert (later.counted_since, later.country.inadequate) == (None, None)


def test_a_home_without_owner_and_area_is_told_without_them() -> None:
    bare = replace(home(), owner=None, local_authority=None)
    drop = inspection("2024-01-10", "inadequate")
    context = around(judge([], drop).changes[0], bare, registered((bare, [drop])), {}, drop.became_known)
    assert (context.owner, context.area) == (None, None)


def test_a_grade_that_stood_since_the_beginning_of_the_history_may_have_stood_longer() -> None:
    first, second = inspection("2022-01-10", "good"), inspection("2023-01-10", "good")
    drop = replace(inspection("2024-01-10"), judgements=judgements("inadequate"))
    context = around(
        judge([first, second], drop).changes[0],
        home(),
        registered((home(), [first, second, drop])),
        {},
        drop.became_known,
    )
    assert context.stood is not None
    assert context.stood.from_the_beginning
    assert context.stood.since == first.became_known


def test_few_cases_make_no_median() -> None:
    known = registered(
        (home(), [inspection("2024-01-10", "inadequate"), inspection("2024-03-01", "good", published="2024-03-02")])
    )
    assert usual_delay(known) == timedelta(days=39)


CLOSED = replace(home("SC000001", status="resigned"), places=4)


@pytest.mark.parametrize(
    ("other", "reasons"),
    [
        (
            {"registered": day("2024-02-20"), "places": 4},
            (
                "same owner",
                "same area (Derby)",
                "same number of places (4)",
                "registered 9 days before it was found to be gone",
            ),
        ),
        (
            {"registered": day("2024-05-10"), "local_authority": "Leeds"},
            ("same owner", "registered 71 days after it was found to be gone"),
        ),
        (
            {"registered": day("2024-02-20"), "owner": "Oak Limited"},
            ("same area (Derby)", "registered 9 days before it was found to be gone"),
        ),
        ({"registered": day("2024-05-10"), "owner": "Oak Limited"}, None),  # too late for the area alone
        ({"registered": day("2024-02-20"), "owner": "Oak Limited", "local_authority": "Leeds", "places": 4}, None),
        ({"registered": day("2020-02-20")}, None),
        ({"registered": None}, None),
        ({"registered": day("2024-02-20"), "type": "boarding school"}, None),
    ],
)
def test_a_successor_is_offered_with_its_reasons(other: dict[str, Any], reasons: tuple[str, ...] | None) -> None:
    new = replace(home("2700001"), **other)
    found = successors(CLOSED, registered((CLOSED, []), (new, [])), day("2024-02-29"))
    assert [one.reasons for one in found] == ([reasons] if reasons else [])


def test_a_new_home_may_follow_one_that_is_gone() -> None:
    new = replace(home("2700001"), registered=day("2024-02-01"))
    gone = home("SC000001", status="resigned", as_of="2024-03-31")
    known = registered((new, []), (gone, [inspection("2023-12-01", "inadequate")]))
    (found,) = predecessors(new, known, day("2024-06-01"))
    assert (found.home_id, found.reasons[-1]) == ("SC000001", "last visited 62 days before the new registration")
    assert predecessors(new, registered((new, []), (home("SC000001"), [])), day("2024-06-01")) == ()
