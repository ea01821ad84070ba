"""Watches, and route(): which of them ask for a change, and which channels it therefore goes to; pure."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, model_validator

from watcher.delivery.quiet_hours import QuietHours
from watcher.facts.inspection import Described, Home
from watcher.facts.owners import same_owner
from watcher.judging.changes import Change, What
from watcher.options.table import Options
from watcher.options.values import Name, NamedOnes, Patience, named, one_or_more
from watcher.text import squash
from watcher.watching.listed import HomeList
from watcher.watching.reports import ReportTimes
from watcher.watching.usual_changes import DEFAULT_CHANGES


def _read_already(value: object) -> HomeList | None:
    """What `load` has read from the file; nothing that the configuration could say itself."""
    if value is None or isinstance(value, HomeList):
        return value
    raise ValueError("there is no such key; did you mean 'homes_file'?")


class Watch(Options):
    """Which homes, which changes, to which channels."""

    name: Name
    home: NamedOnes = ()
    owner: NamedOnes = ()
    group: NamedOnes = ()
    type: NamedOnes = ()
    region: NamedOnes = ()
    regulator: NamedOnes = ()
    local_authority: NamedOnes = ()
    constituency: NamedOnes = ()
    homes_file: Path | None = None
    """A list of homes; as `load` gives it, from where the process runs."""
    listed: Annotated[HomeList | None, PlainValidator(_read_already)] = Field(default=None, exclude=True)
    """What stands in `homes_file`, read by `load`; without one the watch has no list."""
    changes: Annotated[
        tuple[What, ...],
        BeforeValidator(lambda value: tuple(What) if value == "all" else one_or_more(value)),
        AfterValidator(named),
    ] = DEFAULT_CHANGES
    to: NamedOnes
    repeat: Patience | None = None
    escalate_to: NamedOnes = ()
    escalate_after: Patience | None = None
    report: ReportTimes | None = None
    quiet: QuietHours | None = None
    """When what it asks for and is not urgent waits for the morning."""

    @model_validator(mode="after")
    def _escalates_to_somebody(self) -> Self:
        if self.escalate_after is not None and not self.escalate_to:
            raise ValueError("escalate_after without escalate_to: name the channels too")
        return self

    @property
    def channels(self) -> tuple[str, ...]:
        """Every channel that it names, whatever for."""
        return (*self.to, *self.escalate_to, *(self.report.to if self.report else ()))

    @property
    def escalates_after(self) -> timedelta:
        """How long an alert may stay unacknowledged before it goes to `escalate_to` too."""
        return self.escalate_after or timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Routing:
    """Who asked for a change, where it goes, and why the others did not."""

    watches: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    """For each watch that did not ask for it, why."""


def route(
    change: Change, home: Home, watches: Sequence[Watch], groups: Mapping[str, Sequence[str]], day: date
) -> Routing:
    """Where a change of a home goes on a day: each channel once, however many watches name it."""
    return route_what(change.what, home, watches, groups, day)


def route_what(
    what: What, home: Described, watches: Sequence[Watch], groups: Mapping[str, Sequence[str]], day: date
) -> Routing:
    """The same of a sort of change: nothing else of it tells where it goes."""
    return routing_of(watches, lambda watch: why_not_what(what, watch) or why_not_home(home, watch, groups, day))


def routing_of(watches: Iterable[Watch], why_not: Callable[[Watch], str | None]) -> Routing:
    """What comes of asking each of some watches why it does not ask for a change; None is that it does."""
    asking: list[Watch] = []
    reasons: dict[str, str] = {}
    for watch in watches:
        if (why := why_not(watch)) is None:
            asking.append(watch)
        else:
            reasons[watch.name] = why
    channels = dict.fromkeys(channel for watch in asking for channel in watch.to)
    return Routing(tuple(watch.name for watch in asking), tuple(channels), reasons)


def why_not(change: Change, home: Home, watch: Watch, groups: Mapping[str, Sequence[str]], day: date) -> str | None:
    """Why a watch does not ask for a change on a day, or None if it does."""
    return why_not_what(change.what, watch) or why_not_home(home, watch, groups, day)


def why_not_what(what: What, watch: Watch) -> str | None:
    """Why a watch does not ask for a sort of change, or None if it does."""
    return None if what in watch.changes else f"it does not ask for {what.value!r}"


def why_not_home(home: Described, watch: Watch, groups: Mapping[str, Sequence[str]], day: date | None) -> str | None:
    """Why a watch does not cover a home, or None if it does: every filter it has must fit, and its list.

    A list counts as it is on the day; without a day, in the time zone of the configuration, as it is on any.
    """
    if watch.listed is not None and (why := watch.listed.why_not(home, day)) is not None:
        return why
    owners = [owner for name in watch.group for owner in groups.get(name, ())]
    filters: tuple[tuple[str, Sequence[str], Sequence[str | None], Callable[[str], str]], ...] = (
        ("home", watch.home, (home.key, home.id), str.casefold),
        ("owner", watch.owner, (home.owner,), same_owner),
        ("group", tuple(owners) if watch.group else (), (home.owner,), same_owner),
        ("type", watch.type, (home.type,), squash),
        ("region", watch.region, (home.region,), squash),
        ("regulator", watch.regulator, (home.regulator,), squash),
        ("local authority", watch.local_authority, (home.local_authority,), squash),
        ("constituency", watch.constituency, (home.constituency,), squash),
    )
    for name, wanted, values, normal in filters:
        if (wanted or (name == "group" and watch.group)) and not _fits(wanted, values, normal):
            return f"its {name} is {values[0] or 'not published'}"
    return None


def labels_of(home: Described, watches: Iterable[Watch], names: Collection[str]) -> dict[str, str]:
    """What a home is called on the lists of the watches of these names, by watch; empty where none has a label."""
    return {
        watch.name: listed.label
        for watch in watches
        if watch.listed is not None and watch.name in names
        if (listed := watch.listed.find(home)) is not None and listed.label
    }


def label_of(home: Described, watches: Sequence[Watch]) -> str:
    """What the readers of some watches call a home; empty where none of their lists says."""
    labels = labels_of(home, watches, [watch.name for watch in watches])
    return ", ".join(dict.fromkeys(labels.values()))


def readers_labels(labels: Mapping[str, str], channel: str, watches: Iterable[Watch]) -> dict[str, str]:
    """The labels that the readers of a channel know: those of the watches that go there."""
    if not labels:
        return {}
    theirs = {watch.name for watch in watches if channel in (*watch.to, *watch.escalate_to)}
    return {name: label for name, label in labels.items() if name in theirs}


def readers_names(homes: Iterable[str], channel: str, watches: Iterable[Watch]) -> dict[str, str]:
    """What the readers of a channel call homes on their lists, by the homes' keys; only those that have names there."""
    if not (homes := tuple(homes)):
        return {}
    theirs = [watch for watch in watches if watch.listed is not None and channel in (*watch.to, *watch.escalate_to)]
    return {key: label for key in homes if (label := label_of(Home.named(key), theirs))}


def _fits(wanted: Sequence[str], values: Sequence[str | None], normal: Callable[[str], str]) -> bool:
    return bool({normal(value) for value in values if value} & {normal(value) for value in wanted})
