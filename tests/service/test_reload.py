"""The configuration changes while the service runs: all of it or nothing; nothing is lost and nothing told twice."""

import asyncio
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.service.reloading import NOW, Renewable, feed_table, renewable
from tests.standins.http_server import HttpServer, answer
from tests.standins.slack import TOKEN
from watcher.config import source as config_source
from watcher.config.contact import require_contact
from watcher.config.source import ConfigSource
from watcher.delivery.ledger import State
from watcher.feeds.feed import Reading
from watcher.feeds.kinds import Caller
from watcher.history.failures import CommitFailedError, HistoryAwayError
from watcher.history.protocol import Room, Transaction
from watcher.options.mistakes import ConfigError
from watcher.service import reload
from watcher.service.in_force import made_ready
from watcher.web.health import Health, health

MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.anyio


async def test_a_channel_that_comes_by_a_change_of_the_file_is_told_of_the_next_drop(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:
        world.write(world.desk(), world.desk("second"), to='["desk", "second"]')
        await world.until(lambda: "second" in world.service.settings.channels)
        drop = world.publish_drop(0)
        await world.next_round()
        await world.until(lambda: len(world.read_by_readers) == 2)
        assert world.read_by_readers == [drop, drop]
        assert {delivery.channel for delivery in world.alerts} == {"desk", "second"}


async def test_whoever_asks_is_told_what_changed_by_table(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:
        assert (await world.asked()).lines == ("taken up: nothing is different",)
        world.write(world.desk(), world.desk("second"), feed=feed_table(world.url, every="1h"))
        answer = await world.asked()
        # by then the change may have been noticed by itself
        assert answer.done
        assert world.service.settings.feeds["ofsted"].every == timedelta(hours=1)


async def test_a_wrong_one_leaves_the_old_in_force_and_is_told_once_until_it_is_mended(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:
        before = world.service.in_force()
        world.write(world.desk().replace("slack", "slak"), to='["dask"]')
        answer = await world.asked()
        assert not answer.done
        assert any("there is no channel 'dask'; did you mean 'desk'?" in line for line in answer.lines)
        assert any("'slak' is not possible; did you mean 'slack'?" in line for line in answer.lines)
        await world.until(lambda: len(world.operator_told) == 1)
        assert b"watcher_config_last_reload_successful 0.0" in world.metrics.page(_no_health(world))
        text = orjson.dumps(world.operator.messages).decode()
        assert "there is no channel 'dask'" in text
        assert TOKEN not in text
        drop = world.publish_drop(1)
        await world.next_round()
        await world.until(lambda: world.read_by_readers == [drop])
        assert world.service.in_force() == before
        assert not (await world.asked()).done
        world.write(world.desk())
        await world.until(lambda: len(world.operator_told) == 2)
        assert "over:" in world.operator_told[1]
        assert b"watcher_config_last_reload_successful 1.0" in world.metrics.page(_no_health(world))


async def test_rows_of_a_new_list_that_are_no_known_home_are_remarked_once(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:
        text = world.file.read_text().replace('name = "all"', 'name = "all"\nhomes_file = "list.csv"')
        (tmp_path / "list.csv").write_text(f"urn\n{next(iter(world.site.homes))}\nSC987654\n")
        world.file.write_text(text)
        settings, before, homes = ConfigSource(world.file).load(), world.service.in_force(), world.history.homes
        caller = Caller("test@localhost", world.clock)
        made = made_ready(settings, before, lambda _: caller, homes)
        (said,) = [remark.detail for remark in made.remarks if remark.what == "watch all"]
        assert said.startswith("no known home is SC987654 (row 3)")
        now = replace(before, settings=made.in_force.settings)
        assert made_ready(settings, now, lambda _: caller, homes).remarks == ()


async def test_the_operator_hears_of_a_wrong_one_before_anything_else_is_looked_at(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:
        world.write(to='["dask"]')
        assert not (await world.asked()).done
        await world.until(lambda: reload.KEY in world.history.notices())
        world.write(world.desk())
        assert (await world.asked()).done
        await world.until(lambda: reload.KEY not in world.history.notices())


def _no_health(world: Renewable) -> Any:
    return Health(alive=True, heartbeat_age=timedelta(), feeds={}, oldest_unsent=None)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda world: world.file.unlink(), "cannot be read"),
        (lambda world: world.file.write_text(world.file.read_text() + "\n[["), "is no TOML"),
        (lambda world: (world.folder / "token").write_text(""), "is empty: write the token into it"),
        (lambda world: world.write(world.desk(), feed=""), "no feed is configured"),
        (lambda world: world.file.write_text(world.file.read_text().replace("contact", "contakt")), "no such key"),
    ],
)
async def test_whatever_is_wrong_alters_nothing(
    tmp_path: Path, spoil: Callable[[Renewable], object], says: str
) -> None:
    async with renewable(tmp_path) as world:
        before = world.service.in_force()
        spoil(world)
        answer = await world.asked()
        assert not answer.done
        assert says in "\n".join(answer.lines)
        assert world.service.in_force() == before


async def test_one_that_names_a_file_which_comes_later_is_taken_up_when_it_has_come(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:
        late = world.desk("late").replace(str(tmp_path / "token"), str(tmp_path / "late-token"))
        world.write(world.desk(), late)
        text = world.file.read_text()
        world.file.write_text(text.replace('name = "all"', 'name = "all"\nhomes_file = "late.csv"'))
        assert not (await world.asked()).done
        (tmp_path / "late-token").write_text(TOKEN)
        await world.until(lambda: world.reloads == [False, False])
        home = next(iter(world.site.homes))
        (tmp_path / "late.csv").write_text(home)
        await world.until(lambda: "late" in world.service.settings.channels)
        assert world.service.settings.watch[0].homes_file == tmp_path / "late.csv"
        await world.until(lambda: len(world.operator_told) == 2)
        assert "over:" in world.operator_told[1]


async def test_a_list_that_goes_is_told_once_and_holds_as_it_was_until_it_is_back(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:
        listed, other = list(world.site.homes)[:2]
        file = tmp_path / "list.csv"
        file.write_text(f"urn\n{listed}\n")
        text = world.file.read_text().replace('name = "all"', 'name = "all"\nhomes_file = "list.csv"')
        world.file.write_text(text)
        assert (await world.asked()).done
        before = world.service.in_force()
        file.unlink()
        await world.until(lambda: len(world.operator_told) == 1)
        assert f"there is no file {file}" in str(world.operator.messages)
        file.write_text("urn\nno home\n")  # wrong in another way: no second message
        count = len(world.reloads)
        await world.until(lambda: len(world.reloads) > count)
        assert world.service.in_force() == before
        drop = world.publish_drop(0)
        world.publish_drop(1)
        await world.next_round()
        await world.until(lambda: world.read_by_readers == [drop])
        file.write_text(f"urn\n{listed}\n{other}\n")
        await world.until(lambda: len(world.operator_told) == 2)
        assert "over:" in world.operator_told[1]
        assert [home.id for home in world.service.settings.watch[0].listed or ()] == [listed, other]
        await world.next_round()
        assert world.read_by_readers == [drop]


async def test_a_channel_that_says_no_is_told_once_and_mended_by_a_change_of_the_file(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:

        def told() -> list[str]:
            lines = [message["text"].splitlines()[0] for message in world.operator.messages]
            return [line for line in lines if "desk is stopped" in line]

        world.readers.token = "xoxb-2-other"
        drop = world.publish_drop(0)
        await world.next_round()
        await world.until(lambda: len(told()) == 1)
        world.write(world.desk(), world.desk("second"))  # another change mends nothing, and is no reason to tell again
        assert (await world.asked()).done
        await world.next_round()
        assert [(one.state, one.attempts) for one in world.alerts] == [(State.WAITING, 1)]
        (tmp_path / "new-token").write_text(world.readers.token)
        world.write(world.desk(token_file=str(tmp_path / "new-token")))
        assert (await world.asked()).done
        await world.until(lambda: world.read_by_readers == [drop])
        await world.until(lambda: len(told()) == 2)
        assert "over:" in told()[1]
        await world.until(lambda: [one.state for one in world.alerts] == [State.ACCEPTED])


async def test_what_is_the_same_keeps_its_channel_and_its_feed(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:
        before = world.service.in_force()
        world.write(world.desk(), world.desk("second"), feed=feed_table(world.url, every="1h", stale_after="9h"))
        assert (await world.asked()).done
        now = world.service.in_force()
        assert now.channels["desk"] is before.channels["desk"]
        assert now.feeds["ofsted"] is before.feeds["ofsted"]
        world.write(world.desk(), feed=feed_table(world.url, look_back="10d"))
        assert (await world.asked()).done
        assert world.service.feeds["ofsted"] is not before.feeds["ofsted"]


async def test_a_register_of_ones_own_with_another_scale_has_all_derived_anew_and_nothing_else_has(
    tmp_path: Path,
) -> None:
    async with renewable(tmp_path) as world:
        before = world.service.history.register()
        world.write(world.desk(), world.desk("second"))
        assert (await world.asked()).done
        assert world.service.history.register() is before
        mine = (
            '[feeds.mine]\nkind = "register"\nregulator = "mine"\nurl = "http://127.0.0.1:9/a.csv"\n'
            'scale = ["5", "0"]\ninadequate = ["0"]\ncolumns = { id = "URN", overall = "Grade" }'
        )
        world.write(world.desk(), mine)
        assert (await world.asked()).done
        assert world.service.history.register() is not before
        world.write(world.desk())
        assert (await world.asked()).done


async def test_whom_the_publisher_can_write_to_and_how_messages_are_written_follow_at_once(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:
        before = world.service.in_force()
        world.file.write_text(world.file.read_text().replace("test@localhost", "ann@localhost"))
        assert (await world.asked()).done
        contact = world.service.in_force()
        assert contact.feeds["ofsted"] is not before.feeds["ofsted"]
        assert contact.channels["desk"] is before.channels["desk"]
        world.file.write_text('timezone = "Europe/Paris"\n' + world.file.read_text())
        assert (await world.asked()).done
        zone = world.service.in_force()
        assert zone.feeds["ofsted"] is contact.feeds["ofsted"]
        assert all(zone.channels[name] is not contact.channels[name] for name in ("desk", "operator"))


async def test_the_sign_of_life_goes_to_the_new_address(tmp_path: Path) -> None:
    async with HttpServer(lambda _: answer("ok")) as outside, renewable(tmp_path) as world:
        (tmp_path / "alarm").write_text(outside.url)
        world.file.write_text(world.file.read_text() + '\nheartbeat_url_file = "alarm"\n')
        assert (await world.asked()).done
        for _ in range(
            20
        ):  # a message that waits longer than half an hour holds it back, and a round is that much later
            await world.until(lambda: not any(world.history.deliveries(open_only=True)))
            await world.next_round()
            await asyncio.sleep(0.1)
            if outside.requests:
                break
        await world.until(lambda: bool(outside.requests))


async def test_who_is_told_when_nothing_can_be_stored_is_the_operator_of_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with renewable(tmp_path) as world:
        text = world.file.read_text()
        world.file.write_text(text.replace('[operator]\nto = ["operator"]', '[operator]\nto = ["desk"]'))
        assert (await world.asked()).done
        await world.until(
            lambda: not any(world.history.deliveries(open_only=True))
        )  # a verdict stored ends the trouble
        monkeypatch.setattr(world.history, "room", lambda: Room(1, 1, 0))
        monkeypatch.setattr(world.history, "_trouble", "the disk is full")
        full = "the history cannot be stored"
        await world.until(lambda: any(full in message["text"] for message in world.readers.messages))
        assert not any(full in message["text"] for message in world.operator.messages)


async def test_what_waits_for_a_channel_that_went_is_kept_and_named_and_goes_when_it_returns(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:
        world.readers.errors["chat.postMessage"] = "internal_error"
        drop = world.publish_drop(2)
        await world.next_round()
        tried = [(State.WAITING, 1)]
        await world.until(lambda: [(delivery.state, delivery.attempts) for delivery in world.alerts] == tried)
        world.write(to='["operator"]')
        assert (await world.asked()).done
        gone = "there is no channel desk any more"
        await world.until(lambda: any(gone in message["text"] for message in world.operator.messages))
        (delivery,) = world.alerts
        assert (delivery.state, delivery.attempts) == (State.WAITING, 1)
        del world.readers.errors["chat.postMessage"]
        world.write(world.desk())
        assert (await world.asked()).done
        await world.until(lambda: world.read_by_readers == [drop])
        (delivery,) = world.alerts
        await world.until(lambda: world.alerts[0].state is State.ACCEPTED)


async def test_a_reading_under_way_is_told_by_the_new_configuration(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:
        go_on = _slowed(world)
        drop = world.publish_drop(3)
        world.clock.advance(timedelta(minutes=31))
        await world.until(lambda: any(world.service.duties.readings.being_read()))
        former = world.service.feeds["ofsted"]
        world.write(world.desk("other"), to='["other"]', feed=feed_table(world.url, look_back="50d"))
        assert (await world.asked()).done
        assert world.service.feeds["ofsted"] is not former
        count = len(world.rounds)
        go_on.set()
        await world.until(lambda: len(world.rounds) > count)
        await world.until(lambda: world.read_by_readers == [drop])
        assert [delivery.channel for delivery in world.alerts] == ["other"]
        await world.until(lambda: not world.service.duties.readings._dismissed)
        await world.next_round()
        assert world.read_by_readers == [drop]


def _slowed(world: Renewable) -> asyncio.Event:
    """Readings of the feed as it is now begin once the event is set."""
    go_on, feed = asyncio.Event(), world.service.feeds["ofsted"]
    read = feed.read

    async def slow(*asked: Any) -> Reading:
        await go_on.wait()
        return await read(*asked)

    feed.read = slow  # type: ignore[method-assign, assignment]  # a slow site
    return go_on


async def test_a_reading_of_a_feed_that_goes_stores_nothing_and_leaves_no_figures(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:
        before = world.history.feed("ofsted")
        _slowed(world)
        drop = world.publish_drop(4)
        world.clock.advance(timedelta(minutes=31))
        await world.until(lambda: any(world.service.duties.readings.being_read()))
        world.write(world.desk(), feed=feed_table("http://127.0.0.1:9", "site"))
        assert (await world.asked()).done
        await world.until(lambda: not world.service.duties.readings._dismissed)
        assert world.history.feed("ofsted") == before
        await world.until(lambda: any(turn.state.name == "site" for turn in world.rounds))
        service = world.service
        page = world.metrics.page(health(service.settings.feeds, world.history, timedelta(), MINUTE, None, NOW))
        assert b'watcher_readings_total{feed="site"' in page
        assert b'feed="ofsted"' not in page
        world.write(world.desk())
        assert (await world.asked()).done
        await world.until(lambda: world.read_by_readers == [drop])


async def test_a_feed_that_only_has_another_name_goes_on_from_where_it_was(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:
        drop = world.publish_drop(0)
        world.write(world.desk(), feed=feed_table(world.url, "site", kind="ofsted-site"))
        assert (await world.asked()).done
        await world.next_round("site")
        await world.until(lambda: world.read_by_readers == [drop])
        world.write(world.desk())
        second = world.publish_drop(1)
        assert (await world.asked()).done
        await world.next_round()
        await world.until(lambda: world.read_by_readers == [drop, second])


async def test_what_cannot_be_stored_is_not_taken_up_and_the_operator_hears_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with renewable(tmp_path) as world:
        before, commit = world.service.in_force(), world.history.commit

        def takes_no_feed_of_another_name(transaction: Transaction) -> None:
            if any(feed.name == "site" for feed in transaction.feeds):
                raise CommitFailedError("Make room.")
            commit(transaction)

        monkeypatch.setattr(world.history, "commit", takes_no_feed_of_another_name)
        renamed = feed_table(world.url, "site", kind="ofsted-site")
        world.write(world.desk(), world.desk("second"), to='["second"]', feed=renamed)
        answer = await world.asked()
        assert (answer.done, answer.lines[1:]) == (False, ("Make room. Then `watcher reload` takes it up.",))
        assert world.service.in_force() == before
        await world.until(lambda: len(world.operator_told) == 1)
        assert "Then `watcher reload` takes it up" in str(world.operator.messages)
        drop = world.publish_drop(0)
        await world.next_round()
        await world.until(lambda: world.read_by_readers == [drop])
        monkeypatch.undo()
        assert (await world.asked()).done
        await world.next_round("site")
        assert world.read_by_readers == [drop]


@pytest.mark.parametrize("asks", ["made_watches", "homes"])
async def test_while_the_database_is_away_it_waits_and_is_no_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asks: str
) -> None:
    async with renewable(tmp_path) as world:
        before = world.service.in_force()

        def is_away(*_: object) -> None:
            raise HistoryAwayError("the database", "gone", "Wait.")

        monkeypatch.setattr(world.history, "made_watches", is_away)
        if asks == "homes":
            monkeypatch.setattr(reload, "made_ready", is_away)
        world.write(world.desk(), world.desk("second"), to='["second"]')
        answer = await world.asked()
        assert (answer.done, "by itself" in answer.lines[1]) == (False, True)
        assert (world.service.in_force(), world.reloads) == (before, [])
        monkeypatch.undo()
        await world.until(lambda: world.reloads == [True])
        assert world.operator_told == []
        drop = world.publish_drop(0)
        await world.next_round()
        await world.until(lambda: world.read_by_readers == [drop])


async def test_a_message_under_way_ends_on_the_old_channel_and_the_next_takes_the_new(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:
        entered, released = threading.Event(), threading.Event()
        channel: Any = world.service.outbox.channels["desk"].current()  # type: ignore[attr-defined]  # its secret is in a file
        send = channel.send

        def slow(message: Any) -> Any:
            entered.set()
            released.wait(20)
            return send(message)

        channel.send = slow
        first = world.publish_drop(0)
        world.clock.advance(timedelta(minutes=31))
        await world.until(entered.is_set)
        world.write(world.desk(url=world.operator.url))
        assert (await world.asked()).done
        assert [delivery.state for delivery in world.alerts] == [State.SENDING]
        released.set()
        await world.until(lambda: [delivery.state for delivery in world.alerts] == [State.ACCEPTED])
        assert world.read_by_readers == [first]
        second = world.publish_drop(1)
        await world.next_round()
        await world.until(lambda: [delivery.state for delivery in world.alerts] == [State.ACCEPTED] * 2)
        assert world.read_by_readers == [first]
        assert any(second.removeprefix("ofsted:") in str(message) for message in world.operator.messages)


async def test_data_dir_and_address_need_a_restart_and_the_rest_is_taken_up(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:
        text = world.file.read_text().replace(
            f'data_dir = "{tmp_path}"', 'data_dir = "elsewhere"\ntimezone = "Europe/Paris"'
        )
        world.file.write_text(text + "\n[web]\nport = 9\n")
        answer = await world.asked()
        assert answer.done
        assert answer.lines[-1] == "needs a restart: data_dir, [web] port; until then the former holds"
        settings = world.service.settings
        assert (settings.data_dir, settings.web.port, str(settings.timezone)) == (tmp_path, 8080, "Europe/Paris")


async def hammered(world: Renewable, seconds: float) -> None:
    """Another configuration and a hangup twice a second, while homes drop one after another."""
    told, loop = [], asyncio.get_running_loop()
    until, step = loop.time() + seconds, 0
    while loop.time() < until:
        tables = [world.desk(), *([world.desk("second")] if step % 2 else [])]
        world.write(*tables, feed=feed_table(world.url, look_back=f"{50 + step % 3}d"))
        world.hung_up[:] = [True]
        if step % 4 == 0 and step // 4 < 6:
            told.append(world.publish_drop(step // 4))
            world.clock.advance(timedelta(minutes=31))
        await asyncio.sleep(0.5)
        step += 1
    world.clock.advance(timedelta(minutes=31))
    await world.until(lambda: sorted(world.read_by_readers) == sorted(told))
    await world.until(lambda: all(delivery.state is State.ACCEPTED for delivery in world.alerts))
    await world.next_round()
    assert sorted(world.read_by_readers) == sorted(told)
    assert world.operator_told == []


async def test_twice_a_second_for_some_seconds_loses_nothing_and_tells_nothing_twice(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:
        await hammered(world, 4)


@pytest.mark.soak
async def test_twice_a_second_for_a_minute_loses_nothing_and_tells_nothing_twice(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:
        await hammered(world, 60)


def test_a_file_is_read_again_once_it_has_stood_still(tmp_path: Path) -> None:
    file = tmp_path / "watcher.toml"
    file.write_text('contact = "test@localhost"\n[feeds.ofsted]\nurl = "http://127.0.0.1:9"\n')
    source = ConfigSource(file)
    source.load()
    assert [source.has_changed() for _ in range(3)] == [False] * 3
    file.write_text(file.read_text() + "# half")
    assert not source.has_changed()
    file.write_text(file.read_text() + " and half\n")
    assert not source.has_changed()
    assert source.has_changed()
    source.load()
    assert not source.has_changed()


def test_a_list_that_is_put_in_place_while_the_first_reading_goes_on_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed, file = tmp_path / "list.csv", tmp_path / "watcher.toml"
    listed.write_text("SC200001")
    file.write_text(
        'contact = "test@localhost"\n[feeds.ofsted]\nurl = "http://127.0.0.1:9"\n[channels.screen]\n'
        'kind = "console"\n[[watch]]\nname = "mine"\nhomes_file = "list.csv"\nto = ["screen"]\n'
    )
    real = require_contact

    def meanwhile(*read: Any) -> None:
        listed.write_text("SC200001\nSC200002")
        real(*read)

    monkeypatch.setattr(config_source, "require_contact", meanwhile)
    source = ConfigSource(file)
    source.load()
    assert [source.has_changed() for _ in range(2)] == [False, True]


def test_a_pipe_is_read_once_and_never_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "watcher.toml"
    os.mkfifo(file)
    writer = threading.Thread(
        target=file.write_text, args=('contact = "test@localhost"\n[feeds.ofsted]\nurl = "http://127.0.0.1:9"\n',)
    )
    writer.start()
    source = ConfigSource(file)
    assert source.load().feeds
    writer.join()
    with pytest.raises(ConfigError, match="cannot be read again: a pipe"):
        source.load()


def test_a_link_that_leads_elsewhere_is_another_file(tmp_path: Path) -> None:
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "watcher.toml").write_text('[feeds.ofsted]\nurl = "http://127.0.0.1:9"\n')
    (tmp_path / "data").symlink_to(tmp_path / "old")
    (tmp_path / "watcher.toml").symlink_to(tmp_path / "data" / "watcher.toml")
    source = ConfigSource(tmp_path / "watcher.toml")
    source.load()
    source.has_changed()
    (tmp_path / "swap").symlink_to(tmp_path / "new")
    (tmp_path / "swap").replace(tmp_path / "data")
    assert [source.has_changed(), source.has_changed()] == [False, True]
