"""Which message somebody means who wants it sent again, or given up."""

from collections.abc import Collection, Container, Mapping, Sequence

from watcher.actions.home_messages import messages_of
from watcher.actions.ids import Meant, Thing, is_beginning, may_begin_an_id, meaning_or_of_home
from watcher.answers.told.acts import RETRIED
from watcher.answers.told.sent import sort_of
from watcher.delivery.ledger import Delivery, State
from watcher.errors import WatcherError
from watcher.facts.inspection import Home
from watcher.history.protocol import History
from watcher.messages.alert import Alert
from watcher.messages.titles import happened, title
from watcher.text import inert

_MOST = 10
"""Messages that are listed."""

MESSAGE = Thing("message", "watcher alerts")


def delivery_meant(history: History, text: str, among: Container[State] = tuple(RETRIED)) -> Meant:
    """The message that somebody means: by its own id or its change's, or the beginning of one.

    Of several about a change, and by a home's number, the only one that stands in one of the states named. Raises
    WatcherError where there is none or several, and lists these.
    """
    said = _told_by(history, text, among)
    return meaning_or_of_home(text, said, MESSAGE, history=history, of_home=lambda home: _of_home(history, home, among))


def _told_by(history: History, text: str, among: Container[State]) -> Mapping[str, Collection[str]]:
    """The messages that each id means which begins with a text."""
    own: dict[str, Collection[str]] = {}
    about: dict[str, list[Delivery]] = {}
    for delivery in history.messages_called(text) if may_begin_an_id(text) else ():
        if is_beginning(text, delivery.id):
            own[delivery.id] = (delivery.id,)
        if isinstance(delivery.content, Alert) and is_beginning(text, delivery.content.id):
            about.setdefault(delivery.content.id, []).append(delivery)
    return {**{change: _only(messages, among) for change, messages in about.items()}, **own}


def _only(messages: Sequence[Delivery], among: Container[State]) -> Collection[str]:
    """Those that stand so; all where none does."""
    return [one.id for one in messages if one.state in among] or [one.id for one in messages]


def _of_home(history: History, home: Home, among: Container[State]) -> Meant:
    """The only message about a home that stands so, with what it is in words."""
    number = inert(home.id, 40)
    about = messages_of(history, home.key)
    found = [delivery for delivery in about if delivery.state in among]
    if len(found) == 1:
        return Meant(found[0].id, (f"the one message about {number}: {_which(found[0])}",))
    if found:
        listed = "; ".join(f"{delivery.id} ({_which(delivery)})" for delivery in found[-_MOST:])
        newest = ", the newest" if len(found) > _MOST else ""
        raise WatcherError(f"any of {len(found)} messages about {number} may be meant; name one{newest}: {listed}")
    if about:
        last = f"the newest is {about[-1].id} ({_which(about[-1])})"
        raise WatcherError(f"no message about {number} stands so that this can be done with it; {last}")
    raise WatcherError(f"there is no message about {number}; `watcher explain {number}` says why")


def _which(delivery: Delivery) -> str:
    """Where a message goes, how it stands and what it says, for one who knows the home."""
    content = delivery.content
    said = happened(content) if isinstance(content, Alert) else title(content)
    sort = f"{sort_of(delivery)}: " if delivery.reminder else ""
    return f"{inert(delivery.channel, 80)}, {delivery.state.value}: {sort}{said}"
