"""Alerts for a digest wait for it, and are told in exactly one; whatever the clock and the process do."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import home, inspection
from tests.messages.messages import alert
from tests.messages.stories import told
from watcher.config.settings import Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.channels.email.options import EmailDigestOptions
from watcher.delivery.channels.email.rendering import render
from watcher.delivery.ledger import Delivery, State, messages
from watcher.facts.stored import read, stored
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history import putting
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState, Transaction
from watcher.messages.alert import Alert
from watcher.messages.brief import abridged
from watcher.messages.digest import Digest, Item, closing_line
from watcher.messages.digest_parts import MOST_ITEMS, split
from watcher.messages.homes_now import HomesInBrief
from watcher.messages.message import Notice, Reminder
from watcher.messages.wording import word
from watcher.rounds import digests
from watcher.rounds.take_in import absorb
from watcher.watching.watches import Watch

MONDAY = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
DESK, EDITOR = "desk@example.org", "editor@example.org"


def morning(**options: Any) -> EmailDigestOptions:
    known = {"smtp": "smtp://mail.invalid", "from": "watcher@example.org", "to": [DESK, EDITOR]}
    return EmailDigestOptions.model_validate({**known, **options})


def configured(**channels: Any) -> Settings:
    return Settings(feeds={"ofsted": OfstedSiteOptions()}, channels=channels or {"morning": morning()})


class World:
    """A history in a folder, and what the service does with it; `reopen` is a process started anew."""

    def __init__(self, folder: Path, known: Settings | None = None) -> None:
        self.folder = folder
        self.settings = known or configured()
        self.history = EmbeddedHistory.open(folder, with_bundle=False)
        self.count = 0

    def reopen(self) -> None:
        self.history.close()
        self.history = EmbeddedHistory.open(self.folder, with_bundle=False)

    def news(self, now: datetime, count: int = 1) -> None:
        """What intake stores for new changes."""
        made: list[Delivery] = []
        for _ in range(count):
            self.count += 1
            told = alert(id=f"{self.count:016x}", home=f"ofsted:SC{self.count:06}", home_id=f"SC{self.count:06}")
            made += messages(self.settings.channels, "morning", told.home, told, told.id, now)
        self.history.commit(Transaction(deliveries=made))

    def look(self, now: datetime) -> int:
        """What the service does every few seconds; how many commits that took."""
        transactions = list(digests.due(self.history, self.settings, now))
        for transaction in transactions:
            self.history.commit(transaction)
        return len(transactions)

    def made(self, recipient: str = DESK) -> list[Digest]:
        found = (delivery for delivery in self.history.deliveries() if delivery.recipient == recipient)
        return [delivery.content for delivery in found if isinstance(delivery.content, Digest)]

    def told(self) -> list[str]:
        """The homes told in digests, in the order of telling."""
        return [item.alert.home_id for digest in self.made() for item in digest.items]

    def states(self) -> list[State]:
        return [delivery.state for delivery in self.history.deliveries() if not isinstance(delivery.content, Digest)]


@pytest.fixture
def world(tmp_path: Path) -> Any:
    one = World(tmp_path)
    yield one
    one.history.close()


def test_alerts_wait_and_are_told_in_the_next_digest(world: World) -> None:
    world.look(MONDAY)
    world.news(MONDAY, 2)
    assert world.states() == [State.GATHERED, State.GATHERED]
    assert list(world.history.deliveries(open_only=True)) == [
        delivery for delivery in world.history.deliveries() if isinstance(delivery.content, Digest)
    ]
    assert world.look(MONDAY + timedelta(hours=11)) == 0
    assert world.look(MONDAY + DAY) == 1
    assert [digest.day for digest in world.made()] == [date(2026, 1, 5), date(2026, 1, 6)]
    assert world.told() == ["SC000001", "SC000002"]
    assert world.states() == [State.IN_DIGEST, State.IN_DIGEST]
    assert list(world.history.gathered()) == []


def test_each_recipient_has_a_digest_and_each_item_names_it(world: World) -> None:
    world.news(MONDAY)
    world.look(MONDAY)
    assert world.made(DESK) == world.made(EDITOR)
    (first, _) = world.history.deliveries(open_only=True)
    (item,) = (delivery for delivery in world.history.deliveries() if delivery.state is State.IN_DIGEST)
    assert item.reference == first.id
    assert item.detail == "in the digest of 5 January 2026"


def test_a_long_digest_is_several_messages_in_order(world: World) -> None:
    world.news(MONDAY, MOST_ITEMS + 20)
    assert world.look(MONDAY) == 1
    parts = world.made()
    assert [part.part for part in parts] == list(range(1, parts[0].parts + 1))
    assert len(parts) > 1
    assert sorted(world.told()) == sorted({f"SC{n:06}" for n in range(1, MOST_ITEMS + 21)})
    queues = {delivery.queue for delivery in world.history.deliveries(open_only=True)}
    assert queues == {("morning", "digest", DESK), ("morning", "digest", EDITOR)}


def test_a_digest_keeps_of_an_alert_what_it_shows_and_the_alert_itself_stays_whole(world: World) -> None:
    told_of = told()
    (gathered,) = messages(world.settings.channels, "morning", told_of.home, told_of, told_of.id, MONDAY)
    world.history.commit(Transaction(deliveries=[gathered]))
    world.look(MONDAY)
    (kept,) = world.made()[0].items
    assert kept.alert == abridged(told_of)
    assert kept.alert != told_of
    (whole,) = (delivery.content for delivery in world.history.deliveries() if delivery.state is State.IN_DIGEST)
    assert whole == told_of


def test_an_alert_and_its_escalation_to_the_same_digest_are_one_item(world: World) -> None:
    world.news(MONDAY)
    (own,) = world.history.gathered()
    assert isinstance(own.content, Alert)
    reminder = Reminder(after_seconds=12 * 3600, alert=MONDAY)
    later = MONDAY + timedelta(hours=13)
    (again,) = messages(world.settings.channels, "morning", own.subject, own.content, "escalation", later)
    world.history.commit(Transaction(deliveries=[replace(again, reminder=reminder)]))
    world.look(MONDAY + DAY)
    (made,) = world.made()
    assert made.total == 1
    assert [(item.alert.id, item.seen) for item in made.items] == [(own.content.id, MONDAY)]
    assert world.states() == [State.IN_DIGEST, State.IN_DIGEST]


def test_a_date_without_a_running_service_is_told_in_the_next_digest(world: World) -> None:
    world.look(MONDAY)
    world.news(MONDAY)
    world.reopen()
    world.look(MONDAY + 3 * DAY)
    assert [digest.day.day for digest in world.made()] == [5, 8]
    assert world.told() == ["SC000001"]


def test_a_time_that_was_missed_is_made_up_on_the_same_date(world: World) -> None:
    world.look(datetime(2026, 1, 5, 7, 29, tzinfo=UTC))
    assert world.made() == []
    world.reopen()
    world.look(datetime(2026, 1, 5, 23, 50, tzinfo=UTC))
    assert [digest.day.day for digest in world.made()] == [5]


def test_it_says_which_feed_was_not_read(world: World) -> None:
    good = MONDAY - timedelta(hours=7)
    world.history.commit(Transaction(feeds=(FeedState(name="ofsted", last_good=good),)))
    world.look(MONDAY)
    world.history.commit(Transaction(feeds=(FeedState(name="ofsted", last_good=MONDAY + DAY - timedelta(hours=5)),)))
    world.look(MONDAY + DAY)
    first, second = world.made()
    assert [(unread.feed, unread.since) for unread in first.unread] == [("ofsted", good)]
    assert second.unread == ()
    assert second.feeds == 1


def test_the_operators_notice_does_not_wait(world: World) -> None:
    made = messages(world.settings.channels, "morning", "notice:x", Notice("a", "b"), "x", MONDAY)
    assert [(delivery.state, delivery.recipient) for delivery in made] == [
        (State.WAITING, DESK),
        (State.WAITING, EDITOR),
    ]
    assert len({delivery.id for delivery in made}) == 2


@pytest.mark.parametrize("channels", [{"morning": ConsoleOptions()}, {"other": ConsoleOptions()}])
def test_what_was_gathered_for_a_channel_that_is_none_any_more_is_let_go(
    world: World, channels: dict[str, ConsoleOptions]
) -> None:
    world.news(MONDAY)
    world.settings = configured(**channels)
    assert world.look(MONDAY) == 1
    assert [delivery.state for delivery in world.history.deliveries(open_only=True)] == [State.WAITING]
    assert world.look(MONDAY) == 0


def test_two_digest_channels_have_each_their_own(tmp_path: Path) -> None:
    known = configured(morning=morning(), evening=morning(at="18:00"))
    world = World(tmp_path, known)
    world.news(MONDAY)
    assert world.look(MONDAY) == 1
    assert world.look(MONDAY + timedelta(hours=7)) == 1
    contents = [(delivery.channel, delivery.content) for delivery in world.history.deliveries()]
    made = [(channel, len(content.items)) for channel, content in contents if isinstance(content, Digest)]
    assert made == [("morning", 1)] * 2 + [("evening", 0)] * 2
    world.history.close()


def test_a_changed_list_of_recipients_makes_no_second_digest_of_a_date(world: World) -> None:
    world.look(MONDAY)
    world.settings = configured(morning=morning(to=["new@example.org"]))
    world.reopen()
    assert world.look(MONDAY + timedelta(hours=1)) == 0


STEPS: dict[str, Sequence[tuple[str, int]]] = {
    "an hour forward": [("2026-01-05T07:00", 0), ("2026-01-05T08:00", 1), ("2026-01-05T09:00", 1)],
    "an hour back across the time": [("2026-01-05T07:31", 1), ("2026-01-05T06:31", 1), ("2026-01-05T07:31", 1)],
    "a day forward and back": [("2026-01-05T08:00", 1), ("2026-01-06T08:00", 2), ("2026-01-05T08:01", 2)],
    "and on": [("2026-01-06T08:00", 1), ("2026-01-05T09:00", 2), ("2026-01-06T09:00", 2), ("2026-01-07T09:00", 3)],
    "ten years forward and back": [("2026-01-05T08:00", 1), ("2036-01-05T08:00", 2), ("2026-01-06T08:00", 3)],
    "across midnight": [("2026-01-05T23:59", 1), ("2026-01-06T00:01", 1), ("2026-01-05T23:58", 1)],
    "three days asleep": [("2026-01-05T08:00", 1), ("2026-01-08T08:00", 2)],
    "1970": [("1970-01-01T08:00", 1), ("2026-01-05T08:00", 2)],
}


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
@pytest.mark.parametrize("restarts", [False, True])
def test_a_clock_that_is_set_gives_no_date_two_digests(
    world: World, steps: Sequence[tuple[str, int]], restarts: bool
) -> None:
    for moment, count in steps:
        world.look(datetime.fromisoformat(moment).replace(tzinfo=UTC))
        if restarts:
            world.reopen()
        assert len(world.made()) == count


class KilledError(Exception):
    """The end of a process."""


def test_a_kill_in_the_middle_of_a_digest_leaves_all_of_it_or_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.news(MONDAY, 3)
    put = putting._put_delivery
    for survives in range(5):
        puts = iter(range(survives))

        def dies(rows: putting.Rows, delivery: Delivery, puts: Any = puts) -> None:
            if next(puts, None) is None:
                raise KilledError
            put(rows, delivery)

        monkeypatch.setattr(putting, "_put_delivery", dies)
        with suppress(KilledError):
            world.look(MONDAY)
        monkeypatch.undo()
        world.reopen()
        assert world.made() == []
        assert len(list(world.history.gathered())) == 3
    assert world.look(MONDAY) == 1
    assert len(world.told()) == 3


HAPPENINGS = st.lists(
    st.one_of(
        st.tuples(st.just("news"), st.integers(1, 3)),
        st.tuples(st.just("restart"), st.just(0)),
        st.tuples(st.just("minutes"), st.integers(-3000, 6000)),
        st.tuples(st.just("accepted"), st.just(0)),
    ),
    min_size=1,
    max_size=25,
)


@given(start=st.sampled_from(["2026-03-28T12:00", "2026-10-24T12:00", "2026-01-05T07:00"]), happenings=HAPPENINGS)
@settings(max_examples=60, deadline=None)
def test_no_date_has_two_digests_and_no_item_is_told_twice_or_lost(
    start: str, happenings: list[tuple[str, int]]
) -> None:
    now = datetime.fromisoformat(start).replace(tzinfo=UTC)
    with TemporaryDirectory(prefix="watcher-") as folder:
        world = World(Path(folder), configured(morning=morning(at="01:30")))
        for what, amount in happenings:
            if what == "news":
                world.news(now, amount)
            elif what == "restart":
                world.reopen()
            elif what == "accepted":
                accepted = [
                    replace(delivery, state=State.ACCEPTED) for delivery in world.history.deliveries(open_only=True)
                ]
                world.history.commit(Transaction(deliveries=accepted))
            else:
                now += timedelta(minutes=amount)
            world.look(now)
            days = [digest.day for digest in world.made()]
            assert len(days) == len(set(days))
            told = world.told()
            waiting = [delivery.subject[7:] for delivery in world.history.gathered()]
            assert sorted(told + waiting) == [f"SC{n:06}" for n in range(1, world.count + 1)]
        world.history.close()


def test_it_ends_with_how_the_homes_of_its_watches_stand(tmp_path: Path) -> None:
    watches = [{"name": "a", "home": ["A", "B"], "to": "morning"}, {"name": "b", "to": "desk"}]
    known = Settings(
        feeds={"ofsted": OfstedSiteOptions()},
        channels={"morning": morning(), "desk": ConsoleOptions()},
        watch=tuple(map(Watch.model_validate, watches)),
    )
    world = World(tmp_path, known)
    bad = inspection("2025-11-01", "inadequate", home="ofsted:A", published="2025-12-03")
    world.history.commit(absorb(world.history, [home("A"), home("B"), home("C")], [bad], None).transaction())
    world.look(MONDAY)
    world.reopen()
    (digest,) = world.made()
    said = closing_line(digest)
    assert said == "Your 2 homes: 1 not graded yet, 1 inadequate: A, since 3 December 2025."
    mail = render(next(iter(world.history.deliveries())).message(), known.timezone)
    assert mail.text.rstrip().endswith(said)
    assert f'<p style="margin: 0 0 8px;">{said}</p>' in mail.html
    assert said in word(next(iter(world.history.deliveries())).message(), known.timezone).plain()
    world.history.close()


def test_a_digest_of_an_older_version_says_nothing_of_its_homes() -> None:
    old = stored(Digest(day=date(2026, 1, 5), items=(), total=0))
    assert "homes" not in old
    assert closing_line(read(Digest, old)) == ""


def test_of_a_long_digest_the_last_part_alone_says_how_the_homes_stand() -> None:
    items = tuple(Item(alert(id=f"{number:016x}"), MONDAY) for number in range(MOST_ITEMS + 1))
    now = HomesInBrief(grades={"good": 1})
    parts = split(Digest(day=date(2026, 1, 5), items=items, total=len(items), homes=now))
    assert [bool(closing_line(part)) for part in parts] == [False] * (len(parts) - 1) + [True]
