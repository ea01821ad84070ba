"""Which kinds of feed there are; a new publisher is one folder, and one row in `KINDS`.

A feed's module is imported where one is opened: what reads pages is heavy, and most commands read none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from watcher.feeds.advance import OnAdvance, unnoticed
from watcher.feeds.cqc_api.options import CqcApiOptions
from watcher.feeds.exchange import OnExchange, unheard
from watcher.feeds.feed import Cursor, Feed
from watcher.feeds.govuk_statistics.options import GovukStatisticsOptions
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.feeds.options import FeedOptions
from watcher.feeds.register.options import RegisterOptions
from watcher.options.table import OneOf
from watcher.options.way_out import DIRECTLY, WayOut
from watcher.timing.clock import Clock


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks the publishers, and for how long: the same for every feed."""

    contact: str
    """The operator's address, for the publisher."""
    clock: Clock
    budget: timedelta | None = None
    """A reading ends early, to go on at the next poll, once it has used up so much."""
    way_out: WayOut = DIRECTLY
    """Through which proxy publishers are asked, if through any."""
    on_advance: OnAdvance = unnoticed
    """Hears how far each reading is."""
    on_exchange: OnExchange = unheard
    """Hears what is asked and what comes, of feeds that say until when the same means the same."""


def _never_quiet(_: Cursor, __: datetime) -> datetime | None:
    return None


@dataclass(frozen=True, slots=True)
class FeedKind:
    """A kind of feed: its options, and how one is opened."""

    options: type[FeedOptions]
    open: Callable[[str, Any, Caller], Feed]
    """Given its name in the configuration and its options; opening a feed asks nothing."""
    quiet_until: Callable[[Cursor, datetime], datetime | None] = _never_quiet
    """Until when the same answers to the same requests mean nothing new, after a reading with this cursor; or never."""


def _ofsted_site(name: str, options: OfstedSiteOptions, caller: Caller) -> Feed:
    from watcher.feeds.ofsted_site.feed import OfstedSite

    return OfstedSite(
        name,
        url=options.url,
        hosts=options.hosts,
        contact=caller.contact,
        spacing=options.spacing,
        look_back=options.look_back,
        remits=options.chosen,
        budget=caller.budget,
        clock=caller.clock,
        way_out=caller.way_out,
        on_advance=caller.on_advance,
        on_exchange=caller.on_exchange,
    )


def _quiet_until(cursor: Cursor, now: datetime) -> datetime | None:
    from watcher.feeds.ofsted_site.quiet import quiet_until

    return quiet_until(cursor, now)


def _cqc_api(name: str, options: CqcApiOptions, caller: Caller) -> Feed:
    from watcher.feeds.cqc_api.feed import CqcApi
    from watcher.feeds.cqc_api.poll import Filters

    return CqcApi(
        name,
        url=options.url,
        key=options.key,
        hosts=options.hosts,
        contact=caller.contact,
        spacing=options.spacing,
        look_back=options.look_back,
        filters=Filters(options.local_authority, options.directorate, options.care_home),
        budget=caller.budget,
        clock=caller.clock,
        way_out=caller.way_out,
        on_advance=caller.on_advance,
    )


def _govuk_statistics(name: str, options: GovukStatisticsOptions, caller: Caller) -> Feed:
    from watcher.feeds.govuk_statistics.feed import GovukStatistics

    return GovukStatistics(
        name,
        url=options.url,
        hosts=options.hosts,
        contact=caller.contact,
        spacing=options.spacing,
        clock=caller.clock,
        way_out=caller.way_out,
    )


def _register(name: str, options: RegisterOptions, caller: Caller) -> Feed:
    from watcher.feeds.register.feed import RegisterFeed

    return RegisterFeed(name, options, contact=caller.contact, clock=caller.clock, way_out=caller.way_out)


KINDS: dict[str, FeedKind] = {
    "ofsted-site": FeedKind(OfstedSiteOptions, _ofsted_site, _quiet_until),
    "cqc-api": FeedKind(CqcApiOptions, _cqc_api),
    "govuk-statistics": FeedKind(GovukStatisticsOptions, _govuk_statistics),
    "register": FeedKind(RegisterOptions, _register),
}

AnyFeed = Annotated[
    FeedOptions, OneOf(lambda: {name: kind.options for name, kind in KINDS.items()}, default="ofsted-site")
]
"""The options of a feed as the configuration has them."""


def open_feeds(feeds: Mapping[str, FeedOptions], caller: Caller) -> dict[str, Feed]:
    """The configured feeds by name."""
    return {name: KINDS[options.kind].open(name, options, caller) for name, options in feeds.items()}
