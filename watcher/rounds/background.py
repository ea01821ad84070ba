"""A large silent baseline is stored in slices, so that nothing else waits for it: readers are told of none of it.

Each slice is a commit of its own, before the one that moves the feed's cursor on. If the process dies in between, the
next reading begins the baseline again and finds the same statements known.
"""

import asyncio
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from watcher.facts.inspection import GONE, Home, Inspection
from watcher.facts.statements import Record
from watcher.feeds.feed import Reading
from watcher.history.protocol import History, Transaction
from watcher.rounds.working_copy import WorkingCopy
from watcher.timing.garbage import keep_for_long, without_garbage_collection

SLICE = 60
"""Homes of one commit: it holds everything else for some 20 ms."""
_SLICES_A_REGISTER = 25
"""After so many slices the register follows, in a thread, lest whoever asks for it next wait for all of them."""


_Subject = tuple[str, list[Home], list[Inspection]]
"""A home by its key, with what is said of it and of its inspections."""


@dataclass(frozen=True, slots=True)
class Absorbed:
    """What is left of a reading once its background is stored."""

    rest: Reading
    """The reading as it is still to be taken in."""
    records: tuple[Record, ...] = ()
    """What was stored of the homes that were asked for."""
    homes: frozenset[str] = frozenset()
    """The homes of which all is stored, by key."""


async def absorb_background(
    history: History, reading: Reading, of_interest: Collection[str], now: datetime
) -> Absorbed:
    """Stores the background of a reading that has nothing else to be judged, if it is large; any other is left whole.

    `of_interest` are the homes, by key, of which is to be told what was stored.
    """
    is_judged = bool(reading.inspections or reading.listings or reading.release)
    if not reading.outcome.is_good or is_judged or len(reading.background) <= SLICE:
        return Absorbed(reading)
    to_judge = {home.key for home in reading.homes if _may_close(history, home)}
    with without_garbage_collection():  # which would hold everything for longer than a slice does
        by_home = await asyncio.to_thread(_by_home, reading)
        subjects = ((key, *said) for key, said in by_home.items() if key not in to_judge)
        kept = await _store(history, subjects, of_interest, now)
        keep_for_long()
    left = [by_home[key] for key in sorted(to_judge)]
    rest = replace(
        reading,
        homes=tuple(home for homes, _ in left for home in homes),
        background=tuple(said for _, statements in left for said in statements),
    )
    return Absorbed(rest, tuple(kept), frozenset(by_home) - to_judge)


async def _store(
    history: History, subjects: Iterator[_Subject], of_interest: Collection[str], now: datetime
) -> list[Record]:
    """Commits slice by slice, and lets others work after each."""
    kept: list[Record] = []
    number = 0
    while some := list(islice(subjects, SLICE)):
        working_copy = _added(history, some, now)
        records = working_copy.changed_records()
        history.commit(Transaction(homes=working_copy.changed_homes(), records=records))
        kept += (record for record in records if record.statements[0].home in of_interest)
        number += 1
        await (asyncio.sleep(0) if number % _SLICES_A_REGISTER else asyncio.to_thread(history.register))
    return kept


def _may_close(history: History, home: Home) -> bool:
    """Whether a home that was known as open is said to be gone, which is for its readers to know."""
    if home.status not in GONE:
        return False
    known = history.home(home.key)
    return known is not None and known.home.status not in GONE


def _by_home(reading: Reading) -> dict[str, tuple[list[Home], list[Inspection]]]:
    found: dict[str, tuple[list[Home], list[Inspection]]] = {}
    for home in reading.homes:
        found.setdefault(home.key, ([], []))[0].append(home)
    for said in reading.background:
        found.setdefault(said.home, ([], []))[1].append(said)
    return found


def _added(history: History, subjects: Sequence[_Subject], now: datetime) -> WorkingCopy:
    working_copy = WorkingCopy(history)
    for _, homes, statements in subjects:
        for home in homes:
            working_copy.add_home(home)
        for statement in statements:
            working_copy.add(statement, now)
    return working_copy
