"""The options of channels that send e-mail: each alert by itself, or what was gathered once a day."""

from datetime import time
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    StringConstraints,
    field_validator,
    model_validator,
)

from watcher.delivery.channels.options import ChannelOptions, DigestTimes
from watcher.delivery.quiet_hours import QuietHours
from watcher.messages.digest import DAYS, Day
from watcher.options.table import Secret
from watcher.options.values import (
    at_least_one,
    is_loopback,
    mail_address,
    mail_sender,
    one_or_more,
    smtp_address,
    time_of_day,
)


class MailOptions(ChannelOptions):
    """How e-mail is sent."""

    secret = Secret("password", file="password_file", variable="WATCHER_SMTP_PASSWORD", needed_with="username")

    smtp: Annotated[str, AfterValidator(smtp_address)]
    starttls: bool = True
    username: Annotated[str, StringConstraints(min_length=1)] | None = None
    password_file: Path | None = None
    sender: Annotated[str, AfterValidator(mail_sender)] = Field(alias="from")
    helo: Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Za-z:.]+\])$")] = ""
    """How the server is greeted; by the domain of `from` unless given."""
    to: Annotated[
        tuple[Annotated[str, AfterValidator(mail_address)], ...],
        BeforeValidator(one_or_more),
        AfterValidator(at_least_one),
    ]
    password: SecretStr | None = Field(default=None, exclude=True)
    """Read from `password_file` or WATCHER_SMTP_PASSWORD; refused in the file itself."""

    @model_validator(mode="after")
    def _nothing_secret_in_clear(self) -> Self:
        if not self.starttls and not is_loopback(self.smtp):
            raise ValueError("starttls = false would send everything readable over the network: only for localhost")
        if self.password_file and not self.username:
            raise ValueError("a password_file without a username: add the username")
        return self

    @property
    def recipients(self) -> tuple[str | None, ...]:
        """Each address by itself."""
        return self.to

    @property
    def place(self) -> tuple[object, ...] | None:
        """The same addresses through the same server; a digest is another thing than each alert by itself."""
        return (self.kind, self.smtp, *sorted(address.casefold() for address in self.to))


class EmailOptions(MailOptions):
    """A channel that sends each alert as an e-mail."""

    follows = True

    kind: Literal["email"] = "email"


class EmailDigestOptions(MailOptions):
    """A channel that gathers alerts and sends them once a day."""

    kind: Literal["email-digest"] = "email-digest"
    quiet: QuietHours | None = Field(default=None, exclude=True)
    """Refused: it has hours of its own."""
    at: Annotated[time, BeforeValidator(time_of_day)] = time(7, 30)
    days: Annotated[tuple[Day, ...], BeforeValidator(one_or_more), AfterValidator(at_least_one)] = DAYS

    @field_validator("quiet", mode="before")
    @classmethod
    def _has_its_own_hours(cls, _: object) -> None:
        raise ValueError("leave it out: a digest waits anyhow, and comes when its `at` and `days` say")

    @property
    def digest_times(self) -> DigestTimes:
        """Once a day, on the days that are named."""
        return DigestTimes(self.at, self.days)
