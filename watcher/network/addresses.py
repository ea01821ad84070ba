"""Hosts as addresses write them: an IPv6 one in brackets, and each in one spelling."""

from ipaddress import IPv6Address, ip_address


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
