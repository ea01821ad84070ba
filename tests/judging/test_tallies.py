"""Counts that come from tallies are those of a walk through every home, whatever the day, whoever keeps the homes."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import home, inspection
from watcher.facts.owners import group_stem, same_owner
from watcher.facts.regulators import CQC, OFSTED, Regulator
from watcher.facts.statements import HomeRecord
from watcher.history.embedded.history import EmbeddedHistory
from watcher.judging.around import is_of, similar
from watcher.judging.counting import INADEQUATE_FOR
from watcher.judging.filed import moved, tallies, with_moves
from watcher.judging.gaps import paused
from watcher.judging.register import ACTIVE_FOR, Entry, Inspected, Register, Sector, found_inadequate, tally
from watcher.judging.rhythm import LEAST_CASES, YEARS_BACK, Rhythms
from watcher.text import squash

_DAYS = st.dates(date(2021, 1, 1), date(2025, 5, 1))
_ON = st.dates(date(2021, 1, 1), date(2027, 12, 1))
_FAMILIES = {OFSTED.key: "children's home", CQC.key: "residential home"}


def counts_there(entry: Entry, sector: Sector, day: date) -> bool:
    """The rule in plain words, of one home and nothing that is kept."""
    known = [visit for visit in entry.visits if visit.known <= day]
    present = next((visit for visit in reversed(known) if visit.grade), None)
    if present is None or (entry.gone is not None and entry.gone <= day):
        return False
    back, newest, last = back_to(sector, day), sector.list_before(day), max(visit.inspected for visit in known)
    is_listed = newest in entry.listed
    if newest is not None and not is_listed and last <= newest:
        return False
    seen = max(last, newest) if newest is not None and is_listed else last
    return seen >= back + (ACTIVE_FOR - INADEQUATE_FOR if present.is_inadequate else timedelta())


def back_to(sector: Sector, day: date) -> date:
    return sector._reaches_back(day)


def plain(entries: Iterable[Entry], sector: Sector, family: str, day: date) -> dict[str, int]:
    return tally((one for one in entries if one.family == family and counts_there(one, sector, day)), day)


def agrees(
    register: Register, entries: Iterable[Entry], regulator: Regulator, days: Iterable[date], most: int = 5
) -> None:
    """Every count of some days, of all homes and of each area, is that of a walk."""
    own = [entry for entry in entries if entry.home.regulator == regulator.key]
    sector = register.of(regulator)
    families = {family for family, _ in Counter(entry.family for entry in own).most_common(2)}
    areas: dict[str, list[Entry]] = {}
    for entry in own:
        areas.setdefault(squash(entry.home.local_authority or ""), []).append(entry)
    known = Counter(same_owner(entry.home.owner) for entry in own if entry.home.owner)
    owners = [frozenset({name}) for name, _ in known.most_common()] + [frozenset(known)]
    for day in days:
        for family in families:
            assert sector.tallied(family, day) == plain(own, sector, family, day), (family, day)
            assert sector.inadequate_between(family, day - ACTIVE_FOR, day) == found(own, family, day)
            for area, here in sorted(areas.items())[-most:]:
                if area:
                    assert sector.tallied_in(family, area, day) == plain(here, sector, family, day), (area, day)
                    assert sector.inadequate_in(family, area, day - ACTIVE_FOR, day) == found(here, family, day)
            for names in owners[:most]:
                there = [one for one in own if one.family == family and counts_there(one, sector, day)]
                assert sector.tallied_of(family, names, day) == tally(
                    (one for one in there if is_of(one, names, family)), day
                )
                assert similar(names, sector, family, day) == akin(there, names)


def akin(there: Iterable[Entry], names: frozenset[str]) -> dict[str, int]:
    printed: dict[str, list[str]] = {}
    stems = {group_stem(name) for name in names} - {None}
    for one in there:
        owner = one.home.owner
        if owner and group_stem(owner) in stems and same_owner(owner) not in names:
            printed.setdefault(same_owner(owner), []).append(owner)
    return {max(spelt): len(spelt) for _, spelt in sorted(printed.items())}


def found(entries: Iterable[Entry], family: str, day: date) -> int:
    return sum(1 for _ in found_inadequate((one for one in entries if one.family == family), day - ACTIVE_FOR, day))


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    regulator = draw(st.sampled_from([OFSTED, OFSTED, CQC]))
    one = home(
        draw(st.sampled_from([f"SC{number:06}" for number in range(1, 9)])),
        type=draw(st.sampled_from([_FAMILIES[regulator.key], "other"])),
        local_authority=draw(st.sampled_from(["Derby", "Leeds", None])),
        owner=draw(st.sampled_from(["Elm North Limited", "ELM North Ltd", "Elm South Ltd", "Ash Limited", None])),
    )
    words = st.sampled_from(["good", "inadequate", "outstanding", ""])
    visits = [
        replace(inspection(str(day), word, home=one.key), published=day + timedelta(late) if late is not None else None)
        for day, word, late in draw(st.lists(st.tuples(_DAYS, words, st.sampled_from([None, 20, 400])), max_size=4))
    ]
    lists = draw(st.frozensets(st.sampled_from([date(2023, 3, 31), date(2024, 3, 31), date(2025, 3, 31)])))
    made = Entry.of(HomeRecord.of(replace(one, regulator=regulator.key)), visits)
    gone = draw(st.one_of(st.none(), st.none(), _DAYS))
    # lists and the day it went come of sources in real life; here any may meet any visit
    return replace(made, listed=lists if regulator is OFSTED else frozenset(), gone=gone)


@settings(max_examples=50, deadline=None)
@given(st.lists(entries(), max_size=12), st.lists(entries(), max_size=4), st.lists(_ON, min_size=1, max_size=4))
def test_counts_are_those_of_a_walk(known: list[Entry], altered: list[Entry], days: list[date]) -> None:
    register = Register({one.home.key: one for one in known}).updated(altered)
    for regulator in (OFSTED, CQC):
        agrees(register, list(register), regulator, days)


@settings(max_examples=60, deadline=None)
@given(st.lists(entries(), max_size=8), st.lists(entries(), max_size=4))
def test_tallies_that_follow_are_those_made_anew(known: list[Entry], altered: list[Entry]) -> None:
    before = {one.home.key: one for one in known}
    after = {**before, **{one.home.key: one for one in altered}}
    kept = {name: dict(counts) for name, counts in tallies(before.values()).items()}
    for name, moves in moved((before.get(key), after[key]) for key in {one.home.key for one in altered}).items():
        kept[name] = with_moves(kept.get(name, {}), moves)
    assert {name: counts for name, counts in kept.items() if counts} == tallies(after.values())


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedHistory]:
    history = EmbeddedHistory.open(tmp_path_factory.mktemp("bundled") / "data", read_only=True)
    yield history
    history.close()


DAYS = [date(2019, 3, 30), date(2024, 12, 1), date(2025, 3, 31), date(2025, 6, 1), date(2026, 9, 1)]


def test_the_bundled_homes_are_counted_as_by_a_walk(bundled: EmbeddedHistory) -> None:
    """On days before much was known, among the last ones, and long after: of all homes, and of each area."""
    register = bundled.register()
    agrees(register, list(register), OFSTED, DAYS)


def test_with_lists_gone_homes_and_visits_of_days_to_come(bundled: EmbeddedHistory) -> None:
    chance = Random(3)
    register = bundled.register()
    chosen = chance.sample(list(register), 300)
    later = register.updated(map(_altered, chosen, (chance.randrange(4) for _ in chosen)))
    agrees(later, list(later), OFSTED, [date(2025, 4, 1), date(2025, 7, 1), date(2026, 4, 1)])
    assert register.of(OFSTED).tallied("children's home", DAYS[3]) != later.of(OFSTED).tallied(
        "children's home", date(2025, 7, 1)
    )


def _altered(entry: Entry, how: int) -> Entry:
    day = date(2025, 6, 1) + timedelta(len(entry.visits))
    if how == 0:
        return replace(entry, gone=day)
    if how == 1:
        return replace(entry, listed=entry.listed | {date(2025, 6, 30)})
    is_to_come = how == 2
    visit = Inspected(day + timedelta(500 * is_to_come), day + timedelta(40), "inadequate", "", 40, is_inadequate=True)
    return replace(entry, visits=(*entry.visits, visit))


def test_the_rhythm_of_each_kind_and_grade_is_that_of_a_walk(bundled: EmbeddedHistory) -> None:
    sector, on = bundled.register().of(OFSTED), date(2025, 4, 10)
    rhythms, last = Rhythms(sector, on), sector.known_until(on)
    assert last is not None
    walked: dict[tuple[str, str], list[int]] = {}
    for entry in sector:
        for former, then in pairwise(entry.graded):
            if last - YEARS_BACK < then.inspected <= last and not paused(
                OFSTED.pauses, former.inspected, then.inspected
            ):
                days = (then.inspected - former.inspected).days
                walked.setdefault((entry.family, former.grade), []).append(days)
    found = {asked: rhythms.of(*asked) for asked in walked}
    assert {asked: rhythm.cases for asked, rhythm in found.items() if rhythm} == {
        asked: len(days) for asked, days in walked.items() if len(days) >= LEAST_CASES
    }
    for asked, rhythm in found.items():
        if rhythm:
            between = sorted(walked[asked])
            edge = len(between) // 10
            assert (rhythm.shortest, rhythm.longest) == (between[edge], between[-1 - edge])
    assert len([rhythm for rhythm in found.values() if rhythm]) > 3
