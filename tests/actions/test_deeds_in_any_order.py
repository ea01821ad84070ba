"""In whatever order alerts, news, deeds, outages and restarts come, each message in Slack ends with all that holds."""

import re
import shutil
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.actions.test_changed_messages import about, deeds, sends, tell
from tests.builders import signed
from tests.clock import ManualClock
from tests.delivery.bursts import channel_of, keep_time
from tests.delivery.scripted import Desk
from tests.messages.messages import SEEN
from tests.standins import slack as ways
from tests.standins.slack import SlackStandIn
from watcher.actions.acknowledge import acknowledge, add_reason
from watcher.actions.silence import add_silence, end_silence
from watcher.delivery.ledger import Delivery, State
from watcher.judging.changes import What
from watcher.messages.alert import Alert
from watcher.messages.message import PresentState
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.silences import Silence, held

HOUR = timedelta(hours=1)
LONG = timedelta(hours=3)
LONGER = timedelta(days=300)
ENDS = ("taken", "taken and lost", "lost", "later")


class Slack(RuleBasedStateMachine):
    """One home: a drop, its reminders, later news in its thread; and people."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.slack = SlackStandIn()
        self.slack.__enter__()
        self.desk = Desk(self.folder, channel_of(self.slack), clock=ManualClock(SEEN))
        keep_time(self.slack, self.desk)
        self.first = sends(about())
        self.acknowledged: Acknowledgement | None = None
        self.silences: list[Silence] = []
        self.told: dict[str, set[str]] = {}
        """The messages on which each silence was told, by its id."""
        self.reminders = 0
        self.news: list[Delivery] = []
        tell(self.desk, self.first)

    def teardown(self) -> None:
        try:
            self.check()
        finally:
            self.close()

    def close(self) -> None:
        self.desk.history.close()
        self.slack.__exit__()
        shutil.rmtree(self.folder)

    def now_silenced(self) -> bool:
        return any(self.desk.clock.now() < silence.until for silence in self.silences)

    @rule(ways_of_calls=st.lists(st.sampled_from(ENDS), max_size=4))
    def send(self, ways_of_calls: list[str]) -> None:
        """A round in which calls that write go well or not."""
        known = {
            "taken": ways.accepts,
            "taken and lost": ways.takes_and_drops,
            "lost": ways.drops,
            "later": ways.is_rate_limited("1"),
        }
        self.slack.script.extend(known[way] for way in ways_of_calls)
        self.desk.deliver(timedelta(minutes=1))
        self.slack.script.clear()

    @rule()
    def restart(self) -> None:
        self.desk = self.desk.reopened()

    @rule(why=st.sampled_from(["", "we know"]))
    def acknowledge(self, why: str) -> None:
        self.desk.clock.advance(timedelta(seconds=1))
        word = Acknowledgement.of(about().id, by="Ann", why=why, at=self.desk.clock.now(), door="slack")
        was_new = self.acknowledged is None
        assert acknowledge(self.desk.history, self.desk.outbox, word) is was_new
        self.acknowledged = self.acknowledged or word

    @precondition(lambda self: self.acknowledged is not None and not self.acknowledged.why)
    @rule()
    def add_a_reason(self) -> None:
        assert self.acknowledged is not None
        known = self.acknowledged
        outbox = self.desk.outbox
        assert add_reason(
            self.desk.history, outbox, known.change, by="Ann", at=known.at, door="slack", why="a later reason"
        )
        self.acknowledged = replace(known, why="a later reason")

    @precondition(lambda self: len(self.silences) < 3)
    @rule(by_name=st.booleans())
    def silence(self, by_name: bool) -> None:
        self.desk.clock.advance(timedelta(seconds=1))
        now = self.desk.clock.now()
        filters = {"home": ("SC000001",)} if by_name else {"local_authority": ("Derby",)}
        made = Silence.of(filters, made=now, until=now + LONGER, why="known", by=f"Bob{len(self.silences)}")
        assert add_silence(self.desk.history, self.desk.outbox, made)
        self.silences.append(made)
        arrived = [delivery for delivery in self.desk.stored() if _may_have_arrived(delivery)]
        newest = max((self.number_of_change(delivery) for delivery in arrived), default=0)
        self.told[made.id] = {
            delivery.id
            for delivery in arrived
            if by_name or delivery.id == self.first.id or self.number_of_change(delivery) == newest
        }

    def number_of_change(self, delivery: Delivery) -> int:
        assert isinstance(delivery.content, Alert)
        return int(delivery.content.id, 16)

    @precondition(lambda self: self.now_silenced())
    @rule(which=st.integers(0, 2))
    def end_a_silence(self, which: int) -> None:
        self.desk.clock.advance(timedelta(seconds=1))
        now = self.desk.clock.now()
        in_force = [silence for silence in self.silences if now < silence.until]
        chosen = in_force[which % len(in_force)]
        name = f"Cat{self.number_of(chosen)}"
        assert end_silence(self.desk.history, self.desk.outbox, chosen.id, signed(now, name))
        self.silences = [silence.ended(now) if silence.id == chosen.id else silence for silence in self.silences]

    @precondition(lambda self: self.acknowledged is None and self.reminders < 3 and not self.now_silenced())
    @rule()
    def remind(self) -> None:
        self.reminders += 1
        tell(self.desk, sends(about(), which=f"reminder {self.reminders}", thread=self.first))

    @precondition(lambda self: len(self.news) < 3)
    @rule(delayed=st.booleans())
    def recover(self, delayed: bool) -> None:
        """News in the thread, with what it makes of the present; a silence holds it."""
        number = len(self.news) + 2
        reply = sends(about(number, What.RECOVERED), thread=self.first)
        reply = replace(reply, due=self.desk.clock.now() + (HOUR if delayed else timedelta()))
        silences = [silence for silence in self.silences if self.desk.clock.now() < silence.until]
        record = self.desk.history.home(reply.subject)
        assert record is not None
        reply = held(reply, record.home, silences, self.desk.clock.now())
        content = PresentState(parent=self.first.id, reply=reply.id, line=f"state {number}")
        state = Delivery.of("desk", f"state:{self.first.id}", content, f"state {reply.id}", SEEN)
        tell(self.desk, reply, replace(state, thread=self.first.id))
        self.news.append(reply)

    @invariant()
    def nobody_is_rung(self) -> None:
        assert self.slack.rung == []

    @rule()
    def check(self) -> None:
        """Once all is quiet, every message says all that holds, and nothing that does not."""
        for _ in range(8):
            self.desk.deliver(LONG)
        kept = {delivery.id: delivery for delivery in self.desk.stored()}
        states = [kept[reply.id].state for reply in self.news]
        assert all(state in (State.ACCEPTED, State.SILENCED) for state in states), states
        told = [n for n, state in enumerate(states, start=2) if state is State.ACCEPTED]
        for posted in self.slack.messages:
            delivery = kept[posted["metadata"]["event_payload"]["id"]]
            if posted["ts"] != delivery.reference:
                continue  # the first of two, where nobody could know that it had arrived
            lines = posted["text"].splitlines()
            now = [line for line in lines if line.startswith("Now: ")]
            is_first = delivery.id == self.first.id
            assert now == ([f"Now: state {told[-1]}"] if is_first and told else [])
            assert sorted(map(_beginning, deeds(posted))) == sorted(self.expected(delivery))

    def expected(self, delivery: Delivery) -> list[str]:
        """The deeds in force, as they begin: of the drop its acknowledgement; silences, or the end of the last one."""
        known = self.acknowledged
        said = (
            [f"Acknowledged by Ann: {known.why}"]
            if known is not None and delivery.content == self.first.content
            else []
        )
        told = [silence for silence in self.silences if delivery.id in self.told[silence.id]]
        in_force = [silence for silence in told if self.desk.clock.now() < silence.until]
        if told and not in_force:
            last = max(told, key=lambda silence: silence.until)
            return [*said, f"Silence ended by Cat{self.number_of(last)}"]
        return [*said, *(f"Silenced by Bob{self.number_of(silence)}" for silence in in_force)]

    def number_of(self, silence: Silence) -> int:
        return [known.id for known in self.silences].index(silence.id)


def _may_have_arrived(delivery: Delivery) -> bool:
    is_sent = delivery.state is State.ACCEPTED or delivery.unsure_since is not None
    return isinstance(delivery.content, Alert) and is_sent


def _beginning(line: str) -> str:
    """Who and what; of an acknowledgement also why."""
    why = line.partition(", in Slack")[2].removeprefix(": ")
    return re.sub(" until .* 20[0-9]{2} ", " ", line.partition(",")[0]) + (
        f": {why}" if line.startswith("Acknowledged") else ""
    )


TestInAnyOrder = Slack.TestCase
TestInAnyOrder.settings = settings(
    max_examples=60, stateful_step_count=16, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
