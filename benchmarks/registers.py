"""Reading registers as streams, each by a process of its own that is handed the file as the worker is.

Aims: an ODS of 320,000 rows and 26 columns (1 GB of XML) in 60 s of processor time and 300 MB; beside it calamine on a
quarter of it. The columns are those of a national file of ratings, or made up where it is not beside the checkout.
"""

import csv
import gzip
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

REAL = Path(os.environ.get("REGISTER_FILE", "../shared/data/cqc/latest_ratings_2021-02.csv.gz"))
ROWS, SMALLER = 320_000, 57_000
_COLUMNS = 15
_DOMAINS = ("Overall", "Safe", "Effective", "Caring", "Responsive", "Well-led")
_DOMAIN = 16
_BLANKS = '<table:table-cell table:number-columns-repeated="16358" table:style-name="ce4"/>'
_NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in ("office", "table", "text")
)
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_READER = """
import io, sys, time
what, length = sys.argv[1], int(sys.argv[2])
from watcher.feeds.tables.streams import REGISTERS, stream_tables
from python_calamine import CalamineWorkbook
content = sys.stdin.buffer.read(length)
began = time.process_time()
rows = 0
if what == "stream":
    for table in stream_tables("register", content, REGISTERS, {"location id"}):
        rows += sum(1 for _ in table.records)
elif what == "calamine":
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        rows = sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)
seconds = time.process_time() - began
# Not ru_maxrss: it begins with what the parent had when it forked.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(rows, seconds, int(peak.split()[1]) / 1024)
"""

Record = Sequence[str]


