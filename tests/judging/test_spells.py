"""How long a home was inadequate, and when nobody should reckon with that."""

import pytest

from tests.builders import RETOLD, day, home, inspection, visit
from watcher.facts.inspection import Inspection
from watcher.facts.regulators import OFSTED
from watcher.facts.statements import HomeRecord
from watcher.judging.register import Entry, Sector
from watcher.judging.spells import Spell, spell, why_not_counted

GOOD = inspection("2016-01-10", "good")
WATCHED = Sector(OFSTED, [Entry.of(HomeRecord.of(home()), [GOOD], watched_since=day("2016-01-01"))])


def test_a_spell_lasts_from_publication_to_publication_over_the_whole_run() -> None:
    first, again = inspection("2017-01-10", "inadequate"), inspection("2017-03-10", "inadequate")
    ended = spell([GOOD, first, again], inspection("2017-06-10", "good", published="2017-07-01"))
    assert ended is not None
    assert (ended.since, ended.until) == (day("2017-01-10"), day("2017-06-10"))
    assert ended.days == (day("2017-07-01") - day("2017-02-19")).days
    assert ended.unvisited == day("2017-06-10") - day("2017-03-10")
    assert why_not_counted(ended, WATCHED) is None


def test_what_was_not_inadequate_ended_no_spell() -> None:
    assert spell([], GOOD) is None
    assert spell([GOOD], inspection("2017-01-10", "outstanding")) is None


def test_a_retold_inspection_may_end_the_run_and_is_never_its_beginning() -> None:
    retold = inspection("2016-06-10", "inadequate", source=RETOLD, published=None)
    drop = inspection("2017-01-10", "inadequate")
    ended = spell([GOOD, retold, drop], inspection("2017-06-10", "good"))
    assert ended is not None
    assert ended.since == drop.inspected


@pytest.mark.parametrize(
    ("since", "until", "visits", "why"),
    [
        ("2017-01-10", "2017-06-10", [], None),
        ("2019-11-10", "2020-03-10", [], None),
        ("2019-11-10", "2020-03-17", [], "the inspections paused meanwhile"),
        ("2019-11-10", "2021-09-10", ["2020-02-01"], "the inspections paused meanwhile"),
        ("2021-04-12", "2021-09-10", [], "the inspections paused meanwhile"),
        ("2015-12-31", "2016-06-10", [], "not everything published meanwhile is known"),
        ("2022-01-10", "2023-07-12", [], None),  # 548 days
        ("2022-01-10", "2023-07-13", [], "the home was not visited for more than 18 months"),
        ("2022-01-10", "2023-12-10", ["2022-12-01"], None),
        ("2022-01-10", "2025-01-10", ["2022-03-01"], "the home was not visited for more than 18 months"),
    ],
)
def test_which_spells_are_no_measure(since: str, until: str, visits: list[str], why: str | None) -> None:
    known: list[Inspection] = [inspection(since, "inadequate"), *(visit(on) for on in visits)]
    ended = spell(known, inspection(until, "good"))
    assert ended is not None
    assert why_not_counted(ended, WATCHED) == why


def test_visits_before_and_after_a_spell_are_not_within_it() -> None:
    known = [visit("2021-12-01"), inspection("2022-01-10", "inadequate"), visit("2023-12-01")]
    ended = spell(known, inspection("2023-08-10", "good"))
    assert ended == Spell(day("2022-01-10"), day("2023-08-10"), 577, day("2023-08-10") - day("2022-01-10"))
