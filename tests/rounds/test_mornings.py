"""What quiet hours hold and what the morning sends: once, in one message, whatever happens in between."""

import asyncio
import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as tried
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.builders import HOME, SITE, home, inspection, signed
from tests.clock import ManualClock
from tests.delivery.scripted import ACCEPTED, LATER, Desk, Scripted
from tests.messages.messages import alert
from tests.rounds.readings import DROP, GOOD, reading
from watcher.actions.acknowledge import acknowledge
from watcher.actions.retry import retry
from watcher.actions.silence import add_silence
from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery, State, messages
from watcher.delivery.verdict import Verdict
from watcher.facts.inspection import Inspection
from watcher.facts.statements import HomeRecord
from watcher.feeds.feed import Reading
from watcher.history.protocol import Told, Transaction
from watcher.judging.changes import What
from watcher.messages.alert import Alert
from watcher.messages.message import Notice, PresentState, Reminder
from watcher.messages.morning import LONGEST_PART, Morning
from watcher.messages.not_read import NotRead, UnreadPart
from watcher.messages.report import WatchReport
from watcher.rounds import calendar
from watcher.rounds.quiet import is_urgent, with_quiet
from watcher.rounds.remind import remind
from watcher.rounds.take_in import absorb, take_in
from watcher.service.undelivered import matters_of_deliveries
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.silences import Silence

EVENING = datetime(2026, 11, 29, 22, 0, tzinfo=UTC)
SEVEN = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NIGHT = {"from": "20:00", "to": "07:00"}
URGENT = {What.DROPPED_TO_INADEQUATE, What.FIRST_INADEQUATE, What.STILL_INADEQUATE, What.GROUP_CONCERN}


def configured(*watches: dict[str, Any], channels: dict[str, Any] | None = None) -> Settings:
    known = {"name": "all", "to": ["desk"], "changes": "all"}
    return Settings.model_validate(
        {
            "channels": channels or {"desk": {"kind": "console"}},
            "watch": [{**known, **watch} for watch in watches or ({},)],
        }
    )


ON_CHANNEL = configured(channels={"desk": {"kind": "console", "quiet": NIGHT}})
ON_WATCH = configured({"quiet": NIGHT})
NEVER = configured()


def told(what: What, number: int = 1, **facts: Any) -> Alert:
    known = {"id": f"{number:016x}", "home": f"ofsted:SC{number:06}", "home_id": f"SC{number:06}", "watches": ("all",)}
    return alert(what, **{**known, **facts})


def made(settings: Settings, content: Any, now: datetime = EVENING, channel: str = "desk") -> tuple[Delivery, ...]:
    return with_quiet(messages(settings.channels, channel, content.home, content, content.id, now), settings, now)


def tell(desk: Desk, news: Alert) -> None:
    """Stores a change with the message about it."""
    seen = Told(alert=news, seen=EVENING, feed="ofsted")
    desk.history.commit(Transaction(changes=(seen,), deliveries=made(ON_CHANNEL, news)))
    desk.outbox.refresh()


def look(desk: Desk, settings: Settings, after: timedelta = timedelta()) -> None:
    """What the service does every few seconds."""
    desk.clock.advance(after)
    asyncio.run(calendar.make_beside(desk.history, desk.outbox, lambda: settings, desk.clock.now()))
    desk.deliver()


def mornings(channel: Scripted) -> list[list[str]]:
    """The homes of each morning's message that was sent."""
    sent = (message.content for message in channel.sent)
    return [[item.content.home_id for item in content.items] for content in sent if isinstance(content, Morning)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path, Scripted(), clock=ManualClock(EVENING)) as one:
        yield one


def channel_of(desk: Desk, name: str = "desk") -> Scripted:
    found = desk.channels[name]
    assert isinstance(found, Scripted)
    return found


def test_what_is_silenced_while_the_morning_is_made_is_not_told_in_it_and_waits_for_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_read, goes_on, gathered = threading.Event(), threading.Event(), desk.history.gathered

    def slowly() -> Iterator[Delivery]:
        found = list(gathered())
        is_read.set()
        assert goes_on.wait(60), "the loop is held"
        return iter(found)

    async def silence_meanwhile() -> None:
        monkeypatch.setattr(desk.history, "gathered", slowly)
        made = asyncio.create_task(calendar.make_beside(desk.history, desk.outbox, lambda: ON_CHANNEL, SEVEN))
        while not is_read.is_set():
            await asyncio.sleep(0.001)
        monkeypatch.setattr(desk.history, "gathered", gathered)
        silence = Silence.of({"home": ["ofsted:SC000001"]}, made=SEVEN, until=SEVEN + DAY, why="known")
        assert add_silence(desk.history, desk.outbox, silence)
        goes_on.set()
        await made

    for news in (told(What.RECOVERED), told(What.RECOVERED, 2)):
        tell(desk, news)
    desk.clock.advance(SEVEN - EVENING)
    asyncio.run(silence_meanwhile())
    desk.deliver()
    assert mornings(channel_of(desk)) == [["SC000002"]]
    assert [one.subject for one in desk.stored() if one.state is State.SILENCED] == ["ofsted:SC000001"]


