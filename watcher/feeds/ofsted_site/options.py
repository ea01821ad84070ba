"""The options of a feed that reads Ofsted's reports site."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator

from watcher.feeds.ofsted_site.remit import HOMES, REMITS, Remit, remit_of
from watcher.feeds.options import FeedOptions
from watcher.options.mistakes import did_you_mean
from watcher.options.values import Duration, Names, WebAddress, named
from watcher.options.way_out import WayOut


def remit_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """The same names, each once; refused if one is no remit's, or there is none."""
    known = [remit.name for remit in REMITS]
    for name in named(names):
        if name not in known:
            raise ValueError(f"{name!r} is not possible{did_you_mean(name, known)}")
    return tuple(dict.fromkeys(names))


class OfstedSiteOptions(FeedOptions):
    """A feed that reads Ofsted's reports site."""

    least_spacing = timedelta(seconds=1)

    kind: Literal["ofsted-site"] = "ofsted-site"
    url: WebAddress = "https://reports.ofsted.gov.uk"
    look_back: Duration = timedelta(days=60)
    remits: Annotated[Names, AfterValidator(remit_names)] = (HOMES.name,)

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
