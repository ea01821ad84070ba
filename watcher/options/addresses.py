"""Hosts as addresses write them, and which of them are this machine, a network of one's own, or somebody else's."""

import re
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

_LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*\.?", re.IGNORECASE)

_OWN_ENDINGS = (".localhost", ".local", ".internal", ".test", ".home.arpa")
"""No name that ends so is in the public DNS (RFC 6761, 6762, 8375, and ICANN's reservation of .internal)."""


def in_url(host: str) -> str:
    """A host as it stands in an address: an IPv6 one in brackets and its shortest spelling."""
    bare = host.removeprefix("[").removesuffix("]")
    try:
        return f"[{IPv6Address(bare)}]"
    except ValueError:
        return host


def is_loopback(host: str) -> bool:
    """Whether nothing that is sent to a host, in brackets or not, leaves this machine."""
    bare = host.removeprefix("[").removesuffix("]")
    try:
        address = ip_address(bare)
    except ValueError:
        return bare.lower().rstrip(".") == "localhost"
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def host_of(address: str) -> str:
    """The host of an address or of `host:port`, in small letters; empty where there is none."""
    try:
        return urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""


def is_host(host: str) -> bool:
    """Whether a name or an IP address can be asked for; a name of other letters is written in its ASCII form."""
    try:
        return bool(ip_address(host))
    except ValueError:
        pass
    try:
        return _NAME.fullmatch(host) is not None and bool(host.encode("ascii").decode("idna"))
    except UnicodeError:
        return False


def is_this_machine(host: str) -> bool:
    """Whether nothing sent there leaves the machine."""
    return is_loopback(host) or host.endswith(".localhost")


def is_own(host: str) -> bool:
    """Whether it is this machine, a private address, or a name that only a network of one's own knows, as Docker's."""
    try:
        address = ip_address(host)
        return is_loopback(host) or address.is_private or address.is_link_local
    except ValueError:
        is_single = host.isascii() and "." not in host and host[:1].isalpha()  # 134744072 is an address, not a name
        return is_single or host.endswith(_OWN_ENDINGS)
