"""Text tables: CSV and its relatives, whichever mark separates their cells and however their letters are encoded."""

import codecs
import csv
import io
import unicodedata
from collections.abc import Collection, Sequence
from itertools import islice

from watcher.feeds.tables.containers import FileRefusedError
from watcher.text import squash

SEPARATORS = (",", ";", "\t", "|")
SEARCHED_LINES = 30
"""How far down a header is looked for to tell the separator; a cell may hold several lines."""

_MARKS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNCLOSED = ("unexpected end of data", "expected after")
"""What the reader of CSV says of a quotation mark that is not closed where it should be."""
LOOKED_AT = 10_000
"""So many characters of the beginning tell whether it is text."""
_MOST_CONTROLS = 0.02
"""With more control characters than this share it is none."""
_LEAST_SWALLOWED = 3
"""Separators on one line of a cell that make it look like a row of its own."""


def read_separated(name: str, content: bytes, headers: Collection[str]) -> list[list[str]]:
    """The records of a text table; raises FileRefusedError where a quotation mark swallows rows, and for no text.

    Among the names in its header is one of `headers`, squashed.
    """
    text = decode(name, content)
    return records_of(name, text, separator_of(text, headers))


def records_of(name: str, text: str, separator: str) -> list[list[str]]:
    """The records of a text; raises FileRefusedError where a quotation mark swallows rows."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records: list[list[str]] = []
    begins = 1
    try:
        for record in reader:
            if reader.line_num > begins and any(_holds_rows(cell, separator, len(record)) for cell in record):
                raise FileRefusedError(_swallowed(name, begins))
            records.append(record)
            begins = reader.line_num + 1
    except csv.Error as error:
        if any(sign in str(error) for sign in _UNCLOSED):
            raise FileRefusedError(_swallowed(name, begins)) from error
        raise FileRefusedError(f"{name}, line {begins}, cannot be read as CSV: {error}") from error
    return records


def decode(name: str, content: bytes) -> str:
    """The text of a file: by its mark, else UTF-8, else Windows-1252; raises FileRefusedError for what is no text."""
    encoding = marked_encoding(content)
    try:
        text = content.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding is not None:
            what = f"{name} begins as {encoding.removesuffix('-sig').upper()} and does not go on so: fetch it again"
            raise FileRefusedError(what) from error
        # One file is Mac Roman; it differs from cp1252 in its title line alone.
        text = content.decode("cp1252", errors="replace")
    if (why := why_no_text(text)) is not None:
        raise FileRefusedError(f"{name} {why}")
    return text


def marked_encoding(content: bytes) -> str | None:
    """The encoding that the first bytes of a text name by a mark; None where they have none."""
    return next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)


def why_no_text(text: str) -> str | None:
    """Why what was decoded is no text, told by its beginning; None if it is."""
    begin = text[:LOOKED_AT]
    controls = sum(unicodedata.category(char) == "Cc" and char not in "\t\r\n" for char in begin)
    if controls <= len(begin) * _MOST_CONTROLS:
        return None
    return "is no text, or UTF-16 without its mark: save it anew as CSV UTF-8, or give the workbook itself"


def separator_of(text: str, headers: Collection[str]) -> str:
    """The mark that separates the cells of a header with one of these names; a comma where none is found."""
    head = list(islice(io.StringIO(text, newline=""), SEARCHED_LINES))
    return next((separator for separator in SEPARATORS if _has_header(head, separator, headers)), ",")


def _has_header(lines: Sequence[str], separator: str, headers: Collection[str]) -> bool:
    try:
        records = list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        return False
    return any(len(record) > 1 and any(squash(cell) in headers for cell in record) for record in records)


def _holds_rows(cell: str, separator: str, columns: int) -> bool:
    """Whether what should be one cell looks like rows of the table, as after a quotation mark that nothing closes."""
    if "\n" not in cell and "\r" not in cell:
        return False
    least = max(_LEAST_SWALLOWED, min(columns // 2, 10))
    return any(line.count(separator) >= least for line in cell.splitlines()[1:])


def _swallowed(name: str, line: int) -> str:
    return (
        f"{name}, line {line}: a quotation mark there swallows what comes after it, perhaps many rows. Nothing of the "
        f"file was taken: mend that line, or export the file anew"
    )
