"""Which inspections of a file the feeds that watch have missed, given what they brought."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from tests.builders import RETOLD, home, inspection
from tests.feeds.ofsted_site.world import Known
from watcher.facts.inspection import Inspection, Kind
from watcher.facts.sources import Sort, Source
from watcher.feeds.govuk_statistics.unheard import split

SINCE = date(2024, 4, 2)
FILED = Source(date(2025, 3, 31), "in year 2024-25", Sort.YEAR)
LISTED = Source(date(2025, 3, 31), "at 31 March 2025", Sort.LISTING)
STATED = replace(inspection("2024-08-20", "inadequate", event="7", published="2024-09-20"), sources=(FILED,))


def missed(
    *known: Inspection, stated: Sequence[Inspection] = (STATED,), since: date | None = SINCE
) -> Sequence[Inspection]:
    knowledge = Known(*known)
    knowledge.since = since
    found, others = asyncio.run(split((home(),), stated, knowledge))
    assert len(found) + len(others) == len(stated)
    return found


@pytest.mark.parametrize(
    "known",
    [
        inspection("2024-08-20", "inadequate", document="1"),
        inspection("2024-08-22", "good", document="1", published="2024-09-23"),  # dates of sources differ, and grades
        inspection("2024-08-20", "inadequate", event="7", source="a file of before"),
        inspection("2024-08-21", "", kind=Kind.OTHER, document="1"),
    ],
)
def test_what_is_known_in_any_form_was_not_missed(known: Inspection) -> None:
    assert missed(known) == ()


@pytest.mark.parametrize(
    "known",
    [
        inspection("2023-08-20", "good", document="1"),
        inspection("2024-08-20", "", kind=Kind.MONITORING, document="1"),
        inspection("2024-08-20", "inadequate", source=RETOLD, as_of="2025-01-10", published=None),
        inspection("2024-08-20", "", document="1"),  # its page gave no grade
        inspection("2024-08-20", "inadequate", home="ofsted:SC000002"),
    ],
)
def test_what_nobody_was_told_of_was_missed(known: Inspection) -> None:
    assert missed(known) == (STATED,)


def test_a_spoiled_event_number_makes_no_second_inspection_of_what_its_page_dates_otherwise() -> None:
    page = inspection("2024-08-22", "good", document="1", published="2024-09-20")
    assert missed(page, stated=(replace(STATED, event=None),)) == ()


def test_what_came_out_before_anybody_watched_is_background() -> None:
    on_the_day = replace(STATED, published=SINCE, inspected=date(2024, 3, 1))
    assert missed(stated=(on_the_day,)) == ()
    assert missed(since=None) == ()


def test_all_statements_of_a_missed_inspection_are_judged_together() -> None:
    undated = replace(STATED, inspected=date(2024, 3, 20), published=None, sources=(LISTED,))
    dated = replace(STATED, inspected=date(2024, 3, 20))
    assert missed(stated=(undated,)) == ()
    assert set(missed(stated=(undated, dated))) == {undated, dated}
