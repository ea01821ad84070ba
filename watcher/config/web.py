"""The options of the pages: where they are served, where people reach them, and who may act on them."""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from watcher.options.table import Options
from watcher.options.values import Names, site_address

_MANY = 100


def networks(values: tuple[str, ...]) -> tuple[str, ...]:
    """Addresses and networks of proxies; each must be meant exactly, for what is named here is believed."""
    if len(values) > _MANY:
        raise ValueError(f"{len(values)} are named: name the network that they are in")
    return tuple(_network(value) for value in values)


def _network(value: str) -> str:
    try:
        network = ip_network(value)
    except ValueError:
        raise ValueError(
            f"{value!r} is no address and no network: write one such as 127.0.0.1, 10.1.2.0/24 or ::1"
        ) from None
    if network.prefixlen == 0:
        raise ValueError(f"{value} is everybody: name the proxy alone, for what it says of a reader is believed")
    return value


class Web(Options):
    """The pages, and the health and metrics beside them."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    base_url: Annotated[str, AfterValidator(site_address)] = ""
    """Where people reach the pages, without a slash at its end; empty where nobody said so."""
    users_file: Path | None = None
    """Who may sign in; as `load` gives it, from where the process runs. It is read anew when it changes."""
    trusted_proxies: Annotated[Names, AfterValidator(networks)] = ()
    user_header: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{0,80}$")] = ""
    """The header by which a trusted proxy says who is signed in; empty where none does."""

    @model_validator(mode="after")
    def _nobody_believed_by_chance(self) -> Self:
        if self.user_header and not self.trusted_proxies:
            raise ValueError(
                "user_header without trusted_proxies: anybody could send that header; name the proxy that sets it"
            )
        return self

    @property
    def is_behind_tls(self) -> bool:
        """Whether people reach the pages by https alone, as far as base_url says."""
        return self.base_url.startswith("https://")
