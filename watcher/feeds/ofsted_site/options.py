"""The options of a feed that reads Ofsted's reports site."""

from datetime import timedelta
from typing import Literal

from watcher.feeds.options import FeedOptions
from watcher.options.values import Duration, Hosts, WebAddress
from watcher.options.way_out import WayOut

STILL_AFTER = 10
"""Working days. In the yearly files the longest without a report on any home was 8, in September 2022."""


class OfstedSiteOptions(FeedOptions):
    """A feed that reads Ofsted's reports site."""

    least_spacing = timedelta(seconds=1)

    kind: Literal["ofsted-site"] = "ofsted-site"
    url: WebAddress = "https://reports.ofsted.gov.uk"
    hosts: Hosts = ("files.ofsted.gov.uk",)
    look_back: Duration = timedelta(days=60)

    @property
    def still_after(self) -> int:
        """Of all homes of a country something comes out nearly every day."""
        return STILL_AFTER

    def told_way(self, way_out: WayOut) -> str:
        """To the site's root."""
        return way_out.told(self.url)

    @property
    def regulators(self) -> tuple[str, ...]:
        """Ofsted alone."""
        return ("ofsted",)
