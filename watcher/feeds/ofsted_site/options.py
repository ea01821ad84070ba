"""The options of a feed that reads Ofsted's reports site."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator

from watcher.feeds.ofsted_site.remit import Remit, remit_of
from watcher.feeds.options import FeedOptions
from watcher.options.values import Duration, Hosts, WebAddress, named, one_or_more
from watcher.options.way_out import WayOut

RemitName = Literal["children's homes", "local authorities"]


def once(names: tuple[RemitName, ...]) -> tuple[RemitName, ...]:
    """The same names, each once."""
    return tuple(dict.fromkeys(named(names)))


class OfstedSiteOptions(FeedOptions):
    """A feed that reads Ofsted's reports site."""

    least_spacing = timedelta(seconds=1)

    kind: Literal["ofsted-site"] = "ofsted-site"
    url: WebAddress = "https://reports.ofsted.gov.uk"
    hosts: Hosts = ("files.ofsted.gov.uk",)
    look_back: Duration = timedelta(days=60)
    remits: Annotated[tuple[RemitName, ...], BeforeValidator(one_or_more), AfterValidator(once)] = ("children's homes",)

    @property
    def chosen(self) -> tuple[Remit, ...]:
        """What the site is read for; what most comes out of first, whatever the order in the configuration."""
        return tuple(sorted(map(remit_of, self.remits), key=lambda remit: remit.still_after))

    @property
    def still_after(self) -> int:
        """Of all homes of a country something comes out nearly every day; of its authorities every other week."""
        return self.chosen[0].still_after

    def told_way(self, way_out: WayOut) -> str:
        """To the site's root."""
        return way_out.told(self.url)

    @property
    def regulators(self) -> tuple[str, ...]:
        """Those of its remits."""
        return tuple(remit.key for remit in self.chosen)
