"""The options of a channel that sends through Apprise."""

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from watcher.delivery.channels.options import ChannelOptions
from watcher.options.secrets import fingerprint
from watcher.options.table import Secret
from watcher.options.way_out import WayOut


class AppriseOptions(ChannelOptions):
    """A channel that sends through the services that Apprise URLs name; they carry passwords and tokens."""

    secret = Secret("urls", file="urls_file", variable="WATCHER_APPRISE_URLS")

    kind: Literal["apprise"] = "apprise"
    form: Literal["full", "short"] = "full"
    """`short` for SMS and push services: the fact and its link."""
    urls_file: Path | None = None
    urls: SecretStr | None = Field(default=None, exclude=True)

    @property
    def recipients(self) -> tuple[str | None, ...]:
        """Each URL by itself, under a name that tells nothing of it."""
        return tuple(named(self.urls.get_secret_value())) if self.urls is not None else (None,)

    @property
    def place(self) -> tuple[object, ...] | None:
        """The same services, in whatever order."""
        return (self.kind, *sorted(self.urls.get_secret_value().split())) if self.urls else None

    def told_way(self, _: WayOut) -> str:
        """Apprise asks the environment, and offers no other way."""
        return "through the environment's proxies if it names any, whatever [network] says: Apprise decides that itself"

    @field_validator("kind")
    @classmethod
    def _is_installed(cls, kind: str) -> str:
        if find_spec("apprise") is None:
            raise ValueError('needs Apprise, which is not installed: pip install "watcher[apprise]"')
        return kind


def named(urls: str) -> Mapping[str, str]:
    """The URLs of a text, one a line, each by the name of its recipient: its service and a fingerprint."""
    return {f"{_service(url)} {fingerprint(url)[:6]}": url for url in _urls_in(urls)}


def _urls_in(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if not line.lstrip().startswith("#"):
            yield from line.split()


def _service(url: str) -> str:
    """The scheme, if it looks like one: in a line that is no URL it could be a secret."""
    scheme = url.partition("://")[0].lower()
    return scheme if "://" in url and scheme.isalnum() and len(scheme) <= 12 else "URL"
