"""A running service says what is wrong, since when, whom it touches, without reading what is over."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import home, inspection
from tests.clock import ManualClock
from watcher.answers.status import MatterNow, ServiceStanding
from watcher.config.passwords import hashed
from watcher.config.settings import Operator, Settings
from watcher.config.web import Web
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.channels.email.options import EmailOptions
from watcher.delivery.channels.kinds import open_channels
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.outbox import Outbox
from watcher.delivery.stopped_mails import StoppedMails
from watcher.delivery.verdict import Answer, Verdict
from watcher.feeds.advance import Advance
from watcher.feeds.feed import Trouble
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState, Held, OpenMatter, Transaction, Untold
from watcher.messages.message import Notice
from watcher.messages.topics import Topic
from watcher.rounds.take_in import absorb
from watcher.service.heartbeat import Heartbeat
from watcher.service.own_standing import OwnStanding
from watcher.service.service import Service
from watcher.watching.deeds import Door
from watcher.watching.silences import Silence
from watcher.watching.watches import Watch

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANN = "ann@example.org"
BOB = "bob@example.org"
MAIL = EmailOptions.model_validate({"smtp": "smtp://127.0.0.1:2525", "from": "watcher@example.org", "to": [ANN, BOB]})
SETTINGS = Settings(
    feeds={"ofsted": OfstedSiteOptions()},
    channels={"desk": MAIL, "screen": ConsoleOptions()},
    watch=(
        Watch(name="derby", local_authority=("Derby",), to=("desk",)),
        Watch(name="leeds", local_authority=("Leeds",), to=("screen",)),
        Watch(name="scotland", regulator=("scotland",), to=("screen",)),
    ),
    operator=Operator(to=("screen",)),
)


STOP = StoppedMails(address=BOB, since=NOW, by=BOB, door=Door.MAIL)


@dataclass
class Desk:
    """A service that was made and does not run, so that nothing moves."""

    service: Service
    history: EmbeddedHistory
    own: OwnStanding

    def stored(self, transaction: Transaction) -> ServiceStanding:
        """How it stands once something more was stored."""
        self.history.commit(transaction)
        self.service.outbox.refresh()
        return self.own.now()


@contextmanager
def desk(folder: Path, *before: Delivery, settings: Settings = SETTINGS) -> Iterator[Desk]:
    history, clock = EmbeddedHistory.open(folder, with_bundle=False), ManualClock(NOW)
    history.commit(
        absorb(history, [home(), home("SC000002", local_authority="Leeds")], [inspection("2024-01-10", "good")], None)
        .transaction()
    )  # fmt: skip
    history.commit(Transaction(stopped_mails=(STOP,)))
    history.store(before)
    outbox = Outbox(history, open_channels(settings.channels, settings.house_style), clock)
    beat = Heartbeat(folder, NOW)
    service = Service(settings.model_copy(update={"data_dir": folder}), history, {}, outbox, clock, beat)
    own = OwnStanding(service, beat, lambda: {"ofsted": Advance(1, 2, NOW)})
    yield Desk(service, history, own)
    history.close()


def read_well(**more: object) -> FeedState:
    return replace(FeedState(name="ofsted", outcome="unchanged", began=NOW, last_good=NOW), **more)  # type: ignore[arg-type]


def alone(standing: ServiceStanding) -> MatterNow:
    (matter,) = standing.matters
    return matter


def waiting(number: int, recipient: str = ANN, channel: str = "desk") -> Delivery:
    return Delivery.of(channel, "ofsted:SC000001", Notice("t", "x"), str(number), NOW, recipient=recipient)


def test_all_is_well(tmp_path: Path) -> None:
    with desk(tmp_path) as world:
        standing = world.stored(Transaction(feeds=(read_well(),)))
        assert (standing.needs_attention, standing.matters, standing.service.word) == (False, [], "alive")
        assert standing.service.since == NOW
        assert standing.feeds[0].advance == Advance(1, 2, NOW)
        assert [(channel.name, channel.is_well) for channel in standing.channels] == [("desk", True), ("screen", True)]
        assert (standing.stopped_mails, standing.number_of_stopped) == ([STOP], 1)


def test_a_feed_that_cannot_be_read_touches_the_watches_that_have_homes_of_it(tmp_path: Path) -> None:
    with desk(tmp_path) as world:
        state = read_well(last_good=NOW - timedelta(days=3), outcome="unreachable", failures=9)
        known = OpenMatter("ofsted has not been read", "x", NOW - timedelta(days=2), (), "stale")
        matter = alone(world.stored(Transaction(feeds=(state,), notices={"feed:ofsted:stale": known})))
        assert matter.matter.key == "feed:ofsted:stale"
        assert matter.since == NOW - timedelta(days=2)
        assert matter.matter.next_try is not None
        touched = matter.touched
        assert (touched.watches, touched.channels) == (("derby", "leeds"), ("desk", "screen"))
        assert (touched.readers, touched.number_of_readers) == ((ANN, BOB), 2)
        assert matter.by_itself.startswith("It is tried again")


def test_a_page_touches_the_watches_of_its_home_alone(tmp_path: Path) -> None:
    with desk(tmp_path) as world:
        problem = Untold(what="no text", home="ofsted:SC000002", since=NOW, trouble=Trouble.REPORT, tries=1)
        matter = alone(world.stored(Transaction(feeds=(read_well(problems={"https://reports.test/1": problem}),))))
        assert (matter.touched.watches, matter.touched.channels) == (("leeds",), ("screen",))
        assert list(matter.touched.homes) == ["ofsted:SC000002"]


def test_a_held_reading_is_shown_with_why(tmp_path: Path) -> None:
    with desk(tmp_path) as world:
        standing = world.stored(Transaction(feeds=(read_well(held=Held("half of it is gone", NOW)),)))
        assert alone(standing).matter.key == "feed:ofsted:held"
        held = standing.feeds[0].state.held
        assert held is not None
        assert held.why == "half of it is gone"


def test_a_channel_that_is_stopped_touches_the_readers_who_wait(tmp_path: Path) -> None:
    refusal = Verdict(Answer.REFUSED, f"550 no such user {ANN}", stops=True, of_recipient=True)
    stopping = waiting(1).sending(NOW).settled(refusal, NOW, "way")
    gone = replace(waiting(2, BOB), state=State.REFUSED, detail="no")
    with desk(tmp_path, stopping, gone) as world:
        standing = world.stored(Transaction(feeds=(read_well(),)))
        first, second = standing.matters
        assert (first.matter.key, second.matter.key) == ("channel:desk:stopped", "channel:desk:refused")
        assert first.touched.watches == ("derby",)
        assert "ofsted:SC000001" in first.touched.homes
        channel = standing.channels[0]
        assert (channel.is_stopped, channel.waiting, channel.refused, channel.oldest) == (True, 1, 1, NOW)
        assert (standing.waiting, standing.refused, standing.oldest_waiting) == (1, 1, NOW)


def test_who_is_not_signed_in_sees_no_address_and_nobody_s_name(tmp_path: Path) -> None:
    with desk(tmp_path) as world:
        refusal = Verdict(Answer.REFUSED, f"550 no such user <{ANN}>", stops=True, of_recipient=True)
        stopping = waiting(1).sending(NOW).settled(refusal, NOW, "way")
        silence = Silence.of(
            {"home": ["SC000002"]}, made=NOW, until=NOW + timedelta(days=1), why="known", by="Ann Example"
        )
        standing = world.stored(Transaction(feeds=(read_well(),), deliveries=(stopping,), silences=(silence,)))
        assert ANN in repr(standing)
        assert "Ann Example" in repr(standing)
        shown = standing.for_anybody()
        assert "@" not in repr(shown)
        assert "Ann Example" not in repr(shown)
        assert [silence.why for silence in shown.silences] == [""]
        assert alone(shown).touched.number_of_readers == 1
        assert "@" not in repr(shown.as_json())
        assert shown.as_json().keys() == standing.as_json().keys()


def test_what_the_operator_was_told_of_and_is_not_found_again_stays(tmp_path: Path) -> None:
    with desk(tmp_path) as world:
        known = OpenMatter("a title", "a text", NOW, (), "room")
        matter = alone(world.stored(Transaction(feeds=(read_well(),), notices={"history:room": known})))
        assert (matter.matter.title, matter.since) == ("a title", NOW)


def test_a_history_that_takes_nothing_is_the_gravest_and_touches_every_watch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk(tmp_path) as world:
        world.history.commit(Transaction(feeds=(read_well(),)))
        monkeypatch.setattr(world.history, "_trouble", "the disk is full")
        matter = alone(world.own.now())
        assert "the disk is full" in matter.matter.text
        assert matter.touched.watches == ("derby", "leeds", "scotland")


def test_where_files_of_this_machine_lie_is_for_the_signed_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    users = tmp_path / "run" / "users"
    with desk(tmp_path / "data", settings=SETTINGS.model_copy(update={"web": Web(users_file=users)})) as world:
        world.history.commit(Transaction(feeds=(read_well(),)))
        monkeypatch.setattr(
            world.history, "_trouble", f"A commit could not be stored in {tmp_path}/data: No space left."
        )
        known = world.own.now()
        assert {matter.matter.topic for matter in known.matters} == {Topic.NOT_STORED, Topic.USERS}
        assert all(str(tmp_path) in matter.matter.text for matter in known.matters)
        shown = known.for_anybody()
        assert str(tmp_path) not in repr(shown.as_json()) + repr(shown.matters)
        assert "stored in (a file): No space left." in repr(shown)


def test_a_file_of_users_that_is_gone_or_empty_is_told_until_somebody_can_sign_in(tmp_path: Path) -> None:
    users = tmp_path / "users"
    with desk(tmp_path / "data", settings=SETTINGS.model_copy(update={"web": Web(users_file=users)})) as world:
        missing = alone(world.stored(Transaction(feeds=(read_well(),))))
        assert (missing.matter.title, missing.matter.topic) == ("nobody can sign in", Topic.USERS)
        assert "There is no file" in missing.matter.text
        users.write_text("")
        assert "Nobody stands in" in alone(world.own.now()).matter.text
        users.write_text(f"ada:{hashed('correct horse battery')}\n")
        assert world.own.now().matters == []


def test_a_disk_that_cannot_be_looked_at_is_told_and_fails_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise OSError(5, "Input/output error")

    with desk(tmp_path) as world:
        monkeypatch.setattr(world.history, "room", fails)
        assert "Input/output error" in alone(world.own.now()).matter.text


def test_messages_that_have_come_to_their_end_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done, refused = replace(waiting(1), state=State.ACCEPTED), replace(waiting(2), state=State.REFUSED)
    with desk(tmp_path, done, refused) as world:
        monkeypatch.setattr(world.history, "deliveries", None)
        monkeypatch.setattr(world.history, "delivery", None)
        assert world.own.now().refused == 1
