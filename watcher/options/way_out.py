"""Which way a request takes out of this machine: directly, or through a proxy; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from watcher.options.addresses import is_loopback

ENVIRONMENT = "environment"
"""What stands in the configuration for the environment's own proxies."""

PROXIED = "through the proxy"
"""Begins the words for a way through one."""

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class WayOut:
    """The proxies by the scheme of what is called; without any, all is called directly."""

    proxies: Mapping[str, str]
    exempt: tuple[str, ...] = ()
    """Hosts that are called directly, as NO_PROXY has them: a domain with all below it, a network, `*`."""

    def to(self, url: str) -> str | None:
        """The proxy for an address, with its password if it has one; None if it is called directly.

        What is on this machine never leaves it.
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        if is_loopback(host) or any(_covers(pattern, parts) for pattern in self.exempt):
            return None
        return self.proxies.get(parts.scheme)

    def told(self, url: str) -> str:
        """The way to an address in words, without any password."""
        proxy = self.to(url)
        return "directly" if proxy is None else f"{PROXIED} {shown(proxy)}"


DIRECTLY = WayOut({})


def way_out(configured: str, environment: Mapping[str, str]) -> WayOut:
    """The way that a configuration asks for: a proxy's address, `environment`, or nothing for none at all."""
    if not configured:
        return DIRECTLY
    if configured != ENVIRONMENT:
        return WayOut(dict.fromkeys(_PORTS, configured))
    named = {scheme: _variable(environment, f"{scheme}_proxy", "all_proxy") for scheme in _PORTS}
    exempt = _variable(environment, "no_proxy").replace(",", " ").split()
    return WayOut({scheme: _with_scheme(proxy) for scheme, proxy in named.items() if proxy}, tuple(exempt))


def shown(proxy: str) -> str:
    """A proxy's address without user and password."""
    parts = urlsplit(proxy)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def why_not(proxy: str) -> str | None:
    """Why an address can't be a proxy's, without repeating it; None if it can."""
    try:
        parts = urlsplit(proxy)
        is_address = parts.scheme == "http" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or not proxy.isascii() or not proxy.isprintable() or " " in proxy:
        return 'this is no address of a proxy: write it as "http://proxy.example.org:3128"'
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        return "a proxy has no path: leave out what follows the port"
    return None


def named_in(environment: Mapping[str, str]) -> str:
    """The environment's variables that name a proxy; empty if none does."""
    names = [spelt for name in ("https_proxy", "http_proxy", "all_proxy") for spelt in (name, name.upper())]
    return ", ".join(name for name in names if environment.get(name, "").strip())


def _variable(environment: Mapping[str, str], *names: str) -> str:
    """The first that is set, each in small letters before capitals, as others read them."""
    found = (environment.get(spelt, "").strip() for name in names for spelt in (name, name.upper()))
    return next((value for value in found if value), "")


def _with_scheme(proxy: str) -> str:
    return proxy if "://" in proxy else f"http://{proxy}"


def _covers(pattern: str, parts: SplitResult) -> bool:
    """Whether an entry of NO_PROXY is about an address."""
    if pattern == "*":
        return True
    host = (parts.hostname or "").rstrip(".")
    if (network := _network(pattern)) is not None:
        try:
            return ip_address(host) in network
        except ValueError:
            return False
    name, _, port = pattern.lower().rpartition(":") if _has_port(pattern) else (pattern.lower(), "", "")
    if port and port != str(parts.port or _PORTS.get(parts.scheme)):
        return False
    domain = name.removeprefix("*").lstrip(".").strip("[]")
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))


def _network(pattern: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(pattern.strip("[]"), strict=False)
    except ValueError:
        return None


def _has_port(pattern: str) -> bool:
    return pattern.rpartition(":")[2].isdecimal() and (pattern.count(":") == 1 or "]:" in pattern)
