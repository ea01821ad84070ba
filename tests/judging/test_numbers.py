"""What is counted of a year, by the rules by which changes are judged; against those rules and the official figures."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from statistics import median

import pytest

from tests.builders import RETOLD, day, home, inspection, visit, without_overall
from watcher.facts.inspection import Inspection
from watcher.facts.regulators import CHILDRENS_HOMES, OFSTED
from watcher.facts.statements import HomeRecord, Record
from watcher.history.embedded.history import EmbeddedHistory
from watcher.judging.changes import What
from watcher.judging.judge import judge
from watcher.judging.numbers import KeyOf, Numbers, Story, count, story_of
from watcher.judging.register import Entry, Register, Sector, entry_of
from watcher.judging.years import Coverage, Year

BY_YEAR = KeyOf(lambda _: (), 0)
OFFICIAL = dict(
    zip(
        ("2014-15", "2015-16", "2016-17", "2017-18", "2018-19", "2019-20", "2021-22", "2022-23", "2023-24", "2024-25"),
        (197, 112, 151, 153, 132, 152, 217, 234, 162, 151),
        strict=True,
    )
)
"""Full inspections of children's homes judged inadequate, of those whose reports were out by 30 April."""


def story(*inspections: Inspection, withdrawn: Sequence[Inspection] = ()) -> Story:
    records = [Record((one,), withdrawn=day("2026-01-01") if one in withdrawn else None) for one in inspections]
    return story_of(entry_of(HomeRecord.of(home()), records), records)


def numbers(*stories: Story, until: str = "2026-03-31", since: str = "2014-04-01") -> dict[str | None, Numbers]:
    watched = Entry.of(HomeRecord.of(home("X")), [inspection(since, "good")], watched_since=day(since))
    sector = Sector(OFSTED, [watched, *(story.entry for story in stories)])
    counted = count(stories, sector, Coverage.of(sector, day(until)), BY_YEAR)
    return {key[0]: numbers for key, numbers in counted.items()}


def test_every_change_counts_in_the_year_of_its_inspection() -> None:
    told = story(
        inspection("2015-05-01", "good"),
        inspection("2016-03-20", "inadequate"),  # out in the next year
        inspection("2016-06-20", "inadequate"),
        inspection("2016-09-20", "good"),
        inspection("2017-05-20", "requires improvement"),
    )
    found = numbers(told)
    assert found["2015-16"] == Numbers(homes=1, inspections=2, inadequate=1, dropped=1)
    assert found["2016-17"] == Numbers(
        homes=1, inspections=2, inadequate=1, still_inadequate=1, recovered=1, median_days_inadequate=184
    )
    assert found["2017-18"] == Numbers(homes=1, inspections=1)


def test_a_first_inadequate_one_is_no_drop() -> None:
    assert numbers(story(inspection("2015-05-01", "inadequate"))) == {
        "2015-16": Numbers(homes=1, inspections=1, inadequate=1, first_inadequate=1)
    }


def test_what_is_retold_withdrawn_or_without_a_grade_is_not_counted() -> None:
    gone = inspection("2015-08-01", "good")
    told = story(
        inspection("2014-08-01", "good", source=RETOLD, published=None),
        inspection("2015-05-01", "inadequate"),
        gone,
        visit("2015-09-01"),
        inspection("2015-10-01", "inadequate"),
        withdrawn=[gone],
    )
    assert numbers(told) == {
        "2015-16": Numbers(homes=1, inspections=2, inadequate=2, first_inadequate=1, still_inadequate=1)
    }


def test_without_an_overall_grade_it_is_judged_as_alerts_are() -> None:
    before = inspection("2015-05-01", "requires improvement/requires improvement/inadequate")
    after = without_overall(inspection("2016-05-01", "good/good/inadequate"))
    assert [change.what for change in judge([before], after).changes] == [What.STILL_INADEQUATE]
    assert numbers(story(before, after))["2016-17"].still_inadequate == 1


def test_a_report_that_came_out_after_april_is_counted_and_told_apart() -> None:
    in_time = inspection("2016-02-01", "inadequate", published="2016-04-30")
    late = inspection("2016-03-20", "inadequate", published="2016-05-01")
    found = numbers(story(in_time, late))["2015-16"]
    assert (found.inadequate, found.late) == (2, 1)


def test_a_spell_over_the_pause_or_of_a_dormant_home_is_not_in_the_median() -> None:
    over_the_pause = story(inspection("2020-02-01", "inadequate"), inspection("2021-06-01", "good"))
    dormant = story(inspection("2019-05-01", "inadequate"), inspection("2021-06-01", "good"))
    plain = story(inspection("2021-05-01", "inadequate"), inspection("2021-06-10", "good"))
    found = numbers(over_the_pause, dormant, plain)["2021-22"]
    assert (found.recovered, found.median_days_inadequate) == (3, 40)
    assert found.not_measured == {"the inspections paused meanwhile": 2}


