"""A watch of people's in words: what of which changes it tells, and how it stands."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from watcher.config.made_watches import channel_for
from watcher.config.settings import Settings
from watcher.history.protocol import History
from watcher.judging.changes import What
from watcher.messages.numbers import british, british_moment
from watcher.text import capital, inert
from watcher.watching.made_watches import MadeWatch, place_of

_LONGEST = 200


def watched(history: History, watch: MadeWatch) -> str:
    """What it is of: "Area Derby", "Home SC900100 in Derby"."""
    if watch.of != "home":
        return f"{capital(watch.of)} {inert(watch.value, _LONGEST)}"
    record = history.home(watch.value)
    area = record.home.local_authority if record is not None else None
    place = f" in {inert(area, _LONGEST)}" if area else ""
    return f"Home {inert(watch.value.partition(':')[2], _LONGEST)}{place}"


def changes_asked(changes: Sequence[What]) -> str:
    """The changes that it tells, by their names."""
    return "every change" if set(changes) == set(What) else ", ".join(what.value for what in changes)


def made_on(watch: MadeWatch, zone: ZoneInfo) -> str:
    """The day on which it was made."""
    return british(watch.made.astimezone(zone).date())


def why_not_told(watch: MadeWatch, settings: Settings) -> str:
    """Why it tells nothing now; empty where it does."""
    if watch.ended is not None:
        return f"removed at {british_moment(watch.ended.astimezone(settings.timezone))}"
    if channel_for(settings, watch.to) is None:
        return f"it tells nothing, as there is no channel {inert(place_of(watch.to)[0], _LONGEST)} in the configuration"
    if watch.paused is not None:
        since = british_moment(watch.paused.astimezone(settings.timezone))
        return f"paused since {since}: the bot is not in its channel, and what it tells waits"
    return ""
