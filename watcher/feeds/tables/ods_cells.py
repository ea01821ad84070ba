"""What the markup of an ODS says of sheets, rows and cells."""

from collections.abc import Callable
from xml.parsers.expat import XMLParserType

from watcher.feeds.tables.cell_errors import error_in
from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.tables.records import Row, where
from watcher.feeds.tables.sizes import MOST_COLUMNS
from watcher.feeds.tables.written import day_as_written, number_as_written

TagOf = Callable[[str, str], str]
"""Gives the tag of a name of `office`, `table` or `text`, as the file writes it."""
Cell = dict[str, str]
"""The attributes of a cell."""
_MOST_BLANKS = 10_000
"""Blanks in one mark of a text, at most."""


def handle_cells(parser: XMLParserType, found: list[str | Row], texts: list[str], name: str, tag_of: TagOf) -> None:
    """Has the parser put sheets and rows into `found`, and gather in `texts` what the cell shows in which it is.

    It calls closures, millions of times: they are the fastest there is.
    """
    append = texts.append
    table_tag, row_tag = tag_of("table", "table"), tag_of("table", "table-row")
    cell_tags = frozenset({tag_of("table", "table-cell"), tag_of("table", "covered-table-cell")})
    columns, rows = tag_of("table", "number-columns-repeated"), tag_of("table", "number-rows-repeated")
    paragraph_tag, kind_name, sheet_name = tag_of("text", "p"), tag_of("office", "value-type"), tag_of("table", "name")
    marks = {tag_of("text", "s"): " ", tag_of("text", "tab"): "\t", tag_of("text", "line-break"): "\n"}
    inline, beside = tag_of("text", ""), frozenset({tag_of("text", "note"), tag_of("text", "ruby-text")})
    value_of = _values(name, tag_of)
    repeated_blanks = tag_of("text", "c")
    sheet = ""
    number = 0
    gap = 0
    row: list[str] = []
    row_attributes: Cell = {}
    cell: Cell | None = None
    paragraphs = 0
    in_paragraph = False
    skipped = 0

    def start(tag: str, attributes: Cell) -> None:
        nonlocal cell, row, row_attributes, paragraphs, in_paragraph, gap
        if skipped:
            start_other(tag, attributes)
        elif tag == paragraph_tag and cell is not None and not in_paragraph:
            if paragraphs:
                append("\n")
            paragraphs += 1
            in_paragraph = True
            parser.CharacterDataHandler = append
        elif tag in cell_tags and cell is None:
            cell, paragraphs = attributes, 0
            texts.clear()
        elif tag == row_tag and cell is None:
            row, row_attributes, gap = [], attributes, 0
        else:
            start_other(tag, attributes)

    def start_other(tag: str, attributes: Cell) -> None:
        nonlocal skipped, sheet, number
        if skipped:
            skipped += 1
        elif cell is None:
            if tag == table_tag:
                sheet, number = attributes.get(sheet_name, ""), 1
                found.append(sheet)
        elif in_paragraph and tag in marks:
            append(marks[tag] * min(_times(attributes.get(repeated_blanks)), _MOST_BLANKS))
        elif (
            not in_paragraph or not tag.startswith(inline) or tag in beside
        ):  # a remark, a picture, a table within the cell
            skipped = 1
            parser.CharacterDataHandler = None

    def end(tag: str) -> None:
        nonlocal cell, gap, number, in_paragraph
        if skipped:
            end_skipped()
        elif tag == paragraph_tag:
            in_paragraph = False
            parser.CharacterDataHandler = None
        elif cell is not None and tag in cell_tags:
            text = texts[0] if len(texts) == 1 else "".join(texts)
            value = text if text and cell.get(kind_name) == "string" else value_of(cell, text, sheet, number)
            times = _times(cell[columns]) if columns in cell else 1
            cell = None
            if not value:
                gap += times
                return
            if gap + times + len(row) > MOST_COLUMNS:
                what = f"row {number:,} has more than {MOST_COLUMNS:,} columns: that is no table"
                raise FileRefusedError(f"{where(name, sheet)} {what}")
            if gap:
                row.extend([""] * gap)
                gap = 0
            if times == 1:
                row.append(value)
            else:
                row.extend([value] * times)
        elif tag == row_tag and cell is None:
            times = _times(row_attributes.get(rows))
            if row:
                found.append((number, times, row))
            number += times

    def end_skipped() -> None:
        nonlocal skipped
        skipped -= 1
        if not skipped and in_paragraph:
            parser.CharacterDataHandler = append

    parser.StartElementHandler, parser.EndElementHandler = start, end


def _times(repeated: str | None) -> int:
    return int(repeated) if repeated is not None and repeated.isdecimal() and 0 < len(repeated) < 9 else 1


def _values(name: str, tag_of: TagOf) -> Callable[[Cell, str, str, int], str]:
    """What says which text stands for a cell, of its attributes and what it shows, and where it stands."""
    kind_name, formula = tag_of("office", "value-type"), tag_of("table", "formula")
    of_kind = {
        "date": (tag_of("office", "date-value"), day_as_written),
        "float": (tag_of("office", "value"), number_as_written),
        "currency": (tag_of("office", "value"), number_as_written),
        "percentage": (tag_of("office", "value"), number_as_written),
    }
    shown_kinds = {
        "boolean": tag_of("office", "boolean-value"),
        "time": tag_of("office", "time-value"),
        "string": tag_of("office", "string-value"),
    }

    def value_of(cell: Cell, text: str, sheet: str, number: int) -> str:
        kind = cell.get(kind_name, "")
        if not kind and not text and formula in cell:
            what = "a formula there has no value: open the file in a spreadsheet and save it"
            raise FileRefusedError(f"{where(name, sheet)} row {number}: {what}")
        if text and (kind not in of_kind or error_in(text)):
            return text
        if any(mark.endswith("value-type") and said == "error" for mark, said in cell.items()):
            return text or "#N/A"
        if kind in of_kind:
            attribute, written = of_kind[kind]
            return written(cell[attribute]) if attribute in cell else text
        return cell.get(shown_kinds.get(kind, ""), "")

    return value_of
