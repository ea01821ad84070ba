"""What stands in the cells of a workbook that is streamed: as one would write it, whatever the markup around it."""

import io
from datetime import date, datetime
from itertools import zip_longest

import pytest
from python_calamine import CalamineWorkbook

from tests.feeds.statistics.files import EXCERPTS, xlsx_of, zip_of
from tests.feeds.tables.dresses import (
    CALCEXT,
    NAME,
    blank,
    cell,
    line,
    numbered,
    ods,
    ods_of_sheets,
    read,
    xlsx_of_parts,
)
from tests.shared_data import FOLDER, WORKBOOK, official
from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.tables.streams import REGISTERS, stream_tables
from watcher.feeds.tables.written import counted_day, number_as_written
from watcher.feeds.tables.xlsx_styles import is_format_of_days

_P = "<text:p>{}</text:p>"


def raw(inside: str, said: str = ' office:value-type="string"') -> str:
    return f"<table:table-cell{said}>{inside}</table:table-cell>"


ODS_CELLS = {
    "a day": (cell("16 July 2025", value_type="date", date_value="2025-07-16T00:00:00"), "2025-07-16"),
    "a day alone": (cell("16/07/25", value_type="date", date_value="2025-07-16"), "2025-07-16"),
    "a moment": (cell("x", value_type="date", date_value="2025-07-16T10:30:00"), "2025-07-16T10:30:00"),
    "a number": (cell("2,645,485", value_type="float", value="2645485"), "2645485"),
    "a whole number with decimals": (cell("5", value_type="float", value="5.0"), "5"),
    "a number with an exponent": (cell("1E7", value_type="float", value="1.0050736E7"), "10050736"),
    "a fraction": (cell("0.1", value_type="float", value="0.1"), "0.1"),
    "a share": (cell("12%", value_type="percentage", value="0.125"), "0.125"),
    "money": (cell("£ 3.50", value_type="currency", currency="GBP", value="3.5"), "3.5"),
    "a text of digits": (cell("007"), "007"),
    "a boolean": (cell("TRUE", value_type="boolean", boolean_value="true"), "TRUE"),
    "a time": (cell("10:30", value_type="time", time_value="PT10H30M00S"), "10:30"),
    "a text in its attribute": (cell(value_type="string", string_value="Elm"), "Elm"),
    "paragraphs": (cell("Elm\nHouse\n\nDerby"), "Elm\nHouse\n\nDerby"),
    "marks": (raw(_P.format('a<text:s text:c="3"/>b<text:tab/>c<text:line-break/>d')), "a   b\tc\nd"),
    "spans and a link": (
        raw(_P.format("<text:span>Elm</text:span> <text:a>H<text:span>o</text:span></text:a>")),
        "Elm Ho",
    ),
    "a remark": (raw(f"<office:annotation>{_P.format('old')}</office:annotation>{_P.format('Good')}"), "Good"),
    "a note": (raw(_P.format(f"Go<text:note>{_P.format('1')}</text:note>od")), "Good"),
    "a picture": (
        raw(f"{_P.format('Good')}<draw:frame><draw:text-box>{_P.format('x')}</draw:text-box></draw:frame>"),
        "Good",
    ),
    "a table within": (raw(f"<table:table>{line(cell('x'), cell('y'))}</table:table>{_P.format('Good')}"), "Good"),
    "without a kind": (raw(_P.format("Good"), ""), "Good"),
    "white space of the markup": (raw(f"\n  {_P.format('Good')}\n  "), "Good"),
    "characters by number": (raw("<text:p>Elm &amp; &#xC9;lm</text:p>"), "Elm & Élm"),
    "an error": (raw(_P.format("#N/A"), ' office:value-type="string" calcext:value-type="error"'), "#N/A"),
    "an error that shows nothing": (raw("", ' office:value-type="string" calcext:value-type="error"'), "#N/A"),
    "an error as a number": (cell("#DIV/0!", value_type="float", value="0"), "#DIV/0!"),
    "a covered cell": (
        '<table:covered-table-cell office:value-type="string"><text:p>x</text:p></table:covered-table-cell>',
        "x",
    ),
}


