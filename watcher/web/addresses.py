"""The addresses of pages within this site, made from names that may have any letters."""

import re
from urllib.parse import quote


def home_page(key: str) -> str:
    """One home's page, by its key."""
    return f"/homes/{quote(key, safe=':')}"


def owner_page(name: str | None) -> str | None:
    """One owner's page; None for a home of whom none is named."""
    return _named("/owners", name) if name else None


def area_page(name: str | None) -> str | None:
    """One area's page; None for a home of which none is named."""
    return _named("/areas", name) if name else None


def in_form(page: str, form: str) -> str:
    """The page of something with a name, in another form: `csv`, `json`."""
    return f"{page.removesuffix('.html')}.{form}"


def watch_page(name: str) -> str:
    """One watch's page."""
    return _named("/watches", name)


def change_page(change_id: str) -> str:
    """One change's page."""
    return f"/changes/{quote(change_id, safe='')}"


_SEEMS_ANOTHER = re.compile(r"\.{1,2}|.*\.(html|csv|json|atom|ics)", re.DOTALL)
"""A name that would be taken for a way up, or for a form of another page."""


def _named(path: str, name: str) -> str:
    """The page of something with a name that may have any letters, white space in it squashed."""
    said = " ".join(name.split())
    return f"{path}/{quote(said, safe='')}{'.html' if _SEEMS_ANOTHER.fullmatch(said) else ''}"
