"""How the watcher stands, as `watcher status` prints it for people."""

from datetime import datetime, timedelta

from watcher.answers.status import FeedNow, ServiceStanding
from watcher.cli.lines import Lines
from watcher.cli.matters import print_matters, print_waiting
from watcher.messages.numbers import counted
from watcher.text import inert
from watcher.timing.durations import format_duration


def print_standing(standing: ServiceStanding, lines: Lines) -> None:
    """What matters first."""
    now, matters = standing.now, [known.matter for known in standing.matters]
    style = {"alive": "green", "hangs": "red"}.get(standing.service.word, "")
    lines.say((standing.service.sentence, style))
    lines.say(f"watcher {standing.version}")
    is_running = standing.service.heartbeat_age is not None
    for feed in standing.feeds:
        _print_feed(lines, feed, now, is_running=is_running)
    oldest = f", the oldest since {standing.oldest_waiting:%Y-%m-%d %H:%M} UTC" if standing.oldest_waiting else ""
    waiting = counted(standing.waiting, "message waits", "messages wait")
    lines.say(f"{waiting}{oldest}; {standing.refused} refused")
    if standing.held and standing.held_until:
        held = counted(standing.held, "message is", "messages are")
        lines.say(f"{held} held for quiet hours until {standing.held_until:%Y-%m-%d %H:%M} UTC")
    for stop in standing.stopped_mails:
        stopped = f"{stop.since:%Y-%m-%d %H:%M} UTC"
        lines.say(f"no mails go to {inert(stop.address)}, who stopped them at {stopped}")
    since = {known.matter.key: known.since for known in standing.matters if known.since is not None}
    print_matters(lines, matters, since, now)
    print_waiting(lines, [feed.state for feed in standing.feeds], matters)


def _print_feed(lines: Lines, feed: FeedNow, now: datetime, *, is_running: bool) -> None:
    state = feed.state
    good = f"read well {format_duration(now - state.last_good)} ago" if state.last_good else "never read well"
    outcome = f" (last: {state.outcome})" if state.outcome else ""
    when = f", {_when(feed, now)}" if is_running else ""
    lines.say(f"{state.name}: ", (good, "red" if feed.is_stale else ""), f"{outcome}{when}")
    if feed.advance is not None:
        lines.say(f"reading: {feed.advance.sentence(now)}")
    if state.detail:
        lines.say((inert(state.detail, 500), "dim"))


def _when(feed: FeedNow, now: datetime) -> str:
    """When a running service reads a feed next."""
    wait = feed.next - now
    return f"next in {format_duration(wait)}" if wait > timedelta(0) else "next now"
