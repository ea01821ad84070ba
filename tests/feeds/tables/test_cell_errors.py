"""A spreadsheet's error costs what it stands in place of, and is listed with its name; it is never a blank."""

import io
import zipfile
from collections.abc import Callable

import pytest

from tests.feeds.statistics.files import COLUMNS, EXCERPTS, NAME, ErrorCell, csv_of, read, row, xlsx_of, zip_of
from watcher.feeds.statistics.file import FileReading, read_file
from watcher.feeds.tables.cell_errors import cell_errors
from watcher.feeds.tables.containers import FileRefusedError

CALCEXT = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"


def workbook(**spoiled: str) -> FileReading:
    said = row(**{name: ErrorCell(error) for name, error in spoiled.items()})
    return read_file(
        NAME, xlsx_of({"In year": [list(COLUMNS), list(row(URN="SC000002").values()), list(said.values())]})
    )


@pytest.mark.parametrize("reading", [workbook, lambda **spoiled: read(row(URN="SC000002"), row(**spoiled))])
@pytest.mark.parametrize(
    ("column", "what"),
    [
        ("URN", "the URN"),
        ("Event_type", "the event type"),
        ("Inspection_date", "the inspection date"),
        ("Publication_date", "the publication date"),
        ("Event_number", "the event number"),
        ("Overall_effectiveness", "the overall judgement"),
    ],
)
def test_an_error_in_what_counts_costs_the_row(reading: Callable[..., FileReading], column: str, what: str) -> None:
    found = reading(**{column: "#N/A"})
    assert [(refused.row, refused.reason) for refused in found.refused] == [
        (3, f"{what} is the spreadsheet's error #N/A: nothing of the row was taken")
    ]
    assert [inspection.home for inspection in found.inspections] == ["ofsted:SC000002"]


@pytest.mark.parametrize("column", ["Local_authority", "Organisation", "Registration_status"])
def test_an_error_beside_what_counts_is_left_out_and_listed(column: str) -> None:
    found = workbook(**{column: "#VALUE!"})
    assert found.refused == ()
    assert [(doubt.row, "#VALUE!: left out" in doubt.reason) for doubt in found.doubts] == [(3, True)]
    assert len(found.inspections) == 2
    assert None in (found.homes[1].local_authority, found.homes[1].owner, found.homes[1].status)


def test_an_error_of_a_workbook_is_found_where_it_stands_behind_repeated_cells() -> None:
    with zipfile.ZipFile(EXCERPTS / "provider_at_march_2025.ods") as archive:
        parts = {name: archive.read(name).decode("utf-8", "replace") for name in ("mimetype", "content.xml")}
        parts["META-INF/manifest.xml"] = archive.read("META-INF/manifest.xml").decode()
    good = (
        '<table:table-cell office:value-type="string" table:style-name="ce23"><text:p>Good</text:p></table:table-cell>'
    )
    bad = (
        '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
    )
    parts["content.xml"] = (
        parts["content.xml"].replace(
            "<office:document-content",
            f'<office:document-content xmlns:calcext="{CALCEXT}"',
            1,
        )
        if "xmlns:calcext" not in parts["content.xml"]
        else parts["content.xml"]
    )
    before = read_file("provider_at_march_2025.ods", zip_of(parts))
    parts["content.xml"] = parts["content.xml"].replace(good, bad, 1)
    after = read_file("provider_at_march_2025.ods", zip_of(parts))
    assert len(after.refused) == 1
    assert "is the spreadsheet's error #N/A" in after.refused[0].reason
    assert after.understood == before.understood - 1


def test_a_workbook_without_errors_is_not_walked() -> None:
    assert cell_errors(xlsx_of({"In year": [list(COLUMNS)]})) == {}
    assert cell_errors((EXCERPTS / "provider_at_march_2025.ods").read_bytes()) == {}


def test_places_are_told_by_reference_or_by_order() -> None:
    content = xlsx_of({"Cover": [["a"]], "In year": [["b"], ["c", ErrorCell("#REF!")]]})
    assert cell_errors(content) == {"In year": {(1, 1): "#REF!"}}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet2.xml"]
    parts["xl/worksheets/sheet2.xml"] = sheet.replace(
        '<row><c t="inlineStr"><is><t xml:space="preserve">c',
        '<row r="9"><c t="inlineStr"><is><t xml:space="preserve">c',
    ).replace('<c t="e">', '<c r="AB9" t="e">')
    assert cell_errors(zip_of(parts)) == {"In year": {(8, 27): "#REF!"}}


def test_a_file_with_months_first_is_refused_as_a_whole() -> None:
    with pytest.raises(FileRefusedError, match=r"row 3: the date 12/31/2017 has its month first.*dd/mm/yyyy"):
        read(row(), row(URN="SC000002", Inspection_date="12/31/2017"))
    assert [refused.row for refused in read(row(), row(Inspection_date="31/02/2018")).refused] == [3]


def test_markers_of_government_statistics_are_neither_names_nor_grades() -> None:
    reading = read_file(NAME, csv_of(row(Local_authority="[c]", Organisation="[x]", Overall_effectiveness="[z]")))
    assert (reading.homes[0].local_authority, reading.homes[0].owner) == (None, None)
    assert reading.inspections[0].judgements == ()
    assert (reading.refused, reading.doubts) == ((), ())
