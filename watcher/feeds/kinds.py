"""Which kind of feed is which class; a new publisher is one row here."""

from datetime import timedelta

from watcher.config.settings import Settings
from watcher.feeds.feed import Feed
from watcher.timing.clock import Clock


def open_feeds(settings: Settings, clock: Clock, *, budget: timedelta | None = None) -> dict[str, Feed]:
    """The configured feeds by name; a reading ends early, to go on at the next poll, once it has used up `budget`."""
    from watcher.feeds.ofsted_site.feed import OfstedSite  # what reads pages is heavy, and most commands read none

    return {
        name: OfstedSite(
            name,
            url=feed.url,
            hosts=feed.hosts,
            contact=settings.contact,
            spacing=feed.spacing,
            look_back=feed.look_back,
            budget=budget,
            clock=clock,
        )
        for name, feed in settings.feeds.items()
    }
