"""One typed table of every option; an unknown key is an error that names the nearest known one.

The options of a feed, a channel or a watch stand beside that feed, channel or watch: here they are gathered.
"""

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, SecretStr, StringConstraints, ValidationError, model_validator

from watcher.config.lists.of_watches import read_lists, unusable_lists
from watcher.config.lists.refused import ListRefusedError
from watcher.config.web import Web
from watcher.delivery.channels import kinds as channel_kinds
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.channels.kinds import AnyChannel, ChannelKind, HouseStyle
from watcher.delivery.channels.options import ChannelOptions
from watcher.facts.regulators import describe
from watcher.feeds import kinds as feed_kinds
from watcher.feeds.kinds import AnyFeed, FeedKind
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.feeds.options import FeedOptions
from watcher.feeds.register.options import RegisterOptions
from watcher.messages.links import Links
from watcher.messages.numbers import listed
from watcher.options.history import HistoryOptions
from watcher.options.mistakes import (
    ConfigError,
    Location,
    Mistake,
    did_you_mean,
    line_of,
    mistakes_of,
    no_toml,
    place_of,
    table,
    tables,
)
from watcher.options.place import HistoryPlace, password_of_environment
from watcher.options.secrets import (
    HEARTBEAT_URL,
    SecretFile,
    Secrets,
    missing_secret,
    missing_secrets,
    secrets_of,
    wrong_with_address,
)
from watcher.options.table import Options
from watcher.options.values import Name, NamedOnes, Proxy, one_or_more, time_zone
from watcher.options.way_out import ENVIRONMENT, WayOut, way_out, why_not
from watcher.watching.listed import HomeList
from watcher.watching.watches import Watch

DEFAULT_FILE = Path("watcher.toml")

_Options = TypeVar("_Options", bound=Options)


class Operator(Options):
    """Where the watcher tells of itself."""

    to: NamedOnes = ()
    heartbeat_url_file: Path | None = None
    heartbeat_url: SecretStr | None = Field(default=None, exclude=True)
    """Read from `heartbeat_url_file` or WATCHER_HEARTBEAT_URL; refused in the file itself."""


class Network(Options):
    """How others are called."""

    proxy: Proxy = ""


