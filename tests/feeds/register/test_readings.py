"""What a register says from one reading to the next, and what of it is news: nothing false, whatever it does."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.feeds.register.world import COUNCIL, START, UNDATED, FileRegister, options, row, rows
from tests.standins.register import Row
from watcher.facts.statements import HomeRecord
from watcher.feeds.feed import Outcome, Reading, Trouble

pytestmark = pytest.mark.anyio

Rows = list[dict[str, str]]
DROP = ("H001", "dropped to inadequate")


async def test_the_first_reading_is_silent_and_a_later_date_is_news_once(tmp_path: Path) -> None:
    register = FileRegister.at(tmp_path, rows())
    first = await register.poll()
    assert (first.outcome, first.baseline, len(first.background)) == (Outcome.CHANGED, 20, 20)
    assert (await register.poll(days=1)).outcome is Outcome.UNCHANGED
    register.say([row(1, "Inadequate", "2024-03-05"), *rows()[1:]])
    reading = await register.poll(days=1)
    assert [home.key for home in reading.homes] == ["my-council:H001"]  # others are not so much as looked at
    assert register.changes == [DROP]
    assert reading.inspections[0].key == "my-council:H001:2024-03-05:full"
    assert (await register.poll(days=1)).outcome is Outcome.UNCHANGED
    assert register.changes == [DROP]


async def test_what_is_in_the_columns_that_are_not_named_makes_no_difference_and_is_kept_nowhere(
    tmp_path: Path,
) -> None:
    register = FileRegister.at(tmp_path, rows())
    first = await register.poll()
    register.say([{**told, "Manager": "Bob Example"} for told in rows()])
    reading = await register.poll(days=1)
    assert (reading.homes, reading.inspections) == ((), ())
    assert "Example" not in repr(first).replace("Example Care", "")
    assert "Example" not in repr(reading.cursor)


SAYS_NOTHING: dict[str, Callable[[Rows], Rows]] = {
    "an older date": lambda told: [row(1, "Inadequate", "2023-05-05"), *told[1:]],
    "a later visit without a grade": lambda told: [row(1, "Not judged", "2024-03-05"), *told[1:]],
    "a date that is gone": lambda told: [row(1, "Good", ""), *told[1:]],
    "a row that is gone": lambda told: told[1:],
    "another order": lambda told: told[::-1],
    "the same row twice": lambda told: [*told, told[0]],
    "an older row of the home beside it": lambda told: [*told, row(1, "Inadequate", "2020-01-01")],
    "another spelling": lambda told: [row(1, "  GOOD "), *told[1:]],
    "blank rows and a footnote": lambda told: [*told, dict.fromkeys(told[0], ""), {"URN": "Source: the council"}],
    "another name": lambda told: [{**told[0], "Name": "New House"}, *told[1:]],
    "one in twenty gone": lambda told: told[:19],
}


@pytest.mark.parametrize("what", SAYS_NOTHING)
async def test_what_is_no_news(tmp_path: Path, what: str) -> None:
    register = FileRegister.at(tmp_path, rows())
    await register.poll()
    register.say(SAYS_NOTHING[what](rows()))
    reading = await register.poll(days=1)
    assert (reading.outcome, reading.inspections, reading.problems) == (Outcome.CHANGED, (), ())
    register.say(rows())
    await register.poll(days=1)
    assert (register.changes, register.rating(1)) == ([], "good")
    register.say([row(1, "Inadequate", "2024-03-05"), *rows()[1:]])
    await register.poll(days=1)
    assert register.changes == [DROP]


TELLS_THE_OPERATOR: dict[str, tuple[Callable[[Rows], Rows], list[str]]] = {
    "an unknown word": (
        lambda told: [row(at, "Superb", "2024-03-05") for at in range(1, 9)] + told[8:],
        ["'Superb' stands in the place of a grade in 8 rows (H001, H002, H003, H004, H005 and others)"],
    ),
    "a digit that no list has": (lambda told: [row(1, "4", "2024-03-05"), *told[1:]], ["'4' stands"]),
    "a date to come": (
        lambda told: [row(1, "Inadequate", "2030-01-01"), *told[1:]],
        ["1 row with a date that is still to come (H001 (row 2: 2030-01-01))"],
    ),
    "a date that there is not": (
        lambda told: [row(1, "Inadequate", "31/02/2024"), *told[1:]],
        ["with a date that does not exist (H001 (row 2: '31/02/2024'))"],
    ),
    "no number": (lambda told: [{**row(1, "Inadequate", "2024-03-05"), "URN": ""}, *told[1:]], ["(row 2)"]),
    "two rows of one date that differ": (
        lambda told: [*told, row(1, "Inadequate")],
        ["1 home twice there with one date and different grades (H001 (rows 2, 22))"],
    ),
    "a grade that has vanished": (lambda told: [row(1, "/Good/Good"), *told[1:]], ["the grade of overall stood"]),
    "grades that have vanished with a word for it": (
        lambda told: [row(1, "nan", "2024-03-05"), *told[1:]],
        ["the grade of leaders, overall, safety stood"],
    ),
    "a column that has vanished": (
        lambda told: [{**line, "Safe": "", "Published": "2024-03-05", "Overall": "Inadequate"} for line in told],
        ["the grades of 'safety' have vanished: 20 homes"],
    ),
}


@pytest.mark.parametrize("what", TELLS_THE_OPERATOR)
async def test_what_cannot_be_told_goes_to_the_operator_until_it_is_mended(tmp_path: Path, what: str) -> None:
    spoil, expected = TELLS_THE_OPERATOR[what]
    register = FileRegister.at(tmp_path, rows())
    await register.poll()
    register.say(spoil(rows()))
    reading = await register.poll(days=1)
    assert (reading.outcome, reading.inspections, len(reading.problems)) == (Outcome.CHANGED, (), 1), reading.problems
    assert expected[0] in reading.problems[0].what
    again = await register.poll(days=1)
    assert [one.where for one in again.problems] in ([], [one.where for one in reading.problems])
    register.say([row(1, "Inadequate", "2024-03-05"), *rows()[1:]])
    assert (await register.poll(days=1)).problems == ()
    assert register.changes == [DROP]


async def test_a_word_that_is_learnt_later_is_read_then_and_tells_no_old_state(tmp_path: Path) -> None:
    told = [row(1, "Dire", "2024-01-01"), row(2, "Dire", "2024-03-05"), *rows()[2:]]
    register = FileRegister.at(tmp_path, [told[0], *rows()[1:]])
    assert len((await register.poll()).problems) == 1
    register.say(told)
    await register.poll(days=1)
    register = _with(register, same={"dire": "inadequate"})
    await register.poll(days=1)
    assert register.changes == [("H002", "dropped to inadequate")]
    assert register.rating(1) == "inadequate"


def _with(register: FileRegister, **changed: object) -> FileRegister:
    other = FileRegister(options(register.options.url, **changed), register.path)
    other.clock, other.known, other.cursor = register.clock, register.known, register.cursor
    return other


LATER_ROWS = [row(1, "Not judged", "2024-04-05"), row(1, "//", "2024-04-05"), row(1, "Not judged//", "2024-04-05")]


@pytest.mark.parametrize("later", LATER_ROWS, ids=["a word", "nothing", "a word for one"])
@pytest.mark.parametrize("is_first", [True, False])
async def test_a_later_row_without_a_grade_hides_none(tmp_path: Path, later: Row, is_first: bool) -> None:
    register = FileRegister.at(tmp_path, rows())
    await register.poll()
    closed = {**later, "Status": "Closing"}
    pair = [row(1, "Inadequate", "2024-03-05"), closed]
    register.say([*(reversed(pair) if is_first else pair), *rows()[1:]])
    reading = await register.poll(days=60)
    assert (register.changes, reading.problems, register.rating(1)) == ([DROP], (), "inadequate")
    assert [home.status for home in reading.homes] == ["closing"]
    register.say([{**pair[0], "Name": "New House"}, closed, *rows()[1:]])
    reading = await register.poll(days=1)
    assert (reading.homes, reading.problems) == ((), ())  # how it is now is what the later row says
    register.say([*pair[:1], {**closed, "Status": "Closed"}, *rows()[1:]])
    reading = await register.poll(days=1)
    assert ([home.status for home in reading.homes], reading.problems) == (["closed"], ())
    register.say([*pair, row(1, "Good", "2024-04-20"), *rows()[1:]])
    await register.poll(days=1)
    assert register.changes[1:] == [("H001", "recovered")]


async def test_the_same_date_with_another_grade_is_a_correction(tmp_path: Path) -> None:
    register = FileRegister.at(tmp_path, rows())
    await register.poll()
    register.say([row(1, "Inadequate"), *rows()[1:]])
    await register.poll(days=1)
    register.say(rows())
    await register.poll(hours=1)  # back within the day: told on the next, if it stays so
    assert register.changes == [("H001", "corrected")]
    await register.poll(days=1)
    assert (register.changes, register.rating(1)) == ([("H001", "corrected")] * 2, "good")


async def test_a_correction_on_the_very_day_of_the_first_reading_is_told_on_it(tmp_path: Path) -> None:
    register = FileRegister.at(tmp_path, rows())
    await register.poll()
    register.say([row(1, "Inadequate"), *rows()[1:]])
    await register.poll(minutes=5)
    assert (register.changes, register.rating(1)) == ([("H001", "corrected")], "inadequate")


async def test_a_home_that_closes_says_so_and_its_grade_is_no_news(tmp_path: Path) -> None:
    register = FileRegister.at(tmp_path, rows())
    await register.poll()
    register.say([row(1, "Inadequate", "2024-03-05", Status="Closed"), *rows()[1:]])
    reading = await register.poll(days=1)
    assert [home.status for home in reading.homes] == ["closed"]
    assert (register.changes, register.rating(1)) == ([], "inadequate")


async def test_a_new_home_is_news_unless_it_was_out_before_anybody_looked(tmp_path: Path) -> None:
    register = FileRegister.at(tmp_path, rows())
    await register.poll()
    register.say([*rows(), row(21, "Inadequate", "2024-01-01"), row(22, "Inadequate", "2024-03-01")])
    await register.poll(days=1)
    assert register.changes == [("H022", "first inspection inadequate")]


class TestWithoutDates:
    async def test_another_state_is_another_inspection_of_the_day_on_which_it_is_seen(self, tmp_path: Path) -> None:
        register = FileRegister.at(tmp_path, rows(), **UNDATED)
        await register.poll()
        register.say([row(1, "Inadequate"), *rows()[1:]])
        reading = await register.poll(days=1)
        (inspection,) = reading.inspections
        assert (inspection.inspected, inspection.published, str(inspection.seen)) == (None, None, "2024-03-05")
        register.say(rows())
        await register.poll(days=1)
        assert register.changes == [DROP, ("H001", "recovered")]

    async def test_what_changes_on_the_very_day_of_the_first_reading_is_told_on_it(self, tmp_path: Path) -> None:
        register = FileRegister.at(tmp_path, rows(), **UNDATED)
        await register.poll()
        register.say([row(1, "Inadequate"), *rows()[1:]])
        reading = await register.poll(minutes=5)
        assert [inspection.key for inspection in reading.inspections] == ["my-council:H001:2024-03-04:full:2"]
        assert (register.changes, register.rating(1)) == ([DROP], "inadequate")
        assert (await register.poll(minutes=5)).inspections == ()
        register.say(rows())
        await register.poll(minutes=5)
        assert register.changes == [DROP]
        await register.poll(days=1)
        assert (register.changes, register.rating(1)) == ([DROP, ("H001", "recovered")], "good")

    async def test_what_flaps_within_a_day_is_told_once_and_settles_on_the_next(self, tmp_path: Path) -> None:
        register = FileRegister.at(tmp_path, rows(), **UNDATED)
        await register.poll()
        for words in ("Inadequate", "Good", "Inadequate", "Good", "Inadequate"):
            register.say([row(1, words), *rows()[1:]])
            await register.poll(days=1 if not register.changes else 0)
        assert register.changes == [DROP]
        register.say(rows())
        await register.poll()
        assert register.changes == [DROP]
        assert (await register.poll(days=1)).outcome is Outcome.CHANGED  # though the file is the same
        assert register.changes == [DROP, ("H001", "recovered")]

    async def test_a_blank_is_no_change(self, tmp_path: Path) -> None:
        register = FileRegister.at(tmp_path, rows(), **UNDATED)
        await register.poll()
        register.say([row(1, ""), row(2, "Good//Good"), *rows()[2:]])
        reading = await register.poll(days=1)
        assert (reading.inspections, len(reading.problems)) == ((), 2)


WRONG = {
    "past midnight": timedelta(hours=13),
    "a month ahead": timedelta(days=31),
    "a year ahead": timedelta(days=400),
    "a month behind": timedelta(days=-31),
}


class WrongClock:
    """A register that is polled while the machine's clock stands wrong, and when it is right again."""

    def __init__(self, folder: Path, by: timedelta, **columns: Any) -> None:
        self.register = FileRegister.at(folder, rows(), **columns)
        self._by, self._now = by, START

    async def poll(self, *cells: str, wrong: bool = False, hours: float = 0, **others: str) -> Reading:
        self._now += timedelta(hours=hours)
        self.register.clock.step(self._now + self._by if wrong else self._now)
        self.register.say([row(1, *cells, **others), *rows()[1:]])
        reading = await self.register.poll()
        assert reading.problems == ()
        return reading

    @property
    def told(self) -> list[str]:
        return [what for _, what in self.register.changes]


