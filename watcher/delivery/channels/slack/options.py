"""The options of channels that post to Slack: as a bot, or through an incoming webhook."""

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, StringConstraints

from watcher.delivery.channels.options import ChannelOptions
from watcher.machine.way_out import WayOut
from watcher.options.table import Secret
from watcher.options.values import WebAddress

_PLACE = re.compile(r"[CG][A-Z0-9]{2,20}")
"""The id of a channel, as Slack gives it."""

_SLACKS_OWN = "https://hooks.slack.com/"


class SlackOptions(ChannelOptions):
    """A channel that posts as a Slack bot."""

    secret = Secret("token", file="token_file", variable="SLACK_BOT_TOKEN")
    follows = True
    has_threads = True

    kind: Literal["slack"] = "slack"
    channel: Annotated[str, StringConstraints(min_length=1)]
    token_file: Path | None = None
    url: WebAddress = "https://slack.com/api/"
    picture: bool = False
    token: SecretStr | None = Field(default=None, exclude=True)
    """Read from `token_file` or SLACK_BOT_TOKEN; refused in the file itself."""

    @property
    def place(self) -> tuple[object, ...] | None:
        """A channel of a workspace."""
        return (self.kind, self.url, self.channel)

    def elsewhere(self, place: str) -> Self | None:
        """Another channel of the same workspace."""
        return self.model_copy(update={"channel": place}) if _PLACE.fullmatch(place) else None

    def told_way(self, way_out: WayOut) -> str:
        """To its Web API."""
        return way_out.told(self.url)


class SlackWebhookOptions(ChannelOptions):
    """A channel that posts through an incoming webhook of Slack, whose address is the secret."""

    secret = Secret("url", file="url_file", variable="SLACK_WEBHOOK_URL")

    kind: Literal["slack-webhook"] = "slack-webhook"
    url_file: Path | None = None
    url: SecretStr | None = Field(default=None, exclude=True)

    @property
    def place(self) -> tuple[object, ...] | None:
        """The webhook's address."""
        return (self.kind, self.url.get_secret_value()) if self.url else None

    def told_way(self, way_out: WayOut) -> str:
        """To its webhook."""
        return way_out.told(self.url.get_secret_value() if self.url else _SLACKS_OWN)
