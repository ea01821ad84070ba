"""What the commands ask of whoever owns the history, made ready and checked against what is known."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from watcher.cli.check import Finding, check_watch
from watcher.cli.ids import meaning
from watcher.config.settings import Settings
from watcher.errors import WatcherError
from watcher.facts.stored import stored
from watcher.history.protocol import History
from watcher.messages.alert import Alert
from watcher.service import start
from watcher.service.requests import Request
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.silences import Silence, read_end


def delivery_meant(history: History, text: str) -> str:
    """The message that an id, or the beginning of one, means; a change's id means its only message."""
    meanings: defaultdict[str, set[str]] = defaultdict(set)
    for delivery in history.deliveries():
        meanings[delivery.id].add(delivery.id)
        if isinstance(delivery.content, Alert):
            meanings[delivery.content.id].add(delivery.id)
    return meaning(text, meanings, "message")


def change_meant(history: History, text: str) -> str:
    """The change that an id means, or the beginning of one: its own or that of any of its messages."""
    meanings = {told.alert.id: {told.alert.id} for told in history.changes()}
    for delivery in history.deliveries():
        if isinstance(delivery.content, Alert):
            meanings[delivery.id] = {delivery.content.id}
    return meaning(text, meanings, "alert")


def acknowledge(settings: Settings, history: History, text: str, by: str, why: str, now: datetime) -> str:
    """Asks that an alert be acknowledged; what became of it. `history` is open for reading and closed by its owner."""
    change = change_meant(history, text)
    earlier = history.acknowledgement(change)
    if earlier is not None:
        return f"{change} is acknowledged already, and that stays: {earlier}"
    try:
        wanted = Acknowledgement.of(change, by=by, why=why, at=now)
    except ValueError as error:
        raise WatcherError(str(error)) from None
    return f"{change}: {start.ask(settings, Request('acknowledge', change, stored(wanted)))}"


def silence(
    settings: Settings, filters: Mapping[str, Sequence[str]], until: str, why: str, by: str, now: datetime
) -> Silence:
    """The silence that a command describes."""
    try:
        end = read_end(until, now, settings.timezone)
        return Silence.of(filters, made=now, until=end, why=why, by=by)
    except ValueError as error:
        raise WatcherError(str(error)) from None


def findings(settings: Settings, history: History, wanted: Silence) -> Sequence[Finding]:
    """How many homes a silence covers, and what it names that no known home has."""
    return list(check_watch(wanted.as_watch(), settings, list(history.homes())))
