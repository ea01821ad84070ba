"""`/watcher`: the words are read here, and handed to what answers them."""

from watcher.bot.desk import BotDesk
from watcher.bot.said import Said
from watcher.watching.asked import Asked


async def answer(desk: BotDesk, asked: Asked) -> Said:
    """The answer to what somebody wrote behind `/watcher`, or pressed a button to ask."""
    raise NotImplementedError