def test_a_morning_that_others_always_outrun_is_made_while_they_wait(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.history, "commit_beside", lambda *_: False)
    desk.store(*made(ON_CHANNEL, told(What.RECOVERED)))
    look(desk, ON_CHANNEL, SEVEN - EVENING)
    assert mornings(channel_of(desk)) == [["SC000001"]]


@pytest.mark.parametrize("settings", [ON_CHANNEL, ON_WATCH])
@pytest.mark.parametrize("what", list(What))
def test_all_but_what_is_urgent_waits(settings: Settings, what: What) -> None:
    (delivery,) = made(settings, told(what, grades={"overall": "good"}, was={"overall": "inadequate"}))
    assert (delivery.state is State.WAITING) == (what in URGENT)
    if what not in URGENT:
        assert (delivery.state, delivery.held_until, delivery.due) == (State.GATHERED, SEVEN, SEVEN)
        assert delivery.detail == "held for quiet hours until 07:00, 30 November 2026"


@pytest.mark.parametrize(
    ("was", "now", "is_now"),
    [
        ("good", "inadequate", True),
        ("inadequate", "good", False),
        ("good", "requires improvement", False),
        ("inadequate", "inadequate", False),
        (None, "inadequate", True),
    ],
)
def test_a_correction_to_inadequate_is_urgent_and_no_other(was: str | None, now: str, is_now: bool) -> None:
    grades = {"overall": was} if was else {}
    assert is_urgent(told(What.CORRECTED, was=grades, grades={"overall": now})) is is_now


def test_what_is_not_about_a_change_waits_but_nothing_that_the_operator_is_told() -> None:
    unread = NotRead(home=HOME, part=UnreadPart.REPORT, watches=("all",))
    assert made(ON_WATCH, unread)[0].is_held
    report = WatchReport(watch="all", day=EVENING.date(), schedule="weekly mon", since=EVENING.date())
    sent = Delivery.of("desk", "report:all", report, "report", EVENING)
    assert with_quiet([sent], ON_WATCH, EVENING)[0].is_held
    notice = Delivery.of("desk", "notice:x", Notice("a title", "a text"), "notice", EVENING)
    state = Delivery.of("desk", "state:x", PresentState(parent="x", line="good"), "state", EVENING)
    assert with_quiet([notice, state], ON_CHANNEL, EVENING) == (notice, state)


def test_it_goes_at_once_if_one_of_its_watches_is_not_quiet() -> None:
    both = configured({"quiet": NIGHT}, {"name": "other"})
    assert made(both, told(What.RECOVERED))[0].is_held
    assert not made(both, told(What.RECOVERED, watches=("all", "other")))[0].is_held
    sooner = configured({"quiet": NIGHT}, {"name": "other", "quiet": {**NIGHT, "to": "06:00"}})
    (delivery,) = made(sooner, told(What.RECOVERED, watches=("all", "other")))
    assert delivery.held_until == SEVEN - HOUR


def test_a_quiet_channel_holds_whatever_the_watches_say_and_the_last_of_both_ends_it() -> None:
    late = {"desk": {"kind": "console", "quiet": {**NIGHT, "to": "08:00"}}}
    (delivery,) = made(configured({"quiet": NIGHT}, {"name": "other"}, channels=late), told(What.RECOVERED))
    assert delivery.held_until == SEVEN + HOUR
    elsewhere = configured(
        {"quiet": NIGHT, "to": ["desk", "screen"]},
        channels={"desk": {"kind": "console"}, "screen": {"kind": "console"}},
    )
    assert made(elsewhere, told(What.RECOVERED), channel="screen")[0].is_held


