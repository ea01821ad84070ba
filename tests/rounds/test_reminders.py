"""Nobody's alert is forgotten, and nobody is reminded too often, too long, or of what is in hand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.messages.messages import alert
from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery, State
from watcher.history.protocol import Told
from watcher.judging.changes import What
from watcher.rounds.reminders import MOST, TOO_LATE, Case, lapsing, reminders_due
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.watches import Watch

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ALERT = alert(watches=("derby",), channels=("desk", "mail"))
TOLD = Told(alert=ALERT, seen=NOW, feed="ofsted", number=5)
ACKNOWLEDGED = Acknowledgement(change=ALERT.id, by="Ann", why="called them", at=NOW)


def configured(watches: Sequence[Watch]) -> Settings:
    return Settings(watch=tuple(watches))


def watch(name: str = "derby", **settings: Any) -> Watch:
    return Watch.model_validate({"name": name, "to": ["desk"], "repeat": "4h", **settings})


def first(channel: str = "desk", **facts: Any) -> Delivery:
    made = Delivery.of(channel, ALERT.home, ALERT, ALERT.id, NOW)
    return replace(made, **{"state": State.ACCEPTED, "attempted": NOW, "number": 1, **facts})


def case(*deliveries: Delivery, **facts: object) -> Case:
    return Case(**{"told": TOLD, "deliveries": deliveries or (first(),), **facts})  # type: ignore[arg-type]  # facts


def due(case: Case, after: timedelta, *watches: Watch) -> list[tuple[str, int]]:
    found = reminders_due(case, configured(watches or [watch()]), NOW + after)
    return [(delivery.channel, delivery.reminder.number) for delivery in found if delivery.reminder]


@pytest.mark.parametrize(
    ("after", "number"),
    [
        (-HOUR, None),
        (timedelta(), None),
        (4 * HOUR - MINUTE, None),
        (4 * HOUR, 1),
        (8 * HOUR - MINUTE, 1),
        (8 * HOUR, 2),
        (79 * HOUR, 19),
        (80 * HOUR, 20),
        (100 * HOUR, MOST),
        (80 * HOUR + TOO_LATE, MOST),
        (80 * HOUR + TOO_LATE + MINUTE, None),
    ],
)
def test_the_nth_reminder_is_due_after_n_times_the_interval(after: timedelta, number: int | None) -> None:
    assert due(case(), after) == ([("desk", number)] if number else [])


def test_a_reminder_that_was_made_is_not_made_again_whatever_the_clock_says() -> None:
    (made,) = reminders_due(case(), configured([watch()]), NOW + 9 * HOUR)
    assert due(case(first(), made), 9 * HOUR) == []
    assert due(case(first(), made), 12 * HOUR) == [("desk", 3)]
    assert due(case(first(), made), 5 * HOUR) == [("desk", 1)]
    assert due(case(first(), replace(made, state=State.LAPSED)), 9 * HOUR) == []


def test_a_reminder_is_the_same_alert_marked_as_one_and_survives_being_stored() -> None:
    (made,) = reminders_due(case(), configured([watch()]), NOW + 9 * HOUR)
    assert (made.content, made.subject, made.created, made.state) == (ALERT, ALERT.home, NOW + 9 * HOUR, State.WAITING)
    assert made.id not in {
        first().id,
        *(delivery.id for delivery in reminders_due(case(), configured([watch()]), NOW + 5 * HOUR)),
    }
    assert Delivery.from_document(made.document(), 0) == made
    assert made.message().seen == NOW


@pytest.mark.parametrize(
    "facts",
    [
        {"state": State.WAITING},
        {"state": State.SENDING},
        {"state": State.REFUSED},
        {"state": State.SILENCED},
        {"attempted": NOW + 10 * HOUR},
    ],
)
def test_counting_begins_when_the_channel_took_the_alert(facts: dict[str, Any]) -> None:
    assert due(case(first(**facts)), 9 * HOUR) == []


@pytest.mark.parametrize("what", list(What))
def test_only_what_makes_a_home_inadequate_is_worth_a_reminder(what: What) -> None:
    told = replace(TOLD, alert=replace(ALERT, change=what))
    expected = what in (What.DROPPED_TO_INADEQUATE, What.FIRST_INADEQUATE, What.GROUP_CONCERN)
    assert bool(due(case(told=told), 5 * HOUR)) is expected


def test_who_is_reminded_of_the_drop_is_not_reminded_of_the_concern_that_came_with_it() -> None:
    concern = replace(TOLD, alert=replace(ALERT, id="c" * 16, change=What.GROUP_CONCERN))
    assert due(case(told=concern, changes=[TOLD, concern]), 5 * HOUR) == []
    others = replace(TOLD, alert=replace(ALERT, watches=("others",)))
    assert due(case(told=concern, changes=[others, concern]), 5 * HOUR) == [("desk", 1)]


OTHER_VISIT = {"inspected": date(2017, 8, 23)}


@pytest.mark.parametrize(
    ("what", "number", "facts", "over"),
    [
        (What.RECOVERED, 6, {}, True),
        (What.RECOVERED, 6, OTHER_VISIT, True),
        (What.RECOVERED, 4, {}, False),
        (What.CLOSED, 6, OTHER_VISIT, True),
        (What.CORRECTED, 6, {}, True),
        (What.WITHDRAWN, 6, {}, True),
        (What.CORRECTED, 6, OTHER_VISIT, False),
        (What.WITHDRAWN, 6, OTHER_VISIT, False),
        (What.VISITED, 6, {}, False),
        (What.STILL_INADEQUATE, 6, {}, False),
        (What.OVERDUE, 6, {}, False),
    ],
)
def test_a_later_change_that_settles_the_alert_ends_its_reminders(
    what: What, number: int, facts: dict[str, object], over: bool
) -> None:
    later = Told(alert=alert(what, **facts), seen=NOW, feed="ofsted", number=number)
    one = case(changes=(TOLD, later))
    assert due(one, 5 * HOUR) == ([] if over else [("desk", 1)])
    assert (one.why_over() == f"superseded: {what.value}") is over


def test_an_acknowledgement_ends_reminders_and_escalations() -> None:
    one = case(acknowledgement=ACKNOWLEDGED)
    assert due(one, 5 * HOUR) == []
    assert due(one, 13 * HOUR, watch(escalate_to=["phone"])) == []


@pytest.mark.parametrize(
    ("watches", "expected"),
    [
        ([watch(to=["desk", "mail"])], [("desk", 2), ("mail", 2)]),
        ([watch(), watch(repeat="2h")], [("desk", 4)]),
        ([watch(), watch("leeds", repeat="1h")], [("desk", 2)]),
        ([watch(repeat=None)], []),
        ([watch("leeds")], []),
        ([watch(to=["new"])], []),
    ],
)
def test_the_channels_of_the_watches_that_asked_are_reminded_each_at_the_shortest_interval(
    watches: Sequence[Watch], expected: list[tuple[str, int]]
) -> None:
    one = case(first(), first("mail"))
    assert due(one, 8 * HOUR + MINUTE, *watches) == expected


@pytest.mark.parametrize(
    ("settings", "after", "expected"),
    [
        ({}, 12 * HOUR - MINUTE, []),
        ({}, 12 * HOUR, [("phone", 0)]),
        ({}, 12 * HOUR + TOO_LATE, [("phone", 0)]),
        ({}, 12 * HOUR + TOO_LATE + MINUTE, []),
        ({"escalate_after": "30m"}, 30 * MINUTE, [("phone", 0)]),
        ({"escalate_to": ["phone", "desk"]}, 12 * HOUR, [("phone", 0), ("desk", 0)]),
    ],
)
def test_what_nobody_acknowledges_goes_to_further_channels_too(
    settings: dict[str, Any], after: timedelta, expected: list[tuple[str, int]]
) -> None:
    asked = watch(**{"repeat": None, "escalate_to": ["phone"], **settings})
    assert due(case(), after, asked) == expected
    made = reminders_due(case(), configured([asked]), NOW + after)
    assert len(made) == len(expected)
    assert due(case(first(), *made), after, asked) == []


@pytest.mark.parametrize(
    ("state", "escalates"),
    [(State.REFUSED, True), (State.WAITING, True), (State.ACCEPTED, True), (State.SILENCED, False)],
)
def test_an_alert_that_no_channel_took_is_escalated_and_a_silenced_one_is_not(state: State, escalates: bool) -> None:
    asked = watch(escalate_to=["phone"], repeat=None)
    assert bool(due(case(first(state=state)), 12 * HOUR, asked)) is escalates


def test_waiting_reminders_lapse_once_the_alert_is_settled_or_a_newer_one_is_due() -> None:
    asked = [watch(escalate_to=["phone"])]
    (one,) = reminders_due(case(), configured(asked), NOW + 5 * HOUR)
    two, escalation = reminders_due(case(), configured(asked), NOW + 13 * HOUR)
    waiting = (first(), one, escalation)
    assert lapsing(case(*waiting), ()) == ()
    assert lapsing(case(*waiting), (two,)) == (one.lapsed("reminder 3 takes its place"),)
    settled = case(*waiting, acknowledgement=ACKNOWLEDGED)
    assert lapsing(settled, ()) == tuple(lost.lapsed("acknowledged by Ann") for lost in (one, escalation))


@pytest.mark.parametrize(
    "facts", [{"state": State.SENDING}, {"unsure_since": NOW}, {"state": State.ACCEPTED}, {"state": State.SILENCED}]
)
def test_what_may_have_been_sent_does_not_lapse(facts: dict[str, object]) -> None:
    (one,) = reminders_due(case(), configured([watch()]), NOW + 5 * HOUR)
    started = replace(one, **facts)  # type: ignore[arg-type]  # a table of facts
    assert lapsing(case(first(), started, acknowledgement=ACKNOWLEDGED), ()) == ()
