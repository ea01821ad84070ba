"""Where the bot is a member, and what becomes of people's watches where it is no more."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

import structlog

from watcher.bot.commands.question import InThread
from watcher.bot.desk import BotDesk
from watcher.bot.places import channel_of, place_of_channel
from watcher.bot.replies import Replies, SlackRefusedError
from watcher.bot.said import Said
from watcher.history.protocol import Transaction
from watcher.watching.asked import Asked, Asking
from watcher.watching.made_watches import MadeWatch, place_of

log = structlog.get_logger(__name__)

INVITE = "I am not in this channel: write `/invite` and my name here first"
ARCHIVED = "this channel is archived"
PROBE = "This is where it will be told."
_NOT_THERE = ("channel_not_found", "not_in_channel", "is_archived")


def why_not_there(replies: Replies, asked: Asked) -> str:
    """Why the bot cannot post in the channel in which it was asked, and what to do; empty where it can. Blocks.

    Where it may not ask about channels it tries with a word to whoever asked. Raises SlackRefusedError.
    """
    try:
        channel = replies.call("conversations.info", channel=asked.place).get("channel")
    except SlackRefusedError as error:
        if str(error) in _NOT_THERE:
            return INVITE
        return _why_not_heard(replies, asked)
    if not isinstance(channel, Mapping):
        return _why_not_heard(replies, asked)
    if channel.get("is_archived"):
        return ARCHIVED
    is_own = bool(channel.get("is_im") or channel.get("is_mpim"))
    return "" if is_own or channel.get("is_member") is not False else INVITE


def _why_not_heard(replies: Replies, asked: Asked) -> str:
    try:
        replies.call("chat.postEphemeral", channel=asked.place, user=asked.user, text=PROBE)
    except SlackRefusedError as error:
        if str(error) in _NOT_THERE:
            return ARCHIVED if str(error) == "is_archived" else INVITE
        raise
    return ""


async def came_or_went(desk: BotDesk, asked: Asked, way: str, replies: Replies, in_thread: InThread) -> None:
    """Pauses people's watches for a channel that the bot was taken out of, or has them go on."""
    settings = desk.settings()
    of_channel = [watch for watch in _of_bot(desk, way) if place_of_channel(settings, watch.to) == asked.place]
    if asked.asking is Asking.LEFT:
        paused = [watch for watch in of_channel if watch.paused in (None, asked.at)]
        await pause(desk, paused, asked.at, replies, in_thread)
    else:
        resume(desk, [watch for watch in of_channel if watch.paused is not None])


def _of_bot(desk: BotDesk, way: str) -> list[MadeWatch]:
    settings = desk.settings()
    made = desk.history.made_watches()
    return [watch for watch in made if watch.is_in_force and channel_of(settings, watch.to) == way]


async def look(desk: BotDesk, way: str, replies: Replies, in_thread: InThread) -> None:
    """Pauses the watches whose channel has refused a message since the bot is not there, and ends that by itself."""
    if not (watches := _of_bot(desk, way)):
        return
    refusing = {
        delivery.channel for delivery in desk.outbox.troubled() if delivery.stopped and _is_out(delivery.detail)
    }
    for channel in sorted({watch.to for watch in watches if watch.to in refusing and watch.paused is None}):
        theirs = [watch for watch in watches if watch.to == channel and watch.paused is None]
        await pause(desk, theirs, desk.now(), replies, in_thread)
    taken = desk.outbox.last_taken()
    again = [watch for watch in watches if watch.paused and taken.get((watch.to, None), watch.paused) > watch.paused]
    resume(desk, again)


def _is_out(detail: str) -> bool:
    return any(f"Slack says {error}" in detail for error in _NOT_THERE)


async def pause(
    desk: BotDesk, watches: Sequence[MadeWatch], since: datetime, replies: Replies, in_thread: InThread
) -> None:
    """Notes that these watches cannot tell, and tells whoever made them; the operator hears by the self-watch."""
    if new := [watch.since(since) for watch in watches if watch.paused is None]:
        desk.history.commit(Transaction(made_watches=new))
    for user in dict.fromkeys(watch.user for watch in watches if watch.user):
        theirs = [watch for watch in watches if watch.user == user]
        try:
            await in_thread(partial(replies.tell, user, _to_maker(theirs)))
        except SlackRefusedError as error:
            log.warning("somebody could not be told that a watch of theirs is paused", error=str(error))


def resume(desk: BotDesk, watches: Sequence[MadeWatch]) -> None:
    """Has watches go on, and all that waits for their channels sent."""
    if watches:
        desk.history.commit(Transaction(made_watches=[watch.since(None) for watch in watches]))
    for channel in dict.fromkeys(watch.to for watch in watches):
        desk.outbox.release(channel)


def _to_maker(watches: Sequence[MadeWatch]) -> Said:
    numbers = ", ".join(str(watch.number) for watch in watches)
    _, place = place_of(watches[0].to)
    where = f"the channel {place}" if place else "its channel"
    what = "; ".join(f"{watch.number}: {watch.of} {watch.value}" for watch in watches[:10])
    return Said.of(
        f"Paused: watch {numbers}",
        f"I am not in {where} any more, so what you asked me to tell there waits ({what}).",
        "Invite me again and it is told, or write /watcher unwatch and its number there to end it.",
    )
