"""What a configuration brings along, opened: made as a whole or not at all, before anything live is touched."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from watcher.config.differences import Difference, differences
from watcher.config.made_watches import with_made, with_those_of, without_made
from watcher.config.remarks import Remark, modes_of, remarks, remarks_on_lists
from watcher.config.settings import Settings
from watcher.delivery.channel import Channel
from watcher.delivery.channels.kinds import open_channel, open_channels
from watcher.facts.inspection import Home
from watcher.feeds.feed import Feed
from watcher.feeds.kinds import Caller, open_feeds
from watcher.feeds.options import FeedOptions
from watcher.service.past_the_outbox import LastResort
from watcher.watching.made_watches import MadeWatch

CallerOf = Callable[[Settings], Caller]
"""How the publishers are asked by a configuration."""

_READ_BY_ROUNDS = {"every": None, "stale_after": None, "brake": None}
"""What of a feed's options its rounds ask anew each time: the feed itself stays the same."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A configuration with its channels and feeds."""

    settings: Settings
    channels: Mapping[str, Channel]
    feeds: Mapping[str, Feed]


@dataclass(frozen=True, slots=True)
class Ready:
    """Another one that only has to be put in force, and what to say of it."""

    in_force: InForce
    last_resort: LastResort
    differences: tuple[Difference, ...]
    needs_restart: tuple[str, ...]
    """What it says otherwise and stays as it is until the process is started again."""
    remarks: tuple[Remark, ...]
    """What is remarkable of it and was not before."""
    renamed: Mapping[str, str]
    """The former names of feeds that only have another one, by the new."""


def last_resort(settings: Settings) -> LastResort:
    """The operator's channels, opened a second time for when the history takes nothing."""
    return LastResort(open_channels(settings.operators_channels, settings.house_style))


def made_ready(
    settings: Settings,
    before: InForce,
    caller: CallerOf,
    homes: Callable[[], Iterable[Home]],
    signing_key: bytes | None = None,
) -> Ready:
    """Opens what is new or changed; what is not stays the same object. Touches nothing that is in force."""
    former = without_made(before.settings)
    needs_restart = tuple(_needing_restart(former, settings))
    settings = settings.model_copy(update={"data_dir": former.data_dir, "history": former.history, "web": former.web})
    noted, in_use = set(remarks(before.settings, modes_of(former))), with_those_of(settings, before.settings)
    return Ready(
        in_force=InForce(settings, _channels(settings, before, signing_key), _feeds(settings, before, caller)),
        last_resort=last_resort(settings),
        differences=tuple(differences(former, settings)),
        needs_restart=needs_restart,
        remarks=(
            *(remark for remark in remarks(in_use, modes_of(settings)) if remark not in noted),
            *remarks_on_lists(settings, homes, former),
        ),
        renamed=dict(_renamed(former.feeds, settings.feeds)),
    )


def with_watches_of_people(
    now: InForce, before: InForce, made: Iterable[MadeWatch], signing_key: bytes | None
) -> InForce:
    """What is to be in force, with the watches that people have made by now and the channels that these need."""
    settings = with_made(now.settings, made)
    configured = without_made(now.settings).channels
    of_people = {name: options for name, options in settings.channels.items() if name not in configured}
    opened = _channels(settings.model_copy(update={"channels": of_people}), before, signing_key)
    return replace(now, settings=settings, channels={**{name: now.channels[name] for name in configured}, **opened})


def _needing_restart(before: Settings, after: Settings) -> Iterable[str]:
    """Where the history lives is locked, and the address of the pages is bound, for as long as the process lives."""
    if before.data_dir != after.data_dir:
        yield "data_dir"
    if before.history != after.history:
        yield "history"
    for key in type(after.web).model_fields:
        if getattr(before.web, key) != getattr(after.web, key):
            yield f"[web] {key}"


def _channels(settings: Settings, before: InForce, signing_key: bytes | None) -> Mapping[str, Channel]:
    style, is_restyled = settings.signed_style(signing_key), settings.house_style != before.settings.house_style
    opened = {}
    for name, options in settings.channels.items():
        kept = before.channels.get(name)
        is_same = kept is not None and not is_restyled and before.settings.channels.get(name) == options
        opened[name] = kept if kept is not None and is_same else open_channel(name, options, style)
    return opened


def _feeds(settings: Settings, before: InForce, caller: CallerOf) -> Mapping[str, Feed]:
    former = before.settings
    asks_otherwise = (former.contact, former.way_out) != (settings.contact, settings.way_out)
    kept = {
        name: before.feeds[name]
        for name, options in settings.feeds.items()
        if name in before.feeds and not asks_otherwise and _is_same_feed(former.feeds.get(name), options)
    }
    others = {name: options for name, options in settings.feeds.items() if name not in kept}
    opened = {**kept, **open_feeds(others, caller(settings))}
    return {name: opened[name] for name in settings.feeds}


def _renamed(before: Mapping[str, FeedOptions], after: Mapping[str, FeedOptions]) -> Iterator[tuple[str, str]]:
    gone = {name: options for name, options in before.items() if name not in after}
    for name, options in after.items():
        former = next((each for each, known in gone.items() if _is_same_feed(known, options)), None)
        if name not in before and former is not None:
            del gone[former]
            yield name, former


def _is_same_feed(before: FeedOptions | None, after: FeedOptions) -> bool:
    return before is not None and before.model_copy(update=_READ_BY_ROUNDS) == after.model_copy(update=_READ_BY_ROUNDS)
