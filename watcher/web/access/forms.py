"""The fields of a form that somebody sends, within limits."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

NO_FORM = "This address takes a form."

LARGEST = 65_536
"""Bytes."""
_MOST_FIELDS = 100
_LONGEST_PATH = 2_000
_TYPE = "application/x-www-form-urlencoded"


async def form_of(request: Request) -> Mapping[str, str]:
    """Its fields, of several with one name the first; raises HTTPException for what is no form, or too large."""
    if not is_form(request):
        raise HTTPException(415, NO_FORM)
    return fields_in(await body_of(request))


def is_form(request: Request) -> bool:
    """Whether it says that it sends the fields of a form as pages of ours do."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == _TYPE


async def body_of(request: Request) -> bytes:
    """What it sends, whatever that is; raises HTTPException for more than any form here holds."""
    content = b""
    async for piece in request.stream():
        content += piece
        if len(content) > LARGEST:
            raise HTTPException(413, "That is more than any form here holds.")
    return content


def fields_in(content: bytes) -> Mapping[str, str]:
    """The fields of a form as it was sent; raises HTTPException for what is none."""
    try:
        pairs = parse_qsl(content.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise HTTPException(400, "What was sent is no form.") from None
    return dict(reversed(pairs))


def own_path(wanted: str) -> str:
    """A path of this site, as it was asked for; else that of the first page."""
    is_plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted and len(wanted) <= _LONGEST_PATH
    return wanted if is_plain and wanted.startswith("/") and not wanted.startswith("//") else "/"
