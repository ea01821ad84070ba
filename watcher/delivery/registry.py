"""Which kind of channel is which class; a new channel is one module and one row here."""

from collections.abc import Callable, Mapping
from typing import Any

from watcher import config
from watcher.config import Settings
from watcher.delivery import Channel
from watcher.delivery.console import ConsoleChannel
from watcher.delivery.slack.channel import SlackChannel


def open_channels(settings: Settings) -> dict[str, Channel]:
    """The configured channels by name; opening one sends nothing and asks nothing."""
    return {name: _KINDS[type(channel)](name, channel, settings) for name, channel in settings.channels.items()}


def _console(name: str, _: config.Console, settings: Settings) -> Channel:
    return ConsoleChannel(name, settings.timezone)


def _slack(name: str, slack: config.Slack, settings: Settings) -> Channel:
    token = slack.token.get_secret_value() if slack.token else ""
    return SlackChannel(name, channel=slack.channel, token=token, url=slack.url, zone=settings.timezone)


_KINDS: Mapping[type, Callable[[str, Any, Settings], Channel]] = {
    config.Console: _console,
    config.Slack: _slack,
}
