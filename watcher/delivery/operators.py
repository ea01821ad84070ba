"""The messages to whoever runs this watcher: one for each of their channels."""

import socket
from collections.abc import Collection, Mapping
from datetime import datetime

from watcher import __version__
from watcher.delivery.channels.options import ChannelOptions
from watcher.delivery.ledger import Delivery, messages
from watcher.delivery.stopped_mails import StoppedMails
from watcher.facts import regulators
from watcher.messages.message import Notice
from watcher.messages.numbers import plural
from watcher.messages.release_read import ReleaseRead, release_text, release_title
from watcher.messages.topics import Topic
from watcher.text import inert


def sender() -> str:
    """This watcher and its host, as messages to the operator name them."""
    return f"watcher {__version__} on {socket.gethostname()}"


def to_operator(
    channels: Mapping[str, ChannelOptions],
    key: str,
    notice: Notice,
    now: datetime,
    not_through: Collection[str] = (),
) -> list[Delivery]:
    """One message for each of the operator's channels but those in trouble; if all are, then for all of them."""
    chosen = [name for name in channels if name not in not_through] or list(channels)
    content_id = f"{key}\n{notice.title}\n{now.isoformat()}"
    made = [messages(channels, channel, f"notice:{key}", notice, content_id, now) for channel in chosen]
    return [delivery for copies in made for delivery in copies]


def baseline_is_read(
    feed: str, homes: int, whose: Collection[str], channels: Mapping[str, ChannelOptions], now: datetime
) -> list[Delivery]:
    """That a feed, which reads homes of these regulators, has been read once: changes are told from now on."""
    things = dict.fromkeys(regulators.of(regulator).home for regulator in sorted(whose))
    read = " and ".join(map(plural, things)) if homes != 1 else " or ".join(things)
    title = f"{feed}: {homes:,} {read} read; from now on changes are told"
    text = "What was published before was taken in silently, to compare with."
    notice = Notice(title, text, topic=Topic.BASELINE.key, sender=sender())
    return to_operator(channels, f"feed:{feed}:baseline", notice, now)


def release_is_read(
    feed: str, release: ReleaseRead, channels: Mapping[str, ChannelOptions], now: datetime
) -> list[Delivery]:
    """What a release of official files filled, and what it contradicts: told once."""
    title, text = release_title(feed, release), release_text(release)
    notice = Notice(title, text, topic=Topic.RELEASE.key, sender=sender(), link=release.link)
    return to_operator(channels, f"feed:{feed}:release:{release.key}", notice, now)


def mails_are_stopped(stop: StoppedMails, channels: Mapping[str, ChannelOptions], now: datetime) -> list[Delivery]:
    """That somebody wants no more mails: said once, for it is no trouble, and who wonders can ask."""
    address = inert(stop.address)
    why = f" The reason given: {stop.why}." if stop.why else ""
    text = f"No alert, digest, report or reminder goes there by mail from now on.{why}"
    notice = Notice(f"{address} stopped these mails", text, topic=Topic.MAILS_STOPPED.key, sender=sender())
    return to_operator(channels, f"mails:{stop.key}", notice, now)
