"""Watches that people make in a channel: kept once, for that channel, paused while the bot is not there."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.bot.commands.asking import buttons
from tests.bot.world import BotWorld, bot_world
from tests.standins.slack import CHANNEL
from tests.standins.slack_payloads import BOT_USER, NAME, USER, member_joined_channel, member_left_channel
from tests.web import stage
from watcher.bot.commands.command import answer
from watcher.bot.commands.question import ChatQuestion
from watcher.bot.commands.watches import unwatch, watch, watches
from watcher.bot.desk import BotDesk
from watcher.bot.said import Said
from watcher.judging.changes import What
from watcher.watching.asked import Asked, Asking
from watcher.watching.made_watches import MOST_IN_A_CHANNEL
from watcher.watching.usual_changes import DEFAULT_CHANGES
from watcher.watching.watches import Watch

pytestmark = pytest.mark.anyio

PLACE = "C0456"

Does = Callable[[BotDesk, ChatQuestion, str], Awaitable[Said]]


async def asks(
    world: BotWorld, does: Does, words: str, *, place: str = PLACE, number: int = 1, user: str = USER
) -> str:
    """What is answered to somebody in a channel, in plain words."""
    asked = Asked(
        id=f"e{number}", way="desk", asking=Asking.COMMAND, user=user, by=NAME, place=place,
        at=world.clock.now(), text=words,
    )  # fmt: skip
    said = await does(world.desk, world.bot._question(asked), words)
    assert "blocks" in said.payload() or not said.blocks
    return said.text


async def test_a_watch_is_kept_with_who_and_when_and_goes_to_the_channel_in_which_it_was_made(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        world.slack.channels.add(PLACE)
        assert (await asks(world, watch, "home sc900100")).startswith("Watch 1 is made\nHome SC900100")
        (made,) = world.history.made_watches()
        assert (made.of, made.value, made.to, made.by, made.user, made.made, made.door, made.changes) == (
            "home", "ofsted:SC900100", "desk/C0456", NAME, USER, stage.NOW, "slack", DEFAULT_CHANGES,
        )  # fmt: skip
        settings = world.desk.settings()
        assert settings.watch[-1].home == ("ofsted:SC900100",)
        assert settings.channels["desk/C0456"].place != settings.channels["desk"].place
        assert "1. Home SC900100" in await asks(world, watches, "")
        assert "Nobody has made a watch" in await asks(world, watches, "", place=CHANNEL)


async def test_in_the_channel_of_the_configuration_it_goes_by_its_name(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        await asks(world, watch, "home SC900100", place=CHANNEL)
        assert world.history.made_watches()[0].to == "desk"


async def test_those_of_the_configuration_are_named_in_plain_words_too(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        base = world.desk.settings()
        configured = Watch.model_validate({"name": "derby", "to": ["desk"], "local_authority": ["Derby"]})
        world.desk = replace(world.desk, settings=lambda: base.model_copy(update={"watch": (configured,)}))
        said = "Watches for this channel\nOf the configuration, and removed there: derby"
        assert await asks(world, watches, "", place=CHANNEL) == said


async def test_the_same_once_more_is_told_and_not_kept_twice(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        await asks(world, watch, "owner care", place=CHANNEL)
        assert "is made" in await asks(world, watch, "owner care", place=CHANNEL)  # done again, after a restart
        world.clock.advance(timedelta(minutes=1))
        assert "already" in await asks(world, watch, "owner Care", place=CHANNEL)
        assert len(world.history.made_watches()) == 1


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("owner Care", DEFAULT_CHANGES),
        ("owner Care all", tuple(What)),
        ("owner Care recovered", (What.RECOVERED,)),
        ("owner care dropped to inadequate, recovered", (What.DROPPED_TO_INADEQUATE, What.RECOVERED)),
    ],
)
async def test_changes_are_named_behind_it(tmp_path: Path, words: str, changes: tuple[What, ...]) -> None:
    async with bot_world(tmp_path) as world:
        await asks(world, watch, words, place=CHANNEL)
        (made,) = world.history.made_watches()
        assert (made.value, made.changes) == ("Care", changes)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("", "Watch what?"),
        ("planet Mars", "Watch what?"),
        ("owner", "Watch what?"),
        ("owner Cart", "did you mean 'Care'?"),
        ("home SC90010", "did you mean SC900100"),
        ("group Nobody", "there is no group 'Nobody'."),
        ("area <!channel>", "There is no area '<!channel>'"),
    ],
)
async def test_what_is_not_there_is_told_with_the_nearest(tmp_path: Path, words: str, says: str) -> None:
    async with bot_world(tmp_path) as world:
        assert says.casefold() in (await asks(world, watch, words, place=CHANNEL)).casefold()
        assert list(world.history.made_watches()) == []


@pytest.mark.parametrize(
    ("words", "asks_again"),
    [
        ("owner Cart", "watch owner Care"),
        ("owner Cart all", "watch owner Care all"),
        ("owner Cart closed, recovered", "watch owner Care closed, recovered"),
        ("home SC90010 recovered public", "watch home ofsted:SC900100 recovered public"),
    ],
)
async def test_the_nearest_are_asked_for_with_the_same_changes_for_the_same_people(
    tmp_path: Path, words: str, asks_again: str
) -> None:
    async with bot_world(tmp_path) as world:
        asked = Asked(
            id="e1", way="desk", asking=Asking.COMMAND, user=USER, by=NAME, place=CHANNEL,
            at=world.clock.now(), text=f"watch {words}",
        )  # fmt: skip
        said = await answer(world.desk, world.bot._question(asked))
        assert asks_again in buttons(said).values()
        again = replace(asked, id="e2", text=asks_again)
        assert "Watch 1 is made" in (await answer(world.desk, world.bot._question(again))).text


async def test_where_the_bot_is_not_no_watch_is_made(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        assert "/invite" in await asks(world, watch, "owner Care")
        world.slack.channels.add(PLACE)
        world.slack.info["is_member"] = False
        assert "/invite" in await asks(world, watch, "owner Care")
        world.slack.errors["conversations.info"] = "missing_scope"
        assert "is made" in await asks(world, watch, "owner Care")
        world.slack.errors["chat.postEphemeral"] = "not_in_channel"
        assert "/invite" in await asks(world, watch, "owner Care all")


async def test_only_those_who_may_act_make_and_remove_them(tmp_path: Path) -> None:
    async with bot_world(tmp_path, may_act=("U777",)) as world:
        assert "may_act" in await asks(world, watch, "owner Care", place=CHANNEL)
        await asks(world, watch, "owner Care", place=CHANNEL, user="U777")
        assert "may_act" in await asks(world, unwatch, "1", place=CHANNEL)
        assert world.history.made_watches()[0].is_in_force


async def test_one_is_removed_by_its_number_in_its_own_channel(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        world.slack.channels.add(PLACE)
        await asks(world, watch, "owner Care")
        assert "another channel" in await asks(world, unwatch, "1", place=CHANNEL)
        assert (await asks(world, unwatch, "7")).endswith("There is no watch '7' that people made; there are: 1.")
        assert (await asks(world, unwatch, "7", place=CHANNEL)).endswith("There is no watch '7' that people made.")
        assert "Watch 1 is removed" in await asks(world, unwatch, "1")
        assert "Watch 1 is removed" in await asks(world, unwatch, "1")  # done again, after a restart
        world.clock.advance(timedelta(minutes=1))
        assert "there is no watch" in (await asks(world, unwatch, "1")).casefold()
        (made,) = world.history.made_watches()
        assert (made.is_in_force, made.ended_by, made.ended_door) == (False, NAME, "slack")
        await asks(world, watch, "owner Care")
        assert [made.number for made in world.history.made_watches()] == [1, 2]


async def test_one_that_was_removed_meanwhile_is_not_made_again_by_the_same_asking(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        await asks(world, watch, "owner Care", place=CHANNEL)
        assert "is removed" in await asks(world, unwatch, "1", place=CHANNEL)
        assert "is made" in await asks(world, watch, "owner Care", place=CHANNEL)  # done again, after a restart
        (made,) = world.history.made_watches()
        assert not made.is_in_force


async def test_a_channel_has_so_many_and_no_more(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        await asks(world, watch, "owner Care", place=CHANNEL)
        (made,) = world.history.made_watches()
        more = [replace(made, number=number, value=f"Care {number}") for number in range(2, MOST_IN_A_CHANNEL + 1)]
        from watcher.history.protocol import Transaction

        world.history.commit(Transaction(made_watches=more))
        assert "remove one first" in await asks(world, watch, "home SC900100", place=CHANNEL)
        world.slack.channels.add(PLACE)
        assert "is made" in await asks(world, watch, "home SC900100")


async def test_a_bot_taken_out_pauses_them_tells_their_makers_and_goes_on_when_it_is_back(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        world.slack.channels.add(PLACE)
        await asks(world, watch, "owner Care")
        await asks(world, watch, "home SC900100", place=CHANNEL, user="U777")
        await world.done(world.lines.send("events_api", member_left_channel("U999", channel=PLACE)))
        assert world.history.made_watches()[0].paused is None
        await world.done(world.lines.send("events_api", member_left_channel(BOT_USER, channel=PLACE)))
        assert [made.paused for made in world.history.made_watches()] == [stage.NOW, None]
        await world.bot.look_at_watches()
        await world.bot.look_at_watches()
        (told,) = world.slack.people.told
        assert told["channel"] == USER
        assert "Paused: watch 1" in told["text"]
        await world.done(world.lines.send("events_api", member_joined_channel(BOT_USER, channel=PLACE)))
        assert [made.paused for made in world.history.made_watches()] == [None, None]


async def test_makers_are_told_of_a_pause_once_slack_takes_it(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        world.slack.channels.add(PLACE)
        await asks(world, watch, "owner Care")
        world.slack.errors["chat.postMessage"] = "internal_error"
        await world.done(world.lines.send("events_api", member_left_channel(BOT_USER, channel=PLACE)))
        await world.bot.look_at_watches()
        assert world.slack.people.told == []
        del world.slack.errors["chat.postMessage"]
        await world.bot.look_at_watches()
        await world.bot.look_at_watches()
        assert [told["channel"] for told in world.slack.people.told] == [USER]


async def test_a_maker_whom_slack_does_not_know_is_not_told_again_and_again(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        world.slack.channels.add(PLACE)
        await asks(world, watch, "owner Care")
        await asks(world, watch, "home SC900100")
        await asks(world, unwatch, "2")
        world.slack.errors["chat.postMessage"] = "channel_not_found"
        await world.done(world.lines.send("events_api", member_left_channel(BOT_USER, channel=PLACE)))
        await world.bot.look_at_watches()
        del world.slack.errors["chat.postMessage"]
        await world.bot.look_at_watches()
        assert world.slack.people.told == []
        assert [made.is_in_force for made in world.history.made_watches()] == [True, False]


@pytest.mark.parametrize("words", ["watch owner Cart public", "public watch planet Mars", "unwatch 7 public"])
async def test_that_nothing_was_done_is_for_whoever_asked_alone(tmp_path: Path, words: str) -> None:
    async with bot_world(tmp_path) as world:
        await world.done(world.write(words))
        ((_, said),) = world.slack.people.replies
        assert said["response_type"] == "ephemeral"
        await world.done(world.write("watch owner Care public"))
        assert world.slack.people.replies[-1][1]["response_type"] == "in_channel"
