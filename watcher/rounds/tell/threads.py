"""Which message a later one about the same home follows: in Slack as a reply in its thread, in mail by its headers.

A reply in an old thread notifies nobody. What a reader must not miss is therefore shown in the channel too: whatever
changes the rating for the worse, ends a time of being inadequate, or reminds.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from watcher.delivery.channels.options import ChannelOptions
from watcher.delivery.ledger import STATE_SUBJECT, Delivery, State
from watcher.history.protocol import History, Told
from watcher.judging.changes import MOVES, What
from watcher.messages.alert import Alert
from watcher.messages.group import Group, has_line
from watcher.messages.message import PresentState
from watcher.messages.present_state import state_line
from watcher.messages.titles import title

SHOWN = frozenset(
    {
        What.DROPPED_TO_INADEQUATE,
        What.FIRST_INADEQUATE,
        What.STILL_INADEQUATE,
        What.RECOVERED,
        What.CLOSED,
        What.DROPPED,
        What.AREA_INADEQUATE,
        What.GROUP_CONCERN,
        What.WITHDRAWN,
    }
)
"""The changes that are shown in the channel wherever they are told."""

_OF_THE_HOME = frozenset({What.CLOSED, What.OVERDUE})
_WITHOUT_RATING = frozenset({What.LATE, What.VISITED, What.WITHDRAWN, *_OF_THE_HOME})

_REACHES_READERS = (State.WAITING, State.SENDING, State.ACCEPTED)


def follow(
    history: History,
    channels: Mapping[str, ChannelOptions],
    deliveries: Sequence[Delivery],
    told: Sequence[Told] = (),
    untold: Sequence[Delivery] = (),
    is_gone: Callable[[str], bool] = lambda _: False,
) -> tuple[Delivery, ...]:
    """The messages in their order, each naming the one that it follows; after all of them the present states to show.

    `told` are the changes that the history does not know yet. `untold` are messages that no watch asked for, which are
    not sent: what a reader has must not say that a home is inadequate when it has closed, whatever was asked for.
    `is_gone` tells of a home's key whether its status is now that of one that has closed.
    """
    before = _Before(history, deliveries, told)
    followed: list[Delivery] = []
    states: dict[str, Delivery] = {}
    for delivery in deliveries:
        options = channels.get(delivery.channel)
        first = before.first(delivery) if options is not None and options.follows else None
        if options is None or first is None:
            followed.append(delivery)
            continue
        parent = before.thread_of(first)
        followed.append(before.following(delivery, parent))
        if (
            options.has_threads
            and parent is first
            and is_present(delivery, before.changes(delivery), is_gone(delivery.subject))
        ):
            states[parent.id] = _state(parent, delivery, before.changes(delivery), reply=delivery.id)
    for delivery in untold:
        first = before.told_first(delivery)
        if first is None or before.thread_of(first) is not first:
            continue
        if is_present(delivery, before.changes(delivery), is_gone(delivery.subject)):
            states[first.id] = _state(first, delivery, before.changes(delivery))
    return (*followed, *states.values())


def first_message(messages: Sequence[Delivery], later: Delivery) -> Delivery | None:
    """The first of the messages that reaches the readers of a later one, and can be replied to.

    Reminders begin nothing; nor does what was accepted when the channel was one without threads.
    """
    messages_to_them = [
        message
        for message in messages
        if message.queue == later.queue and message.reminder is None and message.state in _REACHES_READERS
        if message.state is not State.ACCEPTED or message.reference is not None
    ]
    return min(messages_to_them, key=lambda message: message.number, default=None)


def is_shown(delivery: Delivery) -> bool:
    """Whether a reply is shown in the channel too."""
    alert = delivery.content
    if not isinstance(alert, Alert) or delivery.reminder is not None or alert.change in SHOWN or alert.gone is not None:
        return True
    was = (alert.was or {}).get(alert.headline)
    return alert.change is What.CORRECTED and was != alert.grades.get(alert.headline)  # it may be a drop


def is_present(delivery: Delivery, changes: Sequence[Told], is_gone: bool = False) -> bool:
    """Whether a message tells readers how its home stands now, given every change of that home.

    What is told of an inspection that another one has superseded does not; nor does a reminder. That a home has closed
    stays the present as long as its status says so, whatever comes out later but a graded inspection after it.
    """
    alert = delivery.content
    is_told = delivery.state is State.WAITING or delivery.is_held  # to change a message rings nobody, at any hour
    if not isinstance(alert, Alert) or delivery.reminder is not None or not is_told:
        return False
    if alert.change in (What.LATE, *_OF_THE_HOME):
        return alert.change is not What.LATE
    closed = [change.alert.day for change in changes if change.alert.change is What.CLOSED] if is_gone else []
    if closed and (alert.change not in MOVES or alert.day <= max(closed)):
        return False
    rated = {_visit_of(change.alert) for change in changes if change.alert.change not in _WITHOUT_RATING}
    return all(inspected <= alert.day for inspected, _ in rated - _withdrawn(changes))


def _withdrawn(changes: Sequence[Told]) -> set[tuple[date, str]]:
    """The visits that have gone from their pages and were not issued again since."""
    gone: set[tuple[date, str]] = set()
    for change in changes:
        if change.alert.change is What.WITHDRAWN:
            gone.add(_visit_of(change.alert))
        elif change.alert.gone is not None:
            gone.discard(_visit_of(change.alert))
    return gone


def _recovery_before(alert: Alert, changes: Sequence[Told]) -> Alert | None:
    """The latest recovery of the home that was told of an inspection before this one."""
    gone = _withdrawn(changes)
    recoveries = (change.alert for change in changes if change.alert.change is What.RECOVERED)
    earlier = (recovery for recovery in recoveries if recovery.day < alert.day and _visit_of(recovery) not in gone)
    return max(earlier, key=lambda recovery: recovery.day, default=None)


def brings(alert: Alert, state: Delivery) -> bool:
    """Whether a present state is the one that an alert brings, sent itself or not."""
    news = Delivery.of(state.channel, alert.home, alert, alert.id, state.created)
    return state.id == Delivery.of(state.channel, state.subject, state.content, _content_id(news), state.created).id


def _content_id(news: Delivery) -> str:
    return f"state {news.id}"


def _visit_of(alert: Alert) -> tuple[date, str]:
    return alert.day, alert.kind


_Queue = tuple[str, str, str | None]


class _Before:
    """What there was before each of the messages that are made at one time."""

    def __init__(self, history: History, deliveries: Sequence[Delivery], told: Sequence[Told]) -> None:
        self._history = history
        self._told: defaultdict[str, list[Told]] = defaultdict(list)
        for change in told:
            self._told[change.alert.home].append(change)
        self._made = {delivery.id: delivery for delivery in deliveries}
        self._firsts: dict[_Queue, Delivery] = {}
        self._changes: dict[str, list[Told]] = {}
        self._stored: dict[str, defaultdict[_Queue, list[Delivery]]] = {}
        """The messages about each home that the history knows, by their readers."""

    def changes(self, delivery: Delivery) -> list[Told]:
        """Every change of the home that a message is about."""
        home = delivery.subject
        if home not in self._changes:
            self._changes[home] = [*self._history.changes(home), *self._told.get(home, ())]
        return self._changes[home]

    def first(self, delivery: Delivery) -> Delivery | None:
        """The message that this one follows; None where it is itself the first, or is about no home."""
        if not isinstance(delivery.content, Alert):
            return None
        first = self.told_first(delivery) or delivery
        if first is not delivery or first_message([delivery], delivery):
            self._firsts[delivery.queue] = first
        return first if first.id != delivery.id else None

    def told_first(self, delivery: Delivery) -> Delivery | None:
        """The first message to the same readers about the same home, of those that come before this one."""
        return self._firsts.get(delivery.queue) or self._stored_first(delivery)

    def _stored_first(self, delivery: Delivery) -> Delivery | None:
        home = delivery.subject
        if home not in self._stored:
            by_queue: defaultdict[_Queue, list[Delivery]] = defaultdict(list)
            self._stored[home] = by_queue
            for change_id in dict.fromkeys(change.alert.id for change in self.changes(delivery)):
                for message in self._history.messages_about(change_id):
                    by_queue[message.queue].append(message)
        return first_message(self._stored[home].get(delivery.queue, ()), delivery)

    def thread_of(self, first: Delivery) -> Delivery:
        """The message in whose thread the first one stands: its group's, since threads have none in them, or itself."""
        above = self._get(first.thread)
        return above if above is not None and above.state in _REACHES_READERS else first

    def following(self, delivery: Delivery, parent: Delivery) -> Delivery:
        """The message in the thread of its home rather than of the group that announces it.

        One of which the group's message has no line stays where that says it is: elsewhere nobody would see it.
        """
        group = self._get(delivery.thread)
        if group is not None and isinstance(group.content, Group) and not has_line(group.content, _title(delivery)):
            return delivery
        return replace(delivery, thread=parent.id, announced_in=delivery.thread, is_shown=is_shown(delivery))

    def _get(self, delivery_id: str | None) -> Delivery | None:
        if delivery_id is None:
            return None
        return self._made.get(delivery_id) or self._history.delivery(delivery_id)


def _title(delivery: Delivery) -> str:
    return title(delivery.content, delivery.reminder)


def _state(parent: Delivery, news: Delivery, changes: Sequence[Told], reply: str | None = None) -> Delivery:
    """Has an order of its own: a state that can't be shown for now must not hold back news of the home."""
    if not isinstance(news.content, Alert):
        raise TypeError(f"{news.id} is about no home")
    line = state_line(news.content, _recovery_before(news.content, changes))
    content = PresentState(parent=parent.id, reply=reply, line=line)
    made = Delivery.of(parent.channel, f"{STATE_SUBJECT}{parent.id}", content, _content_id(news), news.created)
    return replace(made, thread=parent.id)
