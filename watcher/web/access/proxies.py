"""Who asks, as the outside sees it: from the connection, and from the headers of proxies that are trusted alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.requests import HTTPConnection

from watcher.text import inert

_MOST_HOPS = 20
_LONGEST_NAME = 64

_Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Outside:
    """A request as it was before proxies that are trusted handed it on."""

    client: str
    """The address of who asks, as far as it is known; empty for a connection without one."""
    is_tls: bool
    host: str
    """As the browser's address line has it, with its port if it has one."""
    user: str = ""
    """Who is signed in, by a proxy's word; empty where none says so."""

    @property
    def origin(self) -> str:
        """As browsers write it (RFC 6454)."""
        return f"{'https' if self.is_tls else 'http'}://{self.host}".lower()


class Proxies:
    """Those that are trusted, by address or network, and the header in which they say who is signed in."""

    def __init__(self, trusted: Sequence[str] = (), user_header: str = "") -> None:
        self._trusted = tuple(ip_network(network) for network in trusted)
        self._user_header = user_header

    def outside(self, request: HTTPConnection) -> Outside:
        """What is believed of a request: the headers of proxies only if the connection itself comes from one."""
        peer = _address(request.client.host) if request.client else None
        host, is_tls = request.headers.get("host", ""), request.url.scheme == "https"
        if peer is None or not self._is_trusted(peer):
            return Outside(str(peer or ""), is_tls, host)
        proto, forwarded_host = (_nearest(request, f"x-forwarded-{name}") for name in ("proto", "host"))
        return Outside(
            client=str(self._client(peer, request)),
            is_tls=proto.lower() == "https" if proto else is_tls,
            host=forwarded_host or host,
            user=self._user(request),
        )

    def _is_trusted(self, address: _Address) -> bool:
        return any(address in network for network in self._trusted)

    def _client(self, peer: _Address, request: HTTPConnection) -> _Address:
        """The first address from the right that is no proxy of ours: what stands left of it may be made up."""
        hops = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
        client = peer
        for hop in list(reversed(hops))[:_MOST_HOPS]:
            if not self._is_trusted(client) or (before := _address(_without_port(hop.strip()))) is None:
                break
            client = before
        return client

    def _user(self, request: HTTPConnection) -> str:
        """One name that is one plain line; two, or another, are nobody."""
        said = request.headers.getlist(self._user_header) if self._user_header else []
        if len(said) != 1:
            return ""
        try:
            name = said[0].encode("latin-1").decode("utf-8").strip()
        except UnicodeDecodeError:
            return ""
        return name if 0 < len(name) <= _LONGEST_NAME and name == inert(name) else ""


def _nearest(request: HTTPConnection, header: str) -> str:
    """What the proxy next to us says: the last of several values."""
    return ",".join(request.headers.getlist(header)).rpartition(",")[2].strip()


def _without_port(hop: str) -> str:
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def _address(text: str) -> _Address | None:
    """An address; one of IPv4 that came by IPv6 as itself."""
    try:
        address = ip_address(text.partition("%")[0])  # without the interface that a link-local one names
    except ValueError:
        return None
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address
