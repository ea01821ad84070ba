"""A channel whose secret is in a file: it is looked at before each use, and another one taken up without a restart."""

from collections.abc import Callable
from datetime import datetime, timedelta

from pydantic import SecretStr

from watcher.delivery.channel import Channel
from watcher.delivery.verdict import Verdict
from watcher.messages.message import Message


class RotatingChannel:
    """Opens its channel anew whenever the secret is another one."""

    def __init__(self, name: str, secret: SecretStr, open_with: Callable[[str], Channel]) -> None:
        self.name = name
        self._secret = secret
        self._open_with = open_with
        self._value = secret.get_secret_value()
        self._channel = open_with(self._value)

    def current(self) -> Channel:
        """The channel with the secret as it is now; the last good one while the file can't be used."""
        value = self._secret.get_secret_value()
        if value != self._value:
            self._value, self._channel = value, self._open_with(value)
        return self._channel

    @property
    def spacing(self) -> timedelta:
        """The least time between two calls."""
        return self._channel.spacing

    def send(self, message: Message) -> Verdict:
        """One attempt, as the channel makes it."""
        return self.current().send(message)

    def find(self, message: Message, since: datetime) -> Verdict | None:
        """Whether a message arrived since then, as the channel says."""
        return self.current().find(message, since)

    def check(self) -> str | None:
        """What is wrong with the channel as it is now."""
        return self.current().check()
