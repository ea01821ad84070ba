"""What was asked of a publisher and what came, so that the same can be asked again without understanding it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer."""

    url: str
    headers: tuple[tuple[str, str], ...]
    """To ask the same again, with what the answer said of its version; Latin-1."""
    status: int
    digest: str
    """Of the whole body, as it was before it was packed; empty where nothing was read of one."""
    pause: float
    """Seconds from the end of one request to this host to the next."""


OnExchange = Callable[[Exchange], None]


def unheard(_: Exchange) -> None:
    """For whom nobody asks again."""
