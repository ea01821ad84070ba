"""Random histories: whatever is published, fails, is lost or starts anew, in any order, the promises hold."""

import asyncio
import random
import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from hypothesis.strategies import booleans, integers, sampled_from

from tests.builders import SITE, home, inspection
from tests.clock import ManualClock
from tests.delivery.scripted import LATER, REFUSED, UNKNOWN
from tests.messages.messages import SEEN
from watcher.config.settings import Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.delivery.ledger import State
from watcher.delivery.outbox import Outbox
from watcher.delivery.revisions import handed
from watcher.delivery.verdict import Answer, Verdict
from watcher.facts.inspection import Inspection
from watcher.feeds.feed import Outcome, Reading
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Transaction
from watcher.judging.changes import What
from watcher.messages.alert import Alert
from watcher.messages.message import Message, PresentState
from watcher.rounds.take_in import take_in
from watcher.rounds.tell.threads import SHOWN
from watcher.watching.watches import Watch

HOMES = ("SC000001", "SC000002", "SC000003")
WORDS = ("outstanding", "good", "requires improvement to be good", "inadequate")
FIRST = date(2020, 1, 1)
CHANNELS = ("desk", "hall")
"""One that has threads and changes messages, and one that does not."""
SETTINGS = Settings(
    feeds={SITE: OfstedSiteOptions()},
    channels={"desk": SlackOptions(channel="C1"), "hall": ConsoleOptions()},
    watch=(Watch(name="all", changes=tuple(What), to=CHANNELS),),
)


FIGURES: Counter[str] = Counter()
"""What all histories of this process came to."""


class Reader:
    """A channel of which the test decides what becomes of a message, and whether it can be looked for."""

    spacing = timedelta()

    def __init__(self, name: str) -> None:
        self.name = name
        self.mood = "takes"
        self.can_be_searched = True
        self.arrived: list[Message] = []
        self.states: dict[str, str] = {}
        """What each message, by its id, says of the present."""

    def send(self, message: Message) -> Verdict:
        if self.mood in ("takes", "takes and loses the answer"):
            self.arrived.append(message)
        return self.verdict(message)

    def verdict(self, message: Message) -> Verdict:
        taken = Verdict(Answer.ACCEPTED, reference=message.id)
        return {"takes": taken, "is busy": LATER, "refuses": REFUSED}.get(self.mood, UNKNOWN)

    def find(self, message: Message, since: object) -> Verdict | None:
        if not self.can_be_searched:
            return UNKNOWN
        has_arrived = message.id in {message.id for message in self.arrived}
        return Verdict(Answer.ACCEPTED, reference=message.id) if has_arrived else None

    def check(self) -> str | None:
        return None


class ThreadedReader(Reader):
    """The same with messages that can be changed."""

    def update(self, message: Message) -> Verdict:
        assert message.thread == message.id
        assert message.id in {message.id for message in self.arrived}
        if self.mood in ("takes", "takes and loses the answer"):
            self.states[message.id] = message.state
        return self.verdict(message)


