"""How the watcher stands, in words: one sentence, what stands behind it, and moments as all pages show them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from watcher.answers.status import FeedNow, ServiceStanding
from watcher.messages.numbers import british_moment, counted
from watcher.messages.topics import Gravity
from watcher.text import inert
from watcher.timing.durations import format_duration


def headline(standing: ServiceStanding) -> str:
    """All of it in a sentence."""
    number = len(standing.pressing)
    if standing.service.is_ill:
        return "The watcher does not do its work."
    if number:
        return f"{counted(number, 'thing needs', 'things need')} you."
    if not standing.feeds:
        return "Nothing is read: no feed is configured."
    if any(feed.is_stale for feed in standing.unread):
        return "Not everything is read."
    return "Nothing needs you yet." if standing.unread else "Everything works."


def how_grave(standing: ServiceStanding, zone: ZoneInfo) -> str:
    """What stands behind that sentence, for who has no time for more."""
    gravest = sum(known.matter.topic.gravity is Gravity.ACT_NOW for known in standing.matters)
    informing = len(standing.matters) - len(standing.pressing)
    said = []
    if gravest:
        said.append(f"{counted(gravest, 'should', 'should')} be looked at now.")
    if informing:
        said.append(f"{counted(informing, 'thing is', 'things are')} for information.")
    said += [_unread(feed, zone) for feed in standing.unread]
    if standing.untold:
        said.append("What could not be told yet is tried again by itself.")
    return " ".join(said)


def _unread(feed: FeedNow, zone: ZoneInfo) -> str:
    """Since when there may be news of a feed that is not here."""
    name, last = inert(feed.state.name, 80), feed.state.last_good
    when = f"was last read well at {moment_in(last, zone)}" if last else "has not been read well yet"
    return f"{name} {when}, so news may be missing here; it is read next at {moment_in(feed.next, zone)}."


def moment_in(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as the clocks of a zone show it."""
    return british_moment(moment.astimezone(zone))


def ago(moment: datetime, now: datetime) -> str:
    """How long ago it was."""
    return f"{format_duration(max(now - moment, timedelta()))} ago"
