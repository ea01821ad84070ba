"""A document of the Content API: which files it has, and which other documents it leads to."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson
from bs4 import BeautifulSoup

from watcher.errors import CouldNotTellError
from watcher.text import printable

MOST_FILES = 60
MOST_LINKED = 1_000
LONGEST_WORDS = 300

_SHEETS = (
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "text/csv",
)
_ENDING = re.compile(r"(?i)\.(?:ods|xlsx|csv)(?:\.gz)?\Z")
_GROUPS = ("documents", "children", "related_statistical_data_sets")
"""Under which a document may lead to its releases; the first that leads anywhere counts."""


class UnexpectedDocumentError(CouldNotTellError):
    """What was answered is no document that leads to files; the message says what it is instead."""


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A workbook or a table that a document has, or leads to."""

    title: str
    url: str
    """As it stands there; it may be relative."""
    name: str
    """The file's own."""


@dataclass(frozen=True, slots=True)
class LinkedDocument:
    """Another document that a document leads to."""

    title: str
    path: str
    """Of its own document in the Content API, on the same host."""
    updated: date | None


@dataclass(frozen=True, slots=True)
class ContentDocument:
    """What a document says, as far as it matters here."""

    title: str
    page: str
    """The path of its page for people."""
    updated: date | None = None
    files: tuple[AttachedFile, ...] = ()
    linked: tuple[LinkedDocument, ...] = ()
    why_not: str = ""
    """Why nothing of it counts, such as that it is withdrawn; empty for one that counts."""


def read_document(content: bytes) -> ContentDocument:
    """Reads the JSON of a document; raises UnexpectedDocumentError for what is none."""
    try:
        said = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise UnexpectedDocumentError("is no JSON, as a document of gov.uk's Content API is") from error
    if not isinstance(said, dict) or not _words(said, "base_path") or not _words(said, "schema_name"):
        raise UnexpectedDocumentError("is no document of gov.uk's Content API: it names neither its path nor its sort")
    details, links = _object(said, "details"), _object(said, "links")
    why_not = _why_not(said, details)
    return ContentDocument(
        title=_words(said, "title") or "a document without a title",
        page=_words(said, "base_path"),
        updated=_day(said, "public_updated_at") or _day(said, "first_published_at"),
        files=() if why_not else tuple(dict.fromkeys(_files(details)))[:MOST_FILES],
        linked=() if why_not else tuple(_linked(links))[:MOST_LINKED],
        why_not=why_not,
    )


def _why_not(said: Mapping[str, Any], details: Mapping[str, Any]) -> str:
    notice = _object(said, "withdrawn_notice")
    sort = _words(said, "document_type") or _words(said, "schema_name")
    if notice:
        when = _day(notice, "withdrawn_at")
        return f"was withdrawn{f' on {when}' if when else ''}; see its page for what has taken its place"
    if "redirect" in (sort, said["schema_name"]):
        return f"has moved{_whither(said)}; give the feed's `url` that document's address"
    if "gone" in (sort, said["schema_name"]):
        return "is gone, says the site; look for what has taken its place"
    if not details and not _object(said, "links"):
        return f"has neither details nor links: the sort {printable(sort, 60)!r} is not understood"
    return ""


def _whither(said: Mapping[str, Any]) -> str:
    ways = (way.get("destination") for way in _objects(said, "redirects"))
    return next((f" to {printable(way, 200)}" for way in ways if isinstance(way, str)), "")


def _files(details: Mapping[str, Any]) -> Iterator[AttachedFile]:
    """Its attachments that are tables; where it lists none, those to which its text leads."""
    found = False
    for attachment in _objects(details, "attachments"):
        url, title = _words(attachment, "url"), _words(attachment, "title")
        name = _words(attachment, "filename") or _name(url)
        if url and (attachment.get("content_type") in _SHEETS or _ENDING.search(name)):
            found = True
            yield AttachedFile(title or name, url, _name(name))
    if not found:
        yield from _files_in_text(details)


def _files_in_text(details: Mapping[str, Any]) -> Iterator[AttachedFile]:
    for text in _texts(details.get("body"), details.get("documents")):
        for link in BeautifulSoup(text, "lxml").find_all("a", href=True):
            url = str(link["href"])
            if _ENDING.search(_name(url)):
                yield AttachedFile(printable(link.get_text(" ", strip=True), LONGEST_WORDS), url, _name(url))


def _texts(*fields: Any) -> Iterator[str]:
    """The HTML in fields that are text, a list of it, or a list of one text in several forms."""
    for field in fields:
        for part in field if isinstance(field, list) else [field]:
            said = part.get("content") if isinstance(part, dict) else part
            if isinstance(said, str):
                yield said


def _linked(links: Mapping[str, Any]) -> Iterator[LinkedDocument]:
    for group in _GROUPS:
        found = False
        for linked in _objects(links, group):
            base = _words(linked, "base_path")
            path = _words(linked, "api_path") or (f"/api/content{base}" if base else "")
            if path.startswith("/") and linked.get("withdrawn") is not True:
                found = True
                updated = _day(linked, "public_updated_at") or _day(linked, "first_published_at")
                yield LinkedDocument(_words(linked, "title"), path, updated)
        if found:
            return


def _name(url: str) -> str:
    """The last part of an address's path."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return unquote(path.rsplit("/", 1)[-1])[:LONGEST_WORDS]


def _words(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value[: 2 * LONGEST_WORDS] if isinstance(value, str) else ""


def _object(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = said.get(name)
    return value if isinstance(value, dict) else {}


def _objects(said: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = said.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _day(said: Mapping[str, Any], name: str) -> date | None:
    try:
        return date.fromisoformat(_words(said, name)[:10])
    except ValueError:
        return None