class Log(Options):
    """What the service writes to standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    form: Literal["auto", "json", "text"] = "auto"


def declared_secrets() -> Mapping[str, Secrets]:
    """What each kind of feed and of channel declares, by the table of the file that gathers them."""
    kinds: Mapping[str, Mapping[str, FeedKind | ChannelKind]]
    kinds = {"feeds": feed_kinds.KINDS, "channels": channel_kinds.KINDS}
    return {
        name: {kind: secrets for kind, row in rows.items() if (secrets := row.options.secrets())}
        for name, rows in kinds.items()
    }


class Settings(Options):
    """The whole configuration."""

    timezone: Annotated[ZoneInfo, BeforeValidator(time_zone)] = ZoneInfo("Europe/London")
    data_dir: Path = Path("data")
    contact: Annotated[str, StringConstraints(max_length=200, pattern=r"^[\x20-\x7e]*$")] = ""
    templates: Path | None = None
    """Templates of one's own; as `load` gives it, from where the process runs."""
    feeds: Mapping[Name, AnyFeed] = Field(default_factory=dict)
    channels: Mapping[Name, AnyChannel] = Field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    watch: tuple[Watch, ...] = ()
    history: HistoryOptions = HistoryOptions()
    operator: Operator = Operator()
    web: Web = Web()
    network: Network = Network()
    log: Log = Log()

    @model_validator(mode="before")
    @classmethod
    def _no_secrets_in_the_file(cls, raw: Any) -> Any:
        for section, kinds in declared_secrets().items():
            for name, given in table(table(raw).get(section)).items():
                for secret in secrets_of(given, kinds):
                    if isinstance(table(given).get(secret.field), str):
                        what = f"a secret does not belong here: write it to a file named by {secret.file}"
                        raise ValueError(f"{section}.{name}.{secret.field}: {what}")
        if isinstance(table(table(raw).get("history")).get("password"), str):
            raise ValueError(
                "history.password: a secret does not belong here: write it to a file named by password_file"
            )
        if isinstance(table(table(raw).get("operator")).get("heartbeat_url"), str):
            raise ValueError("operator: the URL is a secret: write it to a file named by heartbeat_url_file")
        return raw

    @property
    def place(self) -> HistoryPlace:
        """Where the history is."""
        return HistoryPlace(self.data_dir, self.history.url, partial(_password, self.history.password))

    @property
    def way_out(self) -> WayOut:
        """Through which proxy others are called, if through any."""
        return way_out(self.network.proxy, os.environ)

    @property
    def house_style(self) -> HouseStyle:
        """How messages are written by who has no key: signed links in them lead nowhere."""
        return self.signed_style(None)

    def signed_style(self, key: bytes | None) -> HouseStyle:
        """How messages are written, with links that are signed by a key."""
        links = Links(self.web.base_url, key) if self.web.base_url else None
        return HouseStyle(self.timezone, self.templates, self.way_out, links)

    @property
    def secret_paths(self) -> Mapping[str, Path]:
        """The files with secrets, by the key that names each."""
        return {where: path for where, (path, _) in self._secrets().items() if path is not None}

    @property
    def secret_files(self) -> Mapping[str, SecretFile]:
        """The same as they are looked at before each use; none of a configuration that was loaded without secrets."""
        return {where: secret for where, (_, secret) in self._secrets().items() if isinstance(secret, SecretFile)}

    def _secrets(self) -> Mapping[str, tuple[Path | None, SecretStr | None]]:
        """By the key that names a file: the file, and the secret."""
        tables: Mapping[str, Mapping[str, Options]] = {"feeds": self.feeds, "channels": self.channels}
        found = {
            f"{section}.{name}.{secret.file}": (getattr(options, secret.file), getattr(options, secret.field))
            for section, named in tables.items()
            for name, options in named.items()
            if "/" not in name  # a bot's further channel has the secrets of its bot
            for secret in options.secrets()
        }
        operator, history = self.operator, self.history
        found["history.password_file"] = (history.password_file, history.password)
        return {**found, "operator.heartbeat_url_file": (operator.heartbeat_url_file, operator.heartbeat_url)}

    @property
    def homes_files(self) -> Mapping[str, Path]:
        """The files with lists of homes that were read with the configuration, by the key that names each."""
        return {f"watch {watch.name}: homes_file": watch.homes_file for watch in self.watch if watch.homes_file}

    @property
    def operators_channels(self) -> Mapping[str, ChannelOptions]:
        """The channels by which the operator is told, in the order in which they are named."""
        return {name: self.channels[name] for name in self.operator.to}

    @classmethod
    def built_in(cls) -> Self:
        """What holds without a file: Ofsted's site, every home, told on the screen."""
        return cls(
            feeds={"ofsted": OfstedSiteOptions()},
            channels={"screen": ConsoleOptions()},
            watch=(Watch(name="everything", to=("screen",)),),
            operator=Operator(to=("screen",)),
        )