@pytest.mark.parametrize(("markup", "text"), ODS_CELLS.values(), ids=ODS_CELLS)
def test_a_cell_of_an_ods_is_as_one_would_write_it(markup: str, text: str) -> None:
    assert read(ods(line(cell("id"), markup, cell("z")), names=CALCEXT)) == {"S": [["id", text, "z"]]}


def test_repeated_blanks_are_counted_and_repeated_content_is_made() -> None:
    content = ods(
        line(cell("id"), blank(2), cell("d"), blank(16_380)),
        line(blank(16_384), times=1_000_000),
        line(
            '<table:table-cell table:number-columns-repeated="3" office:value="7" office:value-type="float"/>', times=2
        ),
        line(blank(16_384), times=48_000),
    )
    assert numbered(content) == [
        (1, ["id", "", "", "d"]),
        (1_000_002, ["7", "7", "7", ""]),
        (1_000_003, ["7", "7", "7", ""]),
    ]


FAR = '<table:table-cell table:number-columns-repeated="{}" office:value="7" office:value-type="float"/>'


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([line(cell("x"), times=1_100_000)], "sheet S, has 1,100,000 rows or 1 columns"),
        ([line(blank(1), times=9_000_000), line(cell("x"))], "has 9,000,001 rows"),
        ([line(blank(900_000), cell("x"))], "row 1 has more than 16,384 columns"),
        ([line(FAR.format(99_999_999))], "row 1 has more than 16,384 columns"),
        ([line(FAR.format(16_384), times=3_000)], "has more than 40,000,000 cells: that is no register"),
        ([line(cell("x" * 9_000_000))], "a cell or a tag of more than 4,194,304 bytes"),
        ([f'<table:table-row table:x="{"x" * 9_000_000}"/>'], "a cell or a tag of more than 4,194,304 bytes"),
        (
            ['<table:table-row><table:table-cell table:formula="of:=1"/></table:table-row>'],
            "row 1: a formula there has no",
        ),
        (["<table:table-row>"], "cannot be read as a workbook: mismatched tag"),
    ],
)
def test_an_ods_that_claims_too_much_or_is_broken_is_refused(rows: list[str], reason: str) -> None:
    with pytest.raises(FileRefusedError, match=f"^{NAME}.*{reason}"):
        read(ods(*rows))


def test_a_document_type_is_refused_with_all_its_entities() -> None:
    head = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    with pytest.raises(FileRefusedError, match="it declares a document type"):
        read(ods(line(cell("id")), head=head))


def test_prefixes_are_those_of_the_file() -> None:
    content = ods_of_sheets({"S": line(cell("id"), cell("x"))})
    assert read(content) == {"S": [["id", "x"]]}
    space = "urn:oasis:names:tc:opendocument:xmlns"
    body = (
        f'<o:document-content xmlns:o="{space}:office:1.0" xmlns="{space}:table:1.0" xmlns:t="{space}:text:1.0"'
        f' xmlns:a="{space}:table:1.0"><o:body><o:spreadsheet>{{}}</o:spreadsheet></o:body></o:document-content>'
    )
    text = '<a:table-cell o:value-type="string"><t:p>id</t:p></a:table-cell>'
    row = f'<a:table a:name="S"><a:table-row>{text}</a:table-row></a:table>'
    assert read(zip_of({"content.xml": body.format(row)})) == {"S": [["id"]]}
    with pytest.raises(FileRefusedError, match="a document without a sheet"):
        read(zip_of({"content.xml": body.format("<t:p>a letter</t:p>")}))


