"""Which homes are due, and when one is looked at again."""

from datetime import UTC, date, datetime, timedelta

import pytest

from watcher.feeds.ofsted_site.cursor import Again, Failure, Progress, dump, load
from watcher.feeds.ofsted_site.plan import LASTING, PASSING, Due, after_failure, after_reading, due
from watcher.feeds.ofsted_site.search import SearchEntry

NOW = datetime(2024, 3, 4, 12, tzinfo=UTC)
TODAY = NOW.date()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OLD = date(2024, 2, 1)


def entry(latest: date | None, urn: str = "SC000001") -> SearchEntry:
    return SearchEntry(urn, "2", "Children's Home", latest)


def progress(**facts: object) -> Progress:
    state = Progress(homes={"SC000001": OLD})
    for name, value in facts.items():
        setattr(state, name, value)
    return state


def failed(latest: date, at: datetime) -> dict[str, Failure]:
    return {"SC000001": Failure(1, at, latest, of_baseline=False)}


@pytest.mark.parametrize(
    ("latest", "state", "is_due", "moved"),
    [
        (OLD, progress(), False, False),
        (OLD + DAY, progress(), True, True),
        (OLD, Progress(), True, True),
        (OLD - DAY, progress(), True, False),
        (OLD - DAY, progress(not_before={"SC000001": TODAY + DAY}), False, False),
        (TODAY + DAY, progress(), True, True),
        (TODAY + 2 * DAY, progress(), True, False),
        (TODAY + 2 * DAY, progress(not_before={"SC000001": TODAY + DAY}), False, False),
        (None, progress(), True, False),
        (OLD, progress(again={"SC000001": Again(0, NOW)}), True, False),
        (OLD, progress(again={"SC000001": Again(0, NOW + HOUR)}), False, False),
        (OLD + DAY, progress(failures=failed(OLD + DAY, NOW + HOUR)), False, False),
        (OLD + DAY, progress(failures=failed(OLD + DAY, NOW)), True, True),
        (OLD + 2 * DAY, progress(failures=failed(OLD + DAY, NOW + HOUR)), True, True),
        (OLD, progress(failures=failed(OLD, NOW)), True, False),
    ],
)
def test_a_listed_home_is_due_when_its_date_moved_or_its_time_has_come(
    latest: date | None, state: Progress, is_due: bool, moved: bool
) -> None:
    found = due(state, [entry(latest)], [], NOW, TODAY)
    assert [home.moved for home in found] == ([moved] if is_due else [])


def test_a_date_ahead_is_not_remembered() -> None:
    assert due(progress(), [entry(TODAY + 2 * DAY)], [], NOW, TODAY)[0].latest == OLD


@pytest.mark.parametrize(("not_before", "is_due"), [(None, True), (TODAY, True), (TODAY + DAY, False)])
@pytest.mark.parametrize("entries", [[], [entry(OLD)]])
def test_a_home_that_stands_inadequate_is_due_once_a_day(
    not_before: date | None, is_due: bool, entries: list[SearchEntry]
) -> None:
    state = progress(not_before={"SC000001": not_before} if not_before else {})
    assert bool(due(state, entries, ["SC000001"], NOW, TODAY)) is is_due


def test_of_two_rows_of_a_home_the_later_date_counts_and_the_latest_homes_come_first() -> None:
    entries = [entry(OLD), entry(OLD + 3 * DAY), entry(OLD + DAY), entry(OLD + 5 * DAY, "SC000002")]
    found = due(progress(), entries, [], NOW, TODAY)
    assert [(home.urn, home.latest) for home in found] == [("SC000002", OLD + 5 * DAY), ("SC000001", OLD + 3 * DAY)]


@pytest.mark.parametrize(("passing", "waits"), [(True, PASSING), (False, LASTING)])
def test_a_failing_home_is_tried_less_and_less_often_and_never_given_up(
    passing: bool, waits: tuple[timedelta, ...]
) -> None:
    one = Due("SC000001", "2", OLD, moved=True)
    failure = None
    for number in range(12):
        failure = after_failure(failure, one, NOW, in_baseline=False, waits=PASSING if passing else LASTING)
        assert failure.due - NOW == waits[min(number, len(waits) - 1)]
    assert waits[-1] == DAY


def test_a_home_of_the_baseline_stays_one_until_it_was_read() -> None:
    one = Due("SC000001", "2", OLD, moved=True)
    first = after_failure(None, one, NOW, in_baseline=True)
    assert after_failure(first, one, NOW, in_baseline=False).of_baseline


def test_a_page_that_moved_is_looked_at_three_times_more() -> None:
    moved, same = Due("SC000001", "2", TODAY, moved=True), Due("SC000001", "2", TODAY, moved=False)
    again = after_reading(None, moved, NOW, TODAY)
    waits = []
    while again is not None:
        waits.append(again.due - NOW)
        again = after_reading(again, same, NOW, TODAY)
    assert waits == [HOUR, 6 * HOUR, DAY]


def test_an_old_page_of_the_baseline_is_not_looked_at_again() -> None:
    assert after_reading(None, Due("SC000001", "2", OLD, moved=True), NOW, TODAY) is None


def test_the_progress_survives_as_json() -> None:
    state = progress(again={"SC000001": Again(1, NOW)}, failures=failed(OLD, NOW), read=NOW, categories=("9",))
    assert load(dump(state)) == state
    assert load({}) == Progress()


def test_the_window_grows_over_an_outage() -> None:
    state = progress(read=NOW - 100 * DAY)
    assert state.window(60 * DAY, TODAY) == TODAY - 160 * DAY
    assert Progress().window(60 * DAY, TODAY) == TODAY - 60 * DAY
    assert progress(read=NOW + 3 * DAY).window(60 * DAY, TODAY) == TODAY - 60 * DAY
