"""Which kind of channel is which class; a new channel is one module and one row here.

A channel's module is imported where one is configured: Slack's client and the templates of mails are not for all.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import SecretStr

from watcher.config import settings as config
from watcher.config.settings import Settings
from watcher.delivery.channel import Channel
from watcher.timing.clock import SystemClock


def open_channels(settings: Settings) -> dict[str, Channel]:
    """The configured channels by name; opening one sends nothing and asks nothing."""
    return {name: _KINDS[type(channel)](name, channel, settings) for name, channel in settings.channels.items()}


def _console(name: str, _: config.Console, settings: Settings) -> Channel:
    from watcher.delivery.channels.console import ConsoleChannel

    return ConsoleChannel(name, settings.timezone)


def _slack(name: str, slack: config.Slack, settings: Settings) -> Channel:
    from watcher.delivery.channels.slack.channel import SlackChannel
    from watcher.delivery.channels.slack.picture import Pictures

    token, channel, url = _revealed(slack.token), slack.channel, slack.url
    pictures = Pictures(channel=channel, token=token, url=url, clock=SystemClock()) if slack.picture else None
    return SlackChannel(name, channel=channel, token=token, url=url, zone=settings.timezone, pictures=pictures)


def _slack_webhook(name: str, webhook: config.SlackWebhook, settings: Settings) -> Channel:
    from watcher.delivery.channels.slack.webhook import SlackWebhookChannel

    return SlackWebhookChannel(name, url=_revealed(webhook.url), zone=settings.timezone)


def _apprise(name: str, apprise: config.Apprise, settings: Settings) -> Channel:
    from watcher.delivery.channels.apprise import AppriseChannel

    return AppriseChannel(name, urls=_revealed(apprise.urls), zone=settings.timezone)


def _webhook(name: str, webhook: config.Webhook, _: Settings) -> Channel:
    from watcher.delivery.channels.webhook import WebhookChannel

    return WebhookChannel(name, url=webhook.url, secret=_revealed(webhook.key), clock=SystemClock())


def _revealed(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def _email(name: str, email: config.Email | config.EmailDigest, settings: Settings) -> Channel:
    from watcher.delivery.channels.email.smtp import EmailChannel
    from watcher.messages.templating import Templates

    return EmailChannel(
        name,
        smtp=email.smtp,
        sender=email.sender,
        to=email.to,
        zone=settings.timezone,
        starttls=email.starttls,
        username=email.username or "",
        password=email.password.get_secret_value() if email.password else "",
        templates=Templates(settings.templates),
    )


_KINDS: Mapping[type, Callable[[str, Any, Settings], Channel]] = {
    config.Console: _console,
    config.Slack: _slack,
    config.SlackWebhook: _slack_webhook,
    config.Apprise: _apprise,
    config.Webhook: _webhook,
    config.Email: _email,
    config.EmailDigest: _email,
}
