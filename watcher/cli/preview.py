"""Any past change as any channel would send it, without sending it: text, an HTML file, or the JSON of the request."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from watcher.actions.ids import SHORTEST, meaning
from watcher.config.settings import Settings
from watcher.delivery.channel import current
from watcher.delivery.channels.kinds import open_channel
from watcher.delivery.preview import Preview, Previewed
from watcher.errors import WatcherError
from watcher.history.protocol import History
from watcher.messages.alert import Alert
from watcher.messages.digest import Digest, Item
from watcher.messages.message import Message
from watcher.options.mistakes import did_you_mean
from watcher.rounds.replay import find_judged
from watcher.watching.watches import readers_labels

_NOT_SENT = "preview"
"""In place of a delivery's id."""


@dataclass(frozen=True, slots=True)
class PastChange:
    """A change and when the watcher learned of it, or could have."""

    alert: Alert
    seen: datetime
    was_told: bool = True


def find(history: History, settings: Settings, text: str) -> PastChange:
    """The change that an id means, or the beginning of one: one that was told, else one of the stored inspections'."""
    told = {change.alert.id: change for change in history.changes()}
    if any(known.startswith(text) for known in told):
        change = told[meaning(text, {known: {known} for known in told}, "change")]
        return PastChange(change.alert, change.seen)
    judged = {alert.id: alert for alert in find_judged(history, settings, text)} if len(text) >= SHORTEST else {}
    alert = judged[meaning(text, {known: {known} for known in judged}, "change")]
    noon = datetime.combine(alert.published or alert.day, time(12), UTC)
    return PastChange(alert, noon, was_told=False)


def preview(settings: Settings, channel: str, past: PastChange) -> Preview:
    """What a channel would be given; of e-mail the text part, of Slack and webhooks the JSON."""
    if channel not in settings.channels:
        raise WatcherError(f"there is no channel {channel!r}{did_you_mean(channel, settings.channels)}")
    options = settings.channels[channel]
    opened = current(open_channel(channel, options, settings.house_style))
    if not isinstance(opened, Previewed):
        raise WatcherError(f"channel {channel!r} can't show what it would send")
    message = _message(settings, past, channel)
    return opened.preview(message, was_sent=past.was_told)


def preview_html(settings: Settings, channel: str, past: PastChange) -> Preview:
    """The HTML part of an e-mail, its picture within; raises WatcherError for a channel that sends no HTML."""
    shown = preview(settings, channel, past)
    if shown.html is None:
        raise WatcherError(f"channel {channel!r} sends no HTML: leave --html out")
    return Preview(shown.html, shown.remark)


def _message(settings: Settings, past: PastChange, channel: str) -> Message:
    alert = past.alert
    if channel not in alert.channels:
        alert = replace(alert, channels=(*alert.channels, channel))
    alert = alert.labelled(readers_labels(alert.labels, channel, settings.watch))
    items, feeds = (Item(alert, past.seen),), len(settings.feeds) or 1
    is_digest = settings.channels[channel].digest_times is not None
    content = Digest(day=past.seen.date(), items=items, total=1, feeds=feeds) if is_digest else alert
    return Message(id=_NOT_SENT, content=content, seen=past.seen)
