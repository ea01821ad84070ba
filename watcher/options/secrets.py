"""Secrets: never in the configuration file, each in a file of its own or in the environment."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from watcher.options.mistakes import Mistake, line_of, table
from watcher.options.table import Secret

HEARTBEAT_URL = "WATCHER_HEARTBEAT_URL"
"""The environment's variable with the address that is called after each good round."""


_LONGEST = 100_000  # characters


class SecretFile(SecretStr):
    """A secret in a file, which is looked at before each use: another one is taken up, the last good one kept."""

    def __init__(self, path: Path, name: str, field: str, *, wrong_with: Callable[[str], str] = lambda _: "") -> None:
        """`name` is the file as the configuration names it; `wrong_with` says what is wrong with a value."""
        self._path, self._name, self._field, self._wrong_with = path, name, field, wrong_with
        super().__init__(_text_of(path))

    def get_secret_value(self) -> str:
        """The secret as it is now; the last good one while the file can't be used."""
        self.why_unusable()
        return super().get_secret_value()

    def why_unusable(self) -> str:
        """Why the file can't be used now; empty if it can, and then it is taken up."""
        try:
            value = _text_of(self._path)
        except (OSError, ValueError) as error:
            return _unreadable(self._name, error)
        if not value:
            return empty(self._name, self._field)
        if wrong := self._wrong_with(value):
            return f"{self._name} {wrong}"
        self._secret_value = value
        return ""


def last_known(secret: SecretStr) -> str:
    """A secret as it was when it was looked at last: to tell it from others, not to use it."""
    return SecretStr.get_secret_value(secret)


@cache
def fingerprint(*parts: str) -> str:
    """Differs once any part does and tells none of them, not even a weak password to somebody who tries many."""
    text = "\n".join(parts).encode()
    return hashlib.scrypt(text, salt=b"watcher", n=2**14, r=8, p=1, dklen=6).hex()


def _text_of(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.read(_LONGEST).strip()


def empty(file: object, field: str) -> str:
    """What is said of a secret file without a secret."""
    return f"{file} is empty: write the {field} into it"


Secrets = Mapping[str, tuple[Secret, ...]]
"""By kind of feed, or of channel."""


def missing_secrets(
    raw: Mapping[str, Any], text: str, environment: Mapping[str, str], folder: Path, secrets: Mapping[str, Secrets]
) -> Iterator[Mistake]:
    """The secrets that are needed and not there, or can't be read; `secrets` has those of each table of the file."""
    for section, kinds in secrets.items():
        for name, given in table(raw.get(section)).items():
            for secret in secrets_of(given, kinds):
                mistake = missing_secret(secret, given, (section, name), text, environment, folder)
                if mistake is not None and secret.is_used(given):
                    yield mistake
    yield from _missing_heartbeat_url(raw, text, environment, folder)


def missing_secret(
    secret: Secret,
    given: Mapping[str, Any],
    where: tuple[str, ...],
    text: str,
    environment: Mapping[str, str],
    folder: Path,
) -> Mistake | None:
    """What is wrong with one secret of a table, which stands in the file at `where`; None if nothing is."""
    file = given.get(secret.file)
    at_file = (*where, secret.file)
    try:
        value = read_secret(Path(file) if isinstance(file, str) else None, environment.get(secret.variable), folder)
    except (OSError, ValueError) as error:
        return Mistake(line_of(text, at_file), ".".join(at_file), _unreadable(file, error))
    if value and (wrong := secret.wrong_with(value)):
        said_of, where = (file, at_file) if isinstance(file, str) else (secret.variable, where)
        return Mistake(line_of(text, where), ".".join(where), f"{said_of} {wrong}")
    if value:
        return None
    if isinstance(file, str):
        return Mistake(line_of(text, at_file), ".".join(at_file), empty(file, secret.field))
    article = "an" if secret.file[0] in "aeio" else "a"
    what = f"no {secret.field}: name {article} {secret.file}, or set {secret.variable} in the environment"
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
    if (path or url) and (wrong := wrong_with_address(url)):
        yield Mistake(line_of(text, where), ".".join(where), f"{file or HEARTBEAT_URL} {wrong}")


def wrong_with_address(url: str) -> str:
    """What is wrong with the address of an outside alarm; empty if nothing is."""
    is_address = url.isprintable() and url.startswith(("http://", "https://")) and " " not in url
    return "" if is_address else "holds no address: it begins with https://"


def _unreadable(file: object, error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{file} cannot be read: {error.strerror}"
    return f"{file} is not text: write the secret into it, and nothing else, and save it as UTF-8"


def secrets_of(given: object, kinds: Secrets) -> tuple[Secret, ...]:
    """What the kind of a feed or channel, as it stands in the file, declares."""
    kind = table(given).get("kind")
    return kinds.get(kind, ()) if isinstance(kind, str) else ()


def read_secret(file: Path | None, variable: str | None, folder: Path) -> str:
    """A secret from its file, else from the environment; empty where there is none."""
    return _text_of(folder / file) if file else (variable or "").strip()
