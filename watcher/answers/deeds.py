"""What people did about one home: who acknowledged, silenced, sent again, gave up, released, when and why."""

from collections.abc import Iterator, Sequence

from watcher.delivery.ledger import Delivery
from watcher.facts.inspection import Home
from watcher.history.protocol import History, Told
from watcher.messages.alert import Alert
from watcher.messages.not_read import NotRead
from watcher.watching.deeds import Act, Deed


def deeds_about_home(history: History, home: Home) -> Sequence[Deed]:
    """What people did about a home's alerts and messages, and the silences that cover it, oldest first."""
    told = list(history.changes(home.key))
    sent = [delivery for delivery in history.deliveries() if _is_about(delivery, home)]
    found = [
        *(given.deed for change in told if (given := history.acknowledgement(change.alert.id)) is not None),
        *_silencing(history, home),
        *(deed for delivery in sent for deed in history.deeds(delivery.id)),
        *(deed for deed in history.deeds() if _moved_all(deed, sent) or _let_in(history, deed, told)),
    ]
    return sorted(found, key=lambda deed: deed.at)


def _is_about(delivery: Delivery, home: Home) -> bool:
    return isinstance(delivery.content, Alert | NotRead) and delivery.content.home == home.key


def _silencing(history: History, home: Home) -> Iterator[Deed]:
    for silence in history.silences():
        if silence.covers(home):
            yield silence.deed
            yield from history.deeds(silence.id)


def _moved_all(deed: Deed, sent: Sequence[Delivery]) -> bool:
    """Whether somebody sent again what a channel kept, a message about the home among it."""
    return deed.what is Act.RETRY_CHANNEL and any(
        delivery.channel == deed.subject
        and delivery.created <= deed.at
        and (delivery.attempted is None or delivery.attempted >= deed.at)
        for delivery in sent
    )


def _let_in(history: History, deed: Deed, told: Sequence[Told]) -> bool:
    """Whether a change of the home came with the reading that somebody released: the next that brought any."""
    if deed.what is not Act.RELEASE or not any(_may_follow(change, deed) for change in told):
        return False
    first = min(change.seen for change in history.changes() if _may_follow(change, deed))
    return any(_may_follow(change, deed) and change.seen == first for change in told)


def _may_follow(change: Told, deed: Deed) -> bool:
    return change.feed == deed.subject and change.seen >= deed.at