@pytest.mark.parametrize("by", WRONG.values(), ids=WRONG)
class TestAWrongClock:
    async def test_a_drop_from_what_was_read_first_is_told_and_so_is_all_that_follows(
        self, tmp_path: Path, by: timedelta
    ) -> None:
        clock = WrongClock(tmp_path, by, **UNDATED)
        await clock.poll("Good", wrong=True)
        await clock.poll("Inadequate", hours=5)
        assert (clock.told, clock.register.rating(1)) == (["dropped to inadequate"], "inadequate")
        assert (await clock.poll("Inadequate", hours=24)).outcome is Outcome.UNCHANGED
        for words in ("Good", "Inadequate") * 6:
            await clock.poll(words, hours=24)
        assert clock.told == ["dropped to inadequate", "recovered"] * 6 + ["dropped to inadequate"]
        assert clock.register.rating(1) == "inadequate"

    async def test_a_drop_after_an_improvement_that_was_seen_by_it_is_told_at_once(
        self, tmp_path: Path, by: timedelta
    ) -> None:
        clock = WrongClock(tmp_path, by, **UNDATED)
        await clock.poll("Requires improvement")
        await clock.poll("Good", hours=1, wrong=True)
        await clock.poll("Inadequate", hours=4)
        assert clock.told == ["improved", "dropped to inadequate"]
        assert (await clock.poll("Inadequate", hours=24)).outcome is Outcome.UNCHANGED
        assert clock.register.rating(1) == "inadequate"

    async def test_a_drop_that_is_first_seen_by_it_is_told_once_and_so_is_that_it_is_over(
        self, tmp_path: Path, by: timedelta
    ) -> None:
        clock = WrongClock(tmp_path, by, **UNDATED)
        await clock.poll("Good")
        await clock.poll("Inadequate", hours=5, wrong=True)
        assert (clock.told, clock.register.rating(1)) == (["dropped to inadequate"], "inadequate")
        assert (await clock.poll("Inadequate", hours=5)).outcome is Outcome.UNCHANGED
        await clock.poll("Good", hours=48)
        assert (clock.told, clock.register.rating(1)) == (["dropped to inadequate", "recovered"], "good")

    async def test_what_flaps_within_a_day_is_told_once_and_settles_on_the_next(
        self, tmp_path: Path, by: timedelta
    ) -> None:
        clock = WrongClock(tmp_path, by, **UNDATED)
        await clock.poll("Good", wrong=True)
        for words in ("Inadequate", "Good", "Inadequate", "Good"):
            await clock.poll(words, hours=1)
        assert clock.told == ["dropped to inadequate"]
        await clock.poll("Good", hours=24)
        assert (clock.told, clock.register.rating(1)) == (["dropped to inadequate", "recovered"], "good")

    async def test_what_it_put_off_to_the_next_day_waits_no_longer_than_that(
        self, tmp_path: Path, by: timedelta
    ) -> None:
        clock = WrongClock(tmp_path, by, **UNDATED)
        await clock.poll("Requires improvement")
        await clock.poll("Good", hours=1, wrong=True)
        await clock.poll("Inadequate", hours=1, wrong=True)
        assert clock.told == ["improved"]
        await clock.poll("Inadequate", hours=48)
        assert (clock.told, clock.register.rating(1)) == (["improved", "dropped to inadequate"], "inadequate")

    @pytest.mark.parametrize("first", [True, False])
    async def test_a_correction_of_what_has_a_date_is_believed_and_told(
        self, tmp_path: Path, by: timedelta, first: bool
    ) -> None:
        clock = WrongClock(tmp_path, by)
        await clock.poll("Good", "2024-01-02", wrong=first)
        await clock.poll("Inadequate", "2024-01-02", hours=5, wrong=not first)
        assert (clock.told, clock.register.rating(1)) == (["corrected"], "inadequate")
        await clock.poll("Good", "2024-01-02", hours=48)
        assert (clock.told, clock.register.rating(1)) == (["corrected", "corrected"], "good")

    @pytest.mark.parametrize("columns", [COUNCIL, UNDATED], ids=["dated", "without dates"])
    async def test_what_a_home_is_now_comes_after_what_it_was(
        self, tmp_path: Path, by: timedelta, columns: Mapping[str, Any]
    ) -> None:
        clock = WrongClock(tmp_path, by, **columns)
        (was, *_) = (await clock.poll("Good", "2024-01-02", wrong=True)).homes
        (now,) = (await clock.poll("Good", "2024-01-02", hours=5, Name="Another house")).homes
        assert HomeRecord.of(was).add(now).home.name == "Another house"


