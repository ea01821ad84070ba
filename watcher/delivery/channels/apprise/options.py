"""The options of a channel that sends through Apprise."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from watcher.delivery.channels.options import ChannelOptions
from watcher.options.table import Secret


class AppriseOptions(ChannelOptions):
    """A channel that sends through the services that Apprise URLs name; they carry passwords and tokens."""

    secret = Secret("urls", file="urls_file", variable="WATCHER_APPRISE_URLS")

    kind: Literal["apprise"] = "apprise"
    urls_file: Path | None = None
    urls: SecretStr | None = Field(default=None, exclude=True)