def test_what_is_not_read_of_a_sheet_is_passed_over() -> None:
    rows = "".join(line(cell(str(number))) for number in range(3_000))
    for content in (
        ods_of_sheets({"A": rows, "B": "", "C": rows}),
        xlsx_of({name: [[str(number)] for number in range(3_000 if name != "B" else 0)] for name in "ABC"}),
    ):
        begun = [(table.sheet, next(table.records, None)) for table in stream_tables(NAME, content, REGISTERS, ())]
        assert begun == [("A", (1, ["0"])), ("B", None), ("C", (1, ["0"]))]


STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="dd\\/mm\\/yyyy"/><numFmt numFmtId="165" formatCode="[h]:mm"/>'
    '<numFmt numFmtId="166" formatCode="0.0&quot; days&quot;"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/>'
    '<xf numFmtId="165"/><xf numFmtId="166"/></cellXfs>'
)
SHARED = (
    "<si><t>plain</t></si><si><r><t>Elm </t></r><r><t>House</t></r><rPh><t>elm</t></rPh></si><si><t>a_x000D_b</t></si>"
)
XLSX_CELLS = {
    "a day": ('<c s="1"><v>45854</v></c>', "2025-07-16"),
    "a day of a format of its own": ('<c s="2"><v>45854.0</v></c>', "2025-07-16"),
    "a moment": ('<c s="2"><v>45854.4375</v></c>', "2025-07-16T10:30:00"),
    "a length of time": ('<c s="3"><v>1.5</v></c>', "1.5"),
    "a number of days": ('<c s="4"><v>45854</v></c>', "45854"),
    "a number": ('<c s="0"><v>2645485.0</v></c>', "2645485"),
    "a number with an exponent": ("<c><v>1.0050736E7</v></c>", "10050736"),
    "a shared text": ('<c t="s"><v>0</v></c>', "plain"),
    "a shared text of runs": ('<c t="s" s="1"><v>1</v></c>', "Elm House"),
    "a shared text with a character by number": ('<c t="s"><v>2</v></c>', "a\rb"),
    "a text of its own": ('<c t="inlineStr"><is><r><t>Elm</t></r><r><t> House</t></r></is></c>', "Elm House"),
    "a formula's text": ('<c t="str"><f>A1</f><v>Good</v></c>', "Good"),
    "a formula's empty text": ('<c t="str"><f>A1</f><v></v></c>', ""),
    "a formula's number": ("<c><f>1+1</f><v>2</v></c>", "2"),
    "a boolean": ('<c t="b"><v>1</v></c>', "TRUE"),
    "an error": ('<c t="e"><v>#REF!</v></c>', "#REF!"),
    "an error without a text": ('<c t="e"/>', "#N/A"),
    "a day of ISO": ('<c t="d"><v>2025-07-16T00:00:00Z</v></c>', "2025-07-16"),
}


@pytest.mark.parametrize(("markup", "text"), XLSX_CELLS.values(), ids=XLSX_CELLS)
def test_a_cell_of_an_xlsx_is_as_one_would_write_it(markup: str, text: str) -> None:
    placed = markup.replace("<c", '<c r="C7"', 1)
    content = xlsx_of_parts(f'<row r="7"><c r="A7"><v>1</v></c>{placed}<c><v>9</v></c></row>', STYLES, SHARED)
    assert numbered(content) == [(7, ["1", "", text, "9"])]


def test_days_may_be_counted_from_1904() -> None:
    content = xlsx_of_parts('<row><c s="1"><v>44392</v></c></row>', STYLES, book='<workbookPr date1904="1"/>')
    assert read(content) == {"S": [["2025-07-16"]]}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('<row r="3"><c><f>1+1</f></c></row>', "sheet S, row 3: a formula there has no value"),
        ('<row><c t="s"><v>99</v></c></row>', "a cell names the text 99, which is not there"),
        ('<row><c r="ZZZ1"><v>1</v></c></row>', "more than 16,384 columns"),
        ('<row r="9999999"><c><v>1</v></c></row>', "has 9,999,999 rows"),
    ],
)
def test_an_xlsx_that_claims_too_much_or_is_broken_is_refused(row: str, reason: str) -> None:
    with pytest.raises(FileRefusedError, match=f"^{NAME}.*{reason}"):
        read(xlsx_of_parts(row))


