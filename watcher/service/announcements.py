"""How the operator is told of matters: on onset, as they grow, and once more when they are over; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.delivery.channels.options import ChannelOptions
from watcher.delivery.ledger import Delivery
from watcher.delivery.operators import to_operator
from watcher.history.protocol import OpenMatter
from watcher.messages.matter import Matter, Subject
from watcher.messages.message import Notice
from watcher.messages.topics import Gravity
from watcher.service.could_not_tell import older, title_of_key
from watcher.service.matter import goes_on_as
from watcher.timing.durations import format_duration

MOST_LISTED = 20
"""So many homes stand in one message; all of them are in `watcher status`."""

FEW = 5
"""Of a grave matter so many are told one by one, as they come; more of them are gathered."""

GATHERED_FOR = timedelta(days=1)
"""What is added to a known matter is told after this at the latest."""


@dataclass(frozen=True, slots=True)
class Announcements:
    """What to store of the operator's matters, and the messages that tell of them."""

    notices: Mapping[str, OpenMatter | None]
    deliveries: Sequence[Delivery]


def announce(
    channels: Mapping[str, ChannelOptions],
    stored: Mapping[str, OpenMatter],
    found: Sequence[Matter],
    now: datetime,
    *,
    sender: str = "",
    ended: Mapping[str, str] | None = None,
) -> Announcements:
    """Tells the operator, through their channels, what is new, what has grown or changed its nature, and what is over.

    `sender` names this watcher and its host; `ended` says of what came to its end how, where it was not mended.
    """
    known = _gathered(stored, found, now)
    notices: dict[str, OpenMatter | None] = {key: None for key in stored if key not in known}
    deliveries: list[Delivery] = []
    for matter in found:
        before = known.get(matter.key)
        after, added = _as_known(before, matter, now), _added(before, matter)
        if _rings(before, matter, added, now):
            after = replace(after, told=now, told_of=len(after.about))
            notice = _notice(before, matter, added, after.since, sender)
            deliveries += to_operator(channels, matter.key, notice, now, matter.not_through)
        if after != stored.get(matter.key):
            notices[matter.key] = after
    standing = {subject.where for matter in found for subject in matter.subjects}
    found_keys = {matter.key for matter in found}
    for key in known.keys() - found_keys:
        notices[key] = None
        if goes_on_as(key) & found_keys:
            continue
        if (over := _over(key, known[key], standing, now, sender, ended or {})) is not None:
            deliveries += to_operator(channels, key, over, now, known[key].not_through)
    return Announcements(notices, deliveries)


def _gathered(stored: Mapping[str, OpenMatter], found: Sequence[Matter], now: datetime) -> Mapping[str, OpenMatter]:
    """The matters known; those of a version that kept one for each problem are gathered into those of today."""
    former = older(stored)
    gathered = {key: matter for key, matter in stored.items() if key not in former}
    for matter in found:
        feed = matter.key.split(":")[1] if ":" in matter.key else ""
        mine = {where: stored[key].since for key, (name, where) in former.items() if name == feed}
        about = {subject.where: subject.label for subject in matter.subjects if subject.where in mine}
        if about and matter.key not in gathered:
            since = min(mine[where] for where in about)
            before = OpenMatter(matter.title, matter.text, since, (), matter.topic.key, about, len(about), now)
            gathered[matter.key] = before
    return gathered


def _as_known(before: OpenMatter | None, matter: Matter, now: datetime) -> OpenMatter:
    """The matter as the history is to keep it, before anything is told; the same if nothing of note has changed."""
    if before is None:
        return as_known(matter, now)
    if not matter.subjects:  # its text may say how long it has lasted
        return before if before.title == matter.title else replace(as_known(matter, before.since), told=before.told)
    about = {**before.about, **{subject.where: subject.label for subject in matter.subjects}}
    title = title_of_key(matter.key, about.values()) or matter.title
    return replace(before, title=title, text=matter.text, topic=matter.topic.key, about=about)


def as_known(matter: Matter, since: datetime) -> OpenMatter:
    """A matter as the history keeps it from its beginning."""
    about = {subject.where: subject.label for subject in matter.subjects}
    not_through = tuple(sorted(matter.not_through))
    return OpenMatter(matter.title, matter.text, since, not_through, matter.topic.key, about)


def _added(before: OpenMatter | None, matter: Matter) -> Sequence[Subject]:
    """What of a matter the operator has not been told."""
    told = set(list(before.about)[: before.told_of]) if before is not None else set()
    return [subject for subject in matter.subjects if subject.where not in told]


def _rings(before: OpenMatter | None, matter: Matter, added: Sequence[Subject], now: datetime) -> bool:
    """Whether the operator is told now."""
    if before is None:
        return True
    if not matter.subjects:
        return before.title != matter.title
    if not added:
        return False
    is_grave_and_few = matter.topic.gravity is Gravity.ACT_NOW and len(matter.subjects) <= FEW
    has_doubled = len(added) >= max(FEW, before.told_of)
    is_late = before.told is None or not timedelta(0) <= now - before.told < GATHERED_FOR
    return is_grave_and_few or has_doubled or is_late


def _notice(
    before: OpenMatter | None, matter: Matter, added: Sequence[Subject], since: datetime, sender: str
) -> Notice:
    """The message that tells of a matter, or of what was added to it."""
    text = matter.text
    if before is not None and len(matter.subjects) > len(added):
        text = f"{len(added)} more since the last message, {len(matter.subjects)} in all: see `watcher status`."
    lines = [subject.line for subject in added] if len(matter.subjects) > 1 else []
    return Notice(
        matter.title,
        text,
        topic=matter.topic.key,
        homes=tuple(lines[:MOST_LISTED]),
        more=max(0, len(lines) - MOST_LISTED),
        since=since,
        next_try=matter.next_try,
        details=matter.details,
        link=added[0].link if len(added) == 1 else None,
        sender=sender,
    )


def notice_of(matter: Matter, since: datetime, sender: str) -> Notice:
    """The message that tells of a matter for the first time."""
    return _notice(None, matter, matter.subjects, since, sender)


def _over(
    key: str, before: OpenMatter, standing: Iterable[str], now: datetime, sender: str, ended: Mapping[str, str]
) -> Notice | None:
    """The message that a matter is over; None where all that it was about goes on as another one."""
    about = {where: label for where, label in before.about.items() if where not in standing}
    if before.about and not about:
        return None
    lines = dict.fromkeys(f"{label}: {end}" if (end := ended.get(where)) else label for where, label in about.items())
    shown = list(lines) if len(lines) > 1 or any(map(ended.get, about)) else []  # the title names a single one
    title = title_of_key(key, about.values()) if about else None
    return Notice(
        f"over: {title or before.title}",
        f"It lasted {format_duration(now - before.since)}.",
        topic=before.topic,
        homes=tuple(shown[:MOST_LISTED]),
        more=max(0, len(shown) - MOST_LISTED),
        is_over=True,
        sender=sender,
    )
