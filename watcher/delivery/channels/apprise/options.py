"""The options of a channel that sends through Apprise."""

from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from watcher.delivery.channels.options import ChannelOptions
from watcher.network.way_out import WayOut
from watcher.options.table import Secret


class AppriseOptions(ChannelOptions):
    """A channel that sends through the services that Apprise URLs name; they carry passwords and tokens."""

    secret = Secret("urls", file="urls_file", variable="WATCHER_APPRISE_URLS")

    kind: Literal["apprise"] = "apprise"
    urls_file: Path | None = None
    urls: SecretStr | None = Field(default=None, exclude=True)

    def way(self, _: WayOut) -> str:
        """Apprise asks the environment, and offers no other way."""
        return "through the environment's proxies if it names any, whatever [network] says: Apprise decides that itself"

    @field_validator("kind")
    @classmethod
    def _is_installed(cls, kind: str) -> str:
        if find_spec("apprise") is None:
            raise ValueError('needs Apprise, which is not installed: pip install "watcher[apprise]"')
        return kind