class Histories(RuleBasedStateMachine):
    """Intake, outbox and history over a real folder, beside a plain model of what is known and what was news."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="watcher-histories-"))
        self.clock = ManualClock(SEEN)
        self.readers = {"desk": ThreadedReader("desk"), "hall": Reader("hall")}
        self.model: dict[tuple[str, date], str] = {}
        """The words of each inspection, by home and day of the visit; "gone" where it was withdrawn."""
        self.news: list[tuple[str, date]] = []
        self.background: set[tuple[str, date]] = set()
        self.refused: set[str] = set()
        """Deliveries that were refused for good: the next one passes them, and they come behind it if sent again."""
        self.history = EmbeddedHistory.open(self.folder, with_bundle=False)
        self.outbox = self.opened()

    def opened(self) -> Outbox:
        outbox = Outbox(self.history, self.readers, self.clock, rng=random.Random(1))
        outbox.recover()
        return outbox

    def teardown(self) -> None:
        try:
            self.everything_arrives_in_the_end()
            FIGURES.update(histories=1, changes=len(self.news), messages=len([*self.history.deliveries()]))
            FIGURES.update(arrivals=sum(len(reader.arrived) for reader in self.readers.values()))
        finally:
            self.history.close()
            shutil.rmtree(self.folder)

    def read(self, reading: Reading) -> None:
        """What a round of the service does with a reading."""
        taken = take_in(self.history, SITE, reading, SETTINGS, self.clock.now())
        self.news += [(change.alert.home, change.alert.day) for change in taken.told]
        state = replace(self.history.feed(SITE), began=self.clock.now(), outcome=reading.outcome.value)
        self.history.commit(replace(taken.transaction(), feeds=(state,)))
        self.outbox.refresh()

    def said(self, home_key: str, day: int, words: str) -> Inspection:
        visited = (FIRST + timedelta(days=day)).isoformat()
        today = self.clock.now().date().isoformat()
        return inspection(visited, words, home=home_key, document=f"{home_key} {day}", as_of=today)

    @initialize(words=sampled_from(WORDS))
    def baseline(self, words: str) -> None:
        known = tuple(self.said(home(name).key, 0, words) for name in HOMES[:2])
        self.read(Reading(outcome=Outcome.CHANGED, homes=tuple(map(home, HOMES)), background=known))
        for statement in known:
            self.model[statement.home, statement.day] = words
            self.background.add((statement.home, statement.day))

    @rule(name=sampled_from(HOMES), day=integers(1, 30), words=sampled_from(WORDS), again=booleans())
    def a_new_late_or_corrected_inspection(self, name: str, day: int, words: str, again: bool) -> None:
        one = self.said(home(name).key, day * 20, words)
        for _ in range(1 + again):
            self.clock.advance(timedelta(days=1))
            one = self.said(one.home, day * 20, words)
            self.read(Reading(outcome=Outcome.CHANGED, homes=(home(name),), inspections=(one,)))
        self.model[one.home, one.day] = words

    @rule(name=sampled_from(HOMES), day=integers(1, 30))
    def a_grade_that_no_scale_knows_is_no_news(self, name: str, day: int) -> None:
        one = self.said(home(name).key, day * 20 + 10, "causing concern")
        count = len(self.news)
        self.read(Reading(outcome=Outcome.CHANGED, homes=(home(name),), inspections=(one,)))
        assert len(self.news) == count
        self.model[one.home, one.day] = "causing concern"

    @precondition(lambda self: any(words != "gone" for words in self.model.values()))
    @rule(number=integers(0, 100))
    def an_inspection_is_withdrawn(self, number: int) -> None:
        there = [key for key, words in self.model.items() if words != "gone"]
        gone = there[number % len(there)]
        records = self.history.records(gone[0])
        listed = [
            record.inspection
            for record in records
            if record.inspection.inspected != gone[1] and record.withdrawn is None
        ]
        self.clock.advance(timedelta(days=1))
        self.read(Reading(outcome=Outcome.CHANGED, homes=(), listings={gone[0]: tuple(listed)}))
        self.model[gone] = "gone"
        self.background.discard(gone)

    @rule(outcome=sampled_from([Outcome.UNREACHABLE, Outcome.REFUSED, Outcome.MALFORMED, Outcome.IMPLAUSIBLE]))
    def a_reading_fails(self, outcome: Outcome) -> None:
        count = len(self.news)
        self.read(Reading(outcome=outcome))
        assert len(self.news) == count

    @rule(
        name=sampled_from(CHANNELS),
        mood=sampled_from(["takes", "is busy", "refuses", "loses it", "takes and loses the answer"]),
        can_be_searched=booleans(),
    )
    def a_channel_changes_its_mood(self, name: str, mood: str, can_be_searched: bool) -> None:
        self.readers[name].mood, self.readers[name].can_be_searched = mood, can_be_searched

    @rule(minutes=integers(0, 120))
    def messages_are_sent(self, minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes))
        asyncio.run(self.outbox.deliver_due())
        self.refused |= {delivery.id for delivery in self.history.deliveries() if delivery.state is State.REFUSED}

    @rule()
    def it_is_started_again(self) -> None:
        FIGURES.update(starts=1)
        self.history.close()
        self.history = EmbeddedHistory.open(self.folder, with_bundle=False)
        self.outbox = self.opened()

    @rule(has_arrived=booleans())
    def it_dies_while_sending(self, has_arrived: bool) -> None:
        waiting = [*self.history.deliveries(open_only=True)]
        heads = {(delivery.channel, delivery.subject): delivery for delivery in reversed(waiting)}
        for head in [delivery for delivery in heads.values() if delivery.unsure_since is None][:1]:
            self.history.commit(Transaction(deliveries=[head.sending(self.clock.now())]))
            if has_arrived and not isinstance(head.content, PresentState):
                self.readers[head.channel].arrived.append(handed(head, self.history.delivery))
        self.it_is_started_again()

    @rule()
    def it_is_compacted(self) -> None:
        self.history.compact(force=True)

    @invariant()
    def the_history_is_the_model(self) -> None:
        known = {
            (record.inspection.home, record.inspection.inspected): "gone"
            if record.withdrawn
            else record.inspection.judgements[0].grade.words
            for name in HOMES
            for record in self.history.records(home(name).key)
        }
        assert known == self.model

    @invariant()
    def nothing_arrives_twice_unless_it_says_so(self) -> None:
        for reader in self.readers.values():
            seen: Counter[str] = Counter()
            for message in reader.arrived:
                assert not seen[message.id] or message.possibly_repeated
                seen[message.id] += 1

    @invariant()
    def nothing_is_told_of_the_background(self) -> None:
        for reader in self.readers.values():
            assert not self.background & {(alert.home, alert.inspected) for alert in alerts(reader)}

    @invariant()
    def the_order_of_each_home_is_kept(self) -> None:
        numbers = {delivery.id: delivery.number for delivery in self.history.deliveries()}
        for reader in self.readers.values():
            for subject in {alert.home for alert in alerts(reader)}:
                order = [
                    numbers[message.id]
                    for message in reader.arrived
                    if _is_of(message, subject) and message.id not in self.refused
                ]
                assert [*dict.fromkeys(order)] == sorted(set(order))

    def everything_arrives_in_the_end(self) -> None:
        for reader in self.readers.values():
            reader.mood = "takes"
        for delivery in list(self.history.deliveries()):
            if delivery.state in (State.REFUSED, State.UNKNOWN):
                self.outbox.retry(delivery.id)
        for _ in range(4):
            self.clock.advance(timedelta(days=1))
            asyncio.run(self.outbox.deliver_due())
        stored = [*self.history.deliveries()]
        assert {delivery.state for delivery in stored if not isinstance(delivery.content, PresentState)} <= {
            State.ACCEPTED
        }
        assert {delivery.state for delivery in stored} <= {State.ACCEPTED, State.LAPSED}
        self.nothing_arrives_twice_unless_it_says_so()
        for reader in self.readers.values():
            assert {(alert.home, alert.inspected) for alert in alerts(reader)} == set(self.news)
        self.what_follows_a_message_that_arrived_is_its_reply()

    @invariant()
    def what_follows_a_message_that_arrived_is_its_reply(self) -> None:
        assert {message.thread for message in self.readers["hall"].arrived} <= {None}
        accepted = {delivery.id: delivery for delivery in self.history.deliveries() if delivery.state is State.ACCEPTED}
        replied_to: dict[str, set[str]] = {}
        for message in self.readers["desk"].arrived:
            if message.thread is not None and isinstance(message.content, Alert):
                assert accepted[message.thread].subject == message.content.home
                replied_to.setdefault(message.content.home, set()).add(message.thread)
                assert message.is_shown or message.content.change not in SHOWN
        if not self.refused:
            assert all(len(threads) == 1 for threads in replied_to.values())

    @invariant()
    def a_message_says_the_newest_state_that_it_was_to_say(self) -> None:
        newest = {
            delivery.content.parent: delivery
            for delivery in self.history.deliveries()
            if isinstance(delivery.content, PresentState)
        }
        for parent, delivery in newest.items():
            if delivery.state is State.ACCEPTED and isinstance(delivery.content, PresentState):
                assert self.readers["desk"].states[parent] == delivery.content.line


def alerts(reader: Reader) -> list[Alert]:
    """What arrived there of homes."""
    return [message.content for message in reader.arrived if isinstance(message.content, Alert)]


def _is_of(message: Message, subject: str) -> bool:
    return isinstance(message.content, Alert) and message.content.home == subject


def histories(examples: int, steps: int, *, are_new: bool = False) -> None:
    """So many random histories, the same in every run unless they are to be new; one that fails is printed."""
    FIGURES.clear()
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=not are_new,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert FIGURES["histories"] >= examples


def test_the_promises_hold_in_any_order_of_things() -> None:
    histories(40, 30)
    assert FIGURES["changes"] > 40


@pytest.mark.soak
def test_the_promises_hold_in_many_orders_of_things() -> None:
    histories(1500, 60, are_new=True)
    print("\n" + ", ".join(f"{number} {what}" for what, number in FIGURES.items()))