def run(rows: int = ROWS) -> None:
    """Prints rows, seconds of processor time, peak megabytes and ratios."""
    head, records = _known()
    narrow = [record[:_COLUMNS] for record in islice(_many(records), SMALLER)]
    with TemporaryDirectory() as folder:
        place = Path(folder)
        _say("nothing: Python and imports", place, b"", "nothing")
        whole = _ods(place / "register.ods", head, islice(_many(records), rows))
        _say(f"ODS, {whole / 1e9:.2f} GB of XML", place, (place / "register.ods").read_bytes())
        quarter = _ods(place / "quarter.ods", head, islice(_many(records), rows // 4))
        content = (place / "quarter.ods").read_bytes()
        streamed = _say(f"ODS, {quarter / 1e9:.2f} GB", place, content)
        bare = _say("  the same by calamine", place, content, "calamine")
        print(f"  {streamed[0] / bare[0]:.1f} times its seconds, {streamed[1] / bare[1]:.2f} of its memory")
        for name, content in (
            ("CSV", _csv(head, narrow)),
            ("JSON", json.dumps([dict(zip(head, record, strict=False)) for record in narrow]).encode()),
            ("XLSX", _xlsx(head, narrow)),
        ):
            streamed = _say(f"{name}, {_COLUMNS} columns", place, content)
        bare = _say("  the same XLSX by calamine", place, content, "calamine")
        print(f"  {streamed[0] / bare[0]:.1f} times its seconds, {streamed[1] / bare[1]:.2f} of its memory")


def _known() -> tuple[Record, Sequence[Record]]:
    if REAL.exists():
        with gzip.open(REAL, "rt", encoding="utf-8", newline="") as file:
            head, *records = csv.reader(file)
            return head, records
    print(f"no {REAL}: columns and words are made up; REGISTER_FILE names it")
    head = ["Location ID", *(f"Column {number}" for number in range(2, 27))]
    words = ("Social Care Org", "Requires improvement", "", "Yorkshire and The Humber", "Residential social care")
    return head, [
        [f"1-{10**9 + number}", *islice(cycle(words), number % 5, number % 5 + 24), "20/11/2019"]
        for number in range(30_000)
    ]


def _many(records: Sequence[Record]) -> Iterator[Record]:
    """Each record once for every domain, over and over."""
    for record in cycle(records):
        for domain in _DOMAINS:
            yield [*record[:_DOMAIN], domain, *record[_DOMAIN + 1 :]]


def _ods(file: Path, head: Record, records: Iterable[Record]) -> int:
    """Writes a workbook whose sheet is filled up with repeated blanks; the bytes of its XML."""
    rest = (
        '<table:table-row table:number-rows-repeated="700000"><table:table-cell table:number-columns-repeated="16384"/>'
    )
    body = f'<office:document-content {_NAMES}><office:body><office:spreadsheet><table:table table:name="Locations">'
    end = f"{rest}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    size = 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        with archive.open("content.xml", "w", force_zip64=True) as part:
            for piece in (body, _ods_row(head)):
                size += part.write(piece.encode())
            for record in records:
                size += part.write(_ods_row(record).encode())
            size += part.write(end.encode())
    return size


def _ods_row(record: Record) -> str:
    return f'<table:table-row table:style-name="ro2">{"".join(map(_ods_cell, record))}{_BLANKS}</table:table-row>'


def _ods_cell(text: str) -> str:
    if not text:
        return '<table:table-cell table:style-name="ce4"/>'
    kind = 'office:value-type="string" table:style-name="ce4"'
    if len(text) == len("20/11/2019") and text[2] == text[5] == "/":
        day = f"{text[6:]}-{text[3:5]}-{text[:2]}T00:00:00"
        kind = f'office:value-type="date" office:date-value="{day}" table:style-name="ce5"'
    return f"<table:table-cell {kind}><text:p>{escape(text)}</text:p></table:table-cell>"


def _csv(head: Record, records: Iterable[Record]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([head[:_COLUMNS], *records])
    return text.getvalue().encode()


def _xlsx(head: Record, records: Iterable[Record]) -> bytes:
    """A workbook whose cells share their texts, as a spreadsheet saves it."""
    shared: dict[str, int] = {}
    rows = "".join(
        f'<row r="{number}">{"".join(_xlsx_cells(record, number, shared))}</row>'
        for number, record in enumerate((head[:_COLUMNS], *records), 1)
    )
    packed = io.BytesIO()
    links = {"worksheet": "worksheets/sheet1.xml", "sharedStrings": "sharedStrings.xml"}
    link = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/{kind}" Target="{links[kind]}"/>'
        for at, kind in enumerate(links, 1)
    )
    package = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    book = f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", f"<Relationships {package}>{book}</Relationships>")
        sheet = '<sheets><sheet name="Locations" sheetId="1" r:id="rId1"/></sheets>'
        archive.writestr("xl/workbook.xml", f'<workbook {_MAIN} xmlns:r="{_OFFICE}">{sheet}</workbook>')
        archive.writestr("xl/_rels/workbook.xml.rels", f"<Relationships {package}>{link}</Relationships>")
        texts = "".join(f"<si><t>{escape(text)}</t></si>" for text in shared)
        archive.writestr("xl/sharedStrings.xml", f"<sst {_MAIN}>{texts}</sst>")
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet {_MAIN}><sheetData>{rows}</sheetData></worksheet>")
    return packed.getvalue()


def _xlsx_cells(record: Record, number: int, shared: dict[str, int]) -> Iterator[str]:
    for letter, text in zip("ABCDEFGHIJKLMNO", record, strict=True):
        if text:
            yield f'<c r="{letter}{number}" s="1" t="s"><v>{shared.setdefault(text, len(shared))}</v></c>'


def _say(what: str, folder: Path, content: bytes, how: str = "stream") -> tuple[float, float]:
    """Prints what a process of its own needs to read it: seconds, megabytes."""
    (folder / "reader.py").write_text(_READER, encoding="utf-8")
    command = [sys.executable, str(folder / "reader.py"), how, str(len(content))]
    where = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    rows, seconds, peak = subprocess.run(
        command, input=content, check=True, capture_output=True, env=where
    ).stdout.split()
    size = f"{len(content) / 1e6:.1f} MB"
    print(f"{what:32} {size:>9} {int(rows):9,} rows {float(seconds):6.2f} s {float(peak):6.0f} MB", flush=True)
    return float(seconds), float(peak)


if __name__ == "__main__":
    run(*map(int, sys.argv[1:2]))
