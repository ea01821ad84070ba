"""Which messages a content becomes on a channel: one, one for each recipient, or one that waits for a digest."""

from dataclasses import replace
from datetime import datetime

from watcher.config.settings import Email, EmailDigest, Settings
from watcher.delivery import Content
from watcher.delivery.ledger import Delivery, State
from watcher.messages.alert import Alert


def messages(
    settings: Settings, channel: str, subject: str, content: Content, content_id: str, now: datetime
) -> tuple[Delivery, ...]:
    """The messages to store for a channel. E-mail goes to each recipient by itself: a server may take one and refuse
    another, and who has a message must not get it again for the sake of who has not.

    An alert for a digest waits to be gathered; a notice to the operator never does.
    """
    kind = settings.channels.get(channel)
    if isinstance(kind, EmailDigest) and isinstance(content, Alert):
        return (replace(Delivery.of(channel, subject, content, content_id, now), state=State.GATHERED),)
    recipients = kind.to if isinstance(kind, Email | EmailDigest) else (None,)
    return tuple(Delivery.of(channel, subject, content, content_id, now, recipient=one) for one in recipients)
