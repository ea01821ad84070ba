"""A feed that is read well and shows nothing new for longer than there has ever been nothing new: pure."""

from collections.abc import Container, Iterator, Mapping, Sequence

from watcher.facts import regulators
from watcher.feeds.feed import Outcome
from watcher.feeds.options import FeedOptions
from watcher.history.protocol import FeedState
from watcher.messages.matter import Matter
from watcher.messages.topics import Topic
from watcher.timing.working_days import working_days_between


def matters_of_standstill(
    feeds: Mapping[str, FeedOptions], states: Sequence[FeedState], known: Container[str] = ()
) -> Iterator[Matter]:
    """The feeds of a whole country that stand still, outside the pauses of their regulators.

    `known` are the keys of the matters told: one reading that fails in between is no end of it.
    """
    for state in states:
        options = feeds[state.name]
        if options.still_after is None or state.newest is None or state.last_good is None:
            continue
        pauses = [pause for key in options.regulators for pause in regulators.of(key).pauses]
        days = working_days_between(state.newest, state.last_good.date(), pauses)
        key = f"feed:{state.name}:still"
        if days >= options.still_after and (key in known or Outcome(state.outcome).is_good):
            text = (
                f"It was read well at {state.last_good:%Y-%m-%d %H:%M} UTC, and the newest report that it shows of any "
                f"home is of {state.newest}, {days} working days before. It may show an old state."
            )
            yield Matter(key, Topic.STILL, f"{state.name} stands still", text)
