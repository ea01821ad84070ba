"""Secrets: never in the configuration file, each in a file of its own or in the environment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from watcher.options.mistakes import Mistake, line_of, table

HEARTBEAT_URL = "WATCHER_HEARTBEAT_URL"
"""The environment's variable with the address that is called after each good round."""


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a kind of channel has its secret from; a class attribute `secret` of its table declares it."""

    field: str
    """The field of the table that holds it; refused in the file itself."""
    file: str
    """The key that names a file with it."""
    variable: str
    """Of the environment, used where no file is named."""
    needed_with: str = ""
    """The key without which there is no need of it; empty if it is always needed."""


Secrets = Mapping[str, Secret]
"""By kind of channel."""


def missing_secrets(
    raw: Mapping[str, Any], text: str, environment: Mapping[str, str], folder: Path, kinds: Secrets
) -> Iterator[Mistake]:
    """The secrets that are needed and not there, or can't be read."""
    for name, channel in table(raw.get("channels")).items():
        secret = secret_of(channel, kinds)
        if secret is None or (secret.needed_with and secret.needed_with not in channel):
            continue
        file, where = channel.get(secret.file), ("channels", name, secret.file)
        try:
            is_there = read_secret(
                Path(file) if isinstance(file, str) else None, environment.get(secret.variable), folder
            )
        except (OSError, ValueError) as error:
            yield Mistake(line_of(text, where), ".".join(where), _unreadable(file, error))
            continue
        if not is_there and isinstance(file, str):
            yield Mistake(line_of(text, where), ".".join(where), f"{file} is empty: write the {secret.field} into it")
        elif not is_there:
            what = f"no {secret.field}: name a {secret.file}, or set {secret.variable} in the environment"
            yield Mistake(line_of(text, where[:2]), ".".join(where[:2]), what)
    yield from _missing_heartbeat_url(raw, text, environment, folder)


def _missing_heartbeat_url(
    raw: Mapping[str, Any], text: str, environment: Mapping[str, str], folder: Path
) -> Iterator[Mistake]:
    file = table(raw.get("operator")).get("heartbeat_url_file")
    path = Path(file) if isinstance(file, str) else None
    where = ("operator", "heartbeat_url_file")
    try:
        url = read_secret(path, environment.get(HEARTBEAT_URL), folder)
    except (OSError, UnicodeDecodeError) as error:
        yield Mistake(line_of(text, where), ".".join(where), _unreadable(file, error))
        return
    if (path or url) and not (url.isprintable() and url.startswith(("http://", "https://")) and " " not in url):
        what = f"{file or HEARTBEAT_URL} holds no address: it begins with https://"
        yield Mistake(line_of(text, where), ".".join(where), what)


def _unreadable(file: object, error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{file} cannot be read: {error.strerror}"
    return f"{file} is not text: write the secret into it, and nothing else, and save it as UTF-8"


def secret_of(channel: object, kinds: Secrets) -> Secret | None:
    """What the kind of a channel, as it stands in the file, declares."""
    kind = table(channel).get("kind")
    return kinds.get(kind) if isinstance(kind, str) else None


def read_secret(file: Path | None, variable: str | None, folder: Path) -> str:
    """A secret from its file, else from the environment; empty where there is none."""
    return (folder / file).read_text(encoding="utf-8").strip() if file else (variable or "").strip()
