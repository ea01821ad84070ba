"""Any past change as any channel would send it, without sending it: text, an HTML file, or the JSON of the request."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from io import StringIO
from typing import Any

import orjson
from rich.console import Console

from watcher.cli.ids import SHORTEST, meaning
from watcher.config import settings as config
from watcher.config.settings import Settings
from watcher.delivery.channels.console import print_wording
from watcher.delivery.channels.email.rendering import Rendered, render
from watcher.delivery.channels.slack.blocks import payload
from watcher.delivery.channels.slack.webhook import posted
from watcher.delivery.channels.webhook import body
from watcher.errors import WatcherError
from watcher.history.protocol import History
from watcher.messages.alert import Alert
from watcher.messages.digest import Digest, Item
from watcher.messages.message import Content, Message
from watcher.messages.templating import Templates
from watcher.messages.wording import unsent, word
from watcher.options.mistakes import did_you_mean
from watcher.rounds.replay import find_judged

_NOT_SENT = "preview"
"""In place of a delivery's id."""


@dataclass(frozen=True, slots=True)
class Past:
    """A change and when the watcher learned of it, or could have."""

    alert: Alert
    seen: datetime
    was_told: bool = True


@dataclass(frozen=True, slots=True)
class Preview:
    """What a channel would be given."""

    text: str
    remark: str = ""
    """What the operator would be told of it: what had to be left out or replaced."""


def find(history: History, settings: Settings, text: str) -> Past:
    """The change that an id means, or the beginning of one: one that was told, else one of the stored inspections'."""
    told = {one.alert.id: one for one in history.changes()}
    if any(one.startswith(text) for one in told):
        change = told[meaning(text, {one: {one} for one in told}, "change")]
        return Past(change.alert, change.seen)
    found = {one.id: one for one in find_judged(history, settings, text)} if len(text) >= SHORTEST else {}
    alert = found[meaning(text, {one: {one} for one in found}, "change")]
    noon = datetime.combine(alert.published or alert.inspected, time(12), UTC)
    return Past(alert, noon, was_told=False)


def preview(settings: Settings, channel: str, past: Past) -> Preview:
    """What a channel would be given, as text; of e-mail the text part, of Slack and webhooks the JSON."""
    kind = _kind(settings, channel)
    message = _message(settings, channel, past)
    if isinstance(kind, config.Email | config.EmailDigest):
        rendered = _rendered(settings, message, past)
        return Preview(f"Subject: {rendered.subject}\n\n{rendered.text}", rendered.remark)
    if isinstance(kind, config.Webhook):
        return _json(orjson.loads(body(message)))
    wording = word(message, settings.timezone)
    if not past.was_told:
        wording = unsent(wording)
    if isinstance(kind, config.Slack):
        return _json(payload(message, wording, kind.channel))
    if isinstance(kind, config.SlackWebhook):
        return _json(posted(payload(message, wording, "")))
    if isinstance(kind, config.Apprise):
        return Preview(wording.plain() + "\n")
    written = StringIO()
    print_wording(Console(file=written, width=100, highlight=False, soft_wrap=True), wording)
    return Preview(written.getvalue())


def preview_html(settings: Settings, channel: str, past: Past) -> Preview:
    """The HTML part of an e-mail, its picture within; raises WatcherError for a channel that sends no HTML."""
    kind = _kind(settings, channel)
    if not isinstance(kind, config.Email | config.EmailDigest):
        raise WatcherError(f"channel {channel!r} sends no HTML: leave --html out")
    rendered = _rendered(settings, _message(settings, channel, past), past)
    return Preview(with_picture(rendered), rendered.remark)


def with_picture(rendered: Rendered) -> str:
    """The HTML of a mail as a file that needs no other."""
    if rendered.picture is None:
        return rendered.html
    data = base64.b64encode(rendered.picture.content).decode("ascii")
    return rendered.html.replace(f"cid:{rendered.picture.cid}", f"data:image/png;base64,{data}")


def _kind(settings: Settings, channel: str) -> config.Channel:
    if channel not in settings.channels:
        raise WatcherError(f"there is no channel {channel!r}{did_you_mean(channel, settings.channels)}")
    return settings.channels[channel]


def _message(settings: Settings, channel: str, past: Past) -> Message:
    alert = past.alert
    if channel not in alert.channels:
        alert = alert.routed(alert.watches, (*alert.channels, channel))
    content: Content = alert
    if isinstance(settings.channels[channel], config.EmailDigest):
        items = (Item(alert, past.seen),)
        content = Digest(day=past.seen.date(), items=items, total=1, feeds=len(settings.feeds) or 1)
    return Message(id=_NOT_SENT, content=content, seen=past.seen)


def _rendered(settings: Settings, message: Message, past: Past) -> Rendered:
    return render(message, settings.timezone, Templates(settings.templates), was_seen=past.was_told)


def _json(sent: Mapping[str, Any]) -> Preview:
    return Preview(orjson.dumps(sent, option=orjson.OPT_INDENT_2).decode() + "\n")