def test_what_nobody_looked_at_whole_is_not_counted() -> None:
    told = story(inspection("2015-05-01", "good"), inspection("2018-05-01", "inadequate"))
    assert numbers(told, since="2018-04-01") == {"2018-19": Numbers(homes=1, inspections=1, inadequate=1, dropped=1)}


def test_homes_that_are_left_out_by_their_key_count_nowhere() -> None:
    sector = Sector(OFSTED, [story(inspection("2015-05-01", "good")).entry])
    coverage = Coverage([(day("2015-04-01"), day("2016-03-31"))], (), day("2016-03-31"))
    assert count([story(inspection("2015-05-01", "good"))], sector, coverage, KeyOf(lambda _: None)) == {}


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedHistory]:
    history = EmbeddedHistory.open(tmp_path_factory.mktemp("bundled") / "data", read_only=True)
    yield history
    history.close()


@pytest.fixture(scope="module")
def stories(bundled: EmbeddedHistory) -> list[Story]:
    return [story_of(entry_of(home, records), records) for home, records in bundled.homes_with_records()]


def by_year(stories: Sequence[Story]) -> dict[str, Numbers]:
    sector = Register({story.entry.home.key: story.entry for story in stories}).of(OFSTED)
    counted = count(stories, sector, Coverage.of(sector, date(2025, 12, 1)), BY_YEAR)
    return {str(key[0]): numbers for key, numbers in counted.items()}


def test_the_inadequate_ones_of_each_year_are_those_of_the_official_table(stories: list[Story]) -> None:
    homes = [story for story in stories if story.entry.family == CHILDRENS_HOMES.name]
    found = by_year(homes)
    assert set(found) == set(OFFICIAL)
    assert {year: numbers.late for year, numbers in found.items() if numbers.late} == {"2021-22": 1, "2022-23": 6}
    in_time = {year: numbers.inadequate - numbers.late for year, numbers in found.items()}
    assert [year for year, number in OFFICIAL.items() if abs(in_time[year] - number) > 1] == []


def test_the_changes_of_each_year_are_those_that_judge_finds_inspection_by_inspection(
    bundled: EmbeddedHistory, stories: list[Story]
) -> None:
    judged: Counter[tuple[str, What]] = Counter()
    days: dict[str, list[int]] = {}
    for _, records in bundled.homes_with_records():
        known = [record.inspection for record in records if record.withdrawn is None]
        for number, one in enumerate(known):
            for change in judge(known[:number], one).changes:
                year = Year.of(one.day).name
                judged[year, change.what] += 1
                if change.days_inadequate is not None:
                    days.setdefault(year, []).append(change.days_inadequate)
    for year, numbers in by_year(stories).items():
        assert numbers.dropped == judged[year, What.DROPPED_TO_INADEQUATE]
        assert numbers.first_inadequate == judged[year, What.FIRST_INADEQUATE]
        assert numbers.still_inadequate == judged[year, What.STILL_INADEQUATE]
        assert numbers.recovered == judged[year, What.RECOVERED]
        assert numbers.inadequate == numbers.dropped + numbers.first_inadequate + numbers.still_inadequate
        if not numbers.not_measured:
            assert numbers.median_days_inadequate == median(days[year])


def test_in_the_order_of_publication_only_late_reports_are_told_otherwise(bundled: EmbeddedHistory) -> None:
    """Alerts go out as reports come out: one drop of twelve years came out after the inspection that followed it."""
    otherwise = []
    for _, records in bundled.homes_with_records():
        known = [record.inspection for record in records if record.withdrawn is None]
        graded = [one for one in known if one.rating is not None]
        arrived = sorted(graded, key=lambda one: (one.became_known, one.order))
        for number, one in enumerate(arrived):
            if (
                one.rating
                and one.rating.is_inadequate
                and What.LATE in {c.what for c in judge(arrived[:number], one).changes}
            ):
                otherwise.append((one.home, one.inspected))
    assert otherwise == [("ofsted:SC043972", day("2024-10-08"))]


def test_the_founding_case_is_a_drop_and_a_recovery_of_2018_19(stories: list[Story]) -> None:
    (told,) = [story for story in stories if story.entry.home.key == "ofsted:SC478986"]
    found = [(one.what, one.spell.days if one.spell else None) for one in told.found if one.inspected.year == 2018]
    assert found == [(What.DROPPED_TO_INADEQUATE, None), (What.RECOVERED, 53)]


def test_the_recoveries_over_the_pause_are_told_apart(stories: list[Story]) -> None:
    found = by_year(stories)["2021-22"]
    assert (found.recovered, found.not_measured) == (147, {"the inspections paused meanwhile": 36})
    assert found.median_days_inadequate == 91
