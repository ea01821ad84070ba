"""Many changes that one reading brought, told in one message; the details follow in its thread."""

from dataclasses import dataclass
from html import escape

from watcher.text import cut, inert

MOST_LINES = 60
"""Lines that are kept of a group; a message shows fewer, and every change has a message of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What the alerts of one watch for one channel come to, complete and on its own."""

    watch: str
    homes: int
    counts: tuple[tuple[str, int], ...]
    """How many alerts of each change, the most serious first; a mapping might come back in another order."""
    lines: tuple[str, ...]
    """One for each alert, the most serious first; at most MOST_LINES of them."""

    @property
    def alerts(self) -> int:
        """How many alerts there are, those without a line too."""
        return sum(count for _, count in self.counts)


_LONGEST_LIST = 2_200
"""With title, footnotes and mark-up it stays within what any channel takes as plain text."""
_LONGEST_LINE = 250
_LONGEST_TITLE = 145


def group_title(group: Group) -> str:
    """What came together, the most serious first: `7 homes: 5 dropped to inadequate, 2 recovered`."""
    homes = f"{group.homes} home{'' if group.homes == 1 else 's'}"
    counted = ", ".join(f"{count} {inert(what, 60)}" for what, count in group.counts)
    return cut(f"{homes}: {counted}", _LONGEST_TITLE)


def group_lines(group: Group) -> tuple[str, ...]:
    """A line for each alert as long as there is room, the most serious first, and how many more there are."""
    shown: list[str] = []
    room = _LONGEST_LIST
    for text in group.lines:
        line = _line(text)
        room -= _weight(line) + 1
        if room < 0:
            break
        shown.append(line)
    more = group.alerts - len(shown)
    return (*shown, f"… and {more} more in the thread") if more else tuple(shown)


def group_why(group: Group) -> tuple[str, ...]:
    """Which watch asked for it, and where the details are."""
    details = "The details of each home follow in this thread, or in that of its first alert."
    return (f"Why you get this: watch {inert(group.watch, 200)}. {details}",)


def has_line(group: Group, text: str) -> bool:
    """Whether the message of a group has room for the line of one of its alerts."""
    return _line(text) in group_lines(group)


def _line(text: str) -> str:
    return f"• {inert(text, _LONGEST_LINE)}"


def _weight(line: str) -> int:
    """The longest that any channel counts: UTF-16 units, escaped."""
    return len(escape(line, quote=False).encode("utf-16-le", "surrogatepass")) // 2
