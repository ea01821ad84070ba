"""Commits as readings and imports make them, one after the other, for tests of what is kept beside a history."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.builders import day, home, inspection, visit
from watcher.facts.inspection import Home, Inspection
from watcher.facts.sources import Sort
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState, Transaction
from watcher.rounds.take_in import absorb

SEEN = datetime(2025, 3, 2, 12, tzinfo=UTC)
Commit = Callable[[EmbeddedHistory], None]


def take(history: EmbeddedHistory, homes: Iterable[Home] = (), inspections: Iterable[Inspection] = ()) -> None:
    """Stores what a reading says, judged by nobody."""
    history.commit(absorb(history, homes, inspections, SEEN).transaction())


def withdraw(history: EmbeddedHistory, key: str, number: int) -> None:
    """One of a home's inspections goes from its page, or comes back."""
    if records := history.records(key):
        record = records[number % len(records)]
        gone = None if record.withdrawn else SEEN.date()
        history.commit(Transaction(records=[replace(record, withdrawn=gone)]))


def read(history: EmbeddedHistory) -> None:
    """A feed was read, and nothing of any home altered."""
    history.commit(Transaction(feeds=[FeedState(name="ofsted", outcome="same", began=SEEN, last_good=SEEN)]))


_NUMBERS = st.sampled_from(["SC000001", "SC000002", "SC000003", "SC000004", "SC000005"])
_KEYS = _NUMBERS.map("ofsted:{}".format)
_DAYS = st.dates(date(2021, 1, 1), date(2025, 2, 1)).map(str)
_WORDS = st.sampled_from(
    ["good", "outstanding", "inadequate", "requires improvement to be good", "good/inadequate/good"]
)


def _described(identity: str, as_of: date, facts: dict[str, Any], region: str | None) -> Commit:
    stated = replace(home(identity, as_of=str(as_of), **facts), region=region)
    return lambda history: take(history, [stated])


COMMITS: st.SearchStrategy[Commit] = st.one_of(
    st.builds(
        lambda key, on, words: lambda history: take(history, (), [inspection(on, words, home=key)]),
        _KEYS, _DAYS, _WORDS,
    ),
    st.builds(lambda key, on: lambda history: take(history, (), [visit(on, home=key)]), _KEYS, _DAYS),
    st.builds(lambda key, number: lambda history: withdraw(history, key, number), _KEYS, st.integers(0, 5)),
    st.builds(
        _described,
        _NUMBERS,
        st.dates(date(2022, 1, 1), date(2025, 2, 1)),
        st.fixed_dictionaries({
            "owner": st.sampled_from(["Elm Homes Limited", "Elm Homes Ltd", "Oak Care Ltd", "Ash plc", None]),
            "local_authority": st.sampled_from(["Derby", "Leeds", "York", None]),
            "type": st.sampled_from(["children's home", "secure children's home", "boarding school"]),
            "status": st.sampled_from(["active", "active", "resigned", "closed"]),
            "sort": st.sampled_from([Sort.PAGE, Sort.LISTING, Sort.YEAR]),
        }),
        st.sampled_from(["East Midlands", "Yorkshire and the Humber", "North East, Yorkshire and the Humber", None]),
    ),
    st.just(read),
)  # fmt: skip
"""What may become of five homes of a few owners."""


def beginning(history: EmbeddedHistory) -> None:
    """Three homes of two owners, two of them found inadequate within a year."""
    ids = ["SC000001", "SC000002", "SC000003"]
    take(history, [home(identity, as_of="2024-03-31", sort=Sort.LISTING) for identity in ids])
    for key, first, then in (("1", "good", "inadequate"), ("2", "inadequate", "good"), ("3", "good", "good")):
        begin = day("2023-01-10") + timedelta(int(key))
        stated = [inspection(str(begin), first, home=f"ofsted:SC00000{key}")]
        stated.append(inspection(str(begin + timedelta(200)), then, home=f"ofsted:SC00000{key}"))
        take(history, (), stated)