def test_the_morning_brings_one_message_in_the_order_of_seriousness(desk: Desk) -> None:
    changes = [What.IMPROVED, What.RECOVERED, What.AREA_INADEQUATE, What.VISITED]
    for number, what in enumerate(changes, start=1):
        desk.store(*made(ON_CHANNEL, told(what, number), desk.clock.now()))
        look(desk, ON_CHANNEL, HOUR)
    assert channel_of(desk).sent == []
    desk.clock.step(SEVEN - timedelta(seconds=1))
    look(desk, ON_CHANNEL)
    assert channel_of(desk).sent == []
    look(desk, ON_CHANNEL, timedelta(seconds=1))
    assert mornings(channel_of(desk)) == [["SC000003", "SC000002", "SC000004", "SC000001"]]
    (sent,) = [delivery for delivery in desk.stored() if isinstance(delivery.content, Morning)]
    told_in = [delivery for delivery in desk.stored() if delivery.state is State.IN_DIGEST]
    assert {delivery.reference for delivery in told_in} == {sent.id}
    assert {delivery.detail for delivery in told_in} == {"in the morning's message of 30 November 2026"}
    look(desk, ON_CHANNEL, DAY)
    assert len(channel_of(desk).sent) == 1


def test_each_address_has_a_message_of_its_own(tmp_path: Path) -> None:
    mail = {
        "kind": "email",
        "smtp": "smtp://mail.invalid",
        "from": "w@example.org",
        "to": ["a@example.org", "b@example.org"],
    }
    settings = configured(channels={"desk": {**mail, "quiet": NIGHT}})
    with Desk(tmp_path, Scripted(), clock=ManualClock(EVENING)) as desk:
        desk.store(*made(settings, told(What.RECOVERED)), *made(settings, told(What.IMPROVED, 2)))
        look(desk, settings, 9 * HOUR)
        assert mornings(channel_of(desk)) == [["SC000001", "SC000002"]] * 2
        assert {message.recipient for message in channel_of(desk).sent} == {"a@example.org", "b@example.org"}


def test_what_waits_is_no_message_that_waits_too_long(desk: Desk) -> None:
    desk.store(*made(ON_CHANNEL, told(What.RECOVERED)))
    now = EVENING + 8 * HOUR
    assert desk.outbox.oldest_waiting(now) is None
    assert matters_of_deliveries(["desk"], desk.outbox.troubled(), now) == []


def test_a_morning_that_was_slept_through_is_made_up(desk: Desk) -> None:
    desk.store(*made(ON_CHANNEL, told(What.RECOVERED)))
    desk.clock.step(SEVEN + 3 * HOUR)
    again = desk.reopened()
    look(again, ON_CHANNEL)
    assert mornings(channel_of(again)) == [["SC000001"]]
    again.history.close()


def test_one_that_is_made_up_in_the_next_quiet_hours_waits_until_they_end_and_no_longer(desk: Desk) -> None:
    desk.store(*made(ON_CHANNEL, told(What.RECOVERED)))
    desk.clock.step(SEVEN + 14 * HOUR)
    look(desk, ON_CHANNEL)
    (held,) = desk.history.gathered()
    assert held.held_until == SEVEN + DAY
    look(desk, ON_CHANNEL, 10 * HOUR)
    assert mornings(channel_of(desk)) == [["SC000001"]]


def test_hours_without_an_end_hold_nothing_for_ever(desk: Desk) -> None:
    always = configured(
        {"quiet": {"from": "07:00", "to": "20:00"}}, channels={"desk": {"kind": "console", "quiet": NIGHT}}
    )
    desk.store(*made(always, told(What.RECOVERED)))
    for _ in range(60):
        look(desk, always, HOUR)
    assert mornings(channel_of(desk)) == [["SC000001"]]


@pytest.mark.parametrize(
    "settings", [NEVER, configured(channels={"desk": {"kind": "console", "quiet": {"from": "01:00", "to": "02:00"}}})]
)
def test_quiet_hours_that_are_taken_out_or_moved_let_go_at_once_and_whole(desk: Desk, settings: Settings) -> None:
    desk.store(*made(ON_CHANNEL, told(What.RECOVERED)))
    look(desk, settings)
    assert [type(message.content) for message in channel_of(desk).sent] == [Alert]
    look(desk, ON_CHANNEL, 12 * HOUR)
    assert len(channel_of(desk).sent) == 1


