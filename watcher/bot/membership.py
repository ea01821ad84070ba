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


def came_or_went(desk: BotDesk, asked: Asked, way: str) -> None:
    """Pauses people's watches for a channel that the bot was taken out of, or has them go on."""
    settings = desk.settings()
    of_channel = [watch for watch in _of_bot(desk, way) if place_of_channel(settings, watch.to) == asked.place]
    if asked.asking is Asking.LEFT:
        pause(desk, [watch for watch in of_channel if watch.paused is None], asked.at)
    else:
        resume(desk, [watch for watch in of_channel if watch.paused is not None])


def _of_bot(desk: BotDesk, way: str) -> list[MadeWatch]:
    settings = desk.settings()
    made = desk.history.made_watches()
    return [watch for watch in made if watch.is_in_force and channel_of(settings, watch.to) == way]


async def look(desk: BotDesk, way: str, replies: Replies, in_thread: InThread) -> None:
    """Pauses the watches whose channel has refused a message since the bot is not there, and ends that by itself.

    Whoever made one that is paused is told, once; while Slack takes nothing, at a later look.
    """
    if not (watches := _of_bot(desk, way)):
        return
    refusing = {
        delivery.channel for delivery in desk.outbox.troubled() if delivery.stopped and _is_out(delivery.detail)
    }
    pause(desk, [watch for watch in watches if watch.to in refusing and watch.paused is None], desk.now())
    taken = desk.outbox.last_taken()
    again = [watch for watch in watches if watch.paused and taken.get((watch.to, None), watch.paused) > watch.paused]
    resume(desk, again)
    await _tell_makers(desk, way, replies, in_thread)


def _is_out(detail: str) -> bool:
    return any(f"Slack says {error}" in detail for error in _NOT_THERE)


def pause(desk: BotDesk, watches: Sequence[MadeWatch], since: datetime) -> None:
    """Notes that these watches cannot tell; the operator hears by the self-watch, their makers at the next look."""
    if watches:
        desk.history.commit(Transaction(made_watches=[watch.since(since) for watch in watches]))


async def _tell_makers(desk: BotDesk, way: str, replies: Replies, in_thread: InThread) -> None:
    untold = [watch for watch in _of_bot(desk, way) if watch.user and watch.paused and not watch.is_pause_told]
    for user, channel in dict.fromkeys((watch.user, watch.to) for watch in untold):
        theirs = [watch for watch in untold if (watch.user, watch.to) == (user, channel)]
        try:
            await in_thread(partial(replies.tell, user, _to_maker(theirs)))
        except SlackRefusedError as error:
            if not error.is_final:  # it would take nothing for others either
                return
            log.warning("somebody could not be told that a watch of theirs is paused", error=str(error))
        _note_told(desk, theirs)


def _note_told(desk: BotDesk, watches: Sequence[MadeWatch]) -> None:
    """Of the watches as they are by now: one may be removed, or go on, since it was told of."""
    told = {(watch.number, watch.paused) for watch in watches}
    still = [watch for watch in desk.history.made_watches() if (watch.number, watch.paused) in told]
    if still:
        desk.history.commit(Transaction(made_watches=[watch.with_pause_told() for watch in still]))


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
