"""One table in every dress in which registers come: text, JSON, workbooks, packed or not."""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from html import escape

from tests.feeds.statistics.files import xlsx_of, zip_of
from watcher.feeds.tables.sizes import Sizes
from watcher.feeds.tables.streams import REGISTERS, stream_tables

Records = Sequence[Sequence[str]]
"""The first are the names of columns."""
NAME = "register.csv"
_SPACES = "".join(
    f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{address}:1.0"'
    for prefix, address in {"office": "office", "table": "table", "text": "text", "draw": "drawing"}.items()
)
CALCEXT = ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
MANIFEST = "META-INF/manifest.xml"


def read(content: bytes, sizes: Sizes = REGISTERS, headers: Sequence[str] = ("id",)) -> dict[str, list[list[str]]]:
    """The records of each table, read to the end."""
    tables = stream_tables(NAME, content, sizes, headers)
    return {table.sheet: [list(cells) for _, cells in table.records] for table in tables}


def numbered(content: bytes) -> list[tuple[int, list[str]]]:
    """The records of the only table, each with its number."""
    tables = stream_tables(NAME, content, REGISTERS, ("id",))
    (table,) = [[(number, list(cells)) for number, cells in table.records] for table in tables]
    return table


def separated(records: Records, separator: str = ",", encoding: str = "utf-8") -> bytes:
    """The records as text."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(records)
    return text.getvalue().encode(encoding)


def objects(records: Records) -> list[dict[str, str]]:
    """The records below the first, each an object."""
    head, *below = records
    return [dict(zip(head, record, strict=True)) for record in below]


def json_lines(records: Records) -> bytes:
    """An object a line."""
    return "\n".join(map(json.dumps, objects(records))).encode()


def ods(*rows: str, names: str = "", head: str = "") -> bytes:
    """A workbook of one sheet, each of whose rows is given as markup."""
    return ods_of_sheets({"S": "".join(rows)}, names, head)


def ods_of_sheets(sheets: dict[str, str], names: str = "", head: str = "") -> bytes:
    """A workbook of which each sheet is given as markup."""
    tables = "".join(f'<table:table table:name="{name}">{rows}</table:table>' for name, rows in sheets.items())
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    return zip_of(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            MANIFEST: "<manifest/>",
            "content.xml": f"{head}<office:document-content{_SPACES}{names}>{body}</office:document-content>",
        }
    )


def line(*cells: str, times: int = 1) -> str:
    """A row of an ODS, repeated so many times."""
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


def cell(text: str = "", **said: str) -> str:
    """A cell of an ODS with attributes of `office`; without any it is a text."""
    kind = "".join(f' office:{name.replace("_", "-")}="{value}"' for name, value in said.items())
    kind = kind or ' office:value-type="string"'
    return f"<table:table-cell{kind}>{paragraphs(text)}</table:table-cell>"


def paragraphs(text: str) -> str:
    """A text as an ODS writes it."""
    return "".join(f"<text:p>{escape(part)}</text:p>" for part in text.split("\n")) if text else ""


def blank(times: int) -> str:
    """So many blank cells of an ODS."""
    return f'<table:table-cell table:number-columns-repeated="{times}"/>'


def ods_of(records: Records) -> bytes:
    """The records as a spreadsheet saves them, with its blanks to the end of the sheet."""
    rows = [line(*map(cell, record), blank(16_384 - len(record))) for record in records]
    return ods(*rows, line(blank(16_384), times=1_048_576 - len(records)))


def xlsx_of_parts(cells: str, styles: str = "", shared: str = "", book: str = "") -> bytes:
    """A workbook of one sheet, whose rows are given as markup."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    targets = {"worksheet": "/xl/worksheets/one.xml", "styles": "styles.xml", "sharedStrings": "Texts.xml"}
    links = "".join(
        f'<Relationship Id="r{number}" Type="{office}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), 1)
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    sheets = '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>'
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{office}">{book}{sheets}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">{links}</Relationships>',
        "xl/worksheets/one.xml": f"<worksheet {main}><sheetData>{cells}</sheetData></worksheet>",
    }
    if styles:
        parts["xl/styles.xml"] = f"<styleSheet {main}>{styles}</styleSheet>"
    if shared:
        parts["xl/Texts.xml"] = f"<sst {main}>{shared}</sst>"
    return zip_of(parts)


def xlsx_sharing(records: Records) -> bytes:
    """The records as a spreadsheet saves them: with texts that cells share, and blank cells left out."""
    texts = list(dict.fromkeys(text for record in records for text in record))
    rows = "".join(
        f'<row r="{row}">'
        + "".join(
            f'<c r="{chr(64 + at)}{row}" t="s"><v>{texts.index(said)}</v></c>'
            for at, said in enumerate(record, 1)
            if said
        )
        + "</row>"
        for row, record in enumerate(records, 1)
    )
    shared = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    return xlsx_of_parts(rows, shared=shared)


DRESSES: dict[str, Callable[[Records], bytes]] = {
    "CSV": separated,
    "semicolons": lambda records: separated(records, ";"),
    "tabs": lambda records: separated(records, "\t", "utf-16"),
    "pipes": lambda records: separated(records, "|", "utf-8-sig"),
    "JSON": lambda records: json.dumps(objects(records)).encode(),
    "JSON in an object": lambda records: json.dumps(
        {"meta": {"rows": [1, 2]}, "items": objects(records), "total": 2}, indent=1
    ).encode(),
    "JSON lines": json_lines,
    "ODS": ods_of,
    "XLSX": lambda records: xlsx_of({"S": records}),
    "XLSX with shared texts": xlsx_sharing,
}


def zipped(content: bytes, member: str = "a.bin", *others: str) -> bytes:
    """A zip of it, and of other files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)
        for other in others:
            archive.writestr(other, b"x")
    return packed.getvalue()


WRAPPINGS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": bytes,
    "gzip": gzip.compress,
    "zip": zipped,
    "zip in gzip": lambda content: gzip.compress(zipped(content)),
}
