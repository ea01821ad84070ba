"""A register that followed changes answers like one made anew, whatever was asked of it before; the former stays."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import home, inspection
from watcher.facts.regulators import OFSTED
from watcher.facts.sources import Sort
from watcher.facts.statements import HomeRecord
from watcher.judging import sources
from watcher.judging.register import Entry, Register, Sector
from watcher.judging.sources import InMemory

(PROMISE,) = OFSTED.promises
ON = (date(2023, 6, 1), date(2025, 6, 1))
OWNERS = ("Elm North Limited", "Elm South Ltd", "Ash Limited", None)
AREAS = ("Derby", "Leeds", None)
_DAYS = st.dates(date(2021, 1, 1), date(2025, 5, 1))
_VISITS = st.lists(st.tuples(_DAYS, st.sampled_from(["good", "inadequate", "outstanding", ""])), max_size=4)
_SORTS = st.sampled_from([Sort.PAGE, Sort.PAGE, Sort.LISTING, Sort.YEAR])


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    described = home(
        draw(st.sampled_from(["SC000001", "SC000002", "SC000003", "SC000004"])),
        owner=draw(st.sampled_from(OWNERS)),
        local_authority=draw(st.sampled_from(AREAS)),
        type=draw(st.sampled_from(["children's home", "boarding school"])),
        status=draw(st.sampled_from(["active", "active", "resigned"])),
        sort=draw(_SORTS),
    )
    described = replace(described, regulator=draw(st.sampled_from(["ofsted", "ofsted", "ofsted-la"])))
    visits = [inspection(str(day), words, home=described.key, sort=draw(_SORTS)) for day, words in draw(_VISITS)]
    since = draw(st.one_of(st.none(), _DAYS))
    return Entry.of(HomeRecord.of(described), visits, since)


def answers(register: Register) -> Any:
    """All that is asked of it; in no order where none is promised."""
    sector = register.of(OFSTED)
    named = [entry.home for entry in sector]
    return (
        sorted(register.standing_inadequate()),
        list(register.called(["sc000001", "OFSTED:SC000002", "SC000009"])),
        [list(register.of_owners([owner])) for owner in ("ELM North Ltd", "Ash Limited")],
        list(register.in_areas(["derby", "Leeds"])),
        {entry.home.key: entry for entry in register},
        [_on(sector, day) for day in ON],
        (sector.lists, sector.years, sector.watched_since, sector.delays(PROMISE), sector.usual_delay(PROMISE)),
        sorted((entry.home.key, visit) for entry, visit in sector.inadequate),
        [sector.inadequate_of(owner) for owner in ("elm north limited", "ash limited")],
        [list(sector.of_stems([stem])) for stem in ("elm", "ash")],
        [sector.in_area(area) for area in AREAS if area],
        {one.key: sorted(other.home.key for other in sector.akin(one)) for one in named},
    )


def _on(sector: Sector, day: date) -> Any:
    names = ("children's home", "boarding school")
    return (
        [list(sector.tallied(name, day).items()) for name in names],
        [{entry.home.key for entry in sector.counted(name, day)} for name in names],
        [sector.inadequate_between(name, date(2022, 1, 1), day) for name in names],
        [sector.watched_since_of(name) for name in names],
        [sector.listed_on(listed) for listed in sorted(sector.lists)],
        (sector.list_before(day), sector.known_until(day), sector.complete_since(day, date(2021, 1, 1))),
    )


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.lists(entries(), min_size=1, max_size=3)), min_size=2, max_size=6),
    st.sampled_from([0, 2, 200]),
)
def test_after_any_changes_it_answers_like_one_made_anew(steps: list[tuple[bool, list[Entry]]], few: int) -> None:
    with patch.object(sources, "FEW", few):
        follows(steps)


def follows(steps: list[tuple[bool, list[Entry]]]) -> None:
    register, by_key = Register({}), dict[str, Entry]()
    for is_asked, altered in steps:
        former, said = register, answers(register) if is_asked else None
        register = register.updated(altered)
        by_key |= {entry.home.key: entry for entry in altered}
        assert said is None or answers(former) == said
    assert answers(register) == answers(Register(by_key))


def test_what_no_change_touches_is_not_looked_at() -> None:
    known = Register({one.home.key: one for one in (_good("SC000001"), _good("SC000002"))})
    before = known.of(OFSTED).tallied("children's home", ON[1])
    watched = Watched(known)
    other = Register(watched).updated([_good("SC000002", words="inadequate")]).of(OFSTED)
    assert (before, other.tallied("children's home", ON[1])) == ({"good": 2}, {"good": 1, "inadequate": 1})
    assert other.tallied_in("children's home", "Derby", ON[1]) == {"good": 1, "inadequate": 1}
    assert watched.read == ["ofsted:SC000002"]


class Watched(InMemory):
    """Says which homes are read."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        super().__init__({entry.home.key: entry for entry in entries})
        self.read: list[str] = []

    def all(self, regulator: str = "") -> Iterator[Entry]:
        raise AssertionError("all homes are gone through")

    def get(self, home: str) -> Entry | None:
        self.read.append(home)
        return super().get(home)


def _good(identity: str, words: str = "good") -> Entry:
    return Entry.of(HomeRecord.of(home(identity)), [inspection("2025-01-10", words, home=f"ofsted:{identity}")])
