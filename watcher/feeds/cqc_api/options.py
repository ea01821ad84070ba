"""The options of a feed that reads the CQC's API."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, StringConstraints

from watcher.feeds.options import FeedOptions
from watcher.options.table import Secret
from watcher.options.values import Duration, WebAddress, named
from watcher.options.way_out import WayOut

_Filter = Annotated[
    tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)], ...], AfterValidator(named)
]


def wrong_with_key(key: str) -> str:
    """What is wrong with a value that can't be a key; empty if nothing is."""
    return "" if re.fullmatch(r"[!-~]{1,200}", key) else "holds no key: it is one word of letters and digits"


class CqcApiOptions(FeedOptions):
    """A feed that reads the CQC's API; a filter that is not given does not filter."""

    least_spacing = timedelta(milliseconds=100)
    secret = Secret("key", file="key_file", variable="CQC_API_KEY", wrong_with=wrong_with_key)

    kind: Literal["cqc-api"] = "cqc-api"
    url: WebAddress = "https://api.service.cqc.org.uk/public/v1"
    key_file: Path | None = None
    key: SecretStr | None = Field(default=None, exclude=True)
    every: Duration = timedelta(hours=1)
    look_back: Duration = timedelta(days=30)
    spacing: Duration = timedelta(milliseconds=500)
    local_authority: _Filter = ()
    directorate: _Filter = ()
    care_home: bool = False
    """Whether care homes alone are read."""

    def told_way(self, way_out: WayOut) -> str:
        """To the API's root."""
        return way_out.told(self.url)

    @property
    def only_in(self) -> tuple[str, ...]:
        """Those of the filter."""
        return self.local_authority

    @property
    def regulators(self) -> tuple[str, ...]:
        """The CQC alone."""
        return ("cqc",)
