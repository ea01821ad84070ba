"""One typed table of every option; an unknown key is an error that names the nearest known one."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from watcher.judging.changes import What
from watcher.messages.digest import DAYS, Day
from watcher.options.mistakes import (
    ConfigError,
    Location,
    Mistake,
    did_you_mean,
    line_of,
    mistakes_of,
    table,
    tables,
)
from watcher.options.secrets import HEARTBEAT_URL, Secret, missing_secrets, read_secret, secret_of
from watcher.options.values import (
    Duration,
    Name,
    Names,
    Patience,
    Receiver,
    WebAddress,
    at_least_one,
    is_loopback,
    mail_address,
    one_or_more,
    smtp_address,
    time_of_day,
    time_zone,
)

DEFAULT_FILE = Path("watcher.toml")

DEFAULT_CHANGES = (What.DROPPED_TO_INADEQUATE, What.FIRST_INADEQUATE, What.STILL_INADEQUATE, What.RECOVERED)
"""What a watch tells that doesn't say which changes it wants."""


class _Table(BaseModel):
    """A table of the file: frozen, and closed to keys that nobody reads."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class OfstedSite(_Table):
    """A feed that reads Ofsted's reports site."""

    kind: Literal["ofsted-site"] = "ofsted-site"
    url: WebAddress = "https://reports.ofsted.gov.uk"
    hosts: Names = ("files.ofsted.gov.uk",)
    every: Duration = timedelta(minutes=30)
    look_back: Duration = timedelta(days=60)
    spacing: Duration = timedelta(seconds=2)
    stale_after: Duration = timedelta(hours=6)
    brake: Annotated[float, Field(gt=0, le=1)] = 0.2


Feed = OfstedSite


class Console(_Table):
    """A channel that prints."""

    kind: Literal["console"] = "console"


class Slack(_Table):
    """A channel that posts as a Slack bot."""

    secret: ClassVar = Secret("token", file="token_file", variable="SLACK_BOT_TOKEN")

    kind: Literal["slack"] = "slack"
    channel: Annotated[str, StringConstraints(min_length=1)]
    token_file: Path | None = None
    url: WebAddress = "https://slack.com/api/"
    picture: bool = False
    token: SecretStr | None = Field(default=None, exclude=True)
    """Read from `token_file` or SLACK_BOT_TOKEN; refused in the file itself."""


class SlackWebhook(_Table):
    """A channel that posts through an incoming webhook of Slack, whose address is the secret."""

    secret: ClassVar = Secret("url", file="url_file", variable="SLACK_WEBHOOK_URL")

    kind: Literal["slack-webhook"] = "slack-webhook"
    url_file: Path | None = None
    url: SecretStr | None = Field(default=None, exclude=True)


class Apprise(_Table):
    """A channel that sends through the services that Apprise URLs name; they carry passwords and tokens."""

    secret: ClassVar = Secret("urls", file="urls_file", variable="WATCHER_APPRISE_URLS")

    kind: Literal["apprise"] = "apprise"
    urls_file: Path | None = None
    urls: SecretStr | None = Field(default=None, exclude=True)

    @field_validator("kind")
    @classmethod
    def _is_installed(cls, kind: str) -> str:
        if find_spec("apprise") is None:
            raise ValueError('needs Apprise, which is not installed: pip install "watcher[apprise]"')
        return kind


class Webhook(_Table):
    """A channel that posts signed JSON to another program."""

    secret: ClassVar = Secret("key", file="secret_file", variable="WATCHER_WEBHOOK_SECRET")

    kind: Literal["webhook"] = "webhook"
    url: Receiver
    secret_file: Path | None = None
    key: SecretStr | None = Field(default=None, exclude=True)


