"""Where the bot is a member, and what becomes of people's watches where it is no more."""

from watcher.bot.commands.command import InThread
from watcher.bot.desk import BotDesk
from watcher.bot.replies import Replies
from watcher.watching.asked import Asked


async def came_or_went(desk: BotDesk, asked: Asked, replies: Replies, in_thread: InThread) -> None:
    """Tells those who made watches for a channel, and the operator, that the bot was taken out of it or is back."""
    return


def why_not_there(replies: Replies, asked: Asked) -> str:
    """Why the bot cannot post in the channel in which it was asked, and what to do; empty where it can. Blocks."""
    return ""
