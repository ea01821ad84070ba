"""Everything later about a home follows its first message, and what must not be missed is seen in the channel."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import HOME, SITE, home, inspection, visit
from tests.messages.messages import GOOD, INADEQUATE, alert
from watcher.config.settings import Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.channels.email.options import EmailDigestOptions, EmailOptions
from watcher.delivery.channels.slack.options import SlackOptions, SlackWebhookOptions
from watcher.delivery.ledger import Delivery, State
from watcher.facts.inspection import Inspection
from watcher.facts.statements import HomeRecord
from watcher.feeds.feed import Outcome, Reading
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Told, Transaction
from watcher.judging.changes import What
from watcher.messages.alert import Alert
from watcher.messages.group import Group, has_line
from watcher.messages.message import PresentState, Reminder
from watcher.messages.titles import title
from watcher.rounds.overdue import overdue
from watcher.rounds.take_in import take_in
from watcher.rounds.tell.threads import SHOWN, first_message, follow, is_present, is_shown
from watcher.watching.silences import Silence
from watcher.watching.watches import Watch

NOW = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)
MAIL = {"smtp": "smtp://localhost", "from": "w@example.org", "to": ["a@example.org", "b@example.org"]}
SETTINGS = Settings(
    channels={
        "desk": SlackOptions(channel="C1"),
        "mail": EmailOptions.model_validate(MAIL),
        "morning": EmailDigestOptions.model_validate(MAIL),
        "hook": SlackWebhookOptions(),
        "screen": ConsoleOptions(),
    },
    watch=(Watch(name="all", changes=tuple(What), to=("desk", "mail", "morning", "hook", "screen")),),
)
BEFORE = inspection("2023-05-01", "good", document="1")
DROP = inspection("2024-01-10", "inadequate", document="2")
VISIT = visit("2024-02-10", document="3")
STILL = inspection("2024-03-10", "inadequate", document="4")
RECOVERY = inspection("2024-05-10", "good", document="5")
AGAIN = inspection("2025-01-10", "inadequate", document="6")


@pytest.fixture
def history(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(tmp_path, with_bundle=False)
    yield opened
    opened.close()


def reading(*inspections: Inspection, **facts: object) -> Reading:
    return Reading(outcome=Outcome.CHANGED, homes=(home(),), inspections=inspections, **facts)  # type: ignore[arg-type]  # a table of facts


def take(history: EmbeddedHistory, read: Reading, now: datetime = NOW) -> Sequence[Delivery]:
    """The new messages of a reading, once they are stored."""
    before = len(list(history.deliveries()))
    history.commit(take_in(history, SITE, read, SETTINGS, now).transaction())
    return list(history.deliveries())[before:]


def on(channel: str, deliveries: Sequence[Delivery]) -> list[Delivery]:
    return [delivery for delivery in deliveries if delivery.channel == channel]


def accept(history: EmbeddedHistory, *deliveries: Delivery) -> None:
    """As the outbox does when the channel has taken them."""
    accepted = [replace(delivery, state=State.ACCEPTED, reference=f"{delivery.number}.0") for delivery in deliveries]
    history.commit(Transaction(deliveries=accepted))


def lines(deliveries: Sequence[Delivery]) -> list[str]:
    return [delivery.content.line for delivery in deliveries if isinstance(delivery.content, PresentState)]


def test_the_whole_story_of_a_home_is_one_thread(history: EmbeddedHistory) -> None:
    (drop,) = on("desk", take(history, reading(BEFORE, DROP)))
    assert (drop.thread, drop.is_shown) == (None, False)
    accept(history, drop)
    told = []
    for number, statement in enumerate((VISIT, STILL, RECOVERY, AGAIN)):
        reply, state = on("desk", take(history, reading(statement), NOW + timedelta(days=number)))
        assert (reply.thread, state.thread, state.awaits) == (drop.id, drop.id, (drop.id, reply.id))
        told.append((reply.is_shown, *lines([state])))
    assert told == [
        (False, "still inadequate; a monitoring visit on 10 February 2024"),
        (True, "still inadequate, inspected again on 10 March 2024 (published 19 April 2024)"),
        (True, "recovered after 121 days, rated good (published 19 June 2024)"),
        (True, "inadequate again, after recovery to good on 19 June 2024 (published 19 February 2025)"),
    ]


def test_a_recovery_that_was_withdrawn_is_not_recalled_at_the_next_drop(history: EmbeddedHistory) -> None:
    accept(history, *on("desk", take(history, reading(BEFORE, DROP))))
    take(history, reading(RECOVERY))
    take(history, Reading(outcome=Outcome.CHANGED, homes=(home(),), listings={HOME: (BEFORE, DROP)}))
    better = inspection("2024-08-10", "requires improvement", document="7")
    assert lines(take(history, reading(better))) == [
        "recovered after 213 days, rated requires improvement (published 19 September 2024)"
    ]
    assert lines(take(history, reading(AGAIN))) == [
        "inadequate again, after recovery to requires improvement on 19 September 2024 (published 19 February 2025)"
    ]


def test_mail_follows_what_the_same_recipient_got_and_other_channels_follow_nothing(history: EmbeddedHistory) -> None:
    first = take(history, reading(BEFORE, DROP))
    accept(history, *first)
    later = take(history, reading(RECOVERY))
    of_mail = {delivery.recipient: delivery.id for delivery in on("mail", first)}
    assert {delivery.recipient: delivery.thread for delivery in on("mail", later)} == of_mail
    assert len(of_mail) == 2
    assert {delivery.thread for name in ("morning", "hook", "screen") for delivery in on(name, later)} == {None}
    assert len([delivery for delivery in later if isinstance(delivery.content, PresentState)]) == 1


def test_in_one_reading_the_first_is_followed_too_and_only_the_last_state_is_shown(history: EmbeddedHistory) -> None:
    first, second, third, state = on("desk", take(history, reading(BEFORE, DROP, STILL, RECOVERY)))
    assert (first.thread, second.thread, third.thread, state.thread) == (None, first.id, first.id, first.id)
    assert lines([state]) == ["recovered after 121 days, rated good (published 19 June 2024)"]


def test_what_did_not_reach_readers_is_followed_by_nothing(history: EmbeddedHistory) -> None:
    (drop,) = on("desk", take(history, reading(BEFORE, DROP)))
    for state in (State.REFUSED, State.SILENCED, State.LAPSED):
        history.commit(Transaction(deliveries=[replace(drop, state=state)]))
        (alone,) = on("desk", take_in(history, SITE, reading(STILL), SETTINGS, NOW).deliveries)
        assert (alone.thread, alone.is_shown) == (None, False)
    (still,) = on("desk", take(history, reading(STILL)))
    accept(history, still)
    assert on("desk", take(history, reading(RECOVERY)))[0].thread == still.id


def test_what_a_channel_without_threads_took_is_not_replied_to(history: EmbeddedHistory) -> None:
    (drop,) = on("desk", take(history, reading(BEFORE, DROP)))
    history.commit(Transaction(deliveries=[replace(drop, state=State.ACCEPTED)]))
    (still,) = on("desk", take(history, reading(STILL)))
    assert still.thread is None


def test_a_reminder_is_a_shown_reply_and_begins_nothing(history: EmbeddedHistory) -> None:
    (drop,) = on("desk", take(history, reading(BEFORE, DROP)))
    accept(history, drop)
    made = Delivery.of("desk", HOME, drop.content, "a reminder", NOW)
    reminder = replace(made, reminder=Reminder(number=1, alert=NOW))
    assert follow(history, SETTINGS.channels, [reminder]) == (replace(reminder, thread=drop.id, is_shown=True),)
    assert first_message([reminder, drop], reminder) == drop
    assert first_message([reminder], drop) is None


def test_a_silenced_reply_changes_nothing_and_is_followed_by_nothing(history: EmbeddedHistory) -> None:
    (drop,) = on("desk", take(history, reading(BEFORE, DROP)))
    accept(history, drop)
    silence = Silence.of({"home": [HOME]}, made=NOW, until=NOW + timedelta(days=1), why="known")
    history.commit(Transaction(silences=(silence,)))
    silenced = on("desk", take(history, reading(STILL)))
    assert [(delivery.state, delivery.thread) for delivery in silenced] == [(State.SILENCED, drop.id)]


def test_a_late_report_and_what_a_newer_inspection_superseded_is_not_the_present(history: EmbeddedHistory) -> None:
    accept(history, *on("desk", take(history, reading(BEFORE, DROP))))
    take(history, reading(RECOVERY))
    late = inspection("2024-03-10", "inadequate", document="9")
    corrected = inspection("2024-01-10", "requires improvement", document="2", as_of="2024-06-01")
    for statement in (late, corrected):
        (reply,) = on("desk", take(history, reading(statement)))
        assert reply.thread is not None
    gone = Reading(outcome=Outcome.CHANGED, homes=(home(),), listings={HOME: (BEFORE, RECOVERY, late)})
    (withdrawn,) = on("desk", take(history, gone))
    assert withdrawn.thread is not None


def test_what_is_withdrawn_supersedes_nothing(history: EmbeddedHistory) -> None:
    accept(history, *on("desk", take(history, reading(BEFORE, DROP))))
    take(history, reading(RECOVERY))
    gone = Reading(outcome=Outcome.CHANGED, homes=(home(),), listings={HOME: (BEFORE, DROP)})
    assert lines(take(history, gone)) == ["withdrawn: the inspection of 10 May 2024 has gone from its page"]
    assert lines(take(history, reading(STILL)))[0].startswith("still inadequate, inspected again")


def test_closed_and_overdue_are_present_whatever_was_told(history: EmbeddedHistory) -> None:
    accept(history, *on("desk", take(history, reading(BEFORE, DROP))))
    later = NOW + timedelta(days=60)
    history.commit(Transaction(homes=(HomeRecord.of(home(as_of=str(later.date()))),)))
    history.commit(overdue(history, SETTINGS, later).transaction())
    found = list(history.deliveries())
    assert lines(found)[0].startswith("overdue: still inadequate, and nothing has been published since 19 February")
    closed = Reading(outcome=Outcome.CHANGED, homes=(home(status="closed", as_of="2024-06-02"),))
    told = on("desk", take(history, closed, later))
    assert [(delivery.is_shown, delivery.thread is not None) for delivery in told] == [(True, True), (False, True)]
    assert lines(told) == ["closed, or gone from the register, while inadequate"]


def test_a_home_that_has_closed_stays_so_whatever_visit_is_told_later(history: EmbeddedHistory) -> None:
    accept(history, *on("desk", take(history, reading(BEFORE, DROP))))
    gone = (home(status="closed", as_of="2024-06-02"),)
    closed = "closed, or gone from the register, while inadequate"
    assert lines(take(history, replace(reading(VISIT), homes=gone))) == [closed]
    later = replace(reading(visit("2024-02-20", document="8")), homes=gone)
    assert [isinstance(delivery.content, Alert) for delivery in on("desk", take(history, later))] == [True]
    corrected = inspection("2024-01-10", "inadequate/good/good", document="2", as_of="2024-06-01")
    assert lines(take(history, replace(reading(corrected), homes=gone))) == []
    assert lines(take(history, replace(reading(STILL), homes=gone)))[0].startswith("still inadequate, inspected again")


def test_a_home_that_is_open_again_is_closed_no_more(history: EmbeddedHistory) -> None:
    accept(history, *on("desk", take(history, reading(BEFORE, DROP))))
    take(history, Reading(outcome=Outcome.CHANGED, homes=(home(status="closed", as_of="2024-06-02"),)))
    again = replace(reading(VISIT), homes=(home(status="active", as_of="2024-07-02"),))
    assert lines(take(history, again)) == ["still inadequate; a monitoring visit on 10 February 2024"]


def test_a_closing_that_nobody_asked_for_is_not_taken_back_either(history: EmbeddedHistory) -> None:
    taken(history, reading(BEFORE, DROP))
    accept(history, *history.deliveries())
    gone = (home(status="closed", as_of="2024-06-02"),)
    assert len(lines(taken(history, Reading(outcome=Outcome.CHANGED, homes=gone)))) == 1
    assert lines(taken(history, replace(reading(VISIT), homes=gone))) == []


@pytest.mark.parametrize("change", What)
def test_a_drop_never_hides_in_an_old_thread(change: What) -> None:
    made = Delivery.of("desk", HOME, alert(change, was=INADEQUATE), "1", NOW)
    assert is_shown(made) is (change in SHOWN)
    assert is_shown(replace(made, reminder=Reminder(alert=NOW)))


@pytest.mark.parametrize(
    ("was", "now", "is_seen"),
    [(GOOD, INADEQUATE, True), (INADEQUATE, GOOD, True), (GOOD, {**GOOD, "leaders": "x"}, False)],
)
def test_a_correction_of_the_rating_may_be_a_drop(was: dict[str, str], now: dict[str, str], is_seen: bool) -> None:
    corrected = alert(What.CORRECTED, was=was, grades=now)
    assert is_shown(Delivery.of("desk", HOME, corrected, "1", NOW)) is is_seen


def test_a_message_that_is_not_to_be_sent_is_not_the_present() -> None:
    made = Delivery.of("desk", HOME, alert(inspected=date(2024, 1, 10)), "1", NOW)
    assert is_present(made, ())
    assert not is_present(replace(made, state=State.SILENCED), ())
    assert not is_present(replace(made, reminder=Reminder(alert=NOW)), ())
    newer = Told(alert=alert(inspected=date(2024, 1, 11)), seen=NOW, feed="ofsted")
    assert not is_present(made, [newer])


# Bursts: more than five alerts of one watch from one reading.


def burst(*whats: str, first: int = 0, document: str = "2") -> Reading:
    """One inspection of each of so many homes."""
    names = [f"SC{number:06}" for number in range(first, first + len(whats))]
    inspections = tuple(
        inspection(f"2024-0{document}-10", what, home=f"ofsted:{name}", document=document)
        for name, what in zip(names, whats, strict=True)
    )
    return Reading(outcome=Outcome.CHANGED, homes=tuple(map(home, names)), inspections=inspections)


def test_in_a_burst_a_home_with_a_thread_has_its_detail_there_and_its_line_in_the_group(
    history: EmbeddedHistory,
) -> None:
    old = on("desk", take(history, burst("inadequate", "inadequate", document="1")))
    accept(history, *old)
    group, *details = on("desk", take(history, burst(*["inadequate"] * 8)))
    states = [delivery for delivery in details if isinstance(delivery.content, PresentState)]
    replies = {delivery.subject: delivery for delivery in details if delivery not in states}
    assert isinstance(group.content, Group)
    assert (group.content.alerts, len(replies)) == (8, 8)
    for delivery in old:
        reply = replies.pop(delivery.subject)
        assert (reply.thread, reply.announced_in, reply.is_shown) == (delivery.id, group.id, True)
        assert reply.awaits == (delivery.id, group.id)
    assert {(delivery.thread, delivery.announced_in, delivery.is_shown) for delivery in replies.values()} == {
        (group.id, None, False)
    }
    assert [delivery.thread for delivery in states] == [delivery.id for delivery in old]
    assert details[-2:] == states


def test_what_the_groups_message_has_no_room_to_name_stays_in_its_thread(history: EmbeddedHistory) -> None:
    for number in range(0, 30, 5):
        accept(history, *on("desk", take(history, burst(*["inadequate"] * 5, first=number, document="1"))))
    group, *details = on("desk", take(history, burst(*["good"] * 30)))
    assert isinstance(group.content, Group)
    replies = [delivery for delivery in details if not isinstance(delivery.content, PresentState)]
    named = [has_line(group.content, title(reply.content)) for reply in replies]
    assert 10 < named.count(True) < 30
    assert [delivery.announced_in == group.id and delivery.thread != group.id for delivery in replies] == named
    assert [reply.announced_in is None and reply.thread == group.id for reply in replies] == [
        not is_named for is_named in named
    ]
    assert len(lines(details)) == 30


def test_later_news_of_a_home_in_a_groups_thread_goes_there_and_changes_nothing(history: EmbeddedHistory) -> None:
    group, *details = on("desk", take(history, burst(*["inadequate"] * 6)))
    accept(history, group, *details)
    later = on("desk", take(history, burst("good", document="3")))
    assert [(delivery.thread, delivery.announced_in, delivery.is_shown) for delivery in later] == [
        (group.id, None, True)
    ]


def test_later_news_of_a_home_whose_group_was_refused_follows_its_own_alert(history: EmbeddedHistory) -> None:
    group, *details = on("desk", take(history, burst(*["inadequate"] * 6)))
    accept(history, *details)
    history.commit(Transaction(deliveries=[replace(group, state=State.REFUSED)]))
    reply, state = on("desk", take(history, burst("good", document="3")))
    assert (reply.thread, state.thread) == (details[0].id, details[0].id)


# What no watch asks for is not told; the first message says all the same how the home stands.

DROPS = Watch(name="drops", to=("desk", "mail"), changes=(What.DROPPED_TO_INADEQUATE,))
ASKED = SETTINGS.model_copy(update={"watch": (DROPS,)})


def taken(history: EmbeddedHistory, read: Reading) -> Sequence[Delivery]:
    """What a reading brings to those who ask for drops alone, stored."""
    found = take_in(history, SITE, read, ASKED, NOW)
    history.commit(found.transaction())
    return found.deliveries


def test_a_first_message_says_what_nobody_asked_to_be_told(history: EmbeddedHistory) -> None:
    taken(history, reading(BEFORE, DROP))
    accept(history, *history.deliveries())
    (state,) = taken(history, reading(RECOVERY))
    assert (state.channel, lines([state])) == (
        "desk",
        ["recovered after 121 days, rated good (published 19 June 2024)"],
    )
    assert isinstance(state.content, PresentState)
    assert state.awaits == (state.content.parent,)
    assert Delivery.from_document(state.document(), 0) == state


def test_without_a_first_message_there_is_none_to_say_anything(history: EmbeddedHistory) -> None:
    assert (
        taken(history, reading(BEFORE, inspection("2023-09-01", "outstanding"), inspection("2023-12-01", "good"))) == ()
    )
    assert taken(history, reading(inspection("2024-01-01", "outstanding"))) == ()


def test_what_is_silenced_and_unasked_for_is_not_said(history: EmbeddedHistory) -> None:
    taken(history, reading(BEFORE, DROP))
    accept(history, *history.deliveries())
    silence = Silence.of({"home": [HOME]}, made=NOW, until=NOW + timedelta(days=1), why="known")
    history.commit(Transaction(silences=(silence,)))
    assert taken(history, reading(RECOVERY)) == ()