@pytest.mark.parametrize("by", [timedelta(days=31), timedelta(days=400)])
async def test_what_the_first_reading_took_for_days_to_come_is_no_news_once_the_clock_is_right(
    tmp_path: Path, by: timedelta
) -> None:
    told = [row(1, "Inadequate", "2024-02-20"), *rows()[1:]]
    register = FileRegister.at(tmp_path, told)
    register.clock.step(START - by)
    for _ in range(2):
        assert [problem.trouble for problem in (await register.poll(days=1)).problems] == [Trouble.LIST]
    register.clock.step(START)
    assert (await register.poll()).problems == ()
    assert (register.changes, register.rating(1)) == ([], "inadequate")
    register.say([*told[:19], row(20, "Inadequate", "2024-03-05"), row(21, "Inadequate", "2024-03-05")])
    await register.poll(days=1)
    assert register.changes == [("H020", "dropped to inadequate"), ("H021", "first inspection inadequate")]


async def test_a_column_that_was_emptied_while_the_clock_was_ahead_is_waited_for_a_month_and_no_longer(
    tmp_path: Path,
) -> None:
    register = FileRegister.at(tmp_path, rows())
    await register.poll()
    without = [{**line, "Safe": ""} for line in rows()]
    register.say(without)
    register.clock.step(START + timedelta(days=400))
    assert len((await register.poll()).problems) == 1
    register.clock.step(START)
    register.say([*without[:19], {**without[19], "Name": "House"}])
    assert len((await register.poll(days=1)).problems) == 1
    register.say([{**row(1, "Inadequate", "2024-03-05"), "Safe": ""}, *without[1:]])
    await register.poll(days=32)
    assert register.changes == [DROP]


