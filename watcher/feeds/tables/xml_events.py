"""A part of a workbook as expat reads it, piece by piece: neither the part nor a tree of it is ever in memory."""

from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType
from zipfile import ZipFile

from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.tables.unwrapped import DAMAGE, damaged

_PIECE = 2**16
_LONGEST_TOKEN = 2**22
"""Bytes that expat may hold back until it sees where a tag ends."""

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


def xml_parser(name: str) -> XMLParserType:
    """A parser that refuses a document type, and with it entities of whatever kind."""

    def refuse(*_: object) -> None:
        raise FileRefusedError(f"{name} is no workbook that a spreadsheet saved: it declares a document type")

    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    return parser


def parse(
    name: str, archive: ZipFile, part: str, parser: XMLParserType, held: Callable[[], int] = int
) -> Iterator[None]:
    """Parses a part to its end, and stops after each piece for what was found in it to be taken.

    `held` says how many characters wait for the end of their cell. Raises FileRefusedError for what is damaged.
    """
    try:
        with archive.open(part) as file:
            yield from _pieces(name, file, parser, held)
    except ExpatError as error:
        raise FileRefusedError(f"{name} cannot be read as a workbook: {error}") from error
    except DAMAGE as error:
        raise FileRefusedError(damaged(name, error)) from error


def _pieces(name: str, file: IO[bytes], parser: XMLParserType, held: Callable[[], int]) -> Iterator[None]:
    given = 0
    while piece := file.read(_PIECE):
        parser.Parse(piece, False)
        given += len(piece)
        if given - parser.CurrentByteIndex > _LONGEST_TOKEN or held() > _LONGEST_TOKEN:
            raise FileRefusedError(f"{name} has a cell or a tag of more than {_LONGEST_TOKEN:,} bytes: no table has")
        yield
    parser.Parse(b"", True)
    yield


def local(tag: str) -> str:
    """A name without its prefix."""
    return tag.rpartition(":")[2]
