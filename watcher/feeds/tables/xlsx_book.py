"""What the sheets of an XLSX share: their names, their texts, and how days are counted."""

import posixpath
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from xml.parsers.expat import XMLParserType

from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.tables.written import whole_letters
from watcher.feeds.tables.xlsx_styles import styles_of_days
from watcher.feeds.tables.xml_events import local, parse, xml_parser

_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_LARGEST_INDEX = 2**24
"""Bytes of a part that names the sheets."""
_MOST_SHARED = 100 * 2**20
"""Bytes of memory for the texts that cells share."""
_TEXT_COSTS = 64
"""Bytes of memory of a text beside its letters."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
Attributes = dict[str, str]
Links = dict[str, tuple[str, str]]
"""What a workbook is linked to, by the number of the link: its kind and the part that holds it."""


@dataclass(frozen=True, slots=True)
class XLSXBook:
    """What all sheets of a workbook share."""

    name: str
    shared: list[str]
    days: frozenset[str]
    """The styles of days."""
    from_1904: bool


def opened_book(name: str, archive: zipfile.ZipFile) -> tuple[XLSXBook, list[tuple[str, str]]]:
    """What its sheets share, and the name of each with the part that holds it; raises FileRefusedError without any."""
    links = _links(name, archive)
    sheets, from_1904 = _sheets(name, archive, links)
    shared, styles = (_part(archive, links, kind) for kind in ("sharedStrings", "styles"))
    days = styles_of_days(name, archive, styles) if styles else frozenset()
    return XLSXBook(name, _shared(name, archive, shared) if shared else [], days, from_1904), sheets


def _links(name: str, archive: zipfile.ZipFile) -> Links:
    """What the workbook says that it is linked to."""
    return {
        link.get("Id", ""): (
            link.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/xl", link.get("Target", ""))).lstrip("/"),
        )
        for tag, link in _tags(name, archive, _LINKS)
        if tag == "Relationship"
    }


def _part(archive: zipfile.ZipFile, links: Links, kind: str) -> str | None:
    """The part of a kind of which a workbook has one at most."""
    names = set(archive.namelist())
    return next((part for linked, part in links.values() if linked == kind and part in names), None)


def _sheets(name: str, archive: zipfile.ZipFile, links: Links) -> tuple[list[tuple[str, str]], bool]:
    """The name of each sheet and the part that holds it, and whether days are counted from 1904."""
    names = set(archive.namelist())
    sheets, from_1904 = [], False
    for tag, said in _tags(name, archive, _BOOK):
        if tag == "sheet":
            link = next((value for mark, value in said.items() if mark.endswith(":id")), "")
            kind, part = links.get(link, ("", ""))
            if kind == "worksheet" and part in names:
                sheets.append((said.get("name", ""), part))
        elif tag == "workbookPr":
            from_1904 = said.get("date1904", "0") in ("1", "true", "on")
    if not sheets:
        raise FileRefusedError(f"{name} cannot be read as a workbook: it has no sheet")
    return sheets, from_1904


def _tags(name: str, archive: zipfile.ZipFile, part: str) -> list[tuple[str, Attributes]]:
    if part not in archive.namelist():
        raise FileRefusedError(f"{name} cannot be read as a workbook: it has no {part}")
    if archive.getinfo(part).file_size > _LARGEST_INDEX:
        raise FileRefusedError(f"{name} has a {part} of more than {_LARGEST_INDEX:,} bytes: that is no workbook")
    tags: list[tuple[str, Attributes]] = []
    parser = xml_parser(name)
    parser.StartElementHandler = lambda tag, attributes: tags.append((local(tag), attributes))
    for _ in parse(name, archive, part, parser):
        pass
    return tags


def _shared(name: str, archive: zipfile.ZipFile, part: str) -> list[str]:
    """The texts that cells share, which they name by number."""
    shared: list[str] = []
    texts: list[str] = []
    memory = 0

    def take() -> None:
        nonlocal memory
        shared.append(unescaped("".join(texts)))
        texts.clear()
        memory += _TEXT_COSTS + shared[-1].__sizeof__()
        if memory > _MOST_SHARED:
            what = f"texts that take more than {_MOST_SHARED:,} bytes: give it as CSV or ODS"
            raise FileRefusedError(f"{name} is an XLSX with {what}")

    parser = xml_parser(name)
    _handle_texts(parser, texts, {"si": take})
    for _ in parse(name, archive, part, parser, lambda: sum(map(len, texts))):
        pass
    return shared


def _handle_texts(parser: XMLParserType, texts: list[str], ends: dict[str, Callable[[], None]]) -> None:
    """Has the parser gather what stands in `t`, but for how it is pronounced, and call what belongs to an end."""
    pronounced = 0

    def start(tag: str, _: Attributes) -> None:
        nonlocal pronounced
        kind = local(tag)
        pronounced += kind == "rPh"
        if kind == "t" and not pronounced:
            parser.CharacterDataHandler = texts.append

    def end(tag: str) -> None:
        nonlocal pronounced
        kind = local(tag)
        pronounced -= kind == "rPh"
        if kind == "t":
            parser.CharacterDataHandler = None
        elif kind in ends:
            ends[kind]()

    parser.StartElementHandler, parser.EndElementHandler = start, end


def unescaped(text: str) -> str:
    """A text with the characters that XML cannot hold, which an XLSX writes as `_x000D_`."""
    return whole_letters(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)) if "_x" in text else text
