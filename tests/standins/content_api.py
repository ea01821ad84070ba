"""A local gov.uk: documents of the Content API and files, with the tricks of what may stand before them."""

import asyncio
import gzip
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from enum import StrEnum
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

TYPES = {"ods": "application/vnd.oasis.opendocument.spreadsheet", "csv": "text/csv", "pdf": "application/pdf"}


class ApiTrick(StrEnum):
    """What is wrong with an answer."""

    FAILING = "500"
    REFUSED_FOR_AN_HOUR = "429 with Retry-After"
    LOGIN_PAGE = "a login page with status 200"
    SHELL = "8 KB of scripts without content"
    CUT = "half of the bytes"
    GZIP_BOMB = "a small body that becomes a large one"
    DRIP = "a body that never ends"
    WRONG_CHARSET = "announced as UTF-16"


_PAGES = {
    ApiTrick.LOGIN_PAGE: b"<html><title>Sign in</title><form>Password</form></html>",
    ApiTrick.SHELL: b"<html><head>" + b"<script src='/bundle.js'></script>" * 200 + b"</head></html>",
}


class ContentApi:
    """Documents by path and files by address; `trick` is played on `where`: `document`, `file`, or both if empty."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}
        self.files: dict[str, bytes] = {}
        self.trick: ApiTrick | None = None
        self.where = ""
        self.requests: list[str] = []
        self.statuses: list[int] = []
        routes = [Route("/api/content/{path:path}", self._document), Route("/media/{path:path}", self._file)]
        self.app = Starlette(routes=routes)

    def release(
        self, path: str, title: str, files: Mapping[str, bytes], updated: str = "2025-07-10", **fields: Any
    ) -> None:
        """A document with attachments, as the publishing API makes them; a file of a known name is replaced."""
        self.files.update({f"{path}/{name}": content for name, content in files.items()})
        attachments = [
            {
                "attachment_type": "file",
                "id": name,
                "title": name.replace("_", " ").rpartition(".")[0],
                "url": f"/media/{path}/{name}",
                "content_type": TYPES[name.rpartition(".")[2]],
                "filename": name,
            }
            for name in files
        ]
        self.documents[path] = _document(path, title, updated, "publication", details={"attachments": attachments})
        self.documents[path].update(fields)

    def collection(self, path: str, *members: str) -> None:
        """A document that lists others."""
        known = (self.documents[member] for member in members)
        names = ("title", "base_path", "public_updated_at", "document_type")
        linked = [{name: document[name] for name in names} for document in known]
        self.documents[path] = _document(
            path, "A collection", "2015-01-01", "document_collection", links={"documents": linked}
        )

    def play(self, trick: ApiTrick | None, where: str = "") -> None:
        """The trick from now on; None for none."""
        self.trick, self.where = trick, where

    async def _document(self, request: Request) -> Response:
        document = self.documents.get(request.path_params["path"])
        body = None if document is None else json.dumps(document).encode()
        return self._answer(request, "document", body, "application/json; charset=utf-8")

    async def _file(self, request: Request) -> Response:
        body = self.files.get(request.path_params["path"])
        return self._answer(request, "file", body, TYPES[request.url.path.rpartition(".")[2]])

    def _answer(self, request: Request, what: str, body: bytes | None, media_type: str) -> Response:
        self.requests.append(request.url.path)
        response = self._made(request, what, body, media_type)
        self.statuses.append(response.status_code)
        return response

    def _made(self, request: Request, what: str, body: bytes | None, media_type: str) -> Response:
        trick = self.trick if self.where in ("", what) else None
        if trick in _PAGES:
            return Response(_PAGES[trick], media_type="text/html")
        if body is None:
            return Response(b"{}", 404)
        match trick:
            case ApiTrick.FAILING:
                return Response(b"oops", 500)
            case ApiTrick.REFUSED_FOR_AN_HOUR:
                return Response(b"", 429, {"retry-after": "3600"})
            case ApiTrick.CUT:
                body = body[: len(body) // 2]
            case ApiTrick.GZIP_BOMB:
                return Response(gzip.compress(bytes(65 * 2**20), 1), headers={"content-encoding": "gzip"})
            case ApiTrick.DRIP:
                return StreamingResponse(_drip(), media_type=media_type)
            case ApiTrick.WRONG_CHARSET:
                media_type = f"{media_type.partition(';')[0]}; charset=utf-16"
        etag = f'"{hashlib.sha256(body).hexdigest()}"'
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"etag": etag})
        return Response(body, headers={"etag": etag, "content-type": media_type})


def _document(path: str, title: str, updated: str, schema: str, **fields: Any) -> dict[str, Any]:
    moment = f"{updated}T09:30:00Z"
    return {
        "base_path": f"/{path}",
        "title": title,
        "schema_name": schema,
        "document_type": "official_statistics" if schema == "publication" else schema,
        "public_updated_at": moment,
        "first_published_at": moment,
        "withdrawn_notice": {},
        "details": {},
        "links": {},
        **fields,
    }


async def _drip() -> AsyncIterator[bytes]:
    while True:
        yield b"{"
        await asyncio.sleep(0.05)
