"""Several homes of one owner or group found inadequate within a year: which, told when, and each pair once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.builders import home, inspection
from watcher.facts import regulators
from watcher.facts.inspection import Home, Inspection
from watcher.judging.changes import Change, What
from watcher.judging.concerns import group_concerns
from watcher.judging.register import Entry, Sector

ELM = "Elm Homes Limited"


def found(published: str, identity: str, **facts: Any) -> Inspection:
    return inspection(published, "inadequate", home=f"ofsted:{identity}", published=published, **facts)


def sector(*owned: tuple[Home, Sequence[Inspection]]) -> Sector:
    return Sector(regulators.of("ofsted"), [Entry.of_visits(one, visits) for one, visits in owned])


def concerns(
    later: Inspection,
    among: Sector,
    *,
    what: What = What.DROPPED_TO_INADEQUATE,
    owner: str | None = ELM,
    groups: Mapping[str, Sequence[str]] | None = None,
    before: Sector | None = None,
) -> list[tuple[str, list[str]]]:
    """Each concern that a home's inspection brings, and the other homes in their order."""
    change = Change(what=what, inspection=later)
    told = group_concerns(change, home(later.home[7:], owner=owner), among, groups or {}, before)
    return [(one.concern.group, [other.home[7:] for other in one.concern.others]) for one in told if one.concern]


FIRST, SECOND = found("2024-01-10", "A"), found("2024-08-01", "B")
BOTH = sector((home("A"), [FIRST]), (home("B"), [SECOND]))


def test_the_second_home_of_an_owner_is_a_concern_and_the_first_is_none() -> None:
    assert concerns(SECOND, BOTH) == [(ELM, ["A"])]
    assert concerns(FIRST, BOTH) == []


@pytest.mark.parametrize(("published", "others"), [("2025-01-09", ["A"]), ("2025-01-10", [])])
def test_within_365_days_between_the_publications(published: str, others: list[str]) -> None:
    later = found(published, "B")
    told = concerns(later, sector((home("A"), [FIRST]), (home("B"), [later])))
    assert [names for _, names in told] == ([others] if others else [])


@pytest.mark.parametrize("what", [what for what in What if what not in ("dropped to inadequate", "group concern")])
def test_only_a_home_that_was_not_inadequate_before_brings_one(what: What) -> None:
    assert bool(concerns(SECOND, BOTH, what=what)) is (what is What.FIRST_INADEQUATE)


def test_a_home_is_not_its_own_other() -> None:
    again = found("2024-08-01", "A")
    assert concerns(again, sector((home("A"), [FIRST, again]))) == []


def test_a_home_found_so_again_is_another_inspection_of_the_same_other() -> None:
    again = found("2024-05-01", "A")
    (told,) = group_concerns(
        Change(what=What.FIRST_INADEQUATE, inspection=SECOND), home("B"), sector((home("A"), [FIRST, again])), {}
    )
    assert told.concern is not None
    assert [str(other.published) for other in told.concern.others] == ["2024-05-01", "2024-01-10"]
    assert told.concern.homes == 2


def test_owners_are_compared_as_everywhere_and_nobody_shares_an_owner_who_is_not_published() -> None:
    assert concerns(SECOND, BOTH, owner="ELM HOMES LTD.") == [("ELM HOMES LTD.", ["A"])]
    nameless = sector((home("A", owner=None), [FIRST]), (home("B", owner=None), [SECOND]))
    assert concerns(SECOND, nameless, owner=None) == []


def test_only_homes_of_the_same_regulator() -> None:
    elsewhere = replace(home("A"), regulator="cqc")
    visits = [replace(FIRST, home="cqc:A")]
    register = [Entry.of_visits(elsewhere, visits), Entry.of_visits(home("B"), [SECOND])]
    ofsted = Sector(regulators.of("ofsted"), [entry for entry in register if entry.home.regulator == "ofsted"])
    assert concerns(SECOND, ofsted) == []


def test_the_group_is_told_and_the_owner_not_besides() -> None:
    ash = sector((home("A", owner="Ash Limited"), [FIRST]), (home("B"), [SECOND]))
    assert concerns(SECOND, ash) == []
    assert concerns(SECOND, ash, groups={"Trees": [ELM, "Ash Ltd"]}) == [("Trees", ["A"])]
    assert concerns(SECOND, BOTH, groups={"Trees": [ELM, "Ash Ltd"]}) == [("Trees", ["A"])]


def test_of_two_groups_with_the_same_other_homes_the_first_is_told() -> None:
    groups = {"Trees": [ELM, "Ash Ltd"], "Wood": [ELM], "Stone": ["Ash Ltd"]}
    assert concerns(SECOND, BOTH, groups=groups) == [("Trees", ["A"])]
    wider = sector((home("A"), [FIRST]), (home("C", owner="Ash Ltd"), [found("2024-03-01", "C")]))
    assert concerns(SECOND, wider, groups=groups) == [("Trees", ["C", "A"]), ("Wood", ["A"])]


def test_of_one_day_the_later_key_tells() -> None:
    same = found("2024-01-10", "B")
    among = sector((home("A"), [FIRST]), (home("B"), [same]))
    assert (concerns(same, among), concerns(FIRST, among)) == ([(ELM, ["A"])], [])


def test_an_earlier_report_that_is_read_later_tells_what_was_known_before() -> None:
    known = sector((home("B"), [SECOND]))
    assert concerns(FIRST, BOTH, before=known) == [(ELM, ["B"])]
    assert concerns(SECOND, BOTH, before=known) == [(ELM, ["A"])]


def test_what_is_only_retold_counts_for_nothing() -> None:
    retold = inspection("2024-01-10", "inadequate", home="ofsted:A", source="ofsted report history")
    assert concerns(SECOND, sector((home("A"), [retold]))) == []


def test_its_id_tells_the_group_and_nothing_that_a_later_source_adds() -> None:
    def told(groups: Mapping[str, Sequence[str]], among: Sector = BOTH, owner: str = ELM, **facts: Any) -> str:
        change = Change(what=What.DROPPED_TO_INADEQUATE, inspection=replace(SECOND, **facts))
        return group_concerns(change, home("B", owner=owner), among, groups)[0].id

    more = sector((home("A"), [FIRST]), (home("C"), [found("2024-03-01", "C")]))
    assert (
        told({})
        == told({}, event="12", link="https://example.org/")
        == told({}, more)
        == told({}, owner="Elm Homes Ltd")
    )
    assert told({}) != told({"Trees": [ELM]}) != told({"Wood": [ELM]})
