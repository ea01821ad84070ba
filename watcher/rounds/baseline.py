"""The one word that the operator gets of the silent baseline: that it is over."""

from datetime import datetime

from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery, messages
from watcher.messages.message import Notice
from watcher.messages.numbers import counted
from watcher.messages.topics import Topic
from watcher.owner import sender


def baseline_is_read(feed: str, homes: int, settings: Settings, now: datetime) -> tuple[Delivery, ...]:
    """For each of the operator's channels, that a feed has been read once as a whole and tells changes from now on."""
    read = counted(homes, "home", "homes")
    title = f"{feed}: {read} read; from now on changes are told"
    notice = Notice(title, _WHAT, topic=Topic.BASELINE.key, sender=sender())
    subject, content_id = f"notice:feed:{feed}:baseline", f"{feed}\nbaseline\n{now.isoformat()}"
    return tuple(
        delivery
        for channel in settings.operators_channels
        for delivery in messages(settings.operators_channels, channel, subject, notice, content_id, now)
    )


_WHAT = "What was published before was taken in silently, to compare with."
