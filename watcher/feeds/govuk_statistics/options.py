"""The options of a feed that reads official statistics on gov.uk."""

from datetime import timedelta
from typing import Literal

from watcher.feeds.options import FeedOptions
from watcher.options.values import Duration, WebAddress
from watcher.options.way_out import WayOut


class GovukStatisticsOptions(FeedOptions):
    """A feed that reads a document of gov.uk's Content API, and the official files that it leads to."""

    least_spacing = timedelta(seconds=1)

    kind: Literal["govuk-statistics"] = "govuk-statistics"
    url: WebAddress
    every: Duration = timedelta(days=1)

    @property
    def tells_the_present(self) -> bool:
        """A release is of months ago: reading it in time is no news of any home."""
        return False

    def told_way(self, way_out: WayOut) -> str:
        """To the document."""
        return way_out.told(self.url)

    @property
    def regulators(self) -> tuple[str, ...]:
        """Of whom the official files are."""
        return ("ofsted",)
