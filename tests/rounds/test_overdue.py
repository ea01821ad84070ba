"""A home that stands inadequate and has no news for too long is told of once, unless its page could not be read."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import HOME, SITE, home, inspection
from tests.clock import ManualClock
from tests.rounds.readings import DROP, GOOD, NOW, SETTINGS, reading, take, whats
from watcher.facts.statements import HomeRecord, Record
from watcher.feeds.feed import Cursor, Knowledge, Outcome, Problem, Reading, Trouble
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Transaction
from watcher.rounds.overdue import overdue
from watcher.rounds.poll import poll
from watcher.rounds.take_in import Taken, absorb, take_in
from watcher.watching.watches import Watch


@pytest.fixture
def history(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(tmp_path, with_bundle=False)
    yield opened
    opened.close()


def test_a_home_without_news_for_too_long_is_overdue_once(history: EmbeddedHistory) -> None:
    settings = SETTINGS.model_copy(
        update={"watch": (Watch.model_validate({"name": "w", "changes": "all", "to": ["desk"]}),)}
    )
    take(history, reading(GOOD, DROP))
    results = []
    for days in (30, 60, 61):
        history.commit(Transaction(homes=(HomeRecord.of(home(as_of=str((NOW + timedelta(days=days)).date()))),)))
        taken = overdue(history, settings, NOW + timedelta(days=days))
        history.commit(taken.transaction())
        results.append(whats(taken))
    assert results == [[], ["overdue"], []]


LISTED = inspection("2024-04-02", document="3", published="2024-04-25")


def overdue_after(history: EmbeddedHistory, *readings: Reading, days: int = 60) -> list[str]:
    """What is told of the calendar so many days on, once these readings of that day were stored."""
    later = NOW + timedelta(days=days)
    settings = SETTINGS.model_copy(
        update={
            "feeds": {SITE: OfstedSiteOptions()},
            "watch": (Watch.model_validate({"name": "w", "changes": "all", "to": ["desk"]}),),
        }
    )
    for read in readings:
        described = replace(read, homes=tuple(home(as_of=str(later.date())) for _ in read.homes))
        asyncio.run(poll(history, OneReading(described), settings, ManualClock(later), timedelta(seconds=5)))
    taken = overdue(history, settings, later)
    history.commit(taken.transaction())
    return whats(taken)


@dataclass
class OneReading:
    """A feed in memory."""

    reading: Reading
    name: str = SITE

    async def read(self, cursor: Cursor, knowledge: Knowledge, now: datetime) -> Reading:
        return self.reading

    async def check(self) -> Sequence[Problem]:
        return ()

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    "page",
    [
        {"listings": {HOME: (GOOD, DROP, LISTED)}},
        {
            "listings": {HOME: (GOOD, DROP)},
            "problems": (Problem("its report", "a report of the future", Trouble.LINE, HOME),),
        },
        {"problems": (Problem("its page", "a line is not understood", Trouble.LINE, HOME),)},
    ],
    ids=["not read for the network", "dated in the future", "not understood"],
)
def test_a_home_whose_page_lists_what_could_not_be_read_is_not_overdue(
    history: EmbeddedHistory, page: dict[str, object]
) -> None:
    take(history, reading(GOOD, DROP))
    assert overdue_after(history, reading(**page)) == []
    elsewhere = replace(reading(), homes=())
    assert overdue_after(history, elsewhere) == []
    assert overdue_after(history, reading(listings={HOME: (GOOD, DROP)})) == ["overdue"]


@pytest.mark.parametrize("days", [60, 91, 400])
def test_a_home_that_was_told_to_be_inadequate_is_overdue_however_late_its_page_is_read(
    history: EmbeddedHistory, days: int
) -> None:
    take(history, reading(GOOD, DROP))
    assert overdue_after(history, reading(), days=days) == ["overdue"]


@pytest.mark.parametrize("is_told_first", [True, False])
def test_a_later_file_that_dates_the_visit_otherwise_makes_overdue_neither_lost_nor_told_twice(
    history: EmbeddedHistory, is_told_first: bool
) -> None:
    take(history, reading(GOOD, DROP))
    found = overdue_after(history, reading(), days=60) if is_told_first else []
    official = inspection("2024-01-12", "inadequate", event="10300001", source="in-year 2023-24", as_of="2024-03-31")
    history.commit(absorb(history, [], [official], None).transaction())
    assert history.records(HOME)[-1].inspection.inspected != DROP.inspected
    assert found + overdue_after(history, reading(), days=400) == ["overdue"]


@pytest.mark.parametrize(("days", "told"), [(60, ["overdue"]), (91, [])])
def test_a_home_that_nobody_was_told_of_is_overdue_for_a_while_only(
    history: EmbeddedHistory, days: int, told: list[str]
) -> None:
    take(history, reading(background=(GOOD, DROP)))
    assert overdue_after(history, reading(), days=days) == told


def test_what_a_page_lists_of_old_and_was_never_read_makes_nobody_doubt(history: EmbeddedHistory) -> None:
    take(history, reading(GOOD, DROP))
    old = inspection("2019-01-10", document="9")
    assert overdue_after(history, reading(listings={HOME: (old, GOOD, DROP)})) == ["overdue"]


def test_a_fresh_history_waits_for_no_news_of_the_bundled_homes(tmp_path: Path) -> None:
    everything = (Watch.model_validate({"name": "w", "changes": "all", "to": ["desk"]}),)
    fresh = EmbeddedHistory.open(tmp_path / "fresh")
    assert len(fresh.standing_inadequate()) > 100
    assert overdue(fresh, SETTINGS.model_copy(update={"watch": everything}), NOW + timedelta(days=900)) == Taken()
    fresh.close()


def test_of_homes_that_nobody_is_told_of_no_inspection_is_read(
    history: EmbeddedHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are thousands where a country's homes are known, and a poll would hold every inspection of them."""
    take(history, reading(background=(GOOD, DROP)))
    read, records = list[str](), history.records

    def noted(home: str) -> Sequence[Record]:
        read.append(home)
        return records(home)

    monkeypatch.setattr(history, "records", noted)
    for days in (0, 400):  # not yet awaited, and no more
        assert overdue(history, SETTINGS, NOW + timedelta(days=days)) == Taken()
    assert read == []


@pytest.mark.parametrize(("kind", "expected"), [("independent fostering agency", []), ("children's home", ["overdue"])])
def test_nobody_waits_for_news_of_an_agency(history: EmbeddedHistory, kind: str, expected: list[str]) -> None:
    """The inspectors promise to return within weeks to children's homes alone."""
    everything = (Watch.model_validate({"name": "w", "changes": "all", "to": ["desk"]}),)
    settings = SETTINGS.model_copy(update={"watch": everything})
    later = NOW + timedelta(days=60)
    described = home(type=kind, as_of=str(later.date()))
    one = Reading(outcome=Outcome.CHANGED, homes=(described,), inspections=(GOOD, DROP))
    history.commit(take_in(history, SITE, one, settings, NOW).transaction())
    assert whats(overdue(history, settings, later)) == expected
