"""Secrets: never in the configuration file, each in a file of its own or in the environment."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from watcher.options.mistakes import Mistake, line_of, table
from watcher.options.table import Secret

HEARTBEAT_URL = "WATCHER_HEARTBEAT_URL"
"""The environment's variable with the address that is called after each good round."""


Secrets = Mapping[str, Secret]
"""By kind of feed, or of channel."""


def missing_secrets(
    raw: Mapping[str, Any], text: str, environment: Mapping[str, str], folder: Path, secrets: Mapping[str, Secrets]
) -> Iterator[Mistake]:
    """The secrets that are needed and not there, or can't be read; `secrets` has those of each table of the file."""
    for section, kinds in secrets.items():
        for name, given in table(raw.get(section)).items():
            secret = secret_of(given, kinds)
            if secret is not None and (not secret.needed_with or secret.needed_with in given):
                mistake = _missing(secret, given, (section, name), text, environment, folder)
                yield from () if mistake is None else (mistake,)
    yield from _missing_heartbeat_url(raw, text, environment, folder)


def _missing(
    secret: Secret,
    given: Mapping[str, Any],
    where: tuple[str, str],
    text: str,
    environment: Mapping[str, str],
    folder: Path,
) -> Mistake | None:
    file = given.get(secret.file)
    at_file = (*where, secret.file)
    try:
        is_there = read_secret(Path(file) if isinstance(file, str) else None, environment.get(secret.variable), folder)
    except (OSError, ValueError) as error:
        return Mistake(line_of(text, at_file), ".".join(at_file), _unreadable(file, error))
    if is_there:
        return None
    if isinstance(file, str):
        what = f"{file} is empty: write the {secret.field} into it"
        return Mistake(line_of(text, at_file), ".".join(at_file), what)
    what = f"no {secret.field}: name a {secret.file}, or set {secret.variable} in the environment"
    return Mistake(line_of(text, where), ".".join(where), what)


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


def secret_of(given: object, kinds: Secrets) -> Secret | None:
    """What the kind of a feed or channel, as it stands in the file, declares."""
    kind = table(given).get("kind")
    return kinds.get(kind) if isinstance(kind, str) else None


def read_secret(file: Path | None, variable: str | None, folder: Path) -> str:
    """A secret from its file, else from the environment; empty where there is none."""
    return (folder / file).read_text(encoding="utf-8").strip() if file else (variable or "").strip()
