"""Whoever doubts a number of an alert finds each home and inspection behind it."""

from collections.abc import Iterator
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from tests.builders import day, home, inspection
from watcher.cli.counted import Counted, counted, print_counted
from watcher.facts.grades import read_grade
from watcher.facts.inspection import Home, Inspection, Judgement, Kind
from watcher.facts.sources import Sort, Source
from watcher.facts.statements import HomeRecord
from watcher.history.embedded.history import EmbeddedHistory
from watcher.judging.around import around
from watcher.judging.judge import judge
from watcher.judging.register import Entry, Register

DAY = day("2018-08-03")
DAY_OF_2024 = day("2024-03-10")
ESLAND: dict[str, tuple[str, ...]] = {"Esland": ("Esland North Limited", "Esland South Limited")}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(tmp_path_factory.mktemp("bundled") / "data")
    yield opened
    opened.close()


def of(history: EmbeddedHistory) -> Home:
    record = history.home("ofsted:SC478986")
    assert record is not None
    return record.home


def found(history: EmbeddedHistory, groups: dict[str, tuple[str, ...]] | None = None) -> dict[str, Counted]:
    return {
        number.what.partition(":")[0]: number for number in counted(of(history), history.register(), groups or {}, DAY)
    }


def test_every_number_of_the_founding_case_can_be_counted_again(history: EmbeddedHistory) -> None:
    known = [record.inspection for record in history.records("ofsted:SC478986")]
    drop = next(inspection for inspection in known if inspection.event == "10050736")
    change = judge([inspection for inspection in known if inspection.order < drop.order], drop).changes[0]
    told = around(change, of(history), history.register(), {}, DAY)
    numbers = found(history)
    assert told.owner is not None
    assert told.area is not None
    assert told.country is not None
    assert len(numbers["children's homes of Esland North Limited"].lines) == sum(told.owner.grades.values())
    assert len(numbers["drops of its homes, this one's too"].lines) == len(told.owner.drops) + 1  # and its own
    assert len(numbers["children's homes in Derby"].lines) == sum(told.area.grades.values())
    assert len(numbers["found inadequate in Derby"].lines) == told.area.inadequate
    assert len(numbers["found inadequate in England"].lines) == told.country.inadequate
    assert f": {sum(told.country.grades.values())} (" in numbers["children's homes in England"].what
    assert "the official list of 2018-03-31" in numbers["children's homes in England"].rule
    assert numbers["owners whose names differ by region or legal form alone"].lines == ("Esland South Limited: 5",)
    assert "743 visits, median 39, nine of ten within 51" in numbers["usual delay of a publication"].rule


def test_a_group_is_counted_as_it_is_configured(history: EmbeddedHistory) -> None:
    assert len(found(history, ESLAND)["children's homes of group Esland"].lines) == 20


def test_homes_of_a_regulator_without_lists_are_counted_whenever_they_were_visited() -> None:
    source = Source(day("2014-01-11"), "scotland", Sort.PAGE)
    house = Home(regulator="scotland", id="CS1", source=source)
    said = Inspection(
        home=house.key,
        kind=Kind.FULL,
        published=day("2014-01-10"),
        judgements=(Judgement("setting", read_grade("good", "scotland")),),
        headline="setting",
        sources=(source,),
    )
    (country, *_) = counted(house, Register({house.key: Entry.of(HomeRecord.of(house), [said])}), {}, DAY_OF_2024)
    assert country.what == "homes of this kind in Scotland: 1 (1 good)"
    assert country.rule.endswith("not known to have closed, however long ago it was given")


def test_a_gap_is_said_to_be_one() -> None:
    bare = replace(home(), owner=None, local_authority=None)
    entry = Entry.of(HomeRecord.of(bare), [inspection("2024-01-10", "good")], watched_since=day("2024-01-01"))
    register = Register({bare.key: entry})
    whats = [number.what for number in counted(bare, register, {}, day("2024-03-10"))]
    assert whats == [
        "children's homes in England: 1 (1 good)",
        "how many were found inadequate: not counted",
        "usual delay of a publication: 39 days",
    ]


def test_a_home_is_counted_among_those_of_its_own_regulator_alone() -> None:
    other = replace(home("1"), regulator="example")
    entries = [
        Entry.of(HomeRecord.of(home()), [inspection("2024-01-10", "good")], watched_since=day("2024-01-01")),
        Entry.of(HomeRecord.of(other), [inspection("2024-01-10", "inadequate", home="example:1")]),
    ]
    register = Register({entry.home.key: entry for entry in entries})
    whats = {
        asked.key: [number.what for number in counted(asked, register, {}, DAY_OF_2024)] for asked in (home(), other)
    }
    assert "children's homes in England: 1 (1 good)" in whats["ofsted:SC000001"]
    assert "children's homes in Derby: 1 (1 good)" in whats["ofsted:SC000001"]
    assert "children's homes in the country: 1 (1 inadequate)" in whats["example:1"]
    assert not any("usual delay" in what for what in whats["example:1"])  # it has promised nothing


def test_the_homes_are_listed_where_that_is_asked_for() -> None:
    for in_full in (True, False):
        written = StringIO()
        print_counted(Console(file=written), [Counted("two homes", "a rule", ("SC1", "SC2"))], DAY, in_full=in_full)
        assert ("SC1" in written.getvalue()) is in_full
        assert "a rule" in written.getvalue()