def load(
    path: Path | None,
    *,
    with_secrets: bool = False,
    with_lists: bool = True,
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """The settings of a file, or the built-in ones where no file is named and none lies there.

    The lists of homes that it names are read with it, unless what is asked has no use for them: then a list that is
    gone does not matter, and a watch that has one covers no home. Raises ConfigError with every mistake, each with its
    line, its key and the nearest valid name; of a list with its row.
    """
    if path is None and not DEFAULT_FILE.exists():
        return _with_secrets(Settings.built_in(), environment, Path()) if with_secrets else Settings.built_in()
    path = path or DEFAULT_FILE
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(path, [Mistake(None, "", f"cannot be read: {error}")]) from None
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(path, [no_toml(error, text)]) from None
    except RecursionError:
        raise ConfigError(path, [Mistake(None, "", "is no TOML: brackets are nested too deeply in it")]) from None
    mistakes = [
        *_unknown_names(raw, text),
        *_missing_templates(raw, text, path.parent),
        *_unlike_scales(raw, text),
        *_unusable_proxies(raw, text, environment),
        *unusable_lists(raw, text, lists := read_lists(raw, path.parent) if with_lists else {}),
        *_missing_password(raw, text, environment, path.parent),
        *(missing_secrets(raw, text, environment, path.parent, declared_secrets()) if with_secrets else ()),
    ]
    try:
        settings = Settings.model_validate(raw)
    except ValidationError as error:
        mistakes += mistakes_of(error, text, raw, Settings)
    if mistakes:
        raise ConfigError(path, sorted(mistakes, key=lambda mistake: mistake.line or 0))
    if settings.templates:
        settings = settings.model_copy(update={"templates": path.parent / settings.templates})
    if settings.web.users_file:
        web = settings.web.model_copy(update={"users_file": path.parent / settings.web.users_file})
        settings = settings.model_copy(update={"web": web})
    settings = settings.model_copy(update={"watch": tuple(_with_list(watch, lists) for watch in settings.watch)})
    settings = _with_registers(settings, path.parent)
    settings = settings.model_copy(update={"history": _with_password(settings.history, environment, path.parent)})
    return _with_secrets(settings, environment, path.parent) if with_secrets else settings


def _password(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret is not None else password_of_environment()


def _missing_password(
    raw: Mapping[str, Any], text: str, environment: Mapping[str, str], folder: Path
) -> Iterator[Mistake]:
    """Whatever is asked of the history needs its password; a database may have its own ways, and ask for none."""
    given, secret = table(raw.get("history")), HistoryOptions.secret
    if secret is not None and secret.is_used(given):
        mistake = missing_secret(secret, given, ("history",), text, environment, folder)
        yield from (mistake,) if mistake is not None else ()


def _with_password(history: HistoryOptions, environment: Mapping[str, str], folder: Path) -> HistoryOptions:
    file = history.password_file
    password: SecretStr = SecretStr(password_of_environment(environment))
    if file is not None:
        password = SecretFile(folder / file, str(file), "password")
    return history.model_copy(update={"password": password, "password_file": _beside(file, folder)})


def _with_registers(settings: Settings, folder: Path) -> Settings:
    """The settings with its registers beside the file, whose regulators are known from here on."""
    feeds = {
        name: feed.beside(folder) if isinstance(feed, RegisterOptions) else feed
        for name, feed in settings.feeds.items()
    }
    described = (feed.described(settings.timezone) for feed in feeds.values() if isinstance(feed, RegisterOptions))
    describe((regulator for regulator in described if regulator is not None), _places(feeds.values()))
    return settings.model_copy(update={"feeds": feeds})


def _places(feeds: Iterable[FeedOptions]) -> Mapping[str, str]:
    """Where the homes of a regulator are, by its key, of which no feed reads the whole country."""
    feeds, areas = tuple(feeds), dict[str, list[tuple[str, ...]]]()
    if not any(feed.only_in for feed in feeds):
        return {}
    for feed in feeds:
        for key in feed.regulators if feed.tells_the_present else ():
            areas.setdefault(key, []).append(feed.only_in)
    return {
        key: _named(sorted({area for some in several for area in some}))
        for key, several in areas.items()
        if all(several)
    }


def _named(areas: Sequence[str]) -> str:
    return f"the {len(areas)} areas that are read" if len(areas) > _MOST_NAMED else listed(areas)


_MOST_NAMED = 3


def _unlike_scales(raw: Mapping[str, Any], text: str) -> Iterator[Mistake]:
    """Registers of one regulator that do not read its words alike; from the raw file, valid or not."""
    first: dict[str, tuple[str, list[object]]] = {}
    for name, feed in table(raw.get("feeds")).items():
        regulator = table(feed).get("regulator")
        if table(feed).get("kind") != "register" or not isinstance(regulator, str) or table(feed).get("preset"):
            continue
        words = [table(feed).get(key) for key in ("scale", "inadequate", "same", "not_a_grade")]
        other, there = first.setdefault(regulator, (name, words))
        if there != words:
            what = f"feeds.{other} is of {regulator} too: give both the same scale, inadequate, same and not_a_grade"
            where: Location = ("feeds", name, "scale")
            yield Mistake(line_of(text, where), place_of(where, raw), what)


def _with_list(watch: Watch, lists: Mapping[str, HomeList | ListRefusedError]) -> Watch:
    listed = lists.get(str(watch.homes_file))
    if not isinstance(listed, HomeList):
        without = HomeList(str(watch.homes_file), watch.homes_file) if watch.homes_file else None
        return watch.model_copy(update={"listed": without})
    return watch.model_copy(update={"homes_file": listed.path, "listed": listed})


def watched_files(settings: Settings, path: Path | None) -> tuple[Path, ...]:
    """The files whose change a running service takes up: the configuration and what it is read with."""
    return (path or DEFAULT_FILE, *settings.homes_files.values())


def named_files(path: Path | None) -> tuple[Path, ...]:
    """Every file that a configuration names, whatever is wrong in it: whose coming or change may mend it."""
    path = path or DEFAULT_FILE
    try:
        if not path.is_file():  # a pipe can be read once
            return ()
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return ()
    templates = [raw["templates"]] if isinstance(raw.get("templates"), str) else []
    named = (path.parent / name for name in (*templates, *_named_files(raw)) if name and "\0" not in name)
    return tuple(file for name in named for file in (name, *(sorted(name.iterdir()) if name.is_dir() else ())))


def _named_files(raw: Mapping[str, Any]) -> Iterator[str]:
    for key, value in raw.items():
        if isinstance(value, str) and key.endswith("_file"):
            yield value
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, dict):
                yield from _named_files(entry)


_FIRST_TABLE = re.compile(r"(?m)^\s*\[")
_DATA_DIR = re.compile(r"""(?m)^\s*data_dir\s*=\s*(["'])(.*?)\1""")


def folder_of(path: Path | None) -> Path:
    """The `data_dir` of a file whatever else is wrong in it, be it no TOML; raises ConfigError if it can't be read."""
    try:
        text = (path or DEFAULT_FILE).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return load(path).data_dir
    try:
        named = tomllib.loads(text).get("data_dir")
    except (ValueError, RecursionError):  # a service goes on by what it read before; its folder is named all the same
        found = _DATA_DIR.search(_FIRST_TABLE.split(text, maxsplit=1)[0])
        named = found[2] if found else None
    return Path(named) if isinstance(named, str) else Settings().data_dir


def _unknown_names(raw: Mapping[str, Any], text: str) -> Iterator[Mistake]:
    """Channels and groups that are used and not defined, and watches of one name; from the raw file, valid or not."""
    seen: set[object] = set()
    for number, watch in enumerate(tables(raw.get("watch"))):
        channels, groups = table(raw.get("channels")), table(raw.get("groups"))
        for key, defined in (("to", channels), ("escalate_to", channels), ("group", groups)):
            yield from _undefined(watch.get(key), defined, text, raw, ("watch", number, key))
        reported = table(watch.get("report")).get("to")
        yield from _undefined(reported, channels, text, raw, ("watch", number, "report", "to"))
        name = watch.get("name")
        if name in seen:
            where: Location = ("watch", number, "name")
            yield Mistake(line_of(text, where), place_of(where, raw), "another watch has this name")
        if isinstance(name, str):
            seen.add(name)
    told = table(raw.get("operator")).get("to")
    yield from _undefined(told, table(raw.get("channels")), text, raw, ("operator", "to"))


def _undefined(
    used: object, defined: Mapping[str, Any], text: str, raw: Mapping[str, Any], where: Location
) -> Iterator[Mistake]:
    names = one_or_more(used)
    kind = "group" if where[-1] == "group" else "channel"
    for name in names if isinstance(names, list) else ():
        if isinstance(name, str) and name not in defined:
            what = f"there is no {kind} {name!r}{did_you_mean(name, defined)}"
            yield Mistake(line_of(text, where), place_of(where, raw), what)


def _missing_templates(raw: Mapping[str, Any], text: str, folder: Path) -> Iterator[Mistake]:
    named = raw.get("templates")
    if isinstance(named, str) and not (named and (folder / named).is_dir()):
        yield Mistake(line_of(text, ("templates",)), "templates", f"there is no folder {folder / named}")


def _unusable_proxies(raw: Mapping[str, Any], text: str, environment: Mapping[str, str]) -> Iterator[Mistake]:
    """What the environment says of proxies and can't be meant, where it is asked; it may be a secret."""
    if table(raw.get("network")).get("proxy") == ENVIRONMENT:
        for scheme, proxy in way_out(ENVIRONMENT, environment).proxies.items():
            if why := why_not(proxy):
                what = f"of what the environment has for {scheme}: {why}"
                yield Mistake(line_of(text, ("network", "proxy")), "network.proxy", what)


def _with_secrets(settings: Settings, environment: Mapping[str, str], folder: Path) -> Settings:
    operator, url = settings.operator, SecretStr(environment.get(HEARTBEAT_URL, "").strip())
    if file := operator.heartbeat_url_file:
        url = SecretFile(folder / file, str(file), "address", wrong_with=wrong_with_address)
    return settings.model_copy(
        update={
            "feeds": {name: _with_own_secrets(feed, environment, folder) for name, feed in settings.feeds.items()},
            "channels": {
                name: _with_own_secrets(channel, environment, folder) for name, channel in settings.channels.items()
            },
            "operator": operator.model_copy(
                update={
                    "heartbeat_url": url if url.get_secret_value() else None,
                    "heartbeat_url_file": _beside(operator.heartbeat_url_file, folder),
                }
            ),
        }
    )


def _with_own_secrets(options: _Options, environment: Mapping[str, str], folder: Path) -> _Options:
    given = [name for name in type(options).model_fields if getattr(options, name)]
    used = [secret for secret in options.secrets() if secret.is_used(given)]
    for secret in used:
        file: Path | None = getattr(options, secret.file)
        value: SecretStr = SecretStr((environment.get(secret.variable) or "").strip())
        if file:
            value = SecretFile(folder / file, str(file), secret.field, wrong_with=secret.wrong_with)
        options = options.model_copy(update={secret.field: value, secret.file: _beside(file, folder)})
    return options


def _beside(file: Path | None, folder: Path) -> Path | None:
    """A file that the configuration names, from where the process runs."""
    return folder / file if file else None
