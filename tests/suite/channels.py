"""The channels that the suite kills the service in front of; a further one is a class and a row of CHANNELS."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any, Protocol, Self

from tests.standins import slack as slack_standin
from tests.standins import smtp as smtp_standin
from tests.standins.slack import APP_TOKEN, CHANNEL, TOKEN, SlackStandIn
from tests.standins.slack_payloads import BOT_USER, TEAM
from tests.standins.smtp import PASSWORD, USERNAME, Arrived, SmtpStandIn
from tests.standins.socket_mode import SocketMode
from watcher.messages.wording import POSSIBLY_REPEATED
from watcher.timing.clock import Clock


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message as its reader has it."""

    delivery: str
    """The delivery's id."""
    is_marked: bool
    """Whether it says of itself that it is possibly repeated."""
    reader: str = ""
    """The one reader who has it, where a channel has several."""
    term: int | None = None
    """The number of the leadership that sent it; None where nobody else could."""


class ReadersEnd(Protocol):
    """A stand-in of what a channel writes to."""

    name: str
    """The channel's name in the configuration."""
    readers: tuple[str, ...]
    """Who must have every message; ("",) for one place that all read."""
    can_be_searched: bool
    """Whether one can look, unless something goes wrong, if a message has arrived: where not, a repeat says so."""

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
    readers: tuple[str, ...] = ("",)
    can_be_searched = True

    def __init__(self, clock: Clock, kind: type[SlackStandIn] = SlackStandIn) -> None:
        self.slack = kind(lambda: clock.now().timestamp())

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
        return [slack_arrival(message) for message in list(self.slack.messages)]

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


class AnsweredSlackEnd(SlackEnd):
    """Slack with lines by which it says what people press and write."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.slack.identity |= {"team_id": TEAM, "user_id": BOT_USER}
        self.lines = SocketMode(self.slack)

    def __enter__(self) -> Self:
        super().__enter__()
        self.lines.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.lines.__exit__()
        super().__exit__()

    def toml(self, folder: Path) -> str:
        """The same, with the token of the lines in a file of its own."""
        (folder / "app-token").write_text(APP_TOKEN)
        return f'{super().toml(folder)}app_token_file = "{folder / "app-token"}"\n'


class MailEnd:
    """A mail server that keeps what it takes for two readers, and of which nobody can ask whether it has a message."""

    name = "mail"
    readers: tuple[str, ...] = ("desk@example.org", "editor@example.org")
    can_be_searched = False
    kind = "email"

    def __init__(self, _: Clock) -> None:
        self.smtp = SmtpStandIn()

    def __enter__(self) -> Self:
        self.smtp.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.smtp.__exit__()

    def toml(self, folder: Path) -> str:
        """The channel's table; the password lies in a file of its own."""
        (folder / "password").write_text(PASSWORD)
        return (
            f'[channels.{self.name}]\nkind = "{self.kind}"\nsmtp = "{self.smtp.url}"\nusername = "{USERNAME}"\n'
            f'password_file = "{folder / "password"}"\nfrom = "watcher@example.org"\nto = {json.dumps(self.readers)}\n'
        )

    def arrivals(self) -> list[Arrival]:
        """Every mail that the server has taken, named by its Message-ID."""
        return [_mail_arrival(letter) for letter in list(self.smtp.arrived)]

    def tease(self, chance: random.Random, kill: Callable[[], None] | None) -> None:
        """Some of the next mails are refused for now or their answers get lost; so may one reader's alone be."""
        self.relent()
        if chance.random() < 0.3:
            self.smtp.replies[chance.choice(self.readers)] = ["450 4.2.1 mailbox busy"]
        if chance.random() < 0.2:
            self.smtp.replies["CONNECT"] = ["421 4.3.2 no service now"]
        faults = [smtp_standin.takes_and_drops, smtp_standin.drops, smtp_standin.is_busy]
        for _ in range(chance.randrange(4)):
            self.smtp.script.append(chance.choice([smtp_standin.accepts, smtp_standin.accepts, *faults]))
        if kill is not None:
            self.smtp.script.append(smtp_standin.calls(kill, is_taken=chance.random() < 0.5))

    def cannot_be_searched(self) -> None:
        """It never can."""

    def relent(self) -> None:
        """Nothing goes wrong any more."""
        self.smtp.script.clear()
        self.smtp.replies.clear()


class DigestEnd(MailEnd):
    """The same, for one mail a day."""

    name = "evening"
    kind = "email-digest"
    at = time(18)

    def toml(self, folder: Path) -> str:
        """The channel's table, with the time of day."""
        return f'{super().toml(folder)}at = "{self.at:%H:%M}"\n'


def _identity(mail: Arrived) -> str:
    """The delivery's id, which its Message-ID begins with."""
    return str(mail.mail["Message-ID"]).removeprefix("<").partition("@")[0]


def _mail_arrival(letter: Arrived) -> Arrival:
    (reader,), term = letter.recipients, letter.mail["X-Watcher-Term"]
    is_marked = POSSIBLY_REPEATED in letter.text
    return Arrival(_identity(letter), is_marked, reader, int(term) if term is not None else None)


def slack_arrival(message: dict[str, Any]) -> Arrival:
    """One message of Slack's."""
    payload = message["metadata"]["event_payload"]
    return Arrival(payload["id"], POSSIBLY_REPEATED in json.dumps(message), term=payload.get("term"))


MakeEnd = Callable[[Clock], ReadersEnd]

CHANNELS: tuple[MakeEnd, ...] = (SlackEnd, MailEnd)

ANSWERED: tuple[MakeEnd, ...] = (AnsweredSlackEnd, MailEnd)
"""The same, where people press and write."""
