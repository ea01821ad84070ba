"""How often somebody may try to sign in: five failed tries a minute for each name and for each client's address."""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import timedelta
from ipaddress import ip_network

MOST = 5
WITHIN = timedelta(minutes=1)
REMEMBERED = 4_096
"""Names, and as many addresses; the ones that were tried longest ago are forgotten first."""


class Tries:
    """The tries of the last minute; moments are seconds that never run backwards."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, tuple[float, ...]] = OrderedDict()
        self._clients: OrderedDict[str, tuple[float, ...]] = OrderedDict()

    def begin(self, name: str, client: str, now: float) -> timedelta | None:
        """Counts a try before it is made, so that many at once are no more than one after the other.

        None if it may be made; else after how long the next may.
        """
        kept = self._kept(name, client)
        recent = [_recent(known.get(key, ()), now) for known, key in kept]
        waits = [tried[-MOST] + WITHIN.total_seconds() - now for tried in recent if len(tried) >= MOST]
        if waits:
            return timedelta(seconds=max(waits))
        for (known, key), tried in zip(kept, recent, strict=True):
            known[key] = (*tried, now)
            known.move_to_end(key)
            if len(known) > REMEMBERED:
                known.popitem(last=False)
        return None

    def succeeded(self, name: str, client: str, began: float) -> None:
        """Of a try that did not fail nothing is kept."""
        for known, key in self._kept(name, client):
            left = list(known.get(key, ()))
            if began in left:
                left.remove(began)
            known[key] = tuple(left)
            if not left:
                del known[key]

    def _kept(self, name: str, client: str) -> tuple[tuple[OrderedDict[str, tuple[float, ...]], str], ...]:
        return (self._names, name.casefold()[:100]), (self._clients, _whose(client))


def _recent(tried: Iterable[float], now: float) -> tuple[float, ...]:
    return tuple(moment for moment in tried if now - moment < WITHIN.total_seconds())


def _whose(client: str) -> str:
    """An address of IPv6 as its network: whoever has one has all of them."""
    return str(ip_network(f"{client}/64", strict=False)) if ":" in client else client
