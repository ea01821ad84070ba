"""Two homes of one owner are found inadequate: who is told of the concern, in which message, and never twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.builders import home, inspection
from tests.shapes.schemas import validator
from watcher.config.settings import Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.delivery.channels.webhook.body import body
from watcher.delivery.ledger import State
from watcher.facts.inspection import Inspection
from watcher.feeds.feed import Outcome, Reading
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Transaction
from watcher.judging.changes import What
from watcher.judging.judge import judge
from watcher.messages.alert import Alert
from watcher.messages.message import PresentState
from watcher.messages.wording import word
from watcher.rounds.take_in import Taken, take_in
from watcher.rounds.tell.concerns import with_concerns
from watcher.rounds.working_copy import WorkingCopy
from watcher.watching.silences import Silence
from watcher.watching.watches import Watch

NOW = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)
DROPS = ["dropped to inadequate", "first inspection inadequate"]
FIRST = inspection("2023-10-02", "inadequate", home="ofsted:A", document="1")
SECOND = inspection("2023-12-10", "inadequate", home="ofsted:B", document="2")


def settings(**channels: list[str]) -> Settings:
    """A watch for each channel, with the changes that it asks for; `desk` has threads."""
    kinds = {"desk": SlackOptions(channel="C1")}
    return Settings(
        channels={name: kinds.get(name, ConsoleOptions()) for name in channels},
        watch=tuple(
            Watch.model_validate({"name": name, "changes": what, "to": name}) for name, what in channels.items()
        ),
    )


ALL = settings(screen=[*DROPS, "group concern"])


def reading(*inspections: Inspection, owner: str = "Elm Homes Limited", **facts: Any) -> Reading:
    homes = tuple(home(identity, owner=owner) for identity in ("A", "B", "C"))
    return Reading(outcome=Outcome.CHANGED, homes=homes, inspections=inspections, **facts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def history(folder: Path) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(folder, with_bundle=False)
    yield opened
    opened.close()


def take(history: EmbeddedHistory, read: Reading, known: Settings = ALL, days: int = 0) -> Taken:
    taken = take_in(history, "ofsted", read, known, NOW + timedelta(days=days))
    history.commit(taken.transaction())
    return taken


def told(taken: Taken) -> list[tuple[str, str]]:
    return [(change.alert.home_id, change.alert.change.value) for change in taken.told]


def sent(taken: Taken) -> list[tuple[str, str, str, int]]:
    """The messages: channel, home, change and how many concerns they name."""
    return [
        (delivery.channel, delivery.content.home_id, delivery.content.change.value, len(delivery.content.concerns))
        for delivery in taken.deliveries
        if isinstance(delivery.content, Alert)
    ]


def test_it_goes_as_part_of_the_message_of_its_drop(history: EmbeddedHistory) -> None:
    take(history, reading(FIRST))
    taken = take(history, reading(SECOND))
    assert told(taken) == [("B", "first inspection inadequate"), ("B", "group concern")]
    assert sent(taken) == [("screen", "B", "first inspection inadequate", 1)]
    (delivery,) = taken.deliveries
    wording = word(delivery.message(), ALL.timezone)
    said = {fact.label: fact.value for fact in wording.facts}["Group concern"]
    assert said == "the second home of its owner found inadequate within a year, after A (Derby, 11 November 2023)"
    (concern,) = orjson.loads(body(delivery.message()))["concerns"]
    others = [{"home": "ofsted:A", "inspected": "2023-10-02", "published": "2023-11-11"}]
    assert concern == {"group": "Elm Homes Limited", "others": others}


def test_two_drops_of_one_reading_bring_one_concern(history: EmbeddedHistory) -> None:
    assert told(take(history, reading(SECOND, FIRST))) == [
        ("A", "first inspection inadequate"),
        ("B", "first inspection inadequate"),
        ("B", "group concern"),
    ]


def test_the_earlier_report_that_is_read_later_tells_it(history: EmbeddedHistory) -> None:
    assert ("B", "group concern") not in told(take(history, reading(SECOND)))
    assert ("A", "group concern") in told(take(history, reading(FIRST)))


def test_nothing_is_told_twice_by_another_reading_or_after_a_restart(history: EmbeddedHistory, folder: Path) -> None:
    take(history, reading(FIRST, SECOND))
    assert told(take(history, reading(FIRST, SECOND), days=1)) == []
    history.close()
    again = EmbeddedHistory.open(folder, with_bundle=False)
    assert told(take(again, reading(SECOND, FIRST), days=2)) == []
    again.close()


def test_a_page_that_flaps_brings_no_concern_about_a_home_that_came_since(history: EmbeddedHistory) -> None:
    take(history, reading(FIRST))
    take(history, reading(SECOND))
    take(history, reading(listings={"ofsted:A": ()}), days=1)
    flapped = take(history, reading(FIRST, listings={"ofsted:A": (FIRST,)}), days=2)
    assert ("A", "group concern") not in told(flapped)


def test_a_watch_that_asks_for_it_alone_has_a_message_of_its_own(history: EmbeddedHistory) -> None:
    known = settings(desk=["group concern"], screen=DROPS)
    take(history, reading(FIRST), known)
    taken = take(history, reading(SECOND), known)
    assert sent(taken) == [("screen", "B", "first inspection inadequate", 0), ("desk", "B", "group concern", 1)]
    assert not any(isinstance(delivery.content, PresentState) for delivery in taken.deliveries)
    (own,) = (delivery for delivery in taken.deliveries if delivery.channel == "desk")
    wording = word(own.message(), known.timezone)
    assert wording.title == (
        "Children's home in Derby is the second home of its owner found inadequate within a year (B, Elm Homes Limited)"
    )
    assert ("The others", "A (Derby, 11 November 2023)") in {(fact.label, fact.value) for fact in wording.facts}
    line = orjson.loads(body(own.message()))
    validator("webhook").validate(line)
    assert (line["change"], line["group"], len(line["others"])) == ("group concern", "Elm Homes Limited", 1)


def test_a_drop_that_its_channel_asked_for_alone_is_changed_by_no_concern(history: EmbeddedHistory) -> None:
    known = settings(desk=DROPS)
    take(history, reading(FIRST), known)
    taken = take(history, reading(SECOND), known)
    assert sent(taken) == [("desk", "B", "first inspection inadequate", 0)]
    assert len(taken.deliveries) == 1


def test_a_watch_that_does_not_ask_is_named_with_the_reason(history: EmbeddedHistory) -> None:
    take(history, reading(FIRST), settings(screen=DROPS))
    concern = take(history, reading(SECOND), settings(screen=DROPS)).told[-1]
    assert concern.alert.channels == ()
    assert concern.reasons == {"screen": "it does not ask for 'group concern'"}


@pytest.mark.parametrize("changes", [[*DROPS, "group concern"], ["group concern"]])
def test_of_several_groups_one_message_names_each(history: EmbeddedHistory, changes: list[str]) -> None:
    groups = {"Trees": ("Elm Homes Limited",), "Wood": ("Elm Homes Limited", "Ash Limited")}
    known = settings(screen=changes).model_copy(update={"groups": groups})
    ash = inspection("2023-11-10", "inadequate", home="ofsted:D", document="3")
    theirs = Reading(outcome=Outcome.CHANGED, homes=(home("D", owner="Ash Limited"),), inspections=(ash,))
    take(history, theirs, known)
    take(history, reading(FIRST), known)
    (delivery,) = take(history, reading(SECOND), known).deliveries
    assert isinstance(delivery.content, Alert)
    assert [concern.group for concern in delivery.content.concerns] == ["Trees", "Wood"]


def test_a_silence_holds_it(history: EmbeddedHistory) -> None:
    take(history, reading(FIRST))
    silence = Silence.of({"home": ["B"]}, made=NOW, until=NOW + timedelta(days=9), why="known")
    history.commit(Transaction(silences=(silence,)))
    taken = take(history, reading(SECOND))
    assert {delivery.state for delivery in taken.deliveries} == {State.SILENCED}


def test_the_same_concern_is_not_told_again_with_what_the_inspection_is_judged_to_be_later(
    history: EmbeddedHistory,
) -> None:
    take(history, reading(FIRST))
    take(history, reading(SECOND))
    now, register = WorkingCopy(history), history.register
    known = now.known("ofsted:B")
    as_a_drop = replace(judge([], known[0]).changes[0], what=What.DROPPED_TO_INADEQUATE)  # an earlier grade came up
    assert history.change(as_a_drop.id) is None
    assert with_concerns([as_a_drop], history, register, now.home, {}) == (as_a_drop,)
