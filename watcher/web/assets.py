"""What pages load beside themselves: a stylesheet and an icon, from this service alone."""

import hashlib
from functools import cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).with_name("assets")
PATH = "/assets/{name}"

_TYPES = {"css": "text/css; charset=utf-8", "svg": "image/svg+xml"}


@cache
def address(name: str) -> str:
    """Where a file is; another address for another content, so that a browser may keep each for good."""
    stem, _, suffix = name.rpartition(".")
    return f"/assets/{stem}-{hashlib.sha256(_content(name)).hexdigest()[:12]}.{suffix}"


@cache
def _content(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


async def asset(request: Request) -> Response:
    """A file by its present address; a former one leads nowhere, as does any other."""
    for suffix, kind in _TYPES.items():
        name = f"watcher.{suffix}"
        if request.url.path == address(name):
            kept = {"Cache-Control": "public, max-age=31536000, immutable"}
            return Response(_content(name), media_type=kind, headers=kept)
    raise HTTPException(404)
