"""Text that is read in pieces: how its letters are encoded, where it ends, and the records of CSV and its relatives."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import IO

from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.tables.records import Row
from watcher.feeds.tables.separated import LOOKED_AT, SEARCHED_LINES, marked_encoding, separator_of, why_no_text
from watcher.feeds.tables.sizes import LONGEST_LINE, Sizes

_PIECE = 2**16
_PAGE = re.compile(r"<!doctype\s{1,9}html|<html|<head", re.IGNORECASE)
_JSON = re.compile(r"\s{0,99}(?:\{\s{0,99}[\"}]|\[\s{0,99}[\[{\"\]])")
_LOOKED_AT_FOR_A_PAGE = 1_000
_SEEN_OFTEN = 3
"""Records of one width make it the table's own."""
_LEAST_SWALLOWED = 3
"""Separators in a cell that make it look like rows."""


@dataclass(frozen=True, slots=True)
class TextSource:
    """A text that can be read from its beginning, as often as it takes."""

    open_text: Callable[[], IO[str]]
    begin: str
    """Its first characters."""


def text_source(name: str, open_bytes: Callable[[], IO[bytes]], sizes: Sizes) -> TextSource:
    """A file as text, gone through to its end; raises FileRefusedError for what is none, or a page for browsers."""
    with open_bytes() as file:
        marked = marked_encoding(file.read(4))
    encoding = marked or ("utf-8" if _decodes(name, open_bytes, "utf-8", sizes) else "cp1252")
    if marked and not _decodes(name, open_bytes, marked, sizes):
        what = f"{name} begins as {marked.removesuffix('-sig').upper()} and does not go on so: fetch it again"
        raise FileRefusedError(what)
    open_text = partial(_opened, open_bytes, encoding)
    with open_text() as text:
        begin = text.read(LOOKED_AT)
    if (why := why_no_text(begin) or _why_no_table(begin)) is not None:
        raise FileRefusedError(f"{name} {why}")
    return TextSource(open_text, begin)


def looks_like_json(begin: str) -> bool:
    """Whether a text begins as JSON that could hold a table does."""
    return _JSON.match(begin) is not None


def separated_records(name: str, text: TextSource, headers: Collection[str]) -> Iterator[Row]:
    """The records of CSV and its relatives; raises FileRefusedError where a quotation mark swallows rows."""
    with text.open_text() as file:
        head = "".join(islice(_lines(name, file), SEARCHED_LINES))
    separator = separator_of(head, headers)
    with text.open_text() as file:
        yield from _records(name, _lines(name, file), separator)


def _opened(open_bytes: Callable[[], IO[bytes]], encoding: str) -> IO[str]:
    return io.TextIOWrapper(open_bytes(), encoding, errors="replace", newline="")


def _decodes(name: str, open_bytes: Callable[[], IO[bytes]], encoding: str, sizes: Sizes) -> bool:
    """Whether a whole file is text of this encoding; it is read to its end all the same, which proves its container.

    Raises FileRefusedError for one that is, but ends within a letter: in another encoding every name would be another.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    read, sound, is_plain = 0, True, True
    with open_bytes() as file:
        while piece := file.read(_PIECE):
            read += len(piece)
            if read > sizes.text:
                raise FileRefusedError(f"{name} has more than {sizes.text:,} bytes: that is no {sizes.what}")
            text = _decoded(decoder, piece) if sound else None
            sound = text is not None
            is_plain = is_plain and (text is None or text.isascii())
    if not sound or _decoded(decoder, b"", final=True) is not None:
        return sound
    if not is_plain:
        raise FileRefusedError(f"{name} ends in the middle of a letter: it is cut off, fetch it again")
    return False


def _decoded(decoder: codecs.IncrementalDecoder, piece: bytes, final: bool = False) -> str | None:
    try:
        return decoder.decode(piece, final)
    except UnicodeDecodeError:
        return None


def _why_no_table(begin: str) -> str | None:
    if not begin.strip():
        return "is empty: fetch it again"
    is_markup = begin.lstrip().startswith("<")
    if _PAGE.search(begin if is_markup else begin[:_LOOKED_AT_FOR_A_PAGE]) and not looks_like_json(begin):
        return (
            "is a page for browsers (HTML), perhaps one to sign in on: look at what the address shows, give the file's"
        )
    if is_markup:
        return "is XML, and no table that can be read: give it as CSV, XLSX, ODS or JSON"
    return "is a PDF: give the table itself" if begin.startswith("%PDF") else None


def _lines(name: str, file: IO[str]) -> Iterator[str]:
    """The lines with their ends; one without end is not read into memory."""
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise FileRefusedError(f"{name} has a line of more than {LONGEST_LINE:,} characters: that is no table")
        yield line


def _records(name: str, lines: Iterator[str], separator: str) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=separator, strict=True)
    widths = _Widths()
    begins = 1
    try:
        for number, record in enumerate(reader, 1):
            if reader.line_num > begins and _has_swallowed(record, separator, widths):
                raise FileRefusedError(_swallowed(name, begins))
            widths.see(len(record))
            begins = reader.line_num + 1
            yield number, 1, record
    except csv.Error as error:
        raise FileRefusedError(_swallowed(name, begins, str(error))) from error


class _Widths:
    """How wide the records of a table were so far."""

    def __init__(self) -> None:
        self.widest = 0
        self.usual = 0
        """The largest that was seen several times; 0 at the beginning."""
        self._times: Counter[int] = Counter()

    def see(self, width: int) -> None:
        """Takes in one record."""
        self.widest = max(self.widest, width)
        self._times[width] += 1
        if self._times[width] == _SEEN_OFTEN:
            self.usual = max(self.usual, width)


def _has_swallowed(record: list[str], separator: str, widths: _Widths) -> bool:
    """Whether a cell of several lines holds rows, as after a quotation mark that nothing closes.

    In prose a blank follows a comma. What closes the mark in the next row makes a record wider than the table is.
    """
    cells = [cell for cell in record if "\n" in cell or "\r" in cell]
    if cells and widths.usual >= _LEAST_SWALLOWED and len(record) > widths.widest:
        return True
    least = max(_LEAST_SWALLOWED, min((widths.usual or len(record)) // 2, 10))
    return any(_bare(cell, separator) >= least for cell in cells)


def _bare(cell: str, separator: str) -> int:
    """Separators in a cell that no white space follows."""
    followed: Iterable[str] = cell[1:] + "\n"
    return (
        sum(char == separator and not after.isspace() for char, after in zip(cell, followed, strict=True))
        if separator != "\t"
        else cell.count(separator)
    )


def _swallowed(name: str, line: int, error: str = "") -> str:
    said = f" ({error})" if error else ""
    return (
        f"{name}, line {line}: a quotation mark there swallows what comes after it, perhaps many rows{said}. Nothing "
        "of the file was taken: mend that line, or export the file anew"
    )
