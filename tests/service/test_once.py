"""`poll` tells what the service would tell, once; beside a service it asks that one, and waits only so long."""

import asyncio
import fcntl
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from tests.builders import home, inspection, signed
from tests.clock import ManualClock
from tests.delivery.scripted import Scripted
from tests.rounds.test_poll import NOW, ScriptedFeed
from watcher.config.settings import Operator, Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.store import Store
from watcher.delivery.verdict import Answer, Verdict
from watcher.feeds.feed import Outcome, Problem, Reading, Trouble
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.box import FolderBox
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Held, Transaction
from watcher.judging.changes import What
from watcher.messages.message import Notice
from watcher.options.owner import NAME, signature
from watcher.service import heartbeat, once
from watcher.service.beside import READ_WITHIN, TAKEN_UP_WITHIN, ask_to_poll
from watcher.service.carrying_out import carry_out
from watcher.service.heartbeat import Heartbeat
from watcher.service.once import Polled
from watcher.service.requests import Request, leave
from watcher.watching.watches import Watch

UNREADABLE = Problem(where="https://files.example.org/1", what="a scan", trouble=Trouble.REPORT, home="ofsted:SC000001")
DROP = inspection("2023-06-01", "inadequate", published="2023-07-10")


@pytest.fixture
def history(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(tmp_path, with_bundle=False)
    yield opened
    opened.close()


def settings_of(folder: Path, operator: tuple[str, ...] = ("screen",)) -> Settings:
    return Settings(
        data_dir=folder,
        feeds={"ofsted": OfstedSiteOptions()},
        channels={"desk": ConsoleOptions(), "screen": ConsoleOptions()},
        watch=(Watch(name="all", to=("desk",), changes=tuple(What)),),
        operator=Operator(to=operator),
    )


def polled(
    history: EmbeddedHistory,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *script: Reading,
    channels: tuple[Scripted, ...] = (),
    clock: ManualClock | None = None,
    operator: tuple[str, ...] = ("screen",),
) -> list[Polled]:
    """One `poll` a day, each with a reading of the script."""
    channels = channels or (Scripted("desk"), Scripted("screen"))
    clock = clock or ManualClock(NOW)
    monkeypatch.setattr(once, "open_channels", lambda *_: {channel.name: channel for channel in channels})
    done = []
    for reading in script:
        feed = ScriptedFeed(reading)
        monkeypatch.setattr(once, "open_feeds", lambda *_, feed=feed: {"ofsted": feed})
        done.append(asyncio.run(once.poll_once(settings_of(folder, operator), history, None, clock)))
        clock.advance(timedelta(days=1))
    return done


def good(**facts: object) -> Reading:
    return Reading(outcome=Outcome.UNCHANGED, homes=(home(),), **facts)  # type: ignore[arg-type]  # a table of facts


def titles(channel: Scripted) -> list[str]:
    return [message.content.title for message in channel.sent if isinstance(message.content, Notice)]


def test_the_operator_is_told_once_of_what_cron_finds_and_once_that_it_is_over(
    history: EmbeddedHistory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Scripted("screen")
    readings = (good(problems=(UNREADABLE,)), good(problems=(UNREADABLE,)), good())
    rounds = polled(history, tmp_path, monkeypatch, *readings, channels=(Scripted("desk"), screen))
    assert [turn.needs_attention for turn in rounds] == [True, True, False]
    told = "ofsted: a report on SC000001 (children's home, Derby, Elm Homes Limited) could not be read"
    assert titles(screen) == [told, f"over: {told}"]


def test_a_stale_feed_and_a_stopped_channel_need_attention_though_the_reading_is_good(
    history: EmbeddedHistory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stops = Verdict(Answer.REFUSED, "Slack says is_archived: mend it", stops=True)
    desk, screen = Scripted("desk", answer=lambda *_: stops), Scripted("screen")
    drop = replace(good(), outcome=Outcome.CHANGED, inspections=(DROP,))
    (turn,) = polled(history, tmp_path, monkeypatch, drop, channels=(desk, screen))
    assert turn.needs_attention
    assert titles(screen) == ["desk is stopped"]
    assert [matter.key for matter in turn.matters] == ["channel:desk:stopped"]
    last_good = NOW - timedelta(days=2)
    history.commit(Transaction(feeds=(replace(history.feed("ofsted"), last_good=last_good),)))
    polled(history, tmp_path, monkeypatch, Reading(outcome=Outcome.UNREACHABLE), channels=(desk, screen))
    assert titles(screen) == ["desk is stopped", "ofsted has not been read"]


def test_an_operators_channel_that_refuses_the_notice_itself_is_told_of_through_another_in_the_same_round(
    history: EmbeddedHistory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stops = Verdict(Answer.REFUSED, "the receiver says 404", stops=True)
    desk, screen = Scripted("desk", answer=lambda *_: stops), Scripted("screen")
    gone = Reading(outcome=Outcome.UNREACHABLE)
    last_good = NOW - timedelta(days=2)
    history.commit(Transaction(feeds=(replace(history.feed("ofsted"), last_good=last_good),)))
    polled(history, tmp_path, monkeypatch, gone, channels=(desk, screen), operator=("desk", "screen"))
    assert titles(screen) == ["ofsted has not been read", "desk is stopped"]


def test_poll_sends_who_is_overdue(history: EmbeddedHistory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Scripted("desk")
    clock = ManualClock(NOW - timedelta(days=230))
    drop = replace(good(), outcome=Outcome.CHANGED, inspections=(DROP,))
    channels = (desk, Scripted("screen"))
    polled(history, tmp_path, monkeypatch, drop, channels=channels, clock=clock)
    clock.step(NOW)
    seen = home(as_of=NOW.date().isoformat())
    polled(history, tmp_path, monkeypatch, replace(good(), homes=(seen,)), channels=channels, clock=clock)
    assert [change.alert.change.value for change in history.changes()] == ["first inspection inadequate", "overdue"]
    assert len(desk.sent) == 2


class Waiting(ManualClock):
    """A clock that passes as somebody waits, and what happens meanwhile."""

    def __init__(self, meanwhile: object = None) -> None:
        super().__init__(NOW)
        self.meanwhile = meanwhile

    def pause(self, seconds: float) -> None:
        self.advance(timedelta(seconds=seconds))
        if callable(self.meanwhile):
            self.meanwhile()


class Outbox:
    """Is asked for nothing here."""

    def release(self, channel: str, store: Store | None = None) -> int:
        raise AssertionError(channel)

    def drop(self, delivery_id: str, store: Store | None = None) -> bool:
        raise AssertionError(delivery_id)

    def retry(self, delivery_id: str, store: Store | None = None) -> bool:
        raise AssertionError(delivery_id)

    def note(self, *deliveries: object) -> None:
        raise AssertionError

    def troubled(self) -> NoReturn:
        raise AssertionError

    def refresh(self) -> None:
        raise AssertionError


@pytest.mark.parametrize("release", [False, True])
def test_beside_a_service_the_feeds_are_read_by_it_and_the_outcome_comes_back(
    history: EmbeddedHistory, tmp_path: Path, release: bool
) -> None:
    held = replace(history.feed("ofsted"), held=Held("too much", NOW))
    history.commit(Transaction(feeds=(held,)))
    asked_for: list[str] = []

    def read_now(feed: str) -> bool:
        asked_for.append(feed)
        state = replace(history.feed("ofsted"), began=clock.now(), outcome="unchanged", detail="all well")
        history.commit(Transaction(feeds=(state,)))
        return True

    def service() -> None:
        carry_out(FolderBox(tmp_path), history, Outbox(), read_now=read_now)

    clock = Waiting(service)
    asked = ask_to_poll(
        settings_of(tmp_path), ["ofsted"], released=signed(NOW) if release else None, clock=clock, pause=clock.pause
    )
    assert (asked.is_taken_up, asked_for, list(asked.reading)) == (True, ["ofsted"], [])
    assert [(state.outcome, state.released) for state in asked.states] == [("unchanged", release)]


def test_a_request_that_nobody_takes_up_is_taken_back(tmp_path: Path) -> None:
    clock = Waiting()
    asked = ask_to_poll(settings_of(tmp_path), ["ofsted"], released=signed(NOW), clock=clock, pause=clock.pause)
    assert not asked.is_taken_up
    assert list((tmp_path / "requests").iterdir()) == []
    assert TAKEN_UP_WITHIN <= clock.now() - NOW < 2 * TAKEN_UP_WITHIN


def test_a_long_reading_is_not_waited_for_for_ever(history: EmbeddedHistory, tmp_path: Path) -> None:
    clock = Waiting(lambda: carry_out(FolderBox(tmp_path), history, Outbox(), read_now=lambda _: True))
    asked = ask_to_poll(settings_of(tmp_path), ["ofsted"], clock=clock, pause=clock.pause)
    assert (asked.is_taken_up, list(asked.reading)) == (True, ["ofsted"])
    assert clock.now() - NOW < TAKEN_UP_WITHIN + 2 * READ_WITHIN


def test_what_is_asked_of_a_feed_waits_until_its_reading_has_ended(history: EmbeddedHistory, tmp_path: Path) -> None:
    leave(FolderBox(tmp_path), Request("release", "ofsted"))
    assert carry_out(FolderBox(tmp_path), history, Outbox(), busy=("ofsted",)) == []
    assert len(carry_out(FolderBox(tmp_path), history, Outbox())) == 1


def test_a_service_is_alive_by_its_lock_and_its_heartbeat(tmp_path: Path) -> None:
    beat = Heartbeat(tmp_path, NOW)
    beat.beat("feeds", NOW)
    left = heartbeat.pulse(tmp_path, NOW + timedelta(hours=3))  # by one that was killed
    assert (left.word, left.last) == ("not running", timedelta(hours=3))
    assert "last sign of life was 3h ago" in left.sentence()
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    assert (heartbeat.pulse(tmp_path, NOW).word, heartbeat.pulse(tmp_path, NOW).holder) == ("alive", signature())
    assert heartbeat.pulse(tmp_path, NOW + timedelta(minutes=3)).word == "hangs"
    (tmp_path / "heartbeat.json").write_bytes((tmp_path / "heartbeat.json").read_bytes().replace(b"pid ", b"pid 9"))
    another = heartbeat.pulse(tmp_path, NOW)  # a command has the history, beside what a killed service left
    assert (another.word, signature() in another.sentence()) == ("not running", True)
    history.close()
    assert heartbeat.pulse(tmp_path, NOW).word == "not running"


def test_looking_who_has_the_lock_keeps_nobody_from_taking_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    EmbeddedHistory.open(tmp_path, with_bundle=False).close()
    looking = os.open(tmp_path / NAME, os.O_RDONLY)
    fcntl.flock(looking, fcntl.LOCK_SH)
    monkeypatch.setattr("time.sleep", lambda _: os.close(looking))  # the look is over at once
    EmbeddedHistory.open(tmp_path, with_bundle=False).close()


def test_poll_compacts_the_journal_when_it_is_due(
    history: EmbeddedHistory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.history.embedded.commits.COMPACTION_FLOOR", 100)
    before = (tmp_path / "history.json").stat().st_size
    polled(history, tmp_path, monkeypatch, good())
    assert (tmp_path / "history.json").stat().st_size > before
