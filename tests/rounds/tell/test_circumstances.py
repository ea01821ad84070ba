"""What the history tells around a change: for those who asked, as of the right day."""

from dataclasses import replace
from datetime import date

from tests.builders import home, inspection
from tests.rounds.tell.changes import BETTER, DROP, GOOD, INADEQUATE, news
from watcher.facts.statements import HomeRecord, Record
from watcher.judging.register import Register, entry_of
from watcher.rounds.tell.circumstances import Circumstances

EARLIER = inspection("2021-05-01", "good", document="0")
TODAY = date(2024, 3, 1)


def register() -> Register:
    record = HomeRecord.of(home())
    records = [Record((known,)) for known in (EARLIER, GOOD, INADEQUATE, BETTER)]
    return Register({}).updated([entry_of(record, records)])


def never() -> Register:
    raise AssertionError("all homes were gone through though nobody asked")


def test_what_nobody_asked_for_has_no_context_and_costs_nothing() -> None:
    assert Circumstances(never, {}, TODAY).worded(news(DROP)).alert.context is None


def test_a_change_is_put_in_the_context_of_today() -> None:
    context = Circumstances(register, {}, TODAY).worded(news(DROP, "desk")).alert.context
    assert context is not None
    assert [past.inspected.year for past in context.past] == [2021, 2022, 2023, 2024]
    assert context.day == TODAY


def test_a_superseded_change_is_put_in_the_context_of_its_own_day_and_awaits_no_news() -> None:
    superseded = replace(DROP, superseded_by=BETTER)
    context = Circumstances(register, {}, TODAY).worded(news(superseded, "desk")).alert.context
    assert context is not None
    assert [past.inspected.year for past in context.past] == [2021, 2022, 2023]
    assert context.expected_by is None