def test_hours_that_are_altered_hold_it_by_the_new_ones(desk: Desk) -> None:
    desk.store(*made(ON_CHANNEL, told(What.RECOVERED)))
    later = configured(channels={"desk": {"kind": "console", "quiet": {**NIGHT, "to": "08:00"}}})
    look(desk, later)
    (held,) = desk.history.gathered()
    assert (held.held_until, held.detail) == (SEVEN + HOUR, "held for quiet hours until 08:00, 30 November 2026")
    look(desk, later, 9 * HOUR)
    assert channel_of(desk).sent == []
    look(desk, later, HOUR)
    assert mornings(channel_of(desk)) == [["SC000001"]]


def test_a_report_that_falls_into_them_goes_by_itself_in_the_morning(desk: Desk) -> None:
    report = WatchReport(watch="all", day=EVENING.date(), schedule="weekly mon", since=EVENING.date())
    desk.store(*with_quiet([Delivery.of("desk", "report:all", report, "report", EVENING)], ON_WATCH, EVENING))
    look(desk, ON_WATCH, HOUR)
    assert channel_of(desk).sent == []
    look(desk, ON_WATCH, 8 * HOUR)
    assert [message.content for message in channel_of(desk).sent] == [report]


def test_somebody_may_have_it_sent_now(desk: Desk) -> None:
    (held,) = made(ON_CHANNEL, told(What.RECOVERED))
    desk.store(held)
    assert retry(desk.history, desk.outbox, held.id, signed(EVENING))
    desk.deliver()
    look(desk, ON_CHANNEL, 12 * HOUR)
    assert [type(message.content) for message in channel_of(desk).sent] == [Alert]


def test_a_silence_holds_what_quiet_hours_hold(desk: Desk) -> None:
    desk.history.commit(Transaction(homes=[HomeRecord.of(home())]))
    tell(desk, told(What.RECOVERED, home=HOME))
    add_silence(desk.history, desk.outbox, Silence.of({"home": [HOME]}, made=EVENING, until=EVENING + DAY, why="known"))
    look(desk, ON_CHANNEL, 12 * HOUR)
    assert channel_of(desk).sent == []
    assert [delivery.state for delivery in desk.stored()] == [State.SILENCED]


def test_a_reminder_waits_and_is_not_told_once_somebody_acknowledged(tmp_path: Path) -> None:
    settings = configured({"quiet": NIGHT, "repeat": "4h"})
    drop = told(What.DROPPED_TO_INADEQUATE)
    for is_acknowledged in (False, True):
        with Desk(tmp_path / str(is_acknowledged), Scripted(), clock=ManualClock(EVENING)) as desk:
            seen = Told(alert=drop, seen=EVENING, feed="ofsted")
            desk.history.commit(Transaction(changes=(seen,), deliveries=made(settings, drop)))
            desk.outbox.refresh()
            desk.deliver()
            for _ in range(17):
                desk.clock.advance(HOUR / 2)
                remind(desk.history, desk.outbox, settings, desk.clock.now())
                look(desk, settings)
            assert [type(message.content) for message in channel_of(desk).sent] == [Alert]
            if is_acknowledged:
                word = Acknowledgement.of(drop.id, by="Ann", why="rang them", at=desk.clock.now())
                assert acknowledge(desk.history, desk.outbox, word)
            look(desk, settings, HOUR)
            said = [message.content for message in channel_of(desk).sent[1:]]
            if is_acknowledged:
                assert said == []
            else:
                (content,) = said
                assert isinstance(content, Morning)
                assert [item.reminder.number for item in content.items if item.reminder] == [2], "the newest alone"


def taken(desk: Desk, settings: Settings, *inspections: Inspection, **facts: Any) -> None:
    read: Reading = reading(*inspections, **facts)
    desk.history.commit(take_in(desk.history, SITE, read, settings, desk.clock.now()).transaction())
    desk.outbox.refresh()


SLACK = configured(channels={"desk": {"kind": "slack", "channel": "C1", "quiet": NIGHT}})


def test_the_first_alert_says_at_once_how_the_home_stands_though_the_news_waits(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted(), clock=ManualClock(EVENING)) as desk:
        desk.history.commit(absorb(desk.history, [home()], [GOOD], None).transaction())
        taken(desk, SLACK, DROP)
        desk.deliver()
        taken(desk, SLACK, inspection("2024-08-10", "good", document="8"))
        states = [delivery for delivery in desk.stored() if isinstance(delivery.content, PresentState)]
        assert [delivery.state for delivery in states] == [State.WAITING]
        assert desk.outbox.oldest_waiting(EVENING) is not None
        desk.deliver()
        assert not [*desk.history.deliveries(open_only=True)], "the change of the message waits for nothing"
        look(desk, SLACK, 12 * HOUR)
        assert mornings(channel_of(desk)) == [["SC000001"]]


