"""What a poll leaves for the next, if it changed nothing but the moment of its reading: see `quiet`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from watcher.config.proven import fingerprint, said_by
from watcher.config.settings import Settings, declared_secrets
from watcher.feeds.kinds import KINDS
from watcher.feeds.web.again import can_be_asked_again
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState
from watcher.options.secrets import HEARTBEAT_URL
from watcher.rounds.reminders import REMINDED, oldest
from watcher.service import quiet
from watcher.service.once import Polled
from watcher.service.self_watch import LEAST_FREE, LEAST_FREE_SNAPSHOTS

LONGEST = timedelta(hours=6)
"""So long at most polls go without one that reads and looks at everything."""


def leave_note(
    settings: Settings, config: Path | None, read: quiet.AsRead, history: object, polled: Polled, now: datetime
) -> None:
    """Leaves a note for the next poll; none where that could find anything else to do."""
    said = said_by(config)
    if said is None or said[1] != (read.content or b""):
        return
    if not isinstance(history, EmbeddedHistory) or not _is_quiet(settings, history, polled, now):
        return
    until, moments = _until(settings, polled, now), _moments(polled)
    if until is None or moments is None:
        return
    room = max(LEAST_FREE, LEAST_FREE_SNAPSHOTS * history.room().snapshot_bytes)
    note = {
        "configuration": fingerprint(said[1]),
        "files": read.files,
        "secrets": (names := _variables()),
        "variables": quiet.variables(names),
        "chain": history.chain,
        "since": now.isoformat(),
        "until": until.isoformat(),
        "room": room,
        "exchanges": [asdict(exchange) for exchange in polled.exchanges],
        "moments": moments,
        "lines": [f"{turn.state.name}: {turn.state.outcome}; {turn.state.detail}" for turn in polled.rounds],
    }
    quiet.write_note(said[0], note)


def _is_quiet(settings: Settings, history: EmbeddedHistory, polled: Polled, now: datetime) -> bool:
    """Whether the poll stored where its feeds stand and nothing else, and nothing waits or is expected elsewhere."""
    if polled.needs_attention or history.version - polled.version_before != len(polled.rounds):
        return False
    if settings.operator.heartbeat_url is not None or settings.network.proxy or history.notices():
        return False
    if not polled.exchanges or not all(map(can_be_asked_again, polled.exchanges)):
        return False
    if any(history.deliveries(open_only=True)) or any(history.gathered()):
        return False
    if any(watch.repeat or watch.escalate_to for watch in settings.watch):
        since = oldest(settings.watch, now)
        return not any(told.seen >= since for what in REMINDED for told in history.changes(what=what))
    return True


def _moments(polled: Polled) -> Mapping[str, Sequence[Sequence[str]]] | None:
    """Where each cursor has the moment of its reading; None if anything else of it, or of its feed, is different."""
    found = {}
    for turn in polled.rounds:
        before, after = polled.before[turn.state.name], turn.state
        if before.began is None or after.began is None or turn.reading.homes or turn.reading.listings:
            return None
        if replace(before, began=after.began, last_good=after.began, cursor=after.cursor) != after:
            return None
        paths = list(_differing(before.cursor, after.cursor))
        if any(_at(after.cursor, path) != quiet.in_cursor(after.began) for path in paths):
            return None
        found[after.name] = paths
    return found


def _differing(before: Mapping[str, Any], after: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[list[str]]:
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _differing(old, new, (*path, key))
        elif old != new:
            yield [*path, key]


def _at(cursor: Mapping[str, Any], path: Sequence[str]) -> Any:
    part: Any = cursor
    for key in path:
        part = part.get(key) if isinstance(part, Mapping) else None
    return part


def _until(settings: Settings, polled: Polled, now: datetime) -> datetime | None:
    """The first moment at which the same may mean something else; None if the last two readings differ in that."""
    until = [now + LONGEST, *_times(settings, now)]
    zones: list[tzinfo] = [settings.timezone, UTC, *_zones(settings)]
    for turn in polled.rounds:
        before, state = polled.before[turn.state.name], turn.state
        quiet_until = KINDS[settings.feeds[state.name].kind].quiet_until(state.cursor, now)
        if quiet_until is None or before.began is None or not _are_of_one_day(before, now, zones):
            return None
        until.append(quiet_until)
    midnights = (datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone) for zone in zones)
    return min((*until, *midnights)).astimezone(UTC)


def _are_of_one_day(before: FeedState, now: datetime, zones: Sequence[tzinfo]) -> bool:
    began = before.began
    return began is not None and all(began.astimezone(zone).date() == now.astimezone(zone).date() for zone in zones)


def _zones(settings: Settings) -> Iterator[ZoneInfo]:
    """Of the publishers: their days are days there."""
    from watcher.facts import regulators

    for feed in settings.feeds.values():
        yield from (regulators.of(key).time_zone for key in feed.regulators)


def _times(settings: Settings, now: datetime) -> Iterator[datetime]:
    """The times of day at which something may be made of what waits, or is made anyway."""
    times: list[time] = []
    for channel in settings.channels.values():
        times += [channel.digest_times.at] if channel.digest_times is not None else []
        times += [channel.quiet.begins, channel.quiet.ends] if channel.quiet is not None else []
    times += [watch.report.at for watch in settings.watch if watch.report is not None]
    day = now.astimezone(settings.timezone).date()
    yield from (due for at in times if (due := datetime.combine(day, at, settings.timezone)) > now)


def _variables() -> list[str]:
    declared = declared_secrets().values()
    names = (secret.variable for kinds in declared for secrets in kinds.values() for secret in secrets)
    return sorted({HEARTBEAT_URL, *names})