class TestSmallerTables:
    @pytest.mark.parametrize("left", [2, 10, 17])
    async def test_one_that_has_lost_many_rows_is_not_believed_and_costs_nothing(
        self, tmp_path: Path, left: int
    ) -> None:
        register = FileRegister.at(tmp_path, rows())
        await register.poll()
        before = register.cursor
        register.say([row(1, "Inadequate", "2024-03-05"), *rows()[1:left]])
        reading = await register.poll(days=1)
        kept = {name: value for name, value in reading.cursor.items() if name != "smaller"}
        assert (reading.outcome, kept) == (Outcome.IMPLAUSIBLE, before)
        assert (reading.homes, reading.inspections) == ((), ())
        assert f"{left} rows where it had 20" in reading.detail
        assert "until 2024-03-12 it is believed" in reading.detail
        register.say([row(1, "Inadequate", "2024-03-05"), *rows()[1:]])
        await register.poll(days=1)
        assert register.changes == [DROP]

    async def test_one_that_is_found_after_months_without_a_reading_is_waited_for_as_well(self, tmp_path: Path) -> None:
        register = FileRegister.at(tmp_path, rows())
        await register.poll()
        for _ in range(2):
            register.say([row(1, "Inadequate", "2024-03-05"), *rows()[1:10]])
            assert (await register.poll(days=120)).outcome is Outcome.IMPLAUSIBLE
            register.say(rows())  # the whole one between: the next smaller one is another matter
            assert (await register.poll(days=1)).outcome is Outcome.UNCHANGED
        assert register.changes == []

    async def test_one_that_stays_so_for_a_week_is_how_the_register_is_now(self, tmp_path: Path) -> None:
        register = FileRegister.at(tmp_path, rows())
        await register.poll()
        register.say([row(1, "Inadequate", "2024-03-05"), *rows()[1:10]])
        for _ in range(7):
            assert (await register.poll(days=1)).outcome is Outcome.IMPLAUSIBLE
        assert (await register.poll(days=1)).outcome is Outcome.CHANGED
        register.say([row(1, "Inadequate", "2024-03-05"), *rows()[1:]])  # and all of the rest comes back
        assert (await register.poll(days=1)).inspections == ()
        assert register.changes == [DROP]


