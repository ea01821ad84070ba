"""People's watches beside a service whose configuration changes: routed at once, and dormant without their channel."""

import asyncio
from pathlib import Path

import pytest

from tests.builders import signed
from tests.service.reloading import NOW, Renewable, renewable
from watcher.actions.watches import Wanted
from watcher.delivery.ledger import State
from watcher.facts.stored import stored
from watcher.history.box import FolderBox
from watcher.service.own_standing import OwnStanding
from watcher.service.requests import Request, leave
from watcher.watching.usual_changes import DEFAULT_CHANGES

pytestmark = pytest.mark.anyio

PLACE = "C0456"
THERE = f"desk/{PLACE}"


def watch(world: Renewable, number: int, to: str = THERE) -> None:
    """Asks for a watch of one of the homes."""
    home = [*world.site.homes][number]
    wanted = Wanted(of="home", value=home, changes=DEFAULT_CHANGES, to=to)
    leave(FolderBox(world.folder), Request("watch", to, {"wanted": stored(wanted), "signature": stored(signed(NOW))}))


def names(world: Renewable) -> list[str]:
    return [watch.name for watch in world.service.settings.watch]


def places(world: Renewable) -> list[str]:
    """The places in Slack to which alerts went, in order."""
    return [str(message["channel"]) for message in world.readers.messages]


async def test_one_that_is_asked_for_is_routed_within_seconds_and_none_when_it_is_removed(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:
        world.readers.channels.add(PLACE)
        watch(world, 0)
        await world.until(lambda: f"{THERE}/1" in names(world))
        world.publish_drop(0)
        world.publish_drop(1)
        await world.next_round()
        await world.until(lambda: len(places(world)) == 3)
        assert places(world).count(PLACE) == 1
        leave(FolderBox(world.folder), Request.signed("unwatch", "1", signed(NOW)))
        await world.until(lambda: f"{THERE}/1" not in names(world))
        await world.until(lambda: {delivery.state for delivery in world.alerts} == {State.ACCEPTED})


async def test_what_waits_when_its_watch_is_removed_is_sent_and_nobody_is_told_of_a_missing_channel(
    tmp_path: Path,
) -> None:
    async with renewable(tmp_path) as world:
        watch(world, 0)
        await world.until(lambda: f"{THERE}/1" in names(world))
        world.publish_drop(0)
        await world.next_round()
        await world.until(lambda: world.service.outbox.stopped() == {THERE})  # the bot is not there
        leave(FolderBox(world.folder), Request.signed("unwatch", "1", signed(NOW)))
        await world.until(lambda: f"{THERE}/1" not in names(world))
        own = OwnStanding(world.service, world.service.heartbeat, dict)
        assert [each.matter.key for each in own.now().matters if "gone" in each.matter.key] == []
        assert THERE in [channel.name for channel in own.now().channels]  # as long as it keeps something
        world.readers.channels.add(PLACE)
        world.service.outbox.release(THERE)
        await world.until(lambda: places(world).count(PLACE) == 1)
        await world.until(lambda: THERE not in [channel.name for channel in own.now().channels])


async def test_without_their_channel_they_are_dormant_and_they_come_back_with_it(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:
        world.readers.channels.add(PLACE)
        watch(world, 0)
        await world.until(lambda: f"{THERE}/1" in names(world))
        world.write(world.desk("second"), to='["second"]')
        await world.until(lambda: names(world) == ["all"])
        assert set(world.service.outbox.channels) == {"second", "operator"}
        world.publish_drop(0)
        await world.next_round()
        await world.until(lambda: len(places(world)) == 1)
        watch(world, 1)  # refused: there is no such channel
        world.write(world.desk(), to='["desk"]')
        await world.until(lambda: f"{THERE}/1" in names(world))
        assert names(world) == ["all", f"{THERE}/1"]
        watch(world, 2)
        await world.until(lambda: f"{THERE}/2" in names(world))
        world.publish_drop(2)
        await world.next_round()
        await world.until(lambda: PLACE in places(world))
        assert len(world.history.made_watches()) == 2


async def test_a_reload_beside_a_watch_that_is_being_made_keeps_both(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:
        for number in range(6):
            names_now = [f"c{position}" for position in range(number + 1)]
            watch(world, number)
            world.write(world.desk(), *(world.desk(name, channel=f"C1{name.upper()}") for name in names_now))
            world.hung_up.append(True)
            await asyncio.sleep(0)
            await world.until(
                lambda wanted=number + 1, names_now=names_now: (  # type: ignore[misc]  # of this turn
                    len(names(world)) == wanted + 1 and set(names_now) < set(world.service.settings.channels)
                )
            )
        assert names(world) == ["all", *(f"{THERE}/{number}" for number in range(1, 7))]
        assert THERE in world.service.outbox.channels
        assert len({made.number for made in world.history.made_watches()}) == 6


async def test_a_channel_keeps_its_object_while_watches_come_and_go(tmp_path: Path) -> None:
    async with renewable(tmp_path) as world:
        watch(world, 0)
        await world.until(lambda: f"{THERE}/1" in names(world))
        first = dict(world.service.outbox.channels)
        watch(world, 1)
        await world.until(lambda: f"{THERE}/2" in names(world))
        now = dict(world.service.outbox.channels)
        assert all(now[name] is channel for name, channel in first.items())