@pytest.mark.parametrize(
    ("code", "is_of_days"),
    [
        ("General", False),
        ("0.00", False),
        ("#,##0;[Red]-#,##0", False),
        ('0" days"', False),
        (r"0\d", False),
        ("[hh]:mm:ss", False),
        ("yyyy-mm-dd", True),
        ("[$-809]dd mmmm yyyy;@", True),
        ("h:mm AM/PM", True),
    ],
)
def test_a_format_tells_whether_a_number_is_a_day(code: str, is_of_days: bool) -> None:
    assert is_format_of_days(code) is is_of_days


@pytest.mark.parametrize(
    ("number", "day"),
    [
        ("1", "1900-01-01"),
        ("59", "1900-02-28"),
        ("61", "1900-03-01"),
        ("0.5", "12:00:00"),
        ("0", "0"),
        ("-3", "-3"),
        ("2958465", "9999-12-31"),
        ("2958466", "2958466"),
        ("x", "x"),
        ("nan", "nan"),
    ],
)
def test_days_are_counted_as_spreadsheets_do(number: str, day: str) -> None:
    assert counted_day(number, from_1904=False) == day


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("007", "007"),
        ("-4.0", "-4"),
        ("-1234567890123456789", "-1234567890123456789"),
        ("1e400", "1e400"),
        ("nan", "nan"),
    ],
)
def test_numbers_are_whole_where_that_is_sure(number: str, written: str) -> None:
    assert number_as_written(number) == written


def shown(value: object) -> str:
    """What calamine says of a cell, as one would write it."""
    if isinstance(value, date):
        return value.isoformat().removesuffix("T00:00:00") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def assert_same_as_calamine(content: bytes) -> int:
    """That every cell of every sheet reads as calamine reads it; how many records there are."""
    records = 0
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        for table in stream_tables(NAME, content, REGISTERS, ()):
            sheet = book.get_sheet_by_name(table.sheet)
            top = (sheet.start or (0, 0))[0] + 1
            filled = ((at, list(map(shown, said))) for at, said in enumerate(sheet.to_python(), top))
            for mine, (at, said) in zip(
                table.records, (row for row in filled if any(map(str.strip, row[1]))), strict=True
            ):
                assert mine[0] == at
                assert all(a == b for a, b in zip_longest(mine[1], said, fillvalue="")), (table.sheet, at)
                records += 1
    return records


def test_an_excerpt_of_an_official_workbook_reads_as_by_calamine() -> None:
    assert assert_same_as_calamine((EXCERPTS / "provider_at_march_2025.ods").read_bytes()) > 18
    assert assert_same_as_calamine(xlsx_of({"A": [["id", "x"], [], [1, "x"]], "B": [["", "y"]]})) == 3


def test_the_largest_official_workbook_reads_as_by_calamine() -> None:
    assert assert_same_as_calamine(official(WORKBOOK).read_bytes()) == 26_201


def test_real_registers_are_read_whole() -> None:
    file = FOLDER / "scotland" / "2024-02-29_datastore.csv.gz"
    if not file.exists():
        pytest.skip("the real registers are not beside this checkout: no ../shared/data/scotland")
    ((_, head), *below) = numbered(file.read_bytes())
    assert (head[0], len(below)) == ("CSNumber", 10_952)
    assert {len(cells) for _, cells in below} == {len(head)}
    ((_, head), *below) = numbered((FOLDER / "cqc" / "example.ods").read_bytes())
    assert (head[0], len(head), len(below)) == ("Location ID", 119, 13)
    assert below[0][1][:3] == ["11111", "2020-12-11", "N"]
