"""The options of a feed that reads Ofsted's reports site."""

from datetime import timedelta
from typing import Literal

from watcher.feeds.options import FeedOptions
from watcher.options.values import Duration, Names, WebAddress


class OfstedSiteOptions(FeedOptions):
    """A feed that reads Ofsted's reports site."""

    kind: Literal["ofsted-site"] = "ofsted-site"
    url: WebAddress = "https://reports.ofsted.gov.uk"
    hosts: Names = ("files.ofsted.gov.uk",)
    look_back: Duration = timedelta(days=60)

    @property
    def regulators(self) -> tuple[str, ...]:
        """Ofsted alone."""
        return ("ofsted",)
