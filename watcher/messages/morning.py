"""The morning's message: what quiet hours held back for one channel, as a short list; complete on its own."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from watcher.judging.changes import BY_SERIOUSNESS
from watcher.messages.alert import Alert
from watcher.messages.grades_in_words import change_called
from watcher.messages.not_read import NotRead
from watcher.messages.numbers import british, counted
from watcher.messages.reminder import Reminder
from watcher.text import inert

LONGEST_PART = 5_500
"""UTF-16 units of the lines of one message: with all else it stays within what Slack takes."""
_BESIDE = 30
"""Of the words of a line's links."""
MOST_ITEMS = 60
"""In one message; with so many lines nobody would read on."""
_REMINDER = "reminder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """One message as the morning tells it."""

    id: str
    """The id under which the ledger has it."""
    alert: Alert | None = None
    not_read: NotRead | None = None
    """What could not be read, where it tells of no change."""
    seen: datetime
    """When the watcher learned of it, aware."""
    reminder: Reminder | None = None
    """Set where the alert was to be sent once more."""
    since: str = ""
    """What the same readers were told at once about this home after it: its first line."""

    @property
    def content(self) -> Alert | NotRead:
        """What it says."""
        if (content := self.alert or self.not_read) is None:
            raise ValueError("a message that waited and says nothing")
        return content


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """What waited until quiet hours ended; what exceeds one message is in further parts."""

    day: date
    """The local date of the morning."""
    items: tuple[Waited, ...]
    """The most serious change first."""
    total: int
    """How many items all parts have together."""
    part: int = 1
    parts: int = 1


def in_order(items: Sequence[Waited]) -> list[Waited]:
    """The most serious change first, reminders of drops before all; of equals the earlier, and each once."""
    ordered = sorted(items, key=lambda item: (_rank(item), item.seen))
    found: dict[tuple[str, Reminder | None], Waited] = {}
    for item in ordered:
        found.setdefault((item.content.id, item.reminder), item)
    return list(found.values())


def in_parts(morning: Morning, lines: Sequence[str]) -> tuple[Morning, ...]:
    """The message as one or several, each of bounded length; `lines` says how each of its items reads."""
    chunks: list[list[Waited]] = [[]]
    size = 0
    for item, line in zip(morning.items, lines, strict=True):
        length = len(line.encode("utf-16-le", "surrogatepass")) // 2 + _BESIDE
        if chunks[-1] and (len(chunks[-1]) == MOST_ITEMS or size + length > LONGEST_PART):
            chunks.append([])
            size = 0
        chunks[-1].append(item)
        size += length
    return tuple(
        replace(morning, items=tuple(chunk), part=number, parts=len(chunks))
        for number, chunk in enumerate(chunks, start=1)
    )


def _rank(item: Waited) -> int:
    if item.alert is None:
        return len(BY_SERIOUSNESS)
    return BY_SERIOUSNESS.index(item.alert.change)


def kept(alert: Alert) -> Alert:
    """The alert with what a line of the morning's message shows, and a program is posted of it."""
    return replace(alert, findings=None)


def morning_title(morning: Morning) -> str:
    """`From quiet hours, 30 November 2026: 2 recovered, 1 reminder`."""
    part = f" ({morning.part} of {morning.parts})" if morning.parts > 1 else ""
    here = f"{counted(morning.total, 'message')}; here " if morning.parts > 1 else ""
    return f"From quiet hours, {british(morning.day)}: {here}{sorts(morning.items)}{part}"


def sorts(items: Sequence[Waited]) -> str:
    """How many there are of each sort."""
    number = Counter(map(_sort, items))
    return ", ".join(counted(many, sort) if sort == _REMINDER else f"{many:,} {sort}" for sort, many in number.items())


def _sort(item: Waited) -> str:
    if item.reminder is not None:
        return _REMINDER
    alert = item.alert
    return change_called(alert.change.value, alert.home) if alert else "could not be read"


def why_morning(morning: Morning) -> str:
    """Why one gets it, and why now."""
    names = dict.fromkeys(name for item in morning.items for name in item.content.watches)
    whose = f" (watch{'es' if len(names) > 1 else ''} {inert(', '.join(names), 200)})" if names else ""
    return f"Why you get this now: it waited for the end of your quiet hours{whose}. What is urgent is sent at once."
