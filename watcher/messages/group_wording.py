"""A group in words: what came together, and as many of its lines as a message holds."""

from html import escape

from watcher.messages.group import Group
from watcher.messages.inert import cut, inert

_LONGEST_LIST = 2_200
"""With title, footnotes and mark-up it stays within what any channel takes as plain text."""
_LONGEST_LINE = 250
_LONGEST_TITLE = 145


def group_title(group: Group) -> str:
    """What came together, the most serious first: `7 homes: 5 dropped to inadequate, 2 recovered`."""
    homes = f"{group.homes} home{'' if group.homes == 1 else 's'}"
    counted = ", ".join(f"{count} {inert(what, 60)}" for what, count in group.counts.items())
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