class _Mail(_Table):
    """How e-mail is sent."""

    secret: ClassVar = Secret(
        "password", file="password_file", variable="WATCHER_SMTP_PASSWORD", needed_with="username"
    )

    smtp: Annotated[str, AfterValidator(smtp_address)]
    starttls: bool = True
    username: Annotated[str, StringConstraints(min_length=1)] | None = None
    password_file: Path | None = None
    sender: Annotated[str, AfterValidator(mail_address)] = Field(alias="from")
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


class Email(_Mail):
    """A channel that sends each alert as an e-mail."""

    kind: Literal["email"] = "email"


class EmailDigest(_Mail):
    """A channel that gathers alerts and sends them once a day."""

    kind: Literal["email-digest"] = "email-digest"
    at: Annotated[time, BeforeValidator(time_of_day)] = time(7, 30)
    days: Annotated[tuple[Day, ...], BeforeValidator(one_or_more), AfterValidator(at_least_one)] = DAYS


Channel = Annotated[
    Console | Slack | SlackWebhook | Apprise | Webhook | Email | EmailDigest, Field(discriminator="kind")
]

SECRETS: Mapping[str, Secret] = {
    kind: model.secret
    for model in get_args(get_args(Channel)[0])
    if hasattr(model, "secret")
    for kind in get_args(model.model_fields["kind"].annotation)
}
"""By kind of channel."""


class Watch(_Table):
    """Which homes, which changes, to which channels."""

    name: Name
    home: Names = ()
    owner: Names = ()
    group: Names = ()
    type: Names = ()
    region: Names = ()
    regulator: Names = ()
    local_authority: Names = ()
    changes: Annotated[
        tuple[What, ...], BeforeValidator(lambda value: tuple(What) if value == "all" else one_or_more(value))
    ] = DEFAULT_CHANGES
    to: Names
    repeat: Patience | None = None
    escalate_to: Names = ()
    escalate_after: Patience | None = None

    @model_validator(mode="after")
    def _escalates_to_somebody(self) -> Self:
        if self.escalate_after is not None and not self.escalate_to:
            raise ValueError("escalate_after without escalate_to: name the channels too")
        return self

    @property
    def escalates_after(self) -> timedelta:
        """How long an alert may stay unacknowledged before it goes to `escalate_to` too."""
        return self.escalate_after or timedelta(hours=12)


class Operator(_Table):
    """Where the watcher tells of itself."""

    to: Names = ()
    heartbeat_url_file: Path | None = None
    heartbeat_url: SecretStr | None = Field(default=None, exclude=True)
    """Read from `heartbeat_url_file` or WATCHER_HEARTBEAT_URL; refused in the file itself."""


class Web(_Table):
    """The health and metrics pages."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080


class Log(_Table):
    """What the service writes to standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    form: Literal["auto", "json", "text"] = "auto"


class Settings(_Table):
    """The whole configuration."""

    timezone: Annotated[ZoneInfo, BeforeValidator(time_zone)] = ZoneInfo("Europe/London")
    data_dir: Path = Path("data")
    contact: Annotated[str, StringConstraints(max_length=200, pattern=r"^[\x20-\x7e]*$")] = ""
    templates: Path | None = None
    """Templates of one's own; as `load` gives it, from where the process runs."""
    feeds: Mapping[Name, Feed] = Field(default_factory=dict)
    channels: Mapping[Name, Channel] = Field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    watch: tuple[Watch, ...] = ()
    operator: Operator = Operator()
    web: Web = Web()
    log: Log = Log()

    @model_validator(mode="before")
    @classmethod
    def _no_secrets_in_the_file(cls, raw: Any) -> Any:
        for name, channel in table(table(raw).get("channels")).items():
            secret = secret_of(channel, SECRETS)
            if secret and isinstance(table(channel).get(secret.field), str):
                what = f"a secret does not belong here: write it to a file named by {secret.file}"
                raise ValueError(f"channels.{name}.{secret.field}: {what}")
        if isinstance(table(table(raw).get("operator")).get("heartbeat_url"), str):
            raise ValueError("operator: the URL is a secret: write it to a file named by heartbeat_url_file")
        return raw

    @classmethod
    def built_in(cls) -> Self:
        """What holds without a file: Ofsted's site, every home, told on the screen."""
        return cls(
            feeds={"ofsted": OfstedSite()},
            channels={"screen": Console()},
            watch=(Watch(name="everything", to=("screen",)),),
            operator=Operator(to=("screen",)),
        )


