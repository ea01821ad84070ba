"""How the watcher stands, as `watcher status` prints it for people."""

from datetime import datetime, timedelta

from rich.console import Console
from rich.text import Text

from watcher.answers.status import FeedNow, ServiceStanding
from watcher.cli.matters import print_matters, print_waiting
from watcher.messages.numbers import counted
from watcher.text import inert
from watcher.timing.durations import format_duration


def print_standing(standing: ServiceStanding, console: Console) -> None:
    """What matters first."""
    now, matters = standing.now, [known.matter for known in standing.matters]
    style = {"alive": "green", "hangs": "red"}.get(standing.service.word, "")
    console.print(Text(standing.service.sentence, style=style))
    console.print(Text(f"watcher {standing.version}"))
    is_running = standing.service.heartbeat_age is not None
    for feed in standing.feeds:
        _print_feed(console, feed, now, is_running=is_running)
    oldest = f", the oldest since {standing.oldest_waiting:%Y-%m-%d %H:%M} UTC" if standing.oldest_waiting else ""
    waiting = counted(standing.waiting, "message waits", "messages wait")
    console.print(f"{waiting}{oldest}; {standing.refused} refused", highlight=False)
    if standing.held and standing.held_until:
        held = counted(standing.held, "message is", "messages are")
        console.print(f"{held} held for quiet hours until {standing.held_until:%Y-%m-%d %H:%M} UTC", highlight=False)
    for stop in standing.stopped_mails:
        stopped = f"{stop.since:%Y-%m-%d %H:%M} UTC"
        console.print(Text(f"no mails go to {inert(stop.address)}, who stopped them at {stopped}"))
    since = {known.matter.key: known.since for known in standing.matters if known.since is not None}
    print_matters(console, matters, since, now)
    print_waiting(console, [feed.state for feed in standing.feeds], matters)


def _print_feed(console: Console, feed: FeedNow, now: datetime, *, is_running: bool) -> None:
    state = feed.state
    good = f"read well {format_duration(now - state.last_good)} ago" if state.last_good else "never read well"
    outcome = f" (last: {state.outcome})" if state.outcome else ""
    when = f", {_when(feed, now)}" if is_running else ""
    console.print(Text.assemble(f"{state.name}: ", (good, "red" if feed.is_stale else ""), f"{outcome}{when}"))
    if feed.advance is not None:
        console.print(f"reading: {feed.advance.sentence(now)}", highlight=False)
    if state.detail:
        console.print(Text(inert(state.detail, 500), style="dim"))


def _when(feed: FeedNow, now: datetime) -> str:
    """When a running service reads a feed next."""
    wait = feed.next - now
    return f"next in {format_duration(wait)}" if wait > timedelta(0) else "next now"
