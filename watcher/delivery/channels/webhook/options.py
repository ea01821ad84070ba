"""The options of a channel that posts to another program."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from watcher.delivery.channels.options import ChannelOptions
from watcher.delivery.channels.webhook.signing import wrong_with_secrets
from watcher.options.table import Secret
from watcher.options.values import Receiver
from watcher.options.way_out import WayOut


class WebhookOptions(ChannelOptions):
    """A channel that posts signed JSON to another program."""

    secret = Secret("key", file="secret_file", variable="WATCHER_WEBHOOK_SECRET", wrong_with=wrong_with_secrets)

    kind: Literal["webhook"] = "webhook"
    url: Receiver
    secret_file: Path | None = None
    key: SecretStr | None = Field(default=None, exclude=True)

    @property
    def place(self) -> tuple[object, ...] | None:
        """The address that is posted to."""
        return (self.kind, self.url)

    def told_way(self, way_out: WayOut) -> str:
        """To its receiver."""
        return way_out.told(self.url)