def test_many_alerts_of_one_reading_that_wait_are_no_group(tmp_path: Path) -> None:
    homes = [home(f"SC{number:06}") for number in range(1, 9)]
    before = [inspection("2023-05-01", "good", home=one.key, document=f"a{one.id}") for one in homes]
    better = [inspection("2024-05-01", "outstanding", home=one.key, document=f"b{one.id}") for one in homes]
    with Desk(tmp_path, Scripted(), clock=ManualClock(EVENING)) as desk:
        desk.history.commit(absorb(desk.history, homes, before, None).transaction())
        taken(desk, SLACK, *better)
        desk.deliver()
        assert channel_of(desk).sent == []
        look(desk, SLACK, 12 * HOUR)
        assert [len(items) for items in mornings(channel_of(desk))] == [8]


def test_a_line_says_what_was_told_at_once_since(desk: Desk) -> None:
    recovered, drop = told(What.RECOVERED), told(What.DROPPED_TO_INADEQUATE, id="f" * 16, channels=("desk",))
    changes = (Told(alert=recovered, seen=EVENING, feed="x"), Told(alert=drop, seen=EVENING + HOUR, feed="x"))
    desk.history.commit(Transaction(changes=changes))
    desk.store(*made(ON_CHANNEL, recovered), *made(ON_CHANNEL, drop, EVENING + HOUR))
    look(desk, ON_CHANNEL, 12 * HOUR)
    content = channel_of(desk).sent[-1].content
    assert isinstance(content, Morning)
    assert [item.since for item in content.items] == ["drops from good to inadequate"]


def test_what_exceeds_one_message_is_told_in_parts(desk: Desk) -> None:
    for number in range(1, 101):
        desk.store(*made(ON_CHANNEL, told(What.RECOVERED, number)))
    look(desk, ON_CHANNEL, 12 * HOUR)
    parts = mornings(channel_of(desk))
    assert len(parts) > 1
    assert sorted(one for part in parts for one in part) == [f"SC{number:06}" for number in range(1, 101)]
    assert LONGEST_PART > 1000
    states = {delivery.reference for delivery in desk.stored() if delivery.state is State.IN_DIGEST}
    assert len(states) == len(parts)


def test_what_a_lost_history_may_have_sent_is_looked_for_by_the_morning_that_it_waited_for(tmp_path: Path) -> None:
    first, lost = Scripted(found=ACCEPTED), Scripted(found=ACCEPTED)
    for channel, unsure in ((first, None), (lost, EVENING)):
        with Desk(tmp_path / str(unsure), channel, clock=ManualClock(EVENING)) as desk:
            desk.store(*(replace(one, unsure_since=unsure) for one in made(ON_CHANNEL, told(What.RECOVERED))))
            look(desk, ON_CHANNEL, 12 * HOUR)
    assert lost.sent == []
    assert [found for found, _ in lost.looked] == [message.id for message in first.sent]


def test_a_reminder_whose_home_has_recovered_by_the_morning_is_not_told(desk: Desk) -> None:
    drop, recovered = told(What.DROPPED_TO_INADEQUATE), told(What.RECOVERED, id="e" * 16)
    both = (Told(alert=drop, seen=EVENING, feed="x"), Told(alert=recovered, seen=EVENING + HOUR, feed="x"))
    (first,) = messages(ON_CHANNEL.channels, "desk", drop.home, drop, f"{drop.id} reminder 1", EVENING)
    reminder = replace(first, reminder=Reminder(number=1, alert=EVENING))
    desk.history.commit(Transaction(changes=both, deliveries=with_quiet([reminder], ON_CHANNEL, EVENING)))
    look(desk, ON_CHANNEL, 12 * HOUR)
    assert [(delivery.state, delivery.detail) for delivery in desk.stored()] == [
        (State.LAPSED, "superseded: recovered")
    ]


def test_what_was_made_just_before_a_morning_and_stored_after_it_is_told_too(desk: Desk) -> None:
    desk.store(*made(ON_CHANNEL, told(What.RECOVERED)))
    look(desk, ON_CHANNEL, SEVEN - EVENING)
    desk.store(*made(ON_CHANNEL, told(What.RECOVERED, 2), SEVEN - timedelta(seconds=1)))
    look(desk, ON_CHANNEL)
    assert mornings(channel_of(desk)) == [["SC000001"], ["SC000002"]]


