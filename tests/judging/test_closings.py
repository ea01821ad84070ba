"""When a home that stood inadequate closed, as exactly as somebody says it."""

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import day, home, inspection, visit
from watcher.facts.inspection import Inspection
from watcher.facts.regulators import OFSTED
from watcher.facts.statements import HomeRecord
from watcher.judging.closings import Lists, closed_inadequate
from watcher.judging.register import Entry, Sector

LIST = "provider_at_march_2018.csv"
LISTS = Lists((day("2018-03-31"), day("2019-03-31"), day("2024-03-31")), OFSTED.pauses)
DROP = inspection("2017-10-10", "inadequate")


def closed(*inspections: Inspection, closed_on: str | None = None, **facts: Any) -> str | None:
    subject = replace(home(**facts), closed_on=day(closed_on) if closed_on else None)
    found = closed_inadequate(Entry.of(HomeRecord.of(subject), inspections), LISTS)
    return found.isoformat() if found else None


@pytest.mark.parametrize(
    ("inspections", "facts", "on"),
    [
        # the day that the regulator says
        ([DROP], {"status": "resigned", "closed_on": "2018-02-01", "as_of": "2018-03-31"}, "2018-02-01"),
        # a list without it, within the time in which it would have been visited again
        ([DROP], {"source": "x", "as_of": "2017-12-01"}, "2018-03-31"),
        # a list without it long after: so long after the last visit
        ([inspection("2016-05-10", "inadequate")], {"source": "x"}, "2017-01-05"),
        ([inspection("2016-05-10", "inadequate"), visit("2016-08-10")], {"source": "x"}, "2017-04-07"),
        # a status without a day
        ([DROP], {"status": "resigned", "as_of": "2017-12-31"}, "2017-12-31"),
        # on a list, and not on the next
        ([DROP], {"source": LIST, "as_of": "2018-03-31"}, "2018-11-26"),
        # nobody was visited during the pause, so that time tells nothing
        ([inspection("2020-02-16", "inadequate")], {"source": "x"}, "2021-11-08"),
        # it stands there still, as far as is known
        ([inspection("2024-04-10", "inadequate")], {"source": "x"}, None),
        ([DROP], {"source": "provider_at_march_2024.csv", "as_of": "2024-03-31"}, None),
        # it was not inadequate when it closed, or never graded
        ([DROP, inspection("2018-01-10", "good")], {"status": "resigned", "as_of": "2018-03-31"}, None),
        ([visit("2017-10-10")], {"status": "resigned", "as_of": "2018-03-31"}, None),
    ],
)
def test_when_it_closed(inspections: list[Inspection], facts: dict[str, Any], on: str | None) -> None:
    assert closed(*inspections, **facts) == on


def test_the_lists_are_those_that_name_any_home_of_the_regulator() -> None:
    entries = [
        Entry.of(HomeRecord.of(home(f"H{year}", source=f"provider_at_march_{year}.csv", as_of=f"{year}-03-31")), [])
        for year in (2019, 2018)
    ]
    assert Lists.of(Sector(OFSTED, entries)).days == (day("2018-03-31"), day("2019-03-31"))
