"""A silence that somebody asks for holds what waits, across restarts, and what it held goes when somebody asks."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.builders import home, signed
from tests.clock import ManualClock
from tests.delivery.scripted import LATER, Desk, Scripted
from tests.messages.messages import alert
from tests.watching.test_silences import FORTNIGHT, NOW, message, silence
from watcher.actions.ids import Meant
from watcher.actions.silence import add_silence, end_silence, silence_meant, silence_of
from watcher.delivery.ledger import Delivery, State
from watcher.errors import WatcherError
from watcher.facts.statements import HomeRecord
from watcher.history.protocol import Told, Transaction
from watcher.messages.message import Notice
from watcher.watching.deeds import Act
from watcher.watching.silences import held


def known(desk: Desk, *homes: str) -> None:
    desk.history.commit(Transaction(homes=[HomeRecord.of(home(home_id)) for home_id in homes]))


def test_what_waits_when_a_silence_begins_is_held_across_restarts_and_the_rest_goes(tmp_path: Path) -> None:
    channel = Scripted()
    notice = Delivery.of("desk", "notice:x", Notice("SC000001", "x"), "notice", NOW)
    with Desk(tmp_path, channel, clock=ManualClock(NOW)) as desk:
        known(desk, "SC000001", "SC000002")
        desk.store(message(), message("SC000002"), notice)
        assert add_silence(desk.history, desk.outbox, silence())
        assert not add_silence(desk.history, desk.outbox, silence())
        desk.deliver()
        with desk.reopened() as after:
            after.deliver(FORTNIGHT * 2)
            assert after.history.silences() == [silence()]
            assert [delivery.state for delivery in after.stored()] == [State.SILENCED, State.ACCEPTED, State.ACCEPTED]
            assert after.outbox.oldest_waiting(NOW) is None
            assert after.outbox.troubled() == ()
    assert len(channel.sent) == 2


def test_of_many_messages_only_those_are_read_that_it_may_cover_and_no_other_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Desk(tmp_path, Scripted(), Scripted("phone"), clock=ManualClock(NOW)) as desk:
        known(desk, "SC000001", "SC000002")
        desk.store(message("SC000002"), message("SC000002", channel="phone"))
        desk.history.store([message()])  # the outbox has not taken it up
        read, looked_up = list[str](), list[str]()
        delivery, home_of = desk.history.delivery, desk.history.home

        def one(name: str) -> Delivery | None:
            read.append(name)
            return delivery(name)

        def its_home(key: str) -> HomeRecord | None:
            looked_up.append(key)
            return home_of(key)

        monkeypatch.setattr(desk.history, "deliveries", _but_new(desk.history.deliveries))
        monkeypatch.setattr(desk.history, "delivery", one)
        monkeypatch.setattr(desk.history, "home", its_home)
        add_silence(desk.history, desk.outbox, silence())
        monkeypatch.undo()
        assert set(read) == {message().id}
        assert looked_up.count("ofsted:SC000002") == 0
        assert [one.state for one in desk.stored()] == [State.WAITING, State.WAITING, State.SILENCED]


def test_what_waits_for_a_digest_is_held_without_a_look_at_all_that_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Desk(tmp_path, Scripted(), clock=ManualClock(NOW)) as desk:
        known(desk, "SC000001", "SC000002")
        waits = [
            replace(message(each), state=State.GATHERED, held_until=NOW + FORTNIGHT)
            for each in ("SC000001", "SC000002")
        ]
        told = [Told(alert=alert(home=one.subject, id=one.subject[7:]), seen=NOW, feed="ofsted") for one in waits]
        desk.history.commit(Transaction(changes=told, deliveries=waits))
        monkeypatch.delattr(type(desk.history), "gathered")
        add_silence(desk.history, desk.outbox, silence(home=("sc000001",)))
        monkeypatch.undo()
        assert [one.state for one in desk.stored()] == [State.SILENCED, State.GATHERED]


def _but_new(read: Callable[..., Iterable[Delivery]]) -> Callable[..., Iterable[Delivery]]:
    def new(*, open_only: bool = False, after: int = 0) -> Iterable[Delivery]:
        assert after, "all messages are read"
        return read(open_only=open_only, after=after)

    return new


@pytest.mark.parametrize("restarts", [False, True])
def test_what_a_silence_held_is_sent_when_somebody_asks_though_it_still_holds(tmp_path: Path, restarts: bool) -> None:
    channel = Scripted()
    with Desk(tmp_path, channel, clock=ManualClock(NOW)) as desk:
        desk.history.commit(Transaction(silences=(silence(),), deliveries=(held(message(), home(), [silence()], NOW),)))
        desk.outbox.refresh()
        with desk.reopened() if restarts else desk as after:
            assert after.outbox.retry(message().id)
            later = replace(silence(), id="later")
            add_silence(after.history, after.outbox, later)  # what was asked for is not held again
            assert [delivery.state for delivery in after.deliver()] == [State.ACCEPTED]
            assert after.stored()[0].silence == silence().id
            assert not after.outbox.retry(message().id)
    assert channel.homes == ["SC000001"]


def test_what_may_have_arrived_or_is_on_its_way_is_not_held(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted(answer=lambda *_: LATER), clock=ManualClock(NOW)) as desk:
        known(desk, "SC000001")
        desk.store(replace(message(), unsure_since=NOW), replace(message(channel="phone"), state=State.SENDING))
        add_silence(desk.history, desk.outbox, silence())
        assert [delivery.state for delivery in desk.stored()] == [State.WAITING, State.SENDING]


def test_what_is_held_while_it_waits_for_its_channels_turn_is_not_sent(tmp_path: Path) -> None:
    async def pause(_: float) -> None:
        add_silence(desk.history, desk.outbox, silence(home=("SC000002",)))

    channel = Scripted(spacing=timedelta(seconds=1))
    with Desk(tmp_path, channel, clock=ManualClock(NOW), pause=pause) as desk:
        desk.store(message(), message("SC000002"))
        desk.deliver()
        assert [delivery.state for delivery in desk.stored()] == [State.ACCEPTED, State.SILENCED]
    assert channel.homes == ["SC000001"]


def test_a_silence_that_is_ended_holds_nothing_more_and_stays_on_record(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted(), clock=ManualClock(NOW)) as desk:
        desk.history.commit(Transaction(silences=(silence(),)))
        later = NOW + timedelta(days=1)
        assert end_silence(desk.history, desk.outbox, silence().id, signed(later))
        assert not end_silence(desk.history, desk.outbox, silence().id, signed(later))
        assert not end_silence(desk.history, desk.outbox, "other", signed(later))
        with desk.reopened() as after:
            assert after.history.silences() == [replace(silence(), until=later)]
            assert held(message(), home(), after.history.silences(), later) == message()
            (deed,) = after.history.deeds(silence().id)
            assert (deed.what, deed.by, deed.why, deed.at) == (Act.END_SILENCE, "Ann", "seen to", later)


def test_of_a_home_that_nobody_described_the_alert_itself_is_asked(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted(), clock=ManualClock(NOW)) as desk:
        desk.store(message())
        add_silence(desk.history, desk.outbox, silence(local_authority=("Derby",)))
        assert desk.stored()[0].state is State.SILENCED


def test_a_silence_in_force_is_meant_by_the_beginning_of_its_id_and_one_that_ended_is_not(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted(), clock=ManualClock(NOW)) as desk:
        add_silence(desk.history, desk.outbox, silence())
        assert silence_meant(desk.history, silence().id[:6], NOW).id == silence().id
        with pytest.raises(WatcherError, match="there is no silence"):
            silence_meant(desk.history, silence().id, NOW + FORTNIGHT)


def test_by_its_homes_number_the_silence_of_that_home_alone_is_meant(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted(), clock=ManualClock(NOW)) as desk:
        known(desk, "SC000001")
        with pytest.raises(WatcherError, match="no silence over SC000001 is in force; `watcher silence` lists"):
            silence_meant(desk.history, "SC000001", NOW)
        area = silence(home=(), local_authority=("Derby",))
        add_silence(desk.history, desk.outbox, area)
        with pytest.raises(WatcherError, match=f"silenced with other homes, by {area.id}: that id ends it for all of"):
            silence_meant(desk.history, "SC000001", NOW)
        own = silence()
        add_silence(desk.history, desk.outbox, own)
        assert silence_meant(desk.history, "sc000001", NOW) == Meant(
            own.id, (f"the silence over SC000001: {own.why}", f"SC000001 stays silenced by {area.id}, with other homes")
        )
        again = replace(silence(), id="ffffffff")
        add_silence(desk.history, desk.outbox, again)
        with pytest.raises(WatcherError, match=f"SC000001 may mean any of: {own.id}, {again.id}"):
            silence_meant(desk.history, "SC000001", NOW)


@pytest.mark.parametrize(("until", "why", "said"), [("soon", "x", "no length of time"), ("3d", " ", "needs a reason")])
def test_a_silence_that_cannot_be_is_refused_with_what_to_write_instead(until: str, why: str, said: str) -> None:
    with pytest.raises(WatcherError, match=said):
        silence_of({"home": ["SC000001"]}, until=until, why=why, by="", now=NOW, zone=ZoneInfo("Europe/London"))
