"""Where the history is, as the configuration says it."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from watcher.options.place import PASSWORD_VARIABLE, wrong_with_url
from watcher.options.table import Options, Secret


def _address(url: str) -> str:
    if url and (wrong := wrong_with_url(url)):
        raise ValueError(f"the url {wrong}")
    return url


class HistoryOptions(Options):
    """A database in place of the folder `data_dir`, for several machines."""

    secret = Secret("password", file="password_file", variable=PASSWORD_VARIABLE, needed_with="password_file")

    url: Annotated[str, AfterValidator(_address)] = ""
    password_file: Path | None = None
    password: SecretStr | None = Field(default=None, exclude=True)
    """Read from `password_file` or WATCHER_DB_PASSWORD; refused in the file itself."""
