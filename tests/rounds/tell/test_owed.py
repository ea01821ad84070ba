"""Who was sent what an inspection says is sent its withdrawal and its correction, whatever their watches ask for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from tests.builders import HOME, SITE, home, inspection
from tests.rounds.readings import DROP, GOOD, NOW, reading
from watcher.cli.explanation import change_json, print_explanation
from watcher.config.settings import Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.ledger import State
from watcher.feeds.feed import Outcome, Reading
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Transaction
from watcher.judging.changes import What
from watcher.messages.alert import Alert
from watcher.messages.present_state import state_line
from watcher.messages.titles import title
from watcher.messages.wording import word
from watcher.rounds.take_in import Taken, take_in
from watcher.watching.silences import Silence
from watcher.watching.watches import Watch

SCREEN = ConsoleOptions()
SETTINGS = Settings(
    channels={"desk": SCREEN, "screen": SCREEN, "hall": SCREEN},
    watch=(
        Watch(name="derby", local_authority=("Derby",), to=("desk",)),
        Watch(name="gone", changes=(What.WITHDRAWN,), to=("screen",)),
        Watch(name="corrections", changes=(What.CORRECTED,), to=("hall",)),
    ),
)
GONE = Reading(outcome=Outcome.CHANGED, homes=(home(),), listings={HOME: (GOOD,)})
BACK = replace(GONE, listings={HOME: (GOOD, DROP)})
CORRECTED = inspection("2024-01-10", "good", document="2", as_of="2024-03-05")
ANEW = inspection("2024-01-10", "inadequate", document="9", published="2024-04-01", as_of="2024-04-02")


class World:
    """A history and who is told of what is read."""

    def __init__(self, folder: Path) -> None:
        self.history, self.settings, self.now = EmbeddedHistory.open(folder, with_bundle=False), SETTINGS, NOW

    def reads(self, read: Reading) -> Taken:
        self.now += timedelta(hours=1)
        taken = take_in(self.history, SITE, read, self.settings, self.now)
        self.history.commit(taken.transaction())
        return taken

    def sent(self, read: Reading) -> list[tuple[str, str]]:
        """The channels that are sent something now, and of what sort."""
        found = [
            (delivery.channel, delivery.content.change.value)
            for delivery in self.reads(read).deliveries
            if isinstance(delivery.content, Alert) and delivery.state is State.WAITING
        ]
        return sorted(found)

    def alert(self, channel: str, what: What) -> Alert:
        """The last that a channel was told."""
        (*_, found) = (
            delivery.content
            for delivery in self.history.deliveries()
            if delivery.channel == channel and isinstance(delivery.content, Alert) and delivery.content.change is what
        )
        return found


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    one = World(tmp_path)
    one.reads(reading(GOOD, DROP))
    yield one
    one.history.close()


def test_who_was_sent_a_drop_is_sent_its_withdrawal(world: World) -> None:
    assert world.sent(GONE) == [("desk", "withdrawn"), ("screen", "withdrawn")]


@pytest.mark.parametrize("former", ["good", "", "inadequate"])
def test_it_is_sent_whichever_way_the_home_came_to_be_inadequate(tmp_path: Path, former: str) -> None:
    one = World(tmp_path / "again")
    first = (inspection("2023-05-01", former, document="1"),) if former else ()
    assert ("desk", "withdrawn") not in one.sent(reading(*first, DROP))
    assert ("desk", "withdrawn") in one.sent(replace(GONE, listings={HOME: first}))
    one.history.close()


def test_who_was_sent_a_drop_is_sent_its_correction(world: World) -> None:
    assert world.sent(reading(CORRECTED)) == [("desk", "corrected"), ("hall", "corrected")]


def test_who_was_sent_a_correction_only_is_sent_the_next_one_and_the_withdrawal(world: World) -> None:
    world.sent(reading(CORRECTED))
    assert ("hall", "withdrawn") in world.sent(GONE)


def test_the_correction_of_another_inspection_is_owed_to_nobody(world: World) -> None:
    other = inspection("2023-05-01", "outstanding", document="1", as_of="2024-03-05")
    assert world.sent(reading(other)) == [("hall", "corrected")]


@pytest.mark.parametrize(
    "left",
    [
        {"channels": {"screen": SCREEN, "hall": SCREEN}, "watch": SETTINGS.watch[1:]},
        {"watch": SETTINGS.watch[1:]},
    ],
    ids=["channel", "watch"],
)
def test_nothing_is_owed_where_the_channel_or_the_watch_is_gone(world: World, left: dict[str, object]) -> None:
    world.settings = SETTINGS.model_copy(update=left)
    assert world.sent(GONE) == [("screen", "withdrawn")]


def test_it_is_owed_though_the_watch_goes_elsewhere_by_now(world: World) -> None:
    moved = Watch(name="derby", local_authority=("Leeds",), to=("hall",))
    world.settings = SETTINGS.model_copy(update={"watch": (moved, *SETTINGS.watch[1:])})
    assert world.sent(GONE) == [("desk", "withdrawn"), ("screen", "withdrawn")]


def test_a_silence_holds_what_is_owed(world: World) -> None:
    silence = Silence.of({"home": ["SC000001"]}, made=NOW, until=NOW + timedelta(days=9), why="known")
    world.history.commit(Transaction(silences=(silence,)))
    assert world.sent(GONE) == []


@pytest.mark.parametrize("state", [State.REFUSED, State.SILENCED, State.LAPSED])
def test_who_never_had_the_drop_is_owed_nothing(world: World, state: State) -> None:
    world.history.store([replace(delivery, state=state) for delivery in world.history.deliveries()])
    assert world.sent(GONE) == [("screen", "withdrawn")]


def test_it_says_why_one_gets_it_and_explain_says_so_too(world: World) -> None:
    taken = world.reads(GONE)
    (owed,) = (delivery for delivery in taken.deliveries if delivery.channel == "desk")
    (asked,) = (delivery for delivery in taken.deliveries if delivery.channel == "screen")
    zone = SETTINGS.timezone
    assert (
        "Why you get this: you were sent what this inspection said (watch derby)"
        in word(owed.message(), zone).footnotes
    )
    assert "Why you get this: watch gone" in word(asked.message(), zone).footnotes
    console = Console(record=True, width=200)
    print_explanation(console, world.history, home(), world.history.records(HOME))
    why = "it was sent 'dropped to inadequate' of this inspection for derby"
    said = console.export_text()
    assert f"to desk ({why}): waiting" in said
    assert "not for derby: it does not ask for 'withdrawn'" in said
    (told,) = taken.told
    assert change_json(world.history, told)["owed"] == {"desk": why}


# Issued again.


@pytest.mark.parametrize(
    "back",
    [BACK, replace(BACK, background=(ANEW,), listings={HOME: (GOOD, ANEW)}), replace(BACK, inspections=(ANEW,))],
    ids=["listed again", "another file", "read anew"],
)
def test_a_report_that_is_issued_again_says_so_once_to_those_who_were_told_that_it_had_gone(
    world: World, back: Reading
) -> None:
    world.reads(GONE)
    assert world.sent(back) == [("desk", "corrected"), ("screen", "corrected")]
    assert title(world.alert("desk", What.CORRECTED)) == (
        "Children's home in Derby: the inspection of 10 January 2024, gone from its page on 1 March 2024, was issued "
        "again, still inadequate (SC000001, Elm Homes Limited)"
    )
    assert world.history.standing_inadequate() == [HOME]
    assert world.sent(back) == []


def test_nobody_hears_that_it_was_issued_again_who_never_heard_that_it_had_gone(world: World) -> None:
    world.settings = SETTINGS.model_copy(update={"watch": SETTINGS.watch[2:]})
    world.reads(GONE)
    taken = world.reads(BACK)
    assert taken.deliveries == ()
    assert [dict(told.reasons) for told in taken.told] == [{"corrections": "nobody there was told that it had gone"}]


def test_a_report_that_is_issued_again_with_another_grade_is_corrected(world: World) -> None:
    world.reads(GONE)
    better = replace(CORRECTED, document="9")
    both = replace(reading(better), listings={HOME: (GOOD, better)})
    assert world.sent(both) == [("desk", "corrected"), ("hall", "corrected"), ("screen", "corrected")]
    told = world.alert("hall", What.CORRECTED)
    assert "was issued again and corrected from inadequate to good" in title(told)
    assert (told.contract()["was"]["overall"], told.contract()["gone"]) == ("inadequate", "2024-03-01")
    assert world.sent(both) == []


def test_a_page_that_flaps_is_told_to_readers_once_and_then_to_the_operator(world: World) -> None:
    world.reads(GONE)
    world.reads(BACK)
    again: list[Taken] = [world.reads(GONE), world.reads(BACK)]
    assert [taken.deliveries for taken in again] == [(), ()]
    assert [problem.trouble.value for taken in again for problem in taken.problems] == ["repeated", "repeated"]


def test_a_first_alert_says_that_it_stands_again(world: World) -> None:
    world.reads(GONE)
    world.reads(BACK)
    assert state_line(world.alert("desk", What.CORRECTED)) == (
        "inadequate: the inspection of 10 January 2024, once gone from its page, was issued again"
    )
