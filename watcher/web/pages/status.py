"""The operator's first look at night: what is wrong, since when, whom it touches, what to do, what goes on anyway."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import orjson
from starlette.responses import Response

from watcher.answers.sheet import Column, Row
from watcher.answers.status import ChannelNow, FeedNow, MatterNow, ServiceStanding
from watcher.answers.status_in_words import ago, headline, how_grave, moment_in
from watcher.messages.numbers import counted, listed
from watcher.text import inert
from watcher.timing.durations import format_duration
from watcher.web.cells import table_row
from watcher.web.visit import Form, Visit

_MOST_NAMED = 10
"""Watches, channels or readers that are named of one matter."""

_OF_FEEDS = (
    Column("feed", "Feed"),
    Column("last_good", "Last read well"),
    Column("next", "Read next"),
    Column("failures", "Failures in a row"),
    Column("how", "How it is"),
)
_OF_CHANNELS = (
    Column("channel", "Channel"),
    Column("waiting", "Waiting"),
    Column("gathered", "For its digest"),
    Column("refused", "Refused"),
    Column("unknown", "Perhaps sent"),
    Column("how", "How it is"),
)


def status(visit: Visit) -> Response:
    """How the watcher stands; addresses and names of people for the signed-in alone."""
    standing = visit.site.standing()
    if visit.form is Form.JSON:
        written = orjson.dumps(standing.for_anybody().as_json(), option=orjson.OPT_APPEND_NEWLINE)
        # The same to whoever reads JSON, and no markup to what takes it for a page all the same.
        return Response(written.replace(b"<", b"\\u003c"), media_type="application/json")
    shown = standing if visit.actor else standing.for_anybody()
    return visit.render(
        "status.html",
        standing=shown,
        headline=headline(shown),
        how_grave=how_grave(shown, visit.settings.timezone),
        matters=[_shown_matter(known, shown, visit.settings.timezone) for known in shown.matters],
        feed_columns=_OF_FEEDS,
        feeds=[table_row(_OF_FEEDS, _feed(feed, shown.now, visit.settings.timezone), {}) for feed in shown.feeds],
        channel_columns=_OF_CHANNELS,
        channels=[
            table_row(_OF_CHANNELS, _channel(channel, shown.now, visit.settings.timezone), {})
            for channel in shown.channels
        ],
        more_stuck=sum(channel.refused + channel.unknown for channel in shown.channels) - len(shown.stuck),
        silences=sorted(shown.silences, key=lambda silence: silence.until),
        at=partial(moment_in, zone=visit.settings.timezone),
    )


@dataclass(frozen=True, slots=True)
class ShownMatter:
    """One matter in words."""

    known: MatterNow
    since: str
    next_try: str
    touches: Sequence[str]
    todo: str
    heading: str
    """Of what is written on it in docs/operating.md."""


def _shown_matter(known: MatterNow, standing: ServiceStanding, zone: ZoneInfo) -> ShownMatter:
    """A matter in words: since when, whom it touches, when it is tried again."""
    matter, about = known.matter, known.matter.topic.about
    since = f"{moment_in(known.since, zone)}, {ago(known.since, standing.now)}" if known.since else "found just now"
    due = matter.next_try
    again = f"The next try is at {moment_in(due, zone)}." if due and due > standing.now else "The next try is due now."
    return ShownMatter(
        known=known,
        since=since,
        next_try=again if due else "",
        touches=(about.readers, *_touches(known)),
        todo=about.todo,
        heading=about.heading,
    )


def _touches(known: MatterNow) -> Iterator[str]:
    """Who waits or is blind because of it, a line each."""
    touched = known.touched
    if touched.watches:
        yield f"Watch{'es' if len(touched.watches) > 1 else ''}: {_named(touched.watches)}"
    if touched.channels:
        yield f"Channel{'s' if len(touched.channels) > 1 else ''}: {_named(touched.channels)}"
    if touched.number_of_readers:
        who = f": {_named(touched.readers)}" if touched.readers else ""
        yield f"{counted(touched.number_of_readers, 'reader')} by address{who}"


def _named(names: Sequence[str]) -> str:
    shown = [inert(name, 80) for name in names[:_MOST_NAMED]]
    more = len(names) - len(shown)
    return listed([*shown, *([f"{more} more"] if more > 0 else [])])


def _feed(feed: FeedNow, now: datetime, zone: ZoneInfo) -> Row:
    """One feed in words."""
    state = feed.state
    said = [f"last: {state.outcome}"] if state.outcome else []
    said += [feed.advance.sentence(now)] if feed.advance else []
    said += ["a reading is held"] if state.held else []
    said += [f"{counted(len(state.problems), 'thing')} that could not be told"] if state.problems else []
    return {
        "feed": inert(state.name, 80),
        "last_good": f"{moment_in(state.last_good, zone)}, {ago(state.last_good, now)}" if state.last_good else "never",
        "next": moment_in(feed.next, zone) if feed.next > now else "now",
        "failures": f"{state.failures:,}",
        "how": "; ".join([_how(feed), *said]),
    }


def _how(feed: FeedNow) -> str:
    if feed.is_stale:
        return "not read for too long"
    return "not read well the last time" if feed.state.failures else "well"


def _channel(channel: ChannelNow, now: datetime, zone: ZoneInfo) -> Row:
    """One channel in words."""
    oldest = f", the oldest for {format_duration(now - channel.oldest)}" if channel.oldest else ""
    how = "gone from the configuration" if not channel.kind else "stopped" if channel.is_stopped else ""
    return {
        "channel": f"{inert(channel.name, 80)}{f' ({channel.kind})' if channel.kind else ''}",
        "waiting": f"{channel.waiting:,}{oldest}",
        "gathered": f"{channel.gathered:,}",
        "refused": f"{channel.refused:,}",
        "unknown": f"{channel.unknown:,}",
        "how": "; ".join(filter(None, (how or ("well" if channel.is_well else "see above"), _held(channel, zone)))),
    }


def _held(channel: ChannelNow, zone: ZoneInfo) -> str:
    """What quiet hours hold for a channel; empty without any."""
    if channel.held_until is None:
        return ""
    return f"{channel.held:,} held for quiet hours until {moment_in(channel.held_until, zone)}"