class TestNumbersWrittenOtherwise:
    """Every home is another one then: its alerts would be told a second time, or those of before the first reading."""

    @staticmethod
    def otherwise(lines: Sequence[Row]) -> list[Row]:
        return [{**line, "URN": f"0{line['URN'][1:]}.00"} for line in lines]

    @pytest.mark.parametrize("columns", [COUNCIL, UNDATED], ids=["dated", "without dates"])
    async def test_a_table_of_homes_that_nobody_has_heard_of_in_the_place_of_all_others_is_not_believed(
        self, tmp_path: Path, columns: Mapping[str, Any]
    ) -> None:
        known = [*rows(15), *(row(at, "Inadequate") for at in range(16, 31))]
        register = FileRegister.at(tmp_path, known, **columns)
        await register.poll()
        before = register.cursor
        register.say(self.otherwise([row(1, "Inadequate", "2024-03-05"), *known[1:]]))
        reading = await register.poll(days=1)
        kept = {name: value for name, value in reading.cursor.items() if name != "smaller"}
        assert (reading.outcome, kept, register.changes) == (Outcome.IMPLAUSIBLE, before, [])
        assert "30 rows with grades are of numbers that were never there" in reading.detail
        assert "until 2024-03-12 it is believed" in reading.detail
        register.say([row(1, "Inadequate", "2024-03-06"), *known[1:]])
        await register.poll(days=1)
        assert register.changes == [DROP]

    async def test_a_table_whose_homes_are_all_one_is_not_believed(self, tmp_path: Path) -> None:
        register = FileRegister.at(tmp_path, rows(30))
        await register.poll()
        register.say([{**line, "URN": "1.05E+06"} for line in rows(30, published="2024-03-05")])
        reading = await register.poll(days=1)
        assert (reading.outcome, register.changes) == (Outcome.IMPLAUSIBLE, [])
        assert "1 homes where it had 30" in reading.detail

    async def test_one_that_grows_by_as_many_again_is_believed(self, tmp_path: Path) -> None:
        register = FileRegister.at(tmp_path, rows(20))
        await register.poll()
        register.say([*rows(20), *(row(at, published="2024-03-05") for at in range(21, 41))])
        assert (await register.poll(days=1)).outcome is Outcome.CHANGED

    async def test_one_that_was_read_by_a_version_that_counted_no_homes_is_read_on(self, tmp_path: Path) -> None:
        register = FileRegister.at(tmp_path, rows())
        await register.poll()
        del register.cursor["homes"]
        register.say([row(1, "Inadequate", "2024-03-05"), *rows()[1:]])
        await register.poll(days=1)
        assert register.changes == [DROP]


