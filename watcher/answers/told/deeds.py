"""What people did about one home: who acknowledged, silenced, sent again, gave up, released, when and why."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from watcher.delivery.ledger import Delivery
from watcher.facts.inspection import Home
from watcher.history.protocol import History, Told
from watcher.messages.alert import Alert
from watcher.messages.not_read import NotRead
from watcher.watching.deeds import Act, Deed


def deeds_about_home(history: History, home: Home) -> Sequence[Deed]:
    """What people did about a home's alerts and messages, and the silences that cover it, oldest first."""
    told = list(history.changes(home.key))
    silences = {silence.id: silence for silence in history.silences() if silence.covers(home)}
    sent = [delivery for change in told for delivery in history.messages_about(change.alert.id)]
    sent += history.messages_on(home.key)
    concerns: Mapping[Act, Callable[[Deed], bool]] = {
        Act.END_SILENCE: lambda deed: deed.subject in silences,
        Act.RETRY: partial(_is_of_a_message, history, home),
        Act.DROP: partial(_is_of_a_message, history, home),
        Act.RETRY_CHANNEL: partial(_moved_all, sent),
        Act.RELEASE: partial(_let_in, history, told),
    }
    found = [
        *(given.deed for change in told if (given := history.acknowledgement(change.alert.id)) is not None),
        *(silence.deed for silence in silences.values()),
        *(deed for deed in history.deeds() if deed.what in concerns and concerns[deed.what](deed)),
    ]
    return sorted(found, key=lambda deed: deed.at)


def _is_of_a_message(history: History, home: Home, deed: Deed) -> bool:
    delivery = history.delivery(deed.subject)
    content = delivery.content if delivery is not None else None
    return isinstance(content, Alert | NotRead) and content.home == home.key


def _moved_all(sent: Sequence[Delivery], deed: Deed) -> bool:
    """Whether somebody sent again what a channel kept, a message about the home among it."""
    return any(
        delivery.channel == deed.subject
        and delivery.created <= deed.at
        and (delivery.attempted is None or delivery.attempted >= deed.at)
        for delivery in sent
    )


def _let_in(history: History, told: Sequence[Told], deed: Deed) -> bool:
    """Whether a change of the home came with the reading that somebody released: the next that brought any."""
    if not any(_may_follow(change, deed) for change in told):
        return False
    first = min(change.seen for change in history.changes() if _may_follow(change, deed))
    return any(_may_follow(change, deed) and change.seen == first for change in told)


def _may_follow(change: Told, deed: Deed) -> bool:
    return change.feed == deed.subject and change.seen >= deed.at
