"""The operator is told on onset, on change, and when it is over; never through the channel that failed.

They hear before the history's room ends, and of every step of the clock once, restarts or not.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import MATTER, still_open
from watcher.config.settings import Operator, Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.ledger import Delivery, State
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState, Held, Room, Transaction, Untold
from watcher.messages.matter import Matter
from watcher.messages.message import Notice
from watcher.messages.topics import Topic
from watcher.service.announcements import announce, as_known
from watcher.service.self_watch import (
    LEAST_FREE,
    MOST_DOCUMENTS,
    clock_step,
    matters_of_feeds,
    matters_of_room,
)
from watcher.service.undelivered import LONGEST_UNSENT, matters_of_deliveries
from watcher.timing.grid import SMALL_STEP

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
STARTED = NOW - timedelta(days=3)
SETTINGS = Settings(
    feeds={"ofsted": OfstedSiteOptions()},
    channels={"screen": ConsoleOptions(), "desk": ConsoleOptions()},
    operator=Operator(to=("screen", "desk")),
)
OPERATORS = SETTINGS.operators_channels
GOOD = FeedState(name="ofsted", outcome="unchanged", began=NOW, last_good=NOW)


def keys(*states: FeedState, deliveries: tuple[Delivery, ...] = (), settings: Settings = SETTINGS) -> list[str]:
    found = matters_of_feeds(settings.feeds, states, STARTED, NOW)
    return [matter.key for matter in (*found, *matters_of_deliveries(settings.channels, deliveries, NOW))]


def waiting(channel: str = "desk", age: timedelta = timedelta(0), **facts: object) -> Delivery:
    made = Delivery.of(channel, "home", Notice("t", "x"), "1", NOW - age)
    return replace(made, **facts)  # type: ignore[arg-type]  # a table of facts


def test_when_all_is_well_there_is_nothing_to_tell() -> None:
    assert keys(GOOD, deliveries=(waiting(),)) == []


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (replace(GOOD, last_good=NOW - timedelta(hours=7), outcome="unreachable"), ["feed:ofsted:stale"]),
        (replace(GOOD, last_good=None, outcome="unreachable"), ["feed:ofsted:stale"]),
        (replace(GOOD, last_good=NOW - timedelta(hours=5), outcome="unreachable"), []),
        (replace(GOOD, outcome="malformed", odd=2, detail="no results list"), ["feed:ofsted:outcome"]),
        (replace(GOOD, outcome="malformed", odd=1), []),
        (replace(GOOD, outcome="malformed", odd=1, not_before=NOW + timedelta(hours=3)), ["feed:ofsted:outcome"]),
        (replace(GOOD, outcome="implausible", odd=2, held=Held("too much", NOW)), ["feed:ofsted:held"]),
        (
            replace(GOOD, problems={"ofsted:SC1": Untold(what="unknown grade", home="ofsted:SC1", since=NOW)}),
            ["feed:ofsted:grade"],
        ),
    ],
)
def test_a_feed_in_trouble_is_a_matter(state: FeedState, expected: list[str]) -> None:
    assert keys(state) == expected


def test_what_is_not_understood_for_too_long_is_the_same_matter_and_grave() -> None:
    first = replace(GOOD, outcome="malformed", odd=2)
    long = replace(first, last_good=NOW - timedelta(hours=7), odd=15)
    awake_since, opened = NOW - timedelta(days=1), "feed:ofsted:outcome"
    (early,) = matters_of_feeds(SETTINGS.feeds, [first], awake_since, NOW)
    (late,) = matters_of_feeds(SETTINGS.feeds, [long], awake_since, NOW, {opened: as_known(early, NOW)})
    assert (early.key, early.topic, late.key, late.topic) == (opened, Topic.NOT_UNDERSTOOD, opened, Topic.STALE)
    assert early.title != late.title  # so that it rings once more
    told = {opened: as_known(late, NOW)}
    (woken,) = matters_of_feeds(SETTINGS.feeds, [long], NOW, NOW, told)
    assert woken.title == late.title
    (cut_off,) = matters_of_feeds(SETTINGS.feeds, [replace(long, outcome="unreachable")], awake_since, NOW, told)
    assert (cut_off.key, cut_off.title) == (opened, late.title)
    assert matters_of_feeds(SETTINGS.feeds, [GOOD], awake_since, NOW, told) == []


def test_a_feed_that_was_never_understood_is_not_said_to_have_been() -> None:
    first = FeedState(name="ofsted", began=NOW - timedelta(minutes=1), outcome="malformed", odd=1)
    (never,) = matters_of_feeds(SETTINGS.feeds, [first], NOW - timedelta(days=1), NOW)
    assert (never.topic, never.title) == (Topic.STALE, "ofsted could not be understood even once")


def test_what_was_unreachable_and_is_not_understood_now_is_the_same_matter() -> None:
    state = replace(GOOD, last_good=NOW - timedelta(hours=7), outcome="malformed", odd=3)
    assert [
        matter.key for matter in matters_of_feeds(SETTINGS.feeds, [state], NOW, NOW, {"feed:ofsted:stale": MATTER})
    ] == ["feed:ofsted:stale"]


def test_a_feed_never_read_is_no_matter_just_after_the_start() -> None:
    fresh = FeedState(name="ofsted")
    assert matters_of_feeds(SETTINGS.feeds, [fresh], NOW - timedelta(minutes=5), NOW) == []


def test_what_went_stale_while_the_machine_slept_is_first_read_again() -> None:
    asleep = replace(GOOD, began=NOW - timedelta(days=3), last_good=NOW - timedelta(days=3))
    assert matters_of_feeds(SETTINGS.feeds, [asleep], NOW - timedelta(minutes=1), NOW) == []
    tried = replace(asleep, began=NOW - timedelta(seconds=30), outcome="unreachable")
    assert [matter.key for matter in matters_of_feeds(SETTINGS.feeds, [tried], NOW - timedelta(minutes=1), NOW)] == [
        "feed:ofsted:stale"
    ]
    assert [matter.key for matter in matters_of_feeds(SETTINGS.feeds, [asleep], NOW - timedelta(hours=2), NOW)] == [
        "feed:ofsted:stale"
    ]


@pytest.mark.parametrize("last_good", [NOW - timedelta(days=3), None])
def test_waking_does_not_end_what_was_stale_before(last_good: datetime | None) -> None:
    asleep = replace(GOOD, began=NOW - timedelta(hours=1), last_good=last_good, outcome="unreachable")
    awake_since = NOW - timedelta(seconds=1)
    for known in ("feed:ofsted:stale", "network"):
        (matter,) = matters_of_feeds(SETTINGS.feeds, [asleep], awake_since, NOW, {known: MATTER})
        assert matter.key == "feed:ofsted:stale"
    assert matters_of_feeds(SETTINGS.feeds, [GOOD], awake_since, NOW, {"feed:ofsted:stale": MATTER}) == []


def test_all_feeds_failing_at_once_is_our_own_network() -> None:
    settings = SETTINGS.model_copy(update={"feeds": {"ofsted": OfstedSiteOptions(), "other": OfstedSiteOptions()}})
    blind = replace(GOOD, last_good=NOW - timedelta(hours=7), outcome="unreachable")
    assert keys(blind, replace(blind, name="other"), settings=settings) == ["network"]
    assert keys(blind, replace(GOOD, name="other"), settings=settings) == ["feed:ofsted:stale"]


def test_why_a_channel_takes_no_message_stands_at_the_end() -> None:
    late = waiting(age=LONGEST_UNSENT + timedelta(minutes=1), detail="the connection was lost (RemoteDisconnected)")
    (matter,) = matters_of_deliveries(SETTINGS.channels, [late], NOW)
    assert "RemoteDisconnected" not in matter.title + matter.text
    assert matter.details == ("it says: the connection was lost (RemoteDisconnected)",)


@pytest.mark.parametrize(
    ("delivery", "expected"),
    [
        (waiting(age=LONGEST_UNSENT + timedelta(seconds=1)), ["channel:desk:unsent"]),
        (waiting(age=LONGEST_UNSENT), []),
        (waiting(state=State.REFUSED, detail="channel_not_found"), ["channel:desk:refused"]),
        (waiting(channel="gone"), ["channel:gone:gone"]),
    ],
)
def test_messages_that_do_not_arrive_are_a_matter(delivery: Delivery, expected: list[str]) -> None:
    assert keys(GOOD, deliveries=(delivery,)) == expected


STALE = Matter("feed:ofsted:stale", Topic.STALE, "ofsted has not been read", "for 7h")


def test_a_matter_is_told_on_onset_once_and_when_it_is_over_with_its_duration() -> None:
    onset = announce(OPERATORS, {}, [STALE], NOW)
    expected = Notice("ofsted has not been read", "for 7h", topic="stale", since=NOW)
    assert [(delivery.channel, delivery.content) for delivery in onset.deliveries] == [
        ("screen", expected),
        ("desk", expected),
    ]
    known = still_open(onset.notices)
    again = announce(OPERATORS, known, [replace(STALE, text="for 8h")], NOW + timedelta(hours=1))
    assert (again.notices, list(again.deliveries)) == ({}, [])
    over = announce(OPERATORS, known, [], NOW + timedelta(hours=2))
    assert over.notices == {"feed:ofsted:stale": None}
    assert {delivery.content for delivery in over.deliveries} == {
        Notice("over: ofsted has not been read", "It lasted 2h.", topic="stale", is_over=True)
    }


def test_the_same_trouble_a_second_time_is_told_a_second_time() -> None:
    first = announce(OPERATORS, {}, [STALE], NOW)
    second = announce(OPERATORS, {}, [STALE], NOW + timedelta(days=1))
    assert {delivery.id for delivery in first.deliveries}.isdisjoint(delivery.id for delivery in second.deliveries)


def test_a_matter_that_changes_its_nature_is_told_again_and_keeps_its_beginning() -> None:
    known = still_open(announce(OPERATORS, {}, [STALE], NOW).notices)
    changed = announce(OPERATORS, known, [replace(STALE, title="ofsted refuses")], NOW + timedelta(hours=1))
    assert len(changed.deliveries) == 2
    assert still_open(changed.notices)["feed:ofsted:stale"].since == NOW


def test_trouble_of_a_channel_goes_through_another() -> None:
    matter = Matter("channel:desk:refused", Topic.REFUSED, "desk refuses messages", "", frozenset({"desk"}))
    assert [delivery.channel for delivery in announce(OPERATORS, {}, [matter], NOW).deliveries] == ["screen"]
    both = replace(matter, not_through=frozenset({"desk", "screen"}))
    assert [delivery.channel for delivery in announce(OPERATORS, {}, [both], NOW).deliveries] == ["screen", "desk"]


AMPLE = Room(documents=MOST_DOCUMENTS, snapshot_bytes=1000, free_bytes=LEAST_FREE)
ON_SCREEN = {"screen": SETTINGS.channels["screen"]}


@pytest.mark.parametrize(
    ("room", "keys"),
    [
        (AMPLE, []),
        (replace(AMPLE, documents=MOST_DOCUMENTS + 1), ["history:documents"]),
        (replace(AMPLE, free_bytes=LEAST_FREE - 1), ["history:room"]),
        (replace(AMPLE, snapshot_bytes=LEAST_FREE // 2), []),
        (replace(AMPLE, snapshot_bytes=LEAST_FREE // 2 + 1), ["history:room"]),
    ],
)
def test_limits_are_told_before_they_are_reached(room: Room, keys: list[str]) -> None:
    assert [matter.key for matter in matters_of_room(room)] == keys


def test_the_room_of_a_history_is_measured(tmp_path: Path) -> None:
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    before = history.room()
    history.commit(Transaction(notices={"a": MATTER, "b": MATTER}))
    history.compact(force=True)
    after = history.room()
    assert after.documents == before.documents + 2
    assert after.snapshot_bytes == (tmp_path / "history.json").stat().st_size
    assert after.free_bytes > 0
    history.close()


@pytest.mark.parametrize(
    ("wall", "monotonic", "told"),
    [
        (timedelta(seconds=10), timedelta(seconds=10), None),
        (timedelta(seconds=10) + SMALL_STEP, timedelta(seconds=10), None),
        (timedelta(hours=3), timedelta(hours=3), None),
        (timedelta(hours=1, seconds=10), timedelta(seconds=10), ("the clock jumped forward", "By 1h")),
        (timedelta(seconds=10, hours=-24), timedelta(seconds=10), ("the clock jumped back", "By 1d")),
        (timedelta(0), timedelta(minutes=6), ("the clock jumped back", "By 6m")),
    ],
)
def test_a_step_of_the_clock_is_told_with_its_size(
    wall: timedelta, monotonic: timedelta, told: tuple[str, str] | None
) -> None:
    notice = clock_step(wall, monotonic)
    assert (notice and (notice.title, notice.text.split(",")[0])) == told


def told_in_a_round(history: EmbeddedHistory, state: FeedState, awake_since: datetime, now: datetime) -> list[str]:
    known = history.notices()
    announcements = announce(ON_SCREEN, known, matters_of_feeds(SETTINGS.feeds, [state], awake_since, now, known), now)
    history.commit(Transaction(notices=announcements.notices, deliveries=announcements.deliveries))
    return [delivery.content.title for delivery in announcements.deliveries]  # type: ignore[union-attr]  # notices all


@pytest.mark.parametrize("last_good", [None, NOW - timedelta(hours=9)])
def test_a_restart_neither_repeats_nor_ends_what_was_told(tmp_path: Path, last_good: datetime | None) -> None:
    stale = FeedState(name="ofsted", outcome="unreachable", began=NOW - timedelta(minutes=1), last_good=last_good)
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    assert told_in_a_round(history, stale, NOW - timedelta(days=2), NOW) == ["ofsted has not been read"]
    history.close()
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    restarted = NOW + timedelta(minutes=5)
    assert told_in_a_round(history, stale, restarted, restarted) == []
    tried = replace(stale, began=restarted)
    assert told_in_a_round(history, tried, restarted, restarted + timedelta(minutes=1)) == []
    read = replace(tried, outcome="changed", last_good=restarted)
    assert told_in_a_round(history, read, restarted, restarted + timedelta(minutes=2)) == [
        "over: ofsted has not been read"
    ]
    history.close()