def test_what_waits_for_a_channel_that_becomes_a_digest_goes_by_itself(desk: Desk) -> None:
    mail = {"kind": "email-digest", "smtp": "smtp://mail.invalid", "from": "w@example.org", "to": ["a@example.org"]}
    desk.store(*made(ON_CHANNEL, told(What.RECOVERED)))
    look(desk, configured({"quiet": NIGHT}, channels={"desk": {**mail, "at": "23:00"}}))
    assert [type(message.content) for message in channel_of(desk).sent] == [Alert]
    (state,) = {delivery.state for delivery in desk.stored()}
    assert state is State.ACCEPTED


def test_an_escalation_waits_by_the_hours_of_the_watch_that_escalates() -> None:
    channels = {"desk": {"kind": "console"}, "phone": {"kind": "console"}}
    settings = configured({"quiet": NIGHT, "escalate_to": "phone"}, {"name": "other", "to": "phone"}, channels=channels)
    drop = told(What.DROPPED_TO_INADEQUATE, watches=("all", "other"))
    (first,) = messages(settings.channels, "phone", drop.home, drop, "escalation", EVENING)
    escalated = replace(first, reminder=Reminder(after_seconds=3600.0, alert=EVENING))
    assert with_quiet([escalated], settings, EVENING)[0].held_until == SEVEN
    assert with_quiet([first], settings, EVENING) == (first,)


class Nights(RuleBasedStateMachine):
    """News, time, restarts, outages, and a configuration that changes, in any order."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.verdict = ACCEPTED
        self.channel = Scripted(answer=lambda *_: self.verdict, found=None)
        self.desk = Desk(self.folder, self.channel, clock=ManualClock(datetime(2026, 10, 24, 12, 0, tzinfo=UTC)))
        self.settings = ON_CHANNEL
        self.made: dict[str, bool] = {}
        self.taken: list[str] = []

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.quiet_is_over()
            self.desk.history.close()
            shutil.rmtree(self.folder)

    def quiet_is_over(self) -> None:
        """At the end all is told, each once."""
        self.verdict = ACCEPTED
        for _ in range(50):
            look(self.desk, self.settings, 2 * HOUR + HOUR / 4)
        assert sorted(self.told()) == sorted(self.made)
        assert not [*self.desk.history.gathered()]

    def told(self) -> list[str]:
        """The ids of the changes that the channel has taken."""
        accepted = [delivery.content for delivery in self.desk.stored() if delivery.state is State.ACCEPTED]
        alone = [content.id for content in accepted if isinstance(content, Alert)]
        together = [item.content.id for content in accepted if isinstance(content, Morning) for item in content.items]
        return [*alone, *together]

    @rule(what=st.sampled_from(list(What)))
    def news_comes(self, what: What) -> None:
        content = told(what, len(self.made) + 1, grades={"overall": "good"})
        self.made[content.id] = is_urgent(content)
        self.desk.store(*made(self.settings, content, self.desk.clock.now()))

    @rule(after=st.sampled_from([timedelta(seconds=5), HOUR / 4, HOUR, 5 * HOUR, 13 * HOUR, 3 * DAY]))
    def time_passes(self, after: timedelta) -> None:
        self.desk.clock.advance(after)

    @rule()
    def it_looks(self) -> None:
        look(self.desk, self.settings)

    @rule()
    def it_restarts(self) -> None:
        self.desk = self.desk.reopened()

    @rule(verdict=st.sampled_from([ACCEPTED, ACCEPTED, LATER]))
    def the_channel_answers(self, verdict: Verdict) -> None:
        self.verdict = verdict

    @rule(
        settings=st.sampled_from([ON_CHANNEL, ON_WATCH, NEVER, configured({"quiet": {"from": "01:30", "to": "01:15"}})])
    )
    def the_configuration_changes(self, settings: Settings) -> None:
        self.settings = settings

    @rule(by=st.sampled_from([-HOUR, HOUR, -3 * HOUR]))
    def the_clock_is_set(self, by: timedelta) -> None:
        self.desk.clock.step(self.desk.clock.now() + by)

    @invariant()
    def nothing_is_told_twice_and_nothing_urgent_is_held(self) -> None:
        if not hasattr(self, "folder"):
            return
        known = self.told()
        assert len(known) == len(set(known))
        held = [delivery.content for delivery in self.desk.history.gathered()]
        assert not [content for content in held if isinstance(content, Alert) and is_urgent(content)]


TestNights = Nights.TestCase
TestNights.settings = tried(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