@pytest.mark.parametrize("columns", [COUNCIL, UNDATED], ids=["dated", "without dates"])
async def test_a_new_column_is_no_news_of_anybody(tmp_path: Path, columns: Mapping[str, Any]) -> None:
    register = FileRegister.at(tmp_path, [{**line, "Well led": ""} for line in rows()], **columns)
    await register.poll()
    register.say([row(1, "Good/Inadequate/Good", "2024-03-05"), *rows()[1:]])
    reading = await register.poll(days=1)
    assert {inspection.home for inspection in reading.inspections} == {"my-council:H001"}
    assert (register.changes, reading.problems) == ([("H001", "area inadequate")], ())
    assert len(reading.background) == 19


async def test_a_column_that_is_gone_for_good_is_done_without_in_the_end(tmp_path: Path) -> None:
    def without(day: str) -> list[Row]:
        return [{**row(at, "Inadequate", day), "Safe": ""} for at in range(1, 21)]

    register = FileRegister.at(tmp_path, rows())
    await register.poll()
    register.say(without("2024-03-05"))
    assert (await register.poll(days=1)).inspections == ()
    register.say([{**line, "Name": "House"} for line in without("2024-03-05")])
    assert len((await register.poll(days=32)).inspections) == 20


CHANGED: Mapping[str, Mapping[str, Any]] = {
    "same": {"same": {**COUNCIL["same"], "dire": "inadequate"}},
    "not_a_grade": {"not_a_grade": [*COUNCIL["not_a_grade"], "withdrawn"]},
    "a column": {"columns": {**COUNCIL["columns"], "type": "Manager"}},
    "a column left out": {"columns": {**COUNCIL["columns"], "owner": ""}},
}


