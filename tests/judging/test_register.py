"""Counts as of a day, from nothing but what was known on that day; against the official figures where there are any."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import HOME, RETOLD, day, home, inspection, said, visit
from watcher.facts.inspection import Home, Inspection, Kind
from watcher.facts.regulators import CHILDRENS_HOMES as FAMILY
from watcher.facts.regulators import OFSTED, SCOTLAND, Regulator
from watcher.facts.statements import HomeRecord, Record
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Transaction
from watcher.judging.register import (
    Entry,
    Register,
    Sector,
    drops,
    entry_of,
    found_inadequate,
    tally,
)

CHILDRENS_HOMES = FAMILY.name
(PROMISE,) = OFSTED.promises
LIST = "provider_at_march_2024.csv"


def entry(subject: Home, *inspections: Inspection) -> Entry:
    return Entry.of(HomeRecord.of(subject), inspections)


def register(*entries: Entry) -> Sector:
    return Register({entry.home.key: entry for entry in entries}).of(OFSTED)


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sector]:
    history = EmbeddedHistory.open(tmp_path_factory.mktemp("bundled") / "data")
    yield history.register().of(OFSTED)
    history.close()


def test_the_homes_of_march_2025_are_those_of_the_official_workbook(bundled: Sector) -> None:
    """Latest overall grades of the homes listed on 31 March 2025, reports published until 30 April."""
    last = day("2025-04-30")
    found = tally(bundled.counted(CHILDRENS_HOMES, last), last)
    official = {"outstanding": 459, "good": 2637, "requires improvement": 489, "inadequate": 44}
    assert list(found) == list(official)
    assert sum(found.values()) == sum(official.values())
    assert all(abs(found[grade] - count) <= 1 for grade, count in official.items())


def test_grades_are_counted_in_the_order_of_their_own_regulators_scale(ruritania: Regulator) -> None:
    given = ("unsatisfactory", "adequate", "good", "very good", "good", "excellent")
    homes = [replace(home(f"H{number}"), regulator=ruritania.key) for number in range(len(given))]
    entries = [entry(of, inspection("2024-01-10", words, home=of.key)) for of, words in zip(homes, given, strict=True)]
    counts = tally(entries, day("2024-06-01"))
    assert counts == {"excellent": 1, "very good": 1, "good": 2, "adequate": 1, "unsatisfactory": 1}
    assert list(counts) == ["excellent", "very good", "good", "adequate", "unsatisfactory"]


def test_the_inadequate_inspections_of_2023_24_are_those_of_the_official_table(bundled: Sector) -> None:
    homes = [entry for entry in bundled if entry.family == CHILDRENS_HOMES]
    found = found_inadequate(homes, day("2020-01-01"), day("2025-12-31"))
    inspected = [visit for _, visit in found if day("2023-04-01") <= visit.inspected <= day("2024-03-31")]
    assert len(inspected) == 162


def test_a_visit_after_an_inadequate_one_is_published_within_39_days_as_a_rule(bundled: Sector) -> None:
    delays = bundled.delays(PROMISE)
    assert (len(delays), delays[len(delays) // 2], delays[int(len(delays) * 0.9)]) == (743, 39, 51)


def test_the_bundled_years_are_complete_and_nothing_after_them_is(bundled: Sector) -> None:
    assert bundled.complete_since(day("2018-08-03"), day("2017-08-03")) == day("2017-08-03")
    assert bundled.complete_since(day("2021-09-01"), day("2020-01-01")) == day("2020-01-01")
    assert bundled.complete_since(day("2025-04-30"), day("2010-01-01")) == day("2014-03-31")
    assert bundled.complete_since(day("2025-06-15"), day("2024-06-15")) is None
    assert bundled.complete_since(day("2026-11-24"), day("2025-11-24")) is None


def test_a_grade_counts_from_the_day_its_readers_could_know_it() -> None:
    one = entry(
        home(), inspection("2024-01-10", "good"), inspection("2024-05-01", "inadequate", published="2024-06-10")
    )
    known = [one.present(day(text)) for text in ("2024-01-11", "2024-06-09", "2024-06-10")]
    assert [visit and visit.grade for visit in known] == [None, "good", "inadequate"]


@pytest.mark.parametrize(
    ("facts", "inspected", "on", "counts"),
    [
        ({}, "2024-01-10", "2024-06-01", True),
        ({}, "2020-01-10", "2024-06-01", False),  # nothing heard of it for years
        ({"source": LIST}, "2021-01-10", "2024-06-01", True),  # but listed
        ({"source": LIST}, "2020-01-10", "2024-03-01", False),  # not yet listed
        ({"status": "resigned"}, "2024-01-10", "2024-06-01", False),
        ({"status": "resigned"}, "2024-01-10", "2024-03-30", True),  # it was there until the day of that statement
        ({"type": "boarding school"}, "2024-01-10", "2024-06-01", False),
    ],
)
def test_which_homes_count(facts: dict[str, Any], inspected: str, on: str, *, counts: bool) -> None:
    # Steady visits, so that no gap of the history excuses anybody.
    days = [day("2020-01-01") + timedelta(days=14 * number) for number in range(120)]
    steady = [inspection(str(visited), "", kind=Kind.MONITORING, published=None, home="ofsted:X") for visited in days]
    one = entry(home(**facts), inspection(inspected, "good"))
    watched = Entry.of(HomeRecord.of(home("X")), steady, watched_since=day("2019-01-01"))
    found = register(watched, one).counted(CHILDRENS_HOMES, day(on))
    assert (HOME in {counted.home.key for counted in found}) is counts


def test_a_home_that_stands_inadequate_and_is_visited_no_more_has_closed() -> None:
    watched = Entry.of(HomeRecord.of(home("X")), [], watched_since=day("2019-01-01"))
    one = entry(home(), inspection("2024-01-10", "inadequate"))
    visited = entry(home("SC000002"), inspection("2024-01-10", "inadequate"), visit("2024-08-01"))
    known = register(watched, one, visited)
    for on, ids in (("2024-08-20", ["SC000001", "SC000002"]), ("2024-10-01", ["SC000002"])):
        assert [counted.home.id for counted in known.counted(CHILDRENS_HOMES, day(on))] == ids


def test_an_old_list_tells_nothing() -> None:
    watched = Entry.of(HomeRecord.of(home("X", source=LIST)), [], watched_since=day("2019-01-01"))
    assert [register(watched).list_before(day(on)) for on in ("2026-03-01", "2026-06-01")] == [day("2024-03-31"), None]


def test_what_is_not_on_the_newest_list_counts_only_if_visited_since() -> None:
    listed = entry(home("SC000002", source=LIST), inspection("2023-05-01", "good"))
    before = entry(home("SC000003"), inspection("2024-03-01", "good", published="2024-03-20"))
    since = entry(home("SC000004"), inspection("2024-04-10", "good", published="2024-05-01"))
    found = register(listed, before, since).counted(CHILDRENS_HOMES, day("2024-06-01"))
    assert [entry.home.id for entry in found] == ["SC000002", "SC000004"]


def test_where_homes_stand_until_somebody_says_that_they_are_gone_none_ages_away() -> None:
    def known(*facts: Home) -> list[str]:
        of_scotland = [replace(one, regulator="scotland") for one in facts]
        visited = [inspection("2015-01-10", "good", home=one.key) for one in of_scotland]
        entries = map(entry, of_scotland, visited)
        sector = Register({one.home.key: one for one in entries}).of(SCOTLAND)
        return [one.home.id for one in sector.counted(CHILDRENS_HOMES, day("2026-01-01"))]

    gone = home("CS3", status="cancelled")
    assert known(home("CS1"), home("CS2"), gone) == ["CS1", "CS2"]
    # A list that somebody imported tells better: what is not on it was there long ago.
    assert known(home("CS1"), home("CS2", source=LIST, as_of="2025-12-31"), gone) == ["CS2"]


def test_a_drop_comes_after_something_better() -> None:
    one = entry(
        home(),
        inspection("2022-01-10", "inadequate"),
        inspection("2023-01-10", "good"),
        inspection("2024-01-10", "inadequate"),
        inspection("2024-03-10", "inadequate"),
    )
    always = (day("2020-01-01"), day("2025-01-01"))
    assert [dropped.inspected for _, dropped in drops([one], *always)] == [day("2024-01-10")]
    assert len([*found_inadequate([one], *always)]) == 3


def test_what_a_register_keeps_it_does_not_hand_on_to_the_one_after_it() -> None:
    good, bad = inspection("2023-01-10", "good"), inspection("2024-01-10", "inadequate")
    then = inspection("2024-03-10", "good", published="2024-04-19")
    known = Register({HOME: entry(home(), good, bad)})
    before = known.of(OFSTED)
    assert [visit.inspected for _, visit in before.inadequate] == [day("2024-01-10")]
    assert list(before.delays(PROMISE)) == []
    assert list(known.updated([entry(home(), good, bad, then)]).of(OFSTED).delays(PROMISE)) == [40]
    assert known.updated([entry(home(), good)]).of(OFSTED).inadequate == ()


def test_the_register_follows_every_commit(tmp_path: Path) -> None:
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    assert len(history.register()) == 0
    record = Record((replace(inspection("2024-01-10", "good"), sources=(said(day("2024-02-20"), "ofsted"),)),))
    history.commit(Transaction(homes=(HomeRecord.of(home()),), records=(record,)))
    known = history.register().get(HOME)
    assert known is not None
    assert [visit.grade for visit in known.visits] == ["good"]
    (stored,) = history.records(HOME)
    history.commit(Transaction(records=(replace(stored, withdrawn=day("2024-03-01")),)))
    gone = history.register().get(HOME)
    assert gone is not None
    assert gone.visits == ()
    history.close()


def test_what_only_anothers_report_tells_of_does_not_count() -> None:
    retold = Record((inspection("2023-01-10", "inadequate", source=RETOLD),), seen=datetime(2024, 3, 1, tzinfo=UTC))
    sure = Record((inspection("2024-01-10", "good"),))
    found = entry_of(HomeRecord.of(home()), [retold, sure])
    assert [visit.inspected for visit in found.graded] == [day("2024-01-10")]
    assert found.watched_since == day("2024-03-01")
