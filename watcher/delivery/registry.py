"""Which kind of channel is which class; a new channel is one module and one row here."""

from collections.abc import Callable, Mapping
from typing import Any

from watcher import config
from watcher.config import Settings
from watcher.delivery import Channel
from watcher.delivery.console import ConsoleChannel
from watcher.delivery.email.smtp import EmailChannel
from watcher.delivery.slack.channel import SlackChannel


def open_channels(settings: Settings) -> dict[str, Channel]:
    """The configured channels by name; opening one sends nothing and asks nothing."""
    return {name: _KINDS[type(channel)](name, channel, settings) for name, channel in settings.channels.items()}


def _console(name: str, _: config.Console, settings: Settings) -> Channel:
    return ConsoleChannel(name, settings.timezone)


def _slack(name: str, slack: config.Slack, settings: Settings) -> Channel:
    token = slack.token.get_secret_value() if slack.token else ""
    return SlackChannel(name, channel=slack.channel, token=token, url=slack.url, zone=settings.timezone)


def _email(name: str, email: config.Email | config.EmailDigest, settings: Settings) -> Channel:
    return EmailChannel(
        name,
        smtp=email.smtp,
        sender=email.sender,
        to=email.to,
        zone=settings.timezone,
        starttls=email.starttls,
        username=email.username or "",
        password=email.password.get_secret_value() if email.password else "",
    )


_KINDS: Mapping[type, Callable[[str, Any, Settings], Channel]] = {
    config.Console: _console,
    config.Slack: _slack,
    config.Email: _email,
    config.EmailDigest: _email,
}
