"""The key with which links in messages are signed: the history keeps it, and it leaves this machine nowhere."""

from typing import Protocol, runtime_checkable

from watcher.config.settings import Settings
from watcher.delivery.channels.kinds import HouseStyle


@runtime_checkable
class Signing(Protocol):
    """A history that keeps a key."""

    def signing_key(self) -> bytes:
        """The same for as long as there is this history."""
        ...


def signing_key(settings: Settings, history: object) -> bytes | None:
    """The key, where messages link to pages."""
    return history.signing_key() if settings.web.base_url and isinstance(history, Signing) else None


def signed_style(settings: Settings, history: object) -> HouseStyle:
    """How messages are written, their links signed."""
    return settings.signed_style(signing_key(settings, history))