def load(path: Path | None, *, with_secrets: bool = False, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of a file, or the built-in ones where no file is named and none lies there.

    Raises ConfigError with every mistake, each with its line, its key and the nearest valid name.
    """
    if path is None and not DEFAULT_FILE.exists():
        return _with_secrets(Settings.built_in(), environment, Path()) if with_secrets else Settings.built_in()
    path = path or DEFAULT_FILE
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(path, [Mistake(None, "", f"cannot be read: {error}")]) from None
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(path, [Mistake(None, "", f"is no TOML: {error}")]) from None
    mistakes = [
        *_unknown_names(raw, text),
        *_missing_templates(raw, text, path.parent),
        *(missing_secrets(raw, text, environment, path.parent, SECRETS) if with_secrets else ()),
    ]
    try:
        settings = Settings.model_validate(raw)
    except ValidationError as error:
        mistakes += mistakes_of(error, text, Settings)
    if mistakes:
        raise ConfigError(path, sorted(mistakes, key=lambda mistake: mistake.line or 0))
    if settings.templates:
        settings = settings.model_copy(update={"templates": path.parent / settings.templates})
    return _with_secrets(settings, environment, path.parent) if with_secrets else settings


def _unknown_names(raw: Mapping[str, Any], text: str) -> Iterator[Mistake]:
    """Channels and groups that are used and not defined, and watches of one name; from the raw file, valid or not."""
    seen: set[object] = set()
    for number, watch in enumerate(tables(raw.get("watch"))):
        channels, groups = table(raw.get("channels")), table(raw.get("groups"))
        for key, defined in (("to", channels), ("escalate_to", channels), ("group", groups)):
            yield from _undefined(watch.get(key), defined, text, ("watch", number, key))
        name = watch.get("name")
        if name in seen:
            yield Mistake(line_of(text, ("watch", number, "name")), "watch.name", f"two watches are called {name!r}")
        seen.add(name if isinstance(name, str) else None)
    yield from _undefined(table(raw.get("operator")).get("to"), table(raw.get("channels")), text, ("operator", "to"))


def _undefined(used: object, defined: Mapping[str, Any], text: str, where: Location) -> Iterator[Mistake]:
    names = one_or_more(used)
    kind = "group" if where[-1] == "group" else "channel"
    for name in names if isinstance(names, list) else ():
        if isinstance(name, str) and name not in defined:
            what = f"there is no {kind} {name!r}{did_you_mean(name, defined)}"
            yield Mistake(line_of(text, where), ".".join(str(part) for part in where), what)


def _missing_templates(raw: Mapping[str, Any], text: str, folder: Path) -> Iterator[Mistake]:
    named = raw.get("templates")
    if isinstance(named, str) and not (named and (folder / named).is_dir()):
        yield Mistake(line_of(text, ("templates",)), "templates", f"there is no folder {folder / named}")


def _with_secrets(settings: Settings, environment: Mapping[str, str], folder: Path) -> Settings:
    channels = dict(settings.channels)
    for name, channel in channels.items():
        secret = SECRETS.get(channel.kind)
        if secret is not None and (not secret.needed_with or getattr(channel, secret.needed_with)):
            value = read_secret(getattr(channel, secret.file), environment.get(secret.variable), folder)
            channels[name] = channel.model_copy(update={secret.field: SecretStr(value)})
    url = read_secret(settings.operator.heartbeat_url_file, environment.get(HEARTBEAT_URL), folder)
    operator = settings.operator.model_copy(update={"heartbeat_url": SecretStr(url) if url else None})
    return settings.model_copy(update={"channels": channels, "operator": operator})
