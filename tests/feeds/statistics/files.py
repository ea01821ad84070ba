"""Statistics files for tests: the excerpts of the real ones, and small ones made up."""

import csv
import io
import zipfile
from collections.abc import Sequence
from html import escape

from tests.checkout import FIXTURES
from watcher.feeds.statistics.file import FileReading, read_file

EXCERPTS = FIXTURES / "statistics"
COLUMNS = {
    "URN": "SC000001",
    "Provision type": "Children's home",
    "Registration status": "Active",
    "Local authority": "Derby",
    "Organisation": "Elm Homes Limited",
    "Event type": "Full inspection",
    "Inspection date": "17/07/2018",
    "Publication date": "03/08/2018",
    "Event number": "10050736",
    "Overall effectiveness": "Good",
}
NAME = "inspec_1819.csv"


def excerpt(name: str) -> FileReading:
    return read_file(name, (EXCERPTS / name).read_bytes())


def excerpts(pattern: str = "*.csv") -> list[FileReading]:
    return [excerpt(file.name) for file in sorted(EXCERPTS.glob(pattern))]


def row(**cells: str) -> dict[str, str]:
    """A sound row; names of columns are given with underscores for spaces."""
    return {**COLUMNS, **{name.replace("_", " "): cell for name, cell in cells.items()}}


def csv_of(*rows: dict[str, str], above: Sequence[Sequence[str]] = ()) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows(above)
    writer.writerow(dict.fromkeys(name for row in rows for name in row))
    writer.writerows(row.values() for row in rows)
    return text.getvalue().encode()


def read(*rows: dict[str, str]) -> FileReading:
    return read_file(NAME, csv_of(*rows))


def xlsx_of(sheets: dict[str, Sequence[Sequence[str | int]]]) -> bytes:
    """A workbook with text as inline strings and numbers as numbers."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    numbers = range(1, len(sheets) + 1)
    names = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in zip(numbers, sheets, strict=True)
    )
    targets = "".join(
        f'<Relationship Id="rId{n}" Type="{office}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships {package}><Relationship Id="rId1" Type="{office}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{office}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships {package}>{targets}</Relationships>",
    }
    for n, records in zip(numbers, sheets.values(), strict=True):
        rows = "".join(f"<row>{''.join(map(_cell, record))}</row>" for record in records)
        parts[f"xl/worksheets/sheet{n}.xml"] = f"<worksheet {main}><sheetData>{rows}</sheetData></worksheet>"
    return zip_of(parts)


def zip_of(parts: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


class ErrorCell(str):
    """A cell of a workbook that holds a spreadsheet's error."""

    __slots__ = ()


def _cell(value: str | int) -> str:
    if isinstance(value, ErrorCell):
        return f'<c t="e"><v>{escape(value)}</v></c>'
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
