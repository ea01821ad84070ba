"""What needs attention, as the commands print it: each matter once, the gravest first, at any width."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from watcher.history.protocol import FeedState
from watcher.messages.matter import Matter
from watcher.messages.topics import Gravity
from watcher.text import inert
from watcher.timing.durations import format_duration

_STYLES = {Gravity.ACT_NOW: "bold red", Gravity.LOOK_TODAY: "bold yellow", Gravity.INFORMATION: "bold"}


def print_matters(
    console: Console,
    matters: Iterable[Matter],
    since: Mapping[str, datetime] | None = None,
    now: datetime | None = None,
) -> None:
    """Each matter with what it is about, since when, and what to do."""
    for matter in by_gravity(matters):
        gravity = matter.topic.gravity
        console.print(Text.assemble((f"{gravity}: ", _STYLES[gravity]), inert(matter.title)))
        if now is not None and (began := (since or {}).get(matter.key)) is not None:
            _indented(console, f"since {format_duration(now - began)}")
        if len(matter.subjects) > 1:
            about = [f"- {subject.line}" for subject in matter.subjects]
        else:
            about = [matter.text, *(subject.link for subject in matter.subjects if subject.link)]
        for line in about:
            _indented(console, line)
        _indented(console, f"to do: {matter.topic.about.todo}")
        _indented(console, matter.topic.link)
        for detail in matter.details:
            _indented(console, f"details: {inert(detail, 500)}")


def print_waiting(console: Console, states: Sequence[FeedState], matters: Collection[Matter]) -> None:
    """What could not be told and is no matter yet, since it may pass by itself; each cause once."""
    told = {subject.where for matter in matters for subject in matter.subjects}
    places: dict[str, list[str]] = {}
    for where, problem in ((where, problem) for state in states for where, problem in state.problems.items()):
        if where not in told:
            places.setdefault(problem.what, []).append(inert(where))
    for what, found in places.items():
        console.print(Text(f"could not tell yet, tried again: {', '.join(found)}"))
        _indented(console, what)


def by_gravity(matters: Iterable[Matter]) -> list[Matter]:
    """The gravest first, and as they were found."""
    return sorted(matters, key=lambda matter: matter.topic.gravity.rank)


def _indented(console: Console, line: str) -> None:
    """Lines that wrap stay indented on a terminal; elsewhere nothing wraps."""
    text = Text(inert(line, 1_000))
    if console.soft_wrap:
        console.print(Text.assemble("  ", text))
    else:
        console.print(Padding(text, (0, 0, 0, 2), expand=False))
