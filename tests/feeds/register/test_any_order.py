"""Whatever polls are made of a sequence of states, by whatever clock: the same end, no drop told twice or made up."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.feeds.ofsted_site.world import Known
from tests.feeds.register.world import COUNCIL, START, UNDATED, options, row
from tests.standins.register import Row, csv_of
from watcher.facts.statements import find
from watcher.feeds.register.cursor import RegisterProgress, dump, load
from watcher.feeds.register.options import RegisterOptions
from watcher.feeds.register.reading import TableWeigher, progress_after
from watcher.feeds.register.standing import Moment
from watcher.feeds.register.table import read_table
from watcher.feeds.register.words import RegisterWords
from watcher.judging.judge import judge, newest_graded

HOMES, STATES = 4, 6
WORDS = ("Good", "Inadequate", "Requires improvement")
DAY = START.date()
WRONG = (0, 0, 31, 400, -31)
"""Days by which the clock of a machine stands wrong for a while."""


class Polls:
    """Readings of one register, without what fetches it."""

    def __init__(self, made: RegisterOptions) -> None:
        self.made, self.known, self.progress = made, Known(), RegisterProgress()
        self.told: list[tuple[str, str, str]] = []

    async def poll(self, rows: Sequence[Row], today: date) -> None:
        table = read_table("f.csv", csv_of(rows), self.made.wanted, self.progress.digests, today)
        words = RegisterWords("my-council", self.made.wanted)
        moment = Moment(today, "mine", self.progress.since or today)
        knowledge = None if self.progress.since is None else self.known
        weighed = await TableWeigher("my-council", words, moment, "f.csv", knowledge).weigh(table, self.progress)
        self.progress = load(dump(progress_after(self.progress, table, weighed, today)))
        for inspection in weighed.background:
            self.known.add(inspection)
        for inspection in weighed.inspections:
            known = self.known.inspections(inspection.home)
            was = find(known, inspection)
            judged = judge([one for one in known if one is not was], inspection, was)
            self.told += [(inspection.home, inspection.key, change.what.value) for change in judged.changes]
            self.known.add(inspection)

    @property
    def ratings(self) -> dict[str, str]:
        newest = {home: newest_graded(self.known.inspections(home)) for home in self.known.records}
        return {home: one.rating.value for home, one in newest.items() if one and one.rating}


@st.composite
def sequences(draw: st.DrawFn) -> list[list[dict[str, str]]]:
    """States of a table: each home's grade may change, with a later date; rows come and go, in any order."""
    state = dict.fromkeys(range(HOMES), ("Good", 0))
    states = []
    for at in range(1, STATES):
        for number in draw(st.sets(st.integers(0, HOMES - 1))):
            state[number] = (draw(st.sampled_from(WORDS)), at)
        there = draw(st.permutations(range(HOMES)))[draw(st.integers(0, 1)) :] if at < STATES - 1 else range(HOMES)
        states.append([row(number, state[number][0], DAY + timedelta(days=10 * state[number][1])) for number in there])
    return states


@pytest.mark.parametrize("columns", [COUNCIL, UNDATED], ids=["dated", "without dates"])
@settings(max_examples=60, deadline=None)
@given(
    states=sequences(),
    left_out=st.sets(st.integers(0, STATES - 3)),
    twice=st.booleans(),
    wrong=st.lists(st.sampled_from(WRONG), min_size=STATES, max_size=STATES),
)
def test_the_end_is_the_same_and_no_drop_is_made_up(
    columns: dict[str, Any], states: list[list[dict[str, str]]], left_out: set[int], twice: bool, wrong: list[int]
) -> None:
    async def go() -> None:
        polls = Polls(options("file:f.csv", **columns))
        read: dict[str, list[str]] = {}
        for at, state in enumerate(states):
            if at in left_out:
                continue
            for hour in range(1 + twice):
                await polls.poll(state[::-1] if hour else state, DAY + timedelta(days=10 * at + 60 + wrong[at]))
            for line in state:
                read.setdefault(f"my-council:{line['URN']}", []).append(f"{line['Overall']} {line['Published']}")
        assert polls.ratings == {f"my-council:{line['URN']}": line["Overall"].lower() for line in states[-1]}
        drops = [told[:2] for told in polls.told if "inadequate" in told[2]]
        assert len(set(drops)) == len(drops)
        for home, seen in read.items():
            grades = [line.rpartition(" ")[0] for line in seen]
            falls = sum(now == "Inadequate" != before for before, now in pairwise(grades))
            told = [one for one in polls.told if one[0] == home and one[2] == "dropped to inadequate"]
            assert len(told) == falls

    asyncio.run(go())
