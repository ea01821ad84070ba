"""What needs attention, as the commands print it: each matter once, the gravest first, at any width."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from watcher.cli.lines import Lines
from watcher.history.protocol import FeedState
from watcher.messages.matter import Matter
from watcher.messages.topics import Gravity
from watcher.text import inert
from watcher.timing.durations import format_duration

_STYLES = {Gravity.ACT_NOW: "bold red", Gravity.LOOK_TODAY: "bold yellow", Gravity.INFORMATION: "bold"}


def print_matters(
    lines: Lines,
    matters: Iterable[Matter],
    since: Mapping[str, datetime] | None = None,
    now: datetime | None = None,
) -> None:
    """Each matter with what it is about, since when, and what to do."""
    for matter in by_gravity(matters):
        gravity = matter.topic.gravity
        lines.say((f"{gravity}: ", _STYLES[gravity]), inert(matter.title))
        if now is not None and (began := (since or {}).get(matter.key)) is not None:
            _indented(lines, f"since {format_duration(now - began)}")
        if len(matter.subjects) > 1:
            about = [f"- {subject.line}" for subject in matter.subjects]
        else:
            about = [matter.text, *(subject.link for subject in matter.subjects if subject.link)]
        for line in about:
            _indented(lines, line)
        _indented(lines, f"to do: {matter.topic.about.todo}")
        _indented(lines, matter.topic.link)
        for detail in matter.details:
            _indented(lines, f"details: {inert(detail, 500)}")


def print_waiting(lines: Lines, states: Sequence[FeedState], matters: Collection[Matter]) -> None:
    """What could not be told and is no matter yet, since it may pass by itself; each cause once."""
    told = {subject.where for matter in matters for subject in matter.subjects}
    places: dict[str, list[str]] = {}
    for where, problem in ((where, problem) for state in states for where, problem in state.problems.items()):
        if where not in told:
            places.setdefault(problem.what, []).append(inert(where))
    for what, found in places.items():
        lines.say(f"could not tell yet, tried again: {', '.join(found)}")
        _indented(lines, what)


def by_gravity(matters: Iterable[Matter]) -> list[Matter]:
    """The gravest first, and as they were found."""
    return sorted(matters, key=lambda matter: matter.topic.gravity.rank)


def _indented(lines: Lines, line: str) -> None:
    lines.indent(inert(line, 1_000))
