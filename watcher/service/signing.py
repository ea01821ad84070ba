"""The key with which links in messages are signed: the history keeps it, and it leaves this machine nowhere."""

from watcher.config.settings import Settings
from watcher.delivery.channels.kinds import HouseStyle
from watcher.history.protocol import History


def signing_key(settings: Settings, history: History) -> bytes | None:
    """The key, where messages link to pages and the history has one."""
    return (history.signing_key() or None) if settings.web.base_url else None


def signed_style(settings: Settings, history: History) -> HouseStyle:
    """How messages are written, their links signed."""
    return settings.signed_style(signing_key(settings, history))
