"""What happened to one home, the newest first, and who was told: those of before this watcher began among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from watcher.answers.told.sent import BEFORE_THE_BEGINNING, Messages, WasTold
from watcher.config.settings import Settings
from watcher.facts.inspection import Home
from watcher.history.protocol import History, Told
from watcher.messages.alert import Alert
from watcher.messages.numbers import british
from watcher.messages.titles import happened
from watcher.rounds.replay import changes_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One change of a home."""

    id: str
    what: str
    """The sort of change."""
    words: str
    day: date
    """When its readers could know."""
    when: str
    told: WasTold | None
    """None for one that was told to nobody, as it was known before this watcher began."""
    untold: str = ""


def change_lines(
    history: History, settings: Settings, home: Home, changes: Sequence[Told], messages: Messages, *, with_people: bool
) -> tuple[ChangeLine, ...]:
    """Every change that was judged of a home, and every other one that its inspections would have brought."""
    zone = settings.timezone
    lines = {
        told.alert.id: _line(
            told.alert,
            told.seen.astimezone(zone).date(),
            messages.was_told(told, zone, with_people=with_people),
        )
        for told in changes
    }
    known = {(told.alert.change, told.alert.kind, told.alert.day) for told in changes}
    for change in changes_of(history, settings, home):
        if (change.what, change.inspection.kind, change.inspection.day) not in known:
            lines[change.id] = _line(Alert.of(change, home), change.inspection.became_known, None)
    return tuple(sorted(lines.values(), key=lambda line: line.day, reverse=True))


def _line(alert: Alert, day: date, told: WasTold | None) -> ChangeLine:
    return ChangeLine(
        id=alert.id,
        what=alert.change.value,
        words=happened(alert),
        day=day,
        when=british(day),
        told=told,
        untold="" if told else BEFORE_THE_BEGINNING,
    )
