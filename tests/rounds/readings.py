"""Readings of one home in Derby, taken in as a round would; two watches ask for their changes."""

from datetime import UTC, datetime

from tests.builders import SITE, home, inspection
from watcher.config.settings import Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.facts.inspection import Inspection
from watcher.feeds.feed import Outcome, Reading
from watcher.history.embedded.history import EmbeddedHistory
from watcher.rounds.take_in import Taken, take_in
from watcher.watching.watches import Watch

NOW = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)
SETTINGS = Settings(
    channels={"desk": ConsoleOptions(), "screen": ConsoleOptions()},
    watch=(Watch(name="derby", local_authority=("Derby",), to=("desk",)), Watch(name="all", to=("desk", "screen"))),
)


GOOD = inspection("2023-05-01", "good", document="1")
DROP = inspection("2024-01-10", "inadequate", document="2")


def reading(*inspections: Inspection, **facts: object) -> Reading:
    return Reading(outcome=Outcome.CHANGED, homes=(home(),), inspections=inspections, **facts)  # type: ignore[arg-type]  # a table of facts


def take(history: EmbeddedHistory, read: Reading, now: datetime = NOW) -> Taken:
    taken = take_in(history, SITE, read, SETTINGS, now)
    history.commit(taken.transaction())
    return taken


def whats(taken: Taken) -> list[str]:
    return [change.alert.change.value for change in taken.told]