@pytest.mark.parametrize("what", CHANGED)
async def test_what_vanishes_as_the_configuration_changes_is_not_believed(tmp_path: Path, what: str) -> None:
    fell = [row(1, "Inadequate/Good/Inadequate", "2024-02-01"), *rows()[1:]]
    register = FileRegister.at(tmp_path, fell)
    await register.poll()
    register.say([{**line, "Well led": "", "Overall": "Good", "Published": "2024-03-05"} for line in fell])
    register = _with(register, **CHANGED[what])
    reading = await register.poll(days=2)
    assert (register.changes, register.rating(1)) == ([], "inadequate")
    assert ["column leaders" in problem.where for problem in reading.problems] == [True]
    register.say(fell)
    assert ((await register.poll(days=1)).problems, register.changes) == ((), [])


@pytest.mark.parametrize("what", CHANGED)
async def test_rows_that_vanish_as_the_configuration_changes_are_waited_for(tmp_path: Path, what: str) -> None:
    register = FileRegister.at(tmp_path, rows())
    await register.poll()
    register.say([row(1, "Inadequate", "2024-03-05"), *rows()[1:5]])
    register = _with(register, **CHANGED[what])
    assert (await register.poll(days=2)).outcome is Outcome.IMPLAUSIBLE
    register.say([row(1, "Inadequate", "2024-03-05"), *rows()[1:]])
    assert (await register.poll(days=1)).outcome is Outcome.CHANGED
    assert register.changes == [DROP]


@pytest.mark.parametrize("areas", [{"safety": "Safe"}, {"safety": "Safe", "leaders": "Led"}])
async def test_a_column_that_the_configuration_gives_up_or_reads_elsewhere_has_not_vanished(
    tmp_path: Path, areas: Mapping[str, str]
) -> None:
    register = FileRegister.at(tmp_path, rows())
    await register.poll()
    register.say([{**line, "Well led": "", "Led": ""} for line in [row(1, "Inadequate", "2024-03-05"), *rows()[1:]]])
    register = _with(register, columns={**COUNCIL["columns"], "areas": areas})
    reading = await register.poll(days=2)
    assert not [problem for problem in reading.problems if "H001" in problem.where]
    assert register.changes == [DROP]


async def test_a_publisher_that_takes_other_areas_is_believed_of_its_later_dates(tmp_path: Path) -> None:
    register = FileRegister.at(tmp_path, [{**line, "Well led": ""} for line in rows()])
    await register.poll()
    others = [{**line, "Safe": ""} for line in [row(1, "Inadequate", "2024-03-05"), *rows()[1:]]]
    register.say(others)
    reading = await register.poll(days=1)
    assert register.changes == [DROP]
    assert ["column safety" in problem.where for problem in reading.problems] == [True]


async def test_a_table_older_than_the_last_corrects_nothing_until_a_newer_one_says_so(tmp_path: Path) -> None:
    register = FileRegister.at(tmp_path, [*rows(), row(21, "Good", "2024-03-02")])
    await register.poll()
    older = [row(1, "Inadequate"), *rows()[1:], row(21, "Good", "2024-01-02")]
    register.say(older)
    assert (await register.poll(days=1)).inspections == ()
    register.say([*rows(), row(21, "Good", "2024-03-02")])
    assert (await register.poll(days=1)).inspections == ()
    register.say([*older[:20], row(21, "Good", "2024-03-02")])
    await register.poll(days=1)
    assert register.changes == [("H001", "corrected")]
