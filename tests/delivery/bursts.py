"""What a day with many reports makes: the messages of one reading, and a Slack that keeps the time of the test."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from tests.delivery.scripted import Desk
from tests.messages.messages import SEEN, alert
from tests.standins.slack import CHANNEL, TOKEN, SlackStandIn
from watcher.delivery.channels.slack.channel import SlackChannel
from watcher.delivery.ledger import Delivery
from watcher.judging.changes import What
from watcher.rounds.tell.bursts import group
from watcher.watching.watches import Watch

WATCH = Watch(name="all", to=("desk",))


def single(number: int, *, home: int | None = None, channel: str = "desk") -> Delivery:
    """An alert that is not part of a burst."""
    identity = f"SC{number if home is None else home:06}"
    what = What.RECOVERED if number % 3 == 2 else What.DROPPED_TO_INADEQUATE
    content = alert(what, id=f"{number:016x}", home=f"ofsted:{identity}", home_id=identity, watches=("all",))
    return Delivery.of(channel, content.home, content, content.id, SEEN)


def burst(count: int, *, first: int = 0) -> Sequence[Delivery]:
    """A group and its details."""
    return group([single(number) for number in range(first, first + count)], [WATCH], {"desk"})


def channel_of(
    slack: SlackStandIn,
    name: str = "desk",
    token: str = TOKEN,
    channel: str = CHANNEL,
    timeout: timedelta = timedelta(seconds=20),
) -> SlackChannel:
    """The real channel, patient: on a busy machine an answer may take a while, and one given up changes the order."""
    return SlackChannel(
        name, channel=channel, token=token, url=slack.url, zone=ZoneInfo("Europe/London"), timeout=timeout
    )


def impatient(slack: SlackStandIn) -> SlackChannel:
    """The real channel that soon gives up, for a Slack that hangs."""
    return channel_of(slack, timeout=timedelta(seconds=1))


def keep_time(slack: SlackStandIn, desk: Desk) -> None:
    """Slack's clock is the test's, and it takes one message a second."""
    slack.now = SEEN.timestamp() - 60
    slack.clock = lambda: desk.clock.now().timestamp()


def all_are_done(slack: SlackStandIn, desk: Desk) -> None:
    """Slack is done with each attempt: on a busy machine who gives up soon is ahead of it, by hours of the test."""
    slack.wait_for_writes(sum(delivery.attempts for delivery in desk.stored()))


def ids(messages: Sequence[dict[str, object]]) -> list[str]:
    """The deliveries that messages of the stand-in came from."""
    return [message["metadata"]["event_payload"]["id"] for message in messages]  # type: ignore[index]  # JSON
