"""The options of channels that post to Slack: as a bot, or through an incoming webhook."""

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, StringConstraints

from watcher.delivery.channels.options import ChannelOptions
from watcher.delivery.channels.slack.people import acting
from watcher.delivery.channels.slack.tokens import wrong_with_app_token, wrong_with_bot_token
from watcher.options.table import Secret
from watcher.options.values import NamedOnes, WebAddress
from watcher.options.way_out import WayOut

_PLACE = re.compile(r"[CGD][A-Z0-9]{2,20}")
"""The id of a channel or of a conversation with one person, as Slack gives it."""

_SLACKS_OWN = "https://hooks.slack.com/"


class SlackOptions(ChannelOptions):
    """A channel that posts as a Slack bot."""

    secret = Secret("token", file="token_file", variable="SLACK_BOT_TOKEN", wrong_with=wrong_with_bot_token)
    further_secrets = (
        Secret(
            "app_token",
            file="app_token_file",
            variable="SLACK_APP_TOKEN",
            needed_with="may_act",
            wrong_with=wrong_with_app_token,
        ),
    )
    follows = True
    has_threads = True

    kind: Literal["slack"] = "slack"
    channel: Annotated[str, StringConstraints(min_length=1)]
    token_file: Path | None = None
    app_token_file: Path | None = None
    may_act: Annotated[NamedOnes, AfterValidator(acting)] = ()
    """Ids of the users, and `usergroup:` ids, who may act; empty: everybody in the channel."""
    url: WebAddress = "https://slack.com/api/"
    picture: bool = False
    token: SecretStr | None = Field(default=None, exclude=True)
    """Read from `token_file` or SLACK_BOT_TOKEN; refused in the file itself."""
    app_token: SecretStr | None = Field(default=None, exclude=True)
    """Read from `app_token_file`, or where `may_act` is named from SLACK_APP_TOKEN; None: the bot hears nothing."""

    @property
    def is_answered(self) -> bool:
        """Whether people can answer there; known without the secrets, and never for a variable's sake alone."""
        return self.app_token_file is not None or bool(self.may_act)

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
