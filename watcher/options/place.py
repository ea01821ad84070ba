"""Where a history is: a folder of this machine, or a database that several machines share."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

PASSWORD_VARIABLE = "WATCHER_DB_PASSWORD"  # noqa: S105  # the name of one
_SCHEMES = ("postgresql", "postgres")
_SECRETS = frozenset({"password", "sslpassword"})


def no_password() -> str:
    """Of a database that asks for none, or has it from a file of libpq's own."""
    return ""


@dataclass(frozen=True, slots=True)
class HistoryPlace:
    """Where a history is; without a `url` the embedded one, in the folder."""

    folder: Path
    """What belongs to this machine: `data_dir`."""
    url: str = ""
    """Of the database, without a password."""
    password: Callable[[], str] = field(default=no_password, repr=False)
    """Looked up for each connection anew, as it may change; empty where none is needed."""

    @property
    def is_shared(self) -> bool:
        """Whether others than this machine may read and write it."""
        return bool(self.url)

    def __str__(self) -> str:
        """For people: the folder, or the database by server and name."""
        return called(self.url) if self.url else str(self.folder)


def called(url: str) -> str:
    """What a database is called for people: without the name of a role, and without options."""
    parts = urlsplit(url)
    return f"the database {unquote(parts.path.strip('/')) or 'of that role'} on {parts.netloc.rpartition('@')[2]}"


def wrong_with_url(url: str) -> str:
    """Why this is no address of a database; empty if it is one. What it says is never repeated: it may be a secret."""
    try:
        parts = urlsplit(url)
        options = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        return "is no address of a database: write postgresql://ROLE@HOST/DATABASE"
    if parts.scheme not in _SCHEMES or not parts.netloc + parts.query or parts.fragment:
        return "is no address of a database: write postgresql://ROLE@HOST/DATABASE"
    role = parts.netloc.rpartition("@")[0]
    if ":" in role or _SECRETS & {name.casefold() for name, _ in options}:
        return (
            "has a password in it: take it out and change it, as others may have read it; write the new one into a "
            f"file of its own and name that by password_file, or set {PASSWORD_VARIABLE}"
        )
    return ""


def password_of_environment(environment: Mapping[str, str] = os.environ) -> str:
    """The password that the environment has; empty where it has none."""
    return (environment.get(PASSWORD_VARIABLE) or "").strip()
