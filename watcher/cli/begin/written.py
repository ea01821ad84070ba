"""The text of a first configuration, short and with a word on each thing that one may want to change; pure."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from watcher.options.values import is_loopback, mail_address, name_and_address

LOCAL_SERVER = "smtp://localhost:25"
TOKEN_FILE = "slack-token"  # noqa: S105  # the name of a file
_NAME = "mine"
_CHANNELS = {"slack": "desk", "email": "mail", "console": "screen"}


@dataclass(frozen=True, slots=True)
class Watched:
    """What is watched: areas, owners, or a list of homes in a file."""

    key: Literal["local_authority", "owner", "homes_file"]
    values: tuple[str, ...]
    """The names; of a list its file alone."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where messages go: a Slack channel by its id, an e-mail address, or the screen."""

    kind: Literal["slack", "email", "console"]
    value: str = ""
    smtp: str = LOCAL_SERVER
    """Of e-mail: the server that takes it."""


@dataclass(frozen=True, slots=True)
class Answers:
    """All that a first configuration needs."""

    watched: Watched
    place: Destination
    contact: str
    feed: str = ""
    """The kind of feed that is read."""
    has_token: bool = False
    """Whether the environment has Slack's token."""
    proxies: str = ""
    """The environment's variables that name a proxy, if any does."""


def written(answers: Answers) -> str:
    """The file as TOML."""
    channel = _CHANNELS[answers.place.kind]
    name, _, _ = answers.feed.partition("-")
    blocks = [
        "# Written by `watcher init`; config.example.toml explains every other option; `watcher check` tries it.",
        f"contact = {quoted(answers.contact)}  # yours: the publisher sees it",
        f"[feeds.{name}]\nkind = {quoted(answers.feed)}",
        "\n".join([f"[channels.{channel}]", *_channel(answers)]),
        f"[[watch]]\nname = {quoted(_NAME)}\n{_filter(answers.watched)}\nto = [{quoted(channel)}]",
        f"[operator]\nto = [{quoted(channel)}]  # hears of what cannot be read, told or sent",
    ]
    if answers.proxies:
        blocks.append(f'[network]\nproxy = "environment"  # {answers.proxies} is set there')
    return "\n\n".join(blocks) + "\n"


def _filter(watched: Watched) -> str:
    if watched.key == "homes_file":
        what = "# Read again when it changes. Columns urn (required), label, from, until, note; or one number a line."
        return f"{what}\nhomes_file = {quoted(watched.values[0])}"
    return f"{watched.key} = [{', '.join(map(quoted, watched.values))}]"


def _channel(answers: Answers) -> list[str]:
    place = answers.place
    if place.kind == "slack":
        token = [
            "# The bot's token (xoxb-...) alone in this file; the bot needs the scope chat:write, and must be invited.",
            f"token_file = {quoted(TOKEN_FILE)}",
        ]
        if answers.has_token:
            token = ["# The bot's token is the environment's SLACK_BOT_TOKEN; for a file of its own: token_file."]
        return ['kind = "slack"', f"channel = {quoted(place.value)}", *token]
    if place.kind == "email":
        default = "  # unless another is named; smtp:// with a host and a port" if place.smtp == LOCAL_SERVER else ""
        server = [f"smtp = {quoted(place.smtp)}{default}"]
        if is_loopback(place.smtp):
            server.append("starttls = false  # nothing leaves this machine in clear")
        else:
            server.append("# If the server wants a login: username, and a password_file with the password alone.")
        return ['kind = "email"', *server, f"from = {quoted(_sender(answers))}", f"to = [{quoted(place.value)}]"]
    return ['kind = "console"']


def _sender(answers: Answers) -> str:
    """The contact where it is an address, else the one that the mail goes to."""
    _, address = name_and_address(answers.contact)
    try:
        return mail_address(address)
    except ValueError:
        return answers.place.value


def quoted(text: str) -> str:
    """A text as a TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def beside(file: Path, folder: Path) -> str:
    """A file as a configuration in a folder names it: from there if it lies below, else by its whole path."""
    absolute = file.absolute()
    try:
        return absolute.relative_to(folder.absolute()).as_posix()
    except ValueError:
        return str(absolute)
