"""One round of a feed commits what it means, whatever the feed does."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import HOME, RETOLD, home, inspection, signed
from tests.clock import ManualClock
from watcher.actions.release import release
from watcher.config.settings import Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.facts.inspection import Inspection
from watcher.feeds.feed import Cursor, Knowledge, Outcome, Problem, Reading, Trouble
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.failures import HistoryAwayError
from watcher.history.protocol import FeedState, Transaction
from watcher.judging.changes import What
from watcher.rounds.poll import LONGEST_PAUSE, Round, poll
from watcher.service.pace import BREATH, next_reading
from watcher.watching.watches import Watch

NOW = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)
SETTINGS = Settings(
    feeds={"ofsted": OfstedSiteOptions()}, channels={"desk": ConsoleOptions()}, watch=(Watch(name="all", to=("desk",)),)
)
DEADLINE = timedelta(seconds=5)


class ScriptedFeed:
    """A feed in memory: yields what the test hands it."""

    name = "ofsted"

    def __init__(self, *script: Reading | Exception | None) -> None:
        self.script = list(script)
        self.cursors: list[Cursor] = []

    async def read(self, cursor: Cursor, knowledge: Knowledge, now: datetime) -> Reading:
        self.cursors.append(cursor)
        step = self.script.pop(0)
        if step is None:
            await asyncio.Event().wait()
            raise AssertionError
        if isinstance(step, Exception):
            raise step
        return step

    async def check(self) -> Sequence[Problem]:
        return ()

    async def close(self) -> None:
        pass


@pytest.fixture
def history(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(tmp_path, with_bundle=False)
    yield opened
    opened.close()


def rounds(
    history: EmbeddedHistory, *script: Reading | Exception | None, deadline: timedelta = DEADLINE
) -> list[Round]:
    clock, feed = ManualClock(NOW), ScriptedFeed(*script)

    async def all_of_them() -> list[Round]:
        done = []
        for _ in script:
            done.append(await poll(history, feed, SETTINGS, clock, deadline))
            clock.advance(timedelta(minutes=30))
        return done

    return asyncio.run(all_of_them())


def good(*inspections_words: str, **facts: object) -> Reading:
    visits = tuple(
        inspection("2024-01-10", words, home=f"ofsted:SC{number:06}", document=str(number))
        for number, words in enumerate(inspections_words)
    )
    return Reading(outcome=Outcome.CHANGED, inspections=visits, cursor={"read": len(visits)}, **facts)  # type: ignore[arg-type]  # a table of facts


def test_a_good_round_keeps_its_cursor_and_its_time(history: EmbeddedHistory) -> None:
    rounds(history, good("inadequate"))
    state = history.feed("ofsted")
    assert (state.outcome, state.last_good, state.failures, state.not_before) == ("changed", NOW, 0, None)
    assert state.cursor == {"read": 1}
    assert len(list(history.deliveries())) == 1


@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        (Reading(outcome=Outcome.UNREACHABLE, detail="down"), "unreachable"),
        (Reading(outcome=Outcome.REFUSED, detail="403"), "refused"),
        (ValueError("a defect"), "malformed"),
        (None, "unreachable"),
    ],
)
def test_a_bad_round_keeps_the_cursor_of_the_last_good_one_and_backs_off(
    history: EmbeddedHistory, step: Reading | Exception | None, outcome: str
) -> None:
    rounds(history, good("good"), step, deadline=timedelta(milliseconds=50))
    state = history.feed("ofsted")
    assert (state.outcome, state.failures, state.last_good) == (outcome, 1, NOW)
    assert state.cursor == {"read": 1}
    assert state.not_before is not None
    assert NOW < state.not_before <= NOW + timedelta(minutes=30) + LONGEST_PAUSE


def test_a_history_that_goes_away_in_the_middle_of_a_reading_is_no_fault_of_the_feeds(history: EmbeddedHistory) -> None:
    rounds(history, good("good"))
    before = history.feed("ofsted")
    with pytest.raises(HistoryAwayError):
        rounds(history, HistoryAwayError("the database", "it restarts"))
    assert history.feed("ofsted") == before


def test_a_feed_that_fails_for_ever_is_never_given_up(history: EmbeddedHistory) -> None:
    rounds(history, *[Reading(outcome=Outcome.UNREACHABLE)] * 40)
    state = history.feed("ofsted")
    assert state.failures == 40
    assert state.not_before is not None
    assert state.began is not None
    assert state.not_before - state.began <= LONGEST_PAUSE


def test_a_bad_round_that_still_yields_something_keeps_it(history: EmbeddedHistory) -> None:
    partial = Reading(
        outcome=Outcome.UNREACHABLE, inspections=(inspection("2024-01-10", "inadequate"),), cursor={"read": "half"}
    )
    rounds(history, partial)
    assert history.feed("ofsted").cursor == {"read": "half"}
    assert [change.alert.change.value for change in history.changes()] == ["first inspection inadequate"]


def test_a_reading_that_mostly_failed_keeps_its_cursor_is_not_good_and_comes_again_at_the_usual_pace(
    history: EmbeddedHistory,
) -> None:
    mostly = Reading(outcome=Outcome.MALFORMED, cursor={"read": "some"}, in_part=True)
    rounds(history, good("good"), *[mostly] * 5)
    state = history.feed("ofsted")
    assert (state.last_good, state.failures, state.cursor) == (NOW, 5, {"read": "some"})
    assert state.began is not None
    assert state.not_before == state.began + timedelta(minutes=30)


def test_a_mass_change_is_held_shown_and_released_by_the_next_good_reading(history: EmbeddedHistory) -> None:
    first, upset = good(*["good"] * 10), good(*["inadequate"] * 10)
    held = rounds(history, first, upset)[1]
    assert held.reading.outcome is Outcome.IMPLAUSIBLE
    kept = history.feed("ofsted").held
    assert kept is not None
    assert kept.why.startswith("it would change or remove 10 of the 10")
    assert history.feed("ofsted").cursor == {"read": 10}
    assert list(history.changes()) == []
    rounds(history, good(*["good"] * 10))
    assert history.feed("ofsted").held is None


def test_a_mass_change_is_believed_once_the_operator_says_so(history: EmbeddedHistory) -> None:
    first, upset = good(*["good"] * 10), good(*["inadequate"] * 10)
    assert not release(history, "ofsted", signed(NOW))
    rounds(history, first, upset)
    assert release(history, "ofsted", signed(NOW))
    rounds(history, upset)
    assert [change.alert.change.value for change in history.changes()] == ["corrected"] * 10
    assert history.feed("ofsted").held is None
    assert not history.feed("ofsted").released


def test_a_problem_of_a_home_stays_until_that_home_is_read_well_again(history: EmbeddedHistory) -> None:
    problem = Problem(where="report 50200001", what="could not be read", trouble=Trouble.REPORT, home=HOME)
    unchanged = Reading(outcome=Outcome.UNCHANGED, cursor={"read": 2})
    rounds(history, good(problems=(problem,)), unchanged)
    assert history.feed("ofsted").problems["report 50200001"].since == NOW
    rounds(history, good(homes=(home(),)))
    assert history.feed("ofsted").problems == {}


def test_a_problem_of_the_feed_itself_is_over_with_the_next_good_reading(history: EmbeddedHistory) -> None:
    rounds(history, good(problems=(Problem(where="page 2", what="one row is odd", trouble=Trouble.LIST),)))
    assert list(history.feed("ofsted").problems) == ["page 2"]
    rounds(history, Reading(outcome=Outcome.UNREACHABLE))
    assert list(history.feed("ofsted").problems) == ["page 2"]
    rounds(history, good())
    assert history.feed("ofsted").problems == {}


GAP = replace(inspection("2023-10-08", "inadequate", source=RETOLD, as_of="2024-02-19"), published=None)
MISSED = Problem(
    where="its history",
    what="a missed inspection",
    trouble=Trouble.RETOLD,
    home=HOME,
    lasts=timedelta(hours=3),
    visit=GAP.visit,
)


def read_again(*inspections: Inspection) -> Reading:
    return Reading(outcome=Outcome.CHANGED, homes=(home(),), inspections=inspections)


def test_a_lasting_problem_outlives_the_next_readings_of_its_home(history: EmbeddedHistory) -> None:
    told = replace(read_again(), background=(GAP,), problems=(MISSED,))
    unchanged = [read_again() for _ in range(4)]
    done = rounds(history, told, *unchanged, Reading(outcome=Outcome.UNREACHABLE), read_again(), read_again())
    assert [list(ended.state.problems) for ended in done] == [["its history"]] * 6 + [[]] * 2


def test_a_lasting_problem_is_over_once_its_inspection_is_known_otherwise(history: EmbeddedHistory) -> None:
    own = inspection("2023-10-09", "inadequate", document="4")
    other = inspection("2024-01-10", "good", document="5")
    told = replace(read_again(), background=(GAP,), problems=(MISSED,))
    done = rounds(history, told, read_again(other), read_again(own), read_again(own))
    assert [list(ended.state.problems) for ended in done] == [["its history"]] * 2 + [[]] * 2


@pytest.mark.anyio
async def test_a_reading_that_ended_early_is_gone_on_with_soon_and_then_at_its_usual_pace(
    history: EmbeddedHistory,
) -> None:
    clock, options = ManualClock(NOW), SETTINGS.feeds["ofsted"]
    feed = ScriptedFeed(Reading(outcome=Outcome.CHANGED, goes_on=True), Reading(outcome=Outcome.CHANGED))
    first = await poll(history, feed, SETTINGS, clock, DEADLINE)
    assert next_reading(options, first.state, NOW) <= NOW + BREATH
    clock.advance(BREATH)
    last = await poll(history, feed, SETTINGS, clock, DEADLINE)
    assert next_reading(options, last.state, clock.now()) > clock.now() + BREATH


def test_much_that_is_overtaken_is_judged_anew_and_told_once(
    history: EmbeddedHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What others commit while it is being stored stays, and so does each of its changes."""
    count = 6
    homes = [replace(home(), id=f"SC90000{number}") for number in range(count)]
    before = [replace(inspection("2023-01-10", "good"), home=one.key) for one in homes]
    after = [replace(inspection("2024-01-10", "outstanding"), home=one.key) for one in homes]
    store, versions = EmbeddedHistory.commit_beside, []

    def overtaken(this: EmbeddedHistory, transaction: Transaction, version: int) -> bool:
        versions.append(version)
        if len(versions) < 3:
            this.commit(Transaction(feeds=(FeedState(name=f"other{len(versions)}", detail="meanwhile"),)))
        return store(this, transaction, version)

    monkeypatch.setattr(EmbeddedHistory, "commit_beside", overtaken)
    settings = SETTINGS.model_copy(update={"watch": (Watch(name="all", changes=tuple(What), to=("desk",)),)})
    reading = Reading(outcome=Outcome.CHANGED, homes=tuple(homes), inspections=tuple(after), background=tuple(before))
    came_to = asyncio.run(poll(history, ScriptedFeed(reading), settings, ManualClock(NOW), DEADLINE))
    assert len(versions) == 3
    assert {history.feed(f"other{number}").detail for number in (1, 2)} == {"meanwhile"}
    assert len(came_to.taken.told) == len(list(history.changes())) == count
    assert len(list(history.deliveries(open_only=True))) == count
