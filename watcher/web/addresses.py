"""The addresses of pages within this site, made from names that may have any letters."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode


def home_page(key: str) -> str:
    """One home's page, by its key."""
    return f"/homes/{quote(key, safe=':')}"


def owner_page(name: str | None) -> str | None:
    """One owner's page; None for a home of whom none is named."""
    return f"/owners/{quote(name, safe='')}" if name else None


def area_page(name: str | None) -> str | None:
    """One area's page; None for a home of which none is named."""
    return f"/areas/{quote(name, safe='')}" if name else None


def watch_page(name: str) -> str:
    """One watch's page."""
    return f"/watches/{quote(name, safe='')}"


def change_page(change_id: str) -> str:
    """One change's page."""
    return f"/changes/{quote(change_id, safe='')}"


def with_query(path: str, query: Mapping[str, object]) -> str:
    """An address with its parameters."""
    return f"{path}?{urlencode(query, doseq=True)}" if query else path
