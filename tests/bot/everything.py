"""All that a bot sends to Slack, as Slack is called for it: each command in each state, and each press."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.bot.world import BotWorld, alert, bot_world
from tests.standins.slack_payloads import BOT_USER, member_left_channel, slash_command, view_submission
from tests.web import stage
from watcher.bot.payloads import REASON
from watcher.delivery.channels.slack.buttons import ACKNOWLEDGE, HISTORY, SILENCE
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Told, Transaction
from watcher.judging.changes import What

Sent = dict[str, list[dict[str, Any]]]
"""What was sent, by the kind of call: as `typescript` names them."""

_KINDS = {"chat.update": "Changed", "chat.postEphemeral": "Whispered", "views.open": "Opened"}
_PLACE = "C0456"
_NEAREST = ("home SC478987", "owner eslnd north", "area Drby", "recent Drby", "hom SC478986", "watch area Drby all")
_NOTHING = (
    "home",
    "home zzzz",
    "owner",
    "owner zzzz",
    "area",
    "recent zzzz",
    "xyz",
    "watch",
    "unwatch 99",
    "unwatch x",
)
_FOUND = (
    "",
    "home SC478986",
    "owner Esland North Limited",
    "area Derby",
    "recent",
    "recent Derby",
    "numbers",
    "status",
)
_WATCHES = ("watches", "watch area Derby", "watch area Derby", "watch home SC478986 all", "watches")


async def answers(folder: Path) -> Sent:
    """To every command, alone and for the channel: of a history with homes whose names hurt, and of an empty one."""
    sent: Sent = {}
    history: EmbeddedHistory = stage.small(folder)
    async with bot_world(folder, history=history) as world:
        for words in (*_FOUND, *_NEAREST, *_NOTHING, *_WATCHES):
            await world.done(world.write(words))
            world.clock.advance(timedelta(seconds=1))  # so that what is asked again is no repetition
            await world.done(world.write(f"{words} public"))
        await world.done(world.write(f"unwatch {history.made_watches()[-1].number}"))
        await world.done(*(world.write(words) for words in _about_hostile_names()))
        await world.done(world.write("watches"))
        await world.done(world.write("watch area Derby", channel=_PLACE))
        await _told_without_address(world)
        _add(sent, world)
    history.close()
    async with bot_world(folder / "empty") as world:
        for words in (*_FOUND, *_NOTHING, *_WATCHES):
            await world.done(world.write(words))
        _add(sent, world)
    return sent


async def presses(folder: Path) -> Sent:
    """To every press under an alert, and what becomes of the alert."""
    sent: Sent = {}
    async with bot_world(folder / "once") as world:
        world.slack.scopes = "chat:write,files:write"
        await world.done(world.press(HISTORY), world.press(ACKNOWLEDGE, "f" * 16), world.press(SILENCE, channel="C9"))
        await world.done(world.press(ACKNOWLEDGE))
        for why, user in (("not mine", "U666"), ("We <!channel> & *visit*", ""), ("and again", "")):
            await world.done(_reason(world, why, user))
        await world.done(world.press(SILENCE))
        await world.until(lambda: "Silenced until" in str(world.slack.updates))
        world.clock.advance(timedelta(days=1))
        await world.done(world.press(ACKNOWLEDGE), world.press(SILENCE))
        _add(sent, world)
    async with bot_world(folder / "old") as world:
        over = replace(alert(), id="00000000000dead2", change=What.RECOVERED)
        world.history.commit(Transaction(changes=(Told(alert=over, seen=stage.NOW, feed="ofsted"),)))
        await world.done(world.press(ACKNOWLEDGE), world.press(SILENCE))
        _add(sent, world)
    async with bot_world(folder / "others", may_act=("U777",)) as world:
        await world.done(world.press(ACKNOWLEDGE), world.press(SILENCE), world.write("watch area Derby"))
        _add(sent, world)
    return sent


def _about_hostile_names() -> Iterator[str]:
    for number, name in enumerate(stage.HOSTILE):
        yield from (f"home {stage.hostile_id(number)}", f"owner {name}", f"area {name}", f"recent {name} public", name)
        yield from (f"owner {name[:40]}x", f"watch owner {name}", f"watch owner {name[:40]}x all")


async def _told_without_address(world: BotWorld) -> None:
    """What is said where no address for the answer came, and what people hear of a channel that the bot is not in."""
    asked = [slash_command(words) for words in ("home SC478986", "numbers public")]
    world.slack.errors["conversations.info"] = "missing_scope"
    asked.append(slash_command("watch area Derby"))
    for payload in asked:
        payload["response_url"] = "none"
        await world.done(world.lines.send("slash_commands", payload))
    await world.done(world.lines.send("events_api", member_left_channel(BOT_USER)))
    await world.bot.look_at_watches()
    assert world.slack.people.told


def _reason(world: BotWorld, why: str, user: str) -> Any:
    payload = view_submission(REASON, {REASON: {REASON: why}}, private_metadata=world.told().id)
    if user:
        payload["user"] |= {"username": "eve", "id": user}
    return world.lines.send("interactive", payload)


def _add(sent: Sent, world: BotWorld) -> None:
    """What the world's Slack was sent; everything that it refused is a fault."""
    people = world.slack.people
    assert (people.rejected, people.rung, world.slack.rung) == ([], [], [])
    for method, arguments in world.slack.calls:
        kind = _KINDS.get(method, "Sent" if "metadata" in arguments else "Told")
        if method == "chat.postMessage" or method in _KINDS:
            sent.setdefault(kind, []).append(arguments)
    sent.setdefault("Answered", []).extend(body for _, body in people.replies)
