"""What `watcher poll` prints: what each reading came to, the changes, and what needs attention."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from rich.status import Status
from rich.text import Text

from watcher.answers.status import ServiceStanding
from watcher.cli.lines import StyledLines
from watcher.cli.matters import print_matters, print_waiting
from watcher.cli.terminal import err, out, print_json
from watcher.feeds.advance import Advance, OnAdvance
from watcher.feeds.feed import Outcome
from watcher.history.protocol import FeedState, Told

if TYPE_CHECKING:
    from watcher.service.beside import AskedFor
    from watcher.service.once import Polled


def show_polled(polled: "Polled", *, as_json: bool) -> None:
    """One round: its changes or outcomes on standard output, what needs attention on standard error."""
    states = [turn.state for turn in polled.rounds]
    _show(states, [change for turn in polled.rounds for change in turn.taken.told], as_json=as_json)
    print_matters(StyledLines(err), polled.matters)
    print_waiting(StyledLines(err), states, polled.matters)


def show_asked(asked: "AskedFor", standing: ServiceStanding, *, as_json: bool) -> bool:
    """What a running service did when it was asked, and what needs attention after it; whether all is well."""
    _show(asked.states, asked.told, as_json=as_json)
    if asked.reading:
        err.print(f"the running service reads {', '.join(asked.reading)}; watcher status shows what comes of it")
    matters = [known.matter for known in standing.matters]
    print_matters(StyledLines(err), matters)
    print_waiting(StyledLines(err), [feed.state for feed in standing.feeds], matters)
    return not standing.needs_attention and all(Outcome(state.outcome).is_good for state in asked.states)


def _show(states: Iterable[FeedState], told: Iterable[Told], *, as_json: bool) -> None:
    if as_json:
        for change in told:
            print_json(change.alert.contract())
        states = (state for state in states if not Outcome(state.outcome).is_good)
    for state in states:
        (err if as_json else out).print(f"{state.name}: {state.outcome}; {state.detail}", markup=False, highlight=False)


def shown_on(line: Status, now: Callable[[], datetime]) -> OnAdvance:
    """Shows on a terminal's status line how far each reading is."""
    advances: dict[str, Advance] = {}

    def show(feed: str, advance: Advance | None) -> None:
        advances.pop(feed, None)
        if advance is not None:
            advances[feed] = advance
        said = [f"{name}: {known.sentence(now())}" for name, known in advances.items()]
        line.update(Text("; ".join(["reading", *said])))

    return show
