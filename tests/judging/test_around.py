"""What an alert tells around its change: each number as the history gives it, and none where it has a gap."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.builders import HOME, day, home, inspection, judgements, said
from watcher.facts.inspection import Home, Inspection
from watcher.facts.regulators import OFSTED
from watcher.facts.sources import Sort
from watcher.facts.statements import HomeRecord
from watcher.facts.stored import read, stored
from watcher.history.embedded.history import EmbeddedHistory
from watcher.judging.around import around
from watcher.judging.changes import Change
from watcher.judging.context import Context, Past, Place
from watcher.judging.judge import judge
from watcher.judging.register import Entry, Register
from watcher.judging.successors import predecessors, successors

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
    assert context.stood is not None
    assert (context.stood.grade, context.stood.inspections, context.stood.days) == ("good", 3, 1178)
    assert context.past[0] == Past(inspected=day("2014-06-26"), grade="requires improvement", words="adequate")
    assert [inspection.grade for inspection in context.past[1:]] == ["good", "good", "good", "inadequate"]
    assert context.expected_by == day("2018-10-20")
    assert context.owner is not None
    assert context.owner.grades == {"outstanding": 3, "good": 10, "requires improvement": 1, "inadequate": 1}
    assert [(drop.home_id, drop.local_authority) for drop in context.owner.drops] == [("1234624", "Wiltshire")]
    assert context.owner.similar == {"Esland South Limited": 5}
    assert context.area is not None
    assert (context.area.name, context.area.grades["inadequate"], context.area.inadequate) == ("Derby", 2, 2)
    assert context.country is not None
    assert context.country.inadequate == 156
    assert read(Context, stored(context)) == context


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
    assert max(inspection.inspected for inspection in told(bundled, "2018-07-17").past) == day("2018-07-17")


def registered(*homes: tuple[Home, list[Inspection]]) -> Register:
    entries = [Entry.of(HomeRecord.of(described), known) for described, known in homes]
    return Register({entry.home.key: entry for entry in entries})


def test_where_the_history_has_a_gap_nothing_is_counted_over_it() -> None:
    """The old inspections of the homes that are read say nothing about those that are not."""
    before, drop = inspection("2024-01-10", "good"), inspection("2026-10-01", "inadequate")
    change = judge([before], drop).changes[0]
    watched = Entry.of(HomeRecord.of(home()), [before, drop], watched_since=day("2026-11-01"))
    register = Register({HOME: watched})
    soon, later = (drop.became_known + timedelta(days=after) for after in (10, 100))
    told_soon, told_later = (around(change, home(), register, {}, on) for on in (soon, later))
    assert told_soon.owner is not None
    assert told_soon.country is not None
    assert (told_soon.counted_since, told_soon.country.inadequate, told_soon.owner.drops_since) == (None, None, None)
    assert told_later.country is not None
    assert (told_later.counted_since, told_later.country.inadequate) == (day("2026-11-01"), 1)


def test_of_a_home_whose_kind_nobody_told_nothing_is_counted() -> None:
    bare = replace(home(), type=None)
    drop = inspection("2024-01-10", "inadequate")
    context = around(judge([], drop).changes[0], bare, registered((bare, [drop])), {}, drop.became_known)
    assert (context.owner, context.area, context.country) == (None, None, None)


@pytest.mark.parametrize(
    ("facts", "on", "expected"),
    [
        ({}, "2024-02-20", "2024-04-14"),
        ({}, "2024-04-14", None),  # it is that day already
        ({"type": "independent fostering agency"}, "2024-02-20", None),  # the inspectors promise nothing there
        ({"status": "resigned", "as_of": "2024-02-19"}, "2024-02-20", None),
        ({"status": "resigned", "as_of": "2025-03-31"}, "2024-02-20", "2024-04-14"),  # it was there then
    ],
)
def test_news_is_expected_only_where_it_may_come(facts: dict[str, Any], on: str, expected: str | None) -> None:
    one, drop = home(**facts), inspection("2024-01-10", "inadequate")
    context = around(judge([], drop).changes[0], one, registered((one, [drop])), {}, day(on))
    assert context.expected_by == (day(expected) if expected else None)


def test_of_a_home_that_had_closed_by_then_no_news_is_expected() -> None:
    drop, gone = inspection("2024-01-10", "inadequate"), home(status="resigned", as_of="2025-03-31")
    change = judge([], drop).changes[0]
    for closed_on, on in (("2024-02-01", "2024-02-20"), ("2024-02-20", "2024-02-20")):
        one = replace(gone, closed_on=day(closed_on))
        assert around(change, one, registered((one, [drop])), {}, day(on)).expected_by is None
    one = replace(gone, closed_on=day("2024-02-21"))
    assert around(change, one, registered((one, [drop])), {}, day("2024-02-20")).expected_by == day("2024-04-14")


def test_each_other_home_of_the_owner_is_told_once_with_its_last_drop_those_that_closed_too() -> None:
    good, bad, better, worse = (
        inspection(on, words, home="ofsted:SC000002")
        for on, words in (
            ("2022-01-10", "good"),
            ("2022-06-10", "inadequate"),
            ("2022-09-10", "good"),
            ("2023-03-10", "inadequate"),
        )
    )
    closed = [
        inspection("2022-01-10", "good", home="ofsted:SC000003"),
        inspection("2022-08-10", "inadequate", home="ofsted:SC000003"),
    ]
    mine = [inspection("2022-01-10", "good"), inspection("2023-05-10", "inadequate")]
    entries = [
        Entry.of(HomeRecord.of(home()), mine, watched_since=day("2020-01-01")),
        Entry.of(HomeRecord.of(home("SC000002")), [good, bad, better, worse]),
        Entry.of(HomeRecord.of(home("SC000003", status="closed", as_of="2023-01-31")), closed),
    ]
    register = Register({entry.home.key: entry for entry in entries})
    context = around(judge(mine[:1], mine[1]).changes[0], home(), register, {}, mine[1].became_known)
    assert context.owner is not None
    told = [(drop.home_id, drop.known, drop.now) for drop in context.owner.drops]
    assert told == [("SC000002", worse.became_known, "inadequate"), ("SC000003", closed[1].became_known, "")]
    assert context.owner.more_drops == 0


def test_two_inspections_of_one_day_are_one_visit() -> None:
    twice = [inspection("2023-01-10", "good", event=event) for event in ("1", "2")]
    drop = inspection("2024-01-10", "inadequate")
    context = around(judge(twice, drop).changes[0], home(), registered((home(), [*twice, drop])), {}, drop.became_known)
    assert context.stood is not None
    assert context.stood.inspections == 1
    assert [inspection.inspected for inspection in context.past] == [day("2023-01-10"), day("2024-01-10")]


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
    assert known.of(OFSTED).usual_delay(OFSTED.promises[0]) == timedelta(days=39)


def test_a_successor_that_the_regulator_names_is_told_and_none_is_guessed() -> None:
    closed = replace(home("SC000001", status="resigned"), places=4, successors=("ofsted:2700001", "ofsted:2700009"))
    likely = replace(home("2700005"), registered=day("2024-02-20"), places=4)
    sector = registered((closed, []), (home("2700001"), []), (likely, [])).of(OFSTED)
    found = successors(closed, sector, day("2024-02-29"))
    assert [(related.home_id, related.is_certain) for related in found] == [("2700001", True), ("2700009", True)]
    assert [related.owner is None for related in found] == [False, True]
    before = predecessors(replace(likely, predecessors=("ofsted:SC000001",)), sector, day("2024-02-29"))
    assert [related.home_id for related in before] == ["SC000001"]


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
            {"registered": day("2024-02-20"), "owner": "Oak Limited", "places": 4},
            ("same area (Derby)", "same number of places (4)", "registered 9 days before it was found to be gone"),
        ),
        ({"registered": day("2024-02-20"), "owner": "Oak Limited"}, None),  # an area has many homes
        ({"registered": day("2024-05-10"), "owner": "Oak Limited"}, None),  # too late for the area alone
        ({"registered": day("2024-02-20"), "owner": "Oak Limited", "local_authority": "Leeds", "places": 4}, None),
        ({"registered": day("2020-02-20")}, None),
        ({"registered": None}, None),
        ({"registered": day("2024-02-20"), "type": "boarding school"}, None),
    ],
)
def test_a_successor_is_offered_with_its_reasons(other: dict[str, Any], reasons: tuple[str, ...] | None) -> None:
    new = replace(home("2700001"), **other)
    found = successors(CLOSED, registered((CLOSED, []), (new, [])).of(OFSTED), day("2024-02-29"))
    assert [related.reasons for related in found] == ([reasons] if reasons else [])


def test_a_new_home_may_follow_one_that_is_gone() -> None:
    new = replace(home("2700001"), registered=day("2024-02-01"))
    gone = home("SC000001", status="resigned", as_of="2024-03-31")
    known = registered((new, []), (gone, [inspection("2023-12-01", "inadequate")]))
    (found,) = predecessors(new, known.of(OFSTED), day("2024-06-01"))
    assert (found.home_id, found.reasons[-1]) == ("SC000001", "last visited 62 days before the new registration")
    assert predecessors(new, registered((new, []), (home("SC000001"), [])).of(OFSTED), day("2024-06-01")) == ()


@pytest.mark.parametrize(
    ("last", "places", "is_offered"), [("2024-01-10", 4, True), ("2023-12-01", 4, False), ("2024-01-10", 5, False)]
)
def test_an_area_alone_makes_no_predecessor(last: str, places: int, *, is_offered: bool) -> None:
    new = replace(home("2700001", owner="Oak Limited"), registered=day("2024-02-01"), places=4)
    gone = replace(home("SC000001", status="resigned", as_of="2024-03-31"), places=places)
    known = registered((new, []), (gone, [inspection(last, "inadequate")]))
    assert bool(predecessors(new, known.of(OFSTED), day("2024-06-01"))) is is_offered


def test_a_home_of_another_regulator_is_counted_in_no_country_but_its_own() -> None:
    """Nor does "since" begin with the regulator that was watched first."""
    drop, elsewhere = inspection("2026-10-01", "inadequate"), inspection("2026-10-02", "inadequate", home="example:1")
    other = replace(home("1"), regulator="example")
    entries = [
        Entry.of(HomeRecord.of(home()), [drop], watched_since=day("2026-06-01")),
        Entry.of(HomeRecord.of(other), [elsewhere], watched_since=day("2025-01-01")),
    ]
    register = Register({entry.home.key: entry for entry in entries})
    context, abroad = (
        around(judge([], entry).changes[0], described, register, {}, day("2026-11-20"))
        for entry, described in ((drop, home()), (elsewhere, other))
    )
    assert context.country == Place(name="England", grades={"inadequate": 1}, inadequate=1)
    assert context.area == Place(name="Derby", grades={"inadequate": 1}, inadequate=1)
    assert context.owner is not None
    assert (context.owner.grades, context.owner.drops) == ({"inadequate": 1}, ())
    assert context.counted_since == day("2026-06-01")
    assert context.expected_by is not None
    assert abroad.country == Place(name="the country", grades={"inadequate": 1}, inadequate=1)
    assert (abroad.counted_since, abroad.expected_by) == (day("2025-11-20"), None)


def test_a_pause_of_one_regulator_is_none_of_anothers() -> None:
    """Nobody has published a file of the year in which Ofsted paused; of another regulator it is missing."""
    marches = [said(day(f"{year}-03-31"), f"{year}.csv", Sort.YEAR) for year in (2020, 2022)]
    drop = inspection("2021-12-01", "inadequate", home="example:1")
    file_of = [replace(inspection("2019-06-01", home="example:1"), sources=(source,)) for source in marches]
    for regulator, since in (("ofsted", "2020-12-31"), ("example", "2021-03-31")):
        one = replace(home("1"), regulator=regulator)
        entry = Entry.of(HomeRecord.of(one), [*file_of, drop])
        context = around(judge([], drop).changes[0], one, Register({one.key: entry}), {}, day("2021-12-31"))
        assert context.counted_since == day(since)
