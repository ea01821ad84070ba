"""News for the tests of the steps: a drop, a recovery with an area newly inadequate, and what they become."""

from datetime import UTC, datetime

from tests.builders import home, inspection
from watcher.delivery.ledger import Delivery
from watcher.judging.changes import Change
from watcher.judging.judge import judge
from watcher.messages.alert import Alert
from watcher.rounds.tell.news import News

NOW = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)
GOOD = inspection("2022-05-01", "good", document="1")
INADEQUATE = inspection("2023-05-01", "inadequate", document="2")
BETTER = inspection("2024-01-10", "good/good/inadequate", document="3")
MIXED = inspection("2023-05-01", "inadequate/good/good", document="2")
(DROP,) = judge([GOOD], INADEQUATE).changes
RECOVERY, AREA = judge([GOOD, MIXED], BETTER).changes


def news(change: Change = DROP, *channels: str) -> News:
    """News that some watch asks for to be sent to these channels."""
    return News(change=change, home=home(), alert=Alert.of(change, home()).routed(("all",), channels))


def make(channel: str, about: News) -> tuple[Delivery, ...]:
    """One message a channel."""
    return (Delivery.of(channel, about.change.home, about.alert, about.alert.id, NOW),)
