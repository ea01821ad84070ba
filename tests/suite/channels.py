"""The channels that the suite kills the service in front of; a further one is a class and a row of CHANNELS."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from tests.standins import slack as slack_standin
from tests.standins.slack import CHANNEL, TOKEN, SlackStandIn
from watcher.clock import Clock
from watcher.delivery.wording import POSSIBLY_REPEATED


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message as its reader has it."""

    delivery: str
    """The delivery's id."""
    is_marked: bool
    """Whether it says of itself that it is possibly repeated."""


class ReadersEnd(Protocol):
    """A stand-in of what a channel writes to."""

    name: str
    """The channel's name in the configuration."""

    def __enter__(self) -> Self:
        """Begins to listen."""
        ...

    def __exit__(self, *_: object) -> None:
        """Ends it."""
        ...

    def toml(self, folder: Path) -> str:
        """The channel's table of the configuration; secrets are written to files in the folder."""
        ...

    def arrivals(self) -> list[Arrival]:
        """Everything that has arrived, in that order."""
        ...

    def tease(self, chance: random.Random, kill: Callable[[], None] | None) -> None:
        """Behaves badly at the next messages, in ways drawn from `chance`; `kill` ends the service at one of them."""
        ...

    def cannot_be_searched(self) -> None:
        """From now on nobody can look whether a message has arrived."""
        ...

    def relent(self) -> None:
        """Behaves well again."""
        ...


class SlackEnd:
    """Slack, which can be asked whether a message has arrived."""

    name = "desk"

    def __init__(self, clock: Clock) -> None:
        self.slack = SlackStandIn(lambda: clock.now().timestamp())

    def __enter__(self) -> Self:
        self.slack.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.slack.__exit__()

    def toml(self, folder: Path) -> str:
        """The channel's table; the token lies in a file of its own."""
        (folder / "slack-token").write_text(TOKEN)
        return (
            f'[channels.{self.name}]\nkind = "slack"\nchannel = "{CHANNEL}"\n'
            f'token_file = "{folder / "slack-token"}"\nurl = "{self.slack.url}"\n'
        )

    def arrivals(self) -> list[Arrival]:
        """Everything that Slack has taken."""
        return [
            Arrival(one["metadata"]["event_payload"]["id"], POSSIBLY_REPEATED in json.dumps(one))
            for one in list(self.slack.messages)
        ]

    def tease(self, chance: random.Random, kill: Callable[[], None] | None) -> None:
        """Some of the next answers get lost, are refusals for now, or never come."""
        self.relent()
        if chance.random() < 0.3:
            self.cannot_be_searched()
        faults = [slack_standin.takes_and_drops, slack_standin.drops, slack_standin.is_rate_limited("1")]
        for _ in range(chance.randrange(4)):
            self.slack.script.append(chance.choice([slack_standin.accepts, slack_standin.accepts, *faults]))
        if kill is not None:
            self.slack.script.append(slack_standin.calls(kill, is_taken=chance.random() < 0.5))

    def cannot_be_searched(self) -> None:
        """As where the bot has no leave to read the channel."""
        self.slack.errors["conversations.history"] = "missing_scope"

    def relent(self) -> None:
        """Nothing goes wrong any more."""
        self.slack.script.clear()
        self.slack.errors.clear()


CHANNELS: tuple[Callable[[Clock], ReadersEnd], ...] = (SlackEnd,)
