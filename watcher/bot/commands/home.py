"""One home in the chat: how it stands, its inspections, its owner and area, and where more is."""

from watcher.bot.desk import BotDesk
from watcher.bot.said import Said


def said_of_home(desk: BotDesk, key: str) -> Said:
    """All that fits of a home, by its key; in any thread."""
    return Said.of(key)
