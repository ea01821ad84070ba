"""Which kinds of channel there are; a new one is one folder, and one row in `KINDS`.

A channel's module is imported where one is opened: Slack's client and the templates of mails are not for all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from watcher.delivery.channel import Channel
from watcher.delivery.channels.apprise.options import AppriseOptions
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.channels.email.options import EmailDigestOptions, EmailOptions, MailOptions
from watcher.delivery.channels.options import ChannelOptions
from watcher.delivery.channels.rotating import RotatingChannel
from watcher.delivery.channels.slack.options import SlackOptions, SlackWebhookOptions
from watcher.delivery.channels.webhook.options import WebhookOptions
from watcher.messages.links import Links
from watcher.options.secrets import SecretFile
from watcher.options.table import OneOf
from watcher.options.way_out import DIRECTLY, WayOut
from watcher.timing.clock import SystemClock


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """How messages are written, and which way they go: the same for every channel."""

    zone: ZoneInfo
    """In which dates and times are told."""
    templates: Path | None = None
    """Templates of one's own."""
    way_out: WayOut = DIRECTLY
    """Through which proxy receivers are called, if through any; mail servers never are."""
    links: Links | None = None
    """The addresses of the pages; None where nobody said where they are reached."""


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """A kind of channel: its options, and how one is opened."""

    options: type[ChannelOptions]
    open: Callable[[str, Any, HouseStyle], Channel]
    """Given its name in the configuration and its options; opening a channel sends nothing and asks nothing."""


def _console(name: str, _: ConsoleOptions, style: HouseStyle) -> Channel:
    from watcher.delivery.channels.console.channel import ConsoleChannel

    return ConsoleChannel(name, style.zone, style.links)


def _slack(name: str, options: SlackOptions, style: HouseStyle) -> Channel:
    from watcher.delivery.channels.slack.channel import SlackChannel
    from watcher.delivery.channels.slack.picture import Pictures
    from watcher.delivery.channels.slack.two_way import TwoWay

    token, channel, url = _revealed(options.token), options.channel, options.url
    way_out, clock, pictures, two_way = style.way_out, SystemClock(), None, None
    if options.picture:
        pictures = Pictures(channel=channel, token=token, url=url, clock=clock, way_out=way_out)
    if options.app_token is not None:
        two_way = TwoWay(token=token, app_token=options.app_token, may_act=options.may_act, url=url, way_out=way_out)
    return SlackChannel(
        name,
        channel=channel,
        token=token,
        url=url,
        zone=style.zone,
        pictures=pictures,
        way_out=way_out,
        links=style.links,
        two_way=two_way,
        is_answered=options.is_answered,
    )


def _slack_webhook(name: str, options: SlackWebhookOptions, style: HouseStyle) -> Channel:
    from watcher.delivery.channels.slack.webhook import SlackWebhookChannel

    url = _revealed(options.url)
    return SlackWebhookChannel(name, url=url, zone=style.zone, way_out=style.way_out, links=style.links)


def _apprise(name: str, options: AppriseOptions, style: HouseStyle) -> Channel:
    from watcher.delivery.channels.apprise.channel import AppriseChannel

    is_short = options.form == "short"
    return AppriseChannel(name, urls=_revealed(options.urls), zone=style.zone, is_short=is_short)


def _webhook(name: str, options: WebhookOptions, style: HouseStyle) -> Channel:
    from watcher.delivery.channels.webhook.channel import WebhookChannel

    secret = _revealed(options.key)
    clock, way_out = SystemClock(), style.way_out
    return WebhookChannel(name, url=options.url, secret=secret, clock=clock, way_out=way_out, links=style.links)


def _email(name: str, options: MailOptions, style: HouseStyle) -> Channel:
    from watcher.delivery.channels.email.smtp import EmailChannel
    from watcher.messages.template_set import Templates

    return EmailChannel(
        name,
        smtp=options.smtp,
        sender=options.sender,
        helo=options.helo,
        to=options.to,
        zone=style.zone,
        starttls=options.starttls,
        username=options.username or "",
        password=_revealed(options.password),
        templates=Templates(style.templates),
        links=style.links,
    )


def _revealed(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


KINDS: dict[str, ChannelKind] = {
    "console": ChannelKind(ConsoleOptions, _console),
    "slack": ChannelKind(SlackOptions, _slack),
    "slack-webhook": ChannelKind(SlackWebhookOptions, _slack_webhook),
    "apprise": ChannelKind(AppriseOptions, _apprise),
    "webhook": ChannelKind(WebhookOptions, _webhook),
    "email": ChannelKind(EmailOptions, _email),
    "email-digest": ChannelKind(EmailDigestOptions, _email),
}

AnyChannel = Annotated[ChannelOptions, OneOf(lambda: {name: kind.options for name, kind in KINDS.items()})]
"""The options of a channel as the configuration has them."""


def open_channels(channels: Mapping[str, ChannelOptions], style: HouseStyle) -> dict[str, Channel]:
    """The configured channels by name."""
    return {name: open_channel(name, options, style) for name, options in channels.items()}


def open_channel(name: str, options: ChannelOptions, style: HouseStyle) -> Channel:
    """One channel of its name; a secret in a file is looked at before each use."""
    kind, declared = KINDS[options.kind], options.secret
    secret = getattr(options, declared.field) if declared is not None else None
    if declared is None or not isinstance(secret, SecretFile):
        return kind.open(name, options, style)

    def open_with(value: str) -> Channel:
        return kind.open(name, options.model_copy(update={declared.field: SecretStr(value)}), style)

    return RotatingChannel(name, secret, open_with)
