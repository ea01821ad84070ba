"""Reminders as the service stores and sends them: across restarts, outages, steps of the clock, and people's words."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.builders import home
from tests.clock import ManualClock
from tests.delivery.scripted import ACCEPTED, LATER, UNKNOWN, Desk, Scripted
from tests.messages.messages import alert
from watcher.actions.acknowledge import acknowledge
from watcher.actions.silence import add_silence
from watcher.config.settings import Settings
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.verdict import Verdict
from watcher.facts.statements import HomeRecord
from watcher.history.protocol import Told, Transaction
from watcher.judging.changes import What
from watcher.messages.message import Message
from watcher.rounds.remind import remind, remind_beside
from watcher.rounds.reminders import MOST, TOO_LATE
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.silences import Silence
from watcher.watching.watches import Watch

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
REPEAT = 4 * HOUR
ALERT = alert(home="ofsted:SC000001", home_id="SC000001", watches=("derby",), channels=("desk",))
WATCH = Watch.model_validate({"name": "derby", "to": "desk", "repeat": "4h", "escalate_to": "phone"})
SETTINGS = Settings(watch=(WATCH,))


def told(what: What = ALERT.change, **facts: object) -> Told:
    return Told(alert=replace(ALERT, change=what, **facts), seen=NOW, feed="ofsted")  # type: ignore[arg-type]  # facts


def tell(desk: Desk) -> None:
    first = Delivery.of("desk", ALERT.home, ALERT, ALERT.id, NOW)
    desk.history.commit(Transaction(homes=[HomeRecord.of(home())], changes=(told(),), deliveries=(first,)))
    desk.outbox.refresh()


def ack(desk: Desk, by: str = "Ann") -> bool:
    word = Acknowledgement.of(ALERT.id, by=by, why="called them", at=desk.clock.now())
    return acknowledge(desk.history, desk.outbox, word)


def minute(desk: Desk, after: timedelta = timedelta()) -> None:
    """What the service does each minute."""
    desk.clock.advance(after)
    asyncio.run(remind_beside(desk.history, desk.outbox, lambda: SETTINGS, desk.clock.now()))
    desk.deliver()


def marks(channel: Scripted) -> list[str]:
    """What was sent: the alert itself, a reminder by its number, or an escalation."""
    return [_mark(message) for message in channel.sent]


def _mark(message: Message) -> str:
    if message.reminder is None:
        return "alert"
    return f"reminder {message.reminder.number}" if message.reminder.number else "escalated"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path, Scripted(), Scripted("phone"), clock=ManualClock(NOW)) as made:
        tell(made)
        minute(made)
        yield made


def sent(desk: Desk, name: str = "desk") -> list[str]:
    channel = desk.channels[name]
    assert isinstance(channel, Scripted)
    return marks(channel)


def test_an_alert_that_nobody_acknowledges_is_repeated_twenty_times_and_escalated_once(desk: Desk) -> None:
    for _ in range(6 * 24):
        minute(desk, HOUR)
    assert sent(desk) == ["alert", *(f"reminder {number}" for number in range(1, MOST + 1))]
    assert sent(desk, "phone") == ["escalated"]


def test_in_slack_a_reminder_is_a_reply_to_its_alert_that_the_channel_sees(tmp_path: Path) -> None:
    slack = Settings(watch=(WATCH,), channels={"desk": SlackOptions(channel="C1"), "phone": SlackOptions(channel="C2")})
    channels = Scripted(), Scripted("phone")
    with Desk(tmp_path, *channels, clock=ManualClock(NOW)) as desk:
        tell(desk)
        desk.deliver()
        desk.clock.advance(REPEAT)
        remind(desk.history, desk.outbox, slack, desk.clock.now())
        desk.deliver()
        assert [(message.thread, message.is_shown) for message in channels[0].sent] == [
            (None, False),
            (ACCEPTED.reference, True),
        ]
        desk.clock.advance(timedelta(days=1))
        remind(desk.history, desk.outbox, slack, desk.clock.now())
        desk.deliver()
        assert [(_mark(message), message.thread) for message in channels[1].sent] == [("escalated", None)]


@pytest.mark.parametrize("restart_before", range(6))
def test_a_restart_at_any_step_neither_loses_nor_repeats_a_reminder(tmp_path: Path, restart_before: int) -> None:
    desk = Desk(tmp_path, Scripted(), Scripted("phone"), clock=ManualClock(NOW))
    steps: list[Callable[[], object]] = [
        lambda: tell(desk),
        lambda: desk.deliver(),
        lambda: desk.clock.advance(REPEAT),
        lambda: remind(desk.history, desk.outbox, SETTINGS, desk.clock.now()),
        lambda: desk.deliver(),
        lambda: minute(desk, REPEAT),
    ]
    for number, step in enumerate(steps):
        if number == restart_before:
            desk = desk.reopened()
        step()
    assert sent(desk) == ["alert", "reminder 1", "reminder 2"]
    desk.history.close()


def test_after_a_pause_one_reminder_goes_and_not_all_that_were_missed(desk: Desk) -> None:
    minute(desk, 10 * REPEAT)
    minute(desk, MINUTE)
    assert sent(desk) == ["alert", "reminder 10"]
    assert sent(desk, "phone") == ["escalated"]


def test_while_the_channel_is_down_only_the_newest_reminder_waits(desk: Desk) -> None:
    channel = desk.channels["desk"]
    assert isinstance(channel, Scripted)
    channel.answer = lambda *_: LATER
    for _ in range(3):
        minute(desk, REPEAT)
    channel.answer = lambda *_: ACCEPTED
    channel.sent.clear()
    minute(desk, 2 * HOUR)
    assert sent(desk) == ["reminder 3"]
    states = [delivery.state for delivery in desk.stored() if delivery.channel == "desk"]
    assert states == [State.ACCEPTED, State.LAPSED, State.LAPSED, State.ACCEPTED]


def test_a_reminder_that_waits_when_it_is_acknowledged_is_never_sent(desk: Desk) -> None:
    desk.clock.advance(REPEAT)
    remind(desk.history, desk.outbox, SETTINGS, desk.clock.now())
    assert ack(desk)
    with desk.reopened() as after:
        after.deliver()  # before anything else looks at what is due
        for _ in range(4):
            minute(after, REPEAT)
        assert sent(after) == ["alert"]
        assert sent(after, "phone") == []
        assert [message.detail for message in after.stored() if message.reminder] == ["acknowledged by Ann"]


def test_a_recovery_ends_the_reminders_even_those_that_wait(desk: Desk) -> None:
    desk.clock.advance(REPEAT)
    remind(desk.history, desk.outbox, SETTINGS, desk.clock.now())
    desk.history.commit(Transaction(changes=(told(What.RECOVERED, id="recovery"),)))
    minute(desk)
    minute(desk, 3 * REPEAT)
    assert (sent(desk), sent(desk, "phone")) == (["alert"], [])


def test_a_silence_holds_reminders_while_it_lasts(desk: Desk) -> None:
    silence = Silence.of({"home": ["SC000001"]}, made=NOW, until=NOW + 13 * HOUR, why="known")
    add_silence(desk.history, desk.outbox, silence)
    for _ in range(5):
        minute(desk, REPEAT)
    assert sent(desk) == ["alert", "reminder 4", "reminder 5"]
    assert sent(desk, "phone") == []
    held = [delivery.reminder for delivery in desk.stored() if delivery.state is State.SILENCED]
    assert [reminder.number for reminder in held if reminder] == [1, 2, 3, 0]


def test_what_was_held_for_weeks_is_repeated_from_when_it_was_let_go(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted(), Scripted("phone"), clock=ManualClock(NOW)) as desk:
        tell(desk)
        silence = Silence.of({"home": ["SC000001"]}, made=NOW, until=NOW + HOUR, why="known")
        add_silence(desk.history, desk.outbox, silence)
        minute(desk, timedelta(days=20))
        assert desk.outbox.retry(desk.stored()[0].id)
        minute(desk)
        minute(desk, REPEAT)
        assert sent(desk) == ["alert", "reminder 1"]


def test_a_watch_that_asks_for_no_reminders_gets_none(desk: Desk) -> None:
    plain = Settings(watch=(Watch(name="derby", to=("desk",)),))
    assert remind(desk.history, desk.outbox, plain, NOW + 3 * REPEAT) == ()
    assert len(desk.stored()) == 1


class Reminding(RuleBasedStateMachine):
    """Restarts, acknowledgements, outages and steps of the clock in any order."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.acknowledged = False
        self.unsure = False
        self.taken: list[str] = []
        self.after_word: list[str] = []
        self.verdict = ACCEPTED
        self.desk_channel = Scripted(answer=self._answer, found=None)
        self.phone = Scripted("phone", answer=self._answer, found=None)
        self.desk = Desk(self.folder, self.desk_channel, self.phone, clock=ManualClock(NOW))
        tell(self.desk)
        self.desk.deliver()

    def _answer(self, message: Message, _: int) -> Verdict:
        if self.acknowledged:
            self.after_word.append(_mark(message))
        if self.verdict is ACCEPTED:
            self.taken.append(message.id)
        return self.verdict

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.desk.history.close()
            shutil.rmtree(self.folder)

    @rule(after=st.sampled_from([MINUTE, HOUR, REPEAT, 3 * REPEAT, timedelta(days=3)]))
    def time_passes(self, after: timedelta) -> None:
        self.desk.clock.advance(after)

    @rule(by=st.sampled_from([-30 * HOUR, -HOUR, HOUR, 30 * HOUR, timedelta(days=400)]), returns=st.booleans())
    def the_clock_is_set(self, by: timedelta, returns: bool) -> None:
        was = self.desk.clock.now()
        self.desk.clock.step(was + by)
        if returns:
            self.a_minute_comes()
            self.desk.clock.step(was)

    @rule(verdict=st.sampled_from([ACCEPTED, ACCEPTED, LATER, UNKNOWN]))
    def the_channels_answer(self, verdict: Verdict) -> None:
        self.verdict = verdict

    @rule()
    def it_restarts(self) -> None:
        self.desk = self.desk.reopened()

    @rule()
    def reminders_are_made(self) -> None:
        remind(self.desk.history, self.desk.outbox, SETTINGS, self.desk.clock.now())
        self._what_is_due_was_made()

    @rule()
    def a_minute_comes(self) -> None:
        self.reminders_are_made()
        self.desk.deliver()

    @precondition(lambda self: not self.acknowledged)
    @rule(rarely=st.integers(0, 4))
    def somebody_acknowledges(self, rarely: int) -> None:
        if not rarely:
            self.unsure = any(delivery.unsure_since for delivery in self.desk.history.deliveries(open_only=True))
            assert ack(self.desk)
            self.acknowledged = True

    @invariant()
    def no_more_is_sent_than_is_allowed(self) -> None:
        stored = self.desk.stored()
        reminders = [message.reminder.number for message in stored if message.channel == "desk" and message.reminder]
        assert len(reminders) == len(set(reminders)) <= MOST
        assert len([message for message in stored if message.channel == "phone" and message.reminder]) <= 1
        assert len(self.taken) == len(set(self.taken))

    @invariant()
    def nothing_begins_after_an_acknowledgement(self) -> None:
        if self.acknowledged and not self.unsure:
            assert self.after_word == []

    def _what_is_due_was_made(self) -> None:
        if self.acknowledged:
            return
        now, stored = self.desk.clock.now(), self.desk.stored()
        (first,) = [message for message in stored if message.reminder is None]
        if first.state is State.ACCEPTED and first.attempted is not None:
            since = now - first.attempted
            made = {message.reminder.number for message in stored if message.reminder and message.channel == "desk"}
            if REPEAT <= since <= MOST * REPEAT + TOO_LATE:
                assert min(int(since / REPEAT), MOST) in made
        if 12 * HOUR <= now - NOW <= 12 * HOUR + TOO_LATE:
            assert [message for message in stored if message.channel == "phone"]


TestReminding = Reminding.TestCase
TestReminding.settings = settings(
    max_examples=60,
    stateful_step_count=25,
    suppress_health_check=[HealthCheck.too_slow],
)
