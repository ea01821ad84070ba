"""Every header name of twelve years leads to its concept, and anything unclear refuses the file."""

import pytest

from tests.feeds.statistics.files import COLUMNS, EXCERPTS, NAME, csv_of, excerpts, row
from watcher.feeds.statistics.file import HEADERS, read_file
from watcher.feeds.statistics.headers import Concept, TableLayout, concept_of, find_layout
from watcher.feeds.tables.containers import FileRefusedError, Unpacked
from watcher.feeds.tables.tables import read_tables
from watcher.text import squash


def layout_of(name: str) -> TableLayout:
    content = (EXCERPTS / name).read_bytes()
    (table,) = read_tables(name, Unpacked(content, is_workbook=False), HEADERS)
    layout = find_layout(name, table)
    assert layout is not None
    return layout


@pytest.mark.parametrize(
    ("name", "concept"),
    [
        ("Inspection type", Concept.EVENT_TYPE),
        ("Inspection Date", Concept.INSPECTED),
        ("Inspection ID", Concept.EVENT),
        ("Reg Status", Concept.STATUS),
        ("Setting Name", Concept.NAME),
        ("The safety of children and young people", Concept.PROTECTED),
        ("\nInspection event type", Concept.EVENT_TYPE),
        ("Inspection publication date", Concept.PUBLISHED),
        ("Inspection the effectiveness of leaders and managers", Concept.LEADERS),
        ("\nLatest Full inspection event type", Concept.EVENT_TYPE),
        ("Latest full inspection date", Concept.INSPECTED),
        ("Latest full inspectio health services", Concept.HEALTH),
        ("Latest full inspection overall experiences and progress of children and young people", Concept.OVERALL),
        ("Organisation which owns the provider", Concept.OWNER),
        ("Supported Accommodation outcome", Concept.OUTCOME),
        ("Supported accommodation premises", None),
        ("Linked Education URN", None),
        ("Address 1", None),
        ("Postcode", None),
        ("inspection", None),
        ("", None),
    ],
)
def test_a_header_name_means_one_thing_or_nothing(name: str, concept: Concept | None) -> None:
    assert concept_of(squash(name)) is concept


@pytest.mark.parametrize(
    ("name", "header", "columns", "previous"),
    [
        ("All_SocCare_inspec_1415.csv", 0, 16, 0),  # neither registration date nor places nor owner nor publication
        ("All_SocCare_inspec_1617.csv", 0, 16, 0),  # no name column
        ("All_SocCare_inspec_2122_fin.csv", 0, 21, 0),
        ("All_SocCare_inspec_2223.csv", 3, 21, 0),
        ("All_SocCare_inspec_2324.csv", 3, 21, 9),
        ("provider_at_march_2018.csv", 1, 20, 0),
        ("provider_at_march_2024.csv", 3, 21, 9),
        ("provider_at_march_2025.csv", 3, 22, 0),
    ],
)
def test_real_files_give_every_known_column_once(name: str, header: int, columns: int, previous: int) -> None:
    layout = layout_of(name)
    assert (layout.header, len(layout.columns), len(layout.previous)) == (header, columns, previous)


def test_every_excerpt_has_all_three_areas() -> None:
    for reading in excerpts():
        areas = {judgement.area for inspection in reading.inspections for judgement in inspection.judgements}
        assert {"overall", "protected", "leaders"} <= areas, reading.name


@pytest.mark.parametrize("missing", ["Provision type", "Event type", "Inspection date", "Overall effectiveness"])
def test_a_file_without_a_required_column_is_refused_and_shows_its_headers(missing: str) -> None:
    said = row()
    del said[missing]
    with pytest.raises(FileRefusedError) as refused:
        read_file(NAME, csv_of(said))
    for part in (NAME, "no column for", "the headers are: urn"):
        assert part in str(refused.value)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("URN", "urn "),
        ("Event type", "Inspection event type"),
        ("Overall effectiveness", "Overall experiences and progress of children and young people"),
        ("Publication date", "Latest full inspection publication date"),
    ],
)
def test_two_columns_for_one_thing_refuse_the_file(name: str, other: str) -> None:
    with pytest.raises(FileRefusedError, match=f"stands in two columns, {squash(name)!r} and {squash(other)!r}"):
        read_file(NAME, csv_of({**row(), other: COLUMNS[name]}))


def test_an_incomplete_block_of_previous_inspections_refuses_the_file() -> None:
    with pytest.raises(FileRefusedError, match=r"block of previous inspections: no column for inspection date"):
        read_file(NAME, csv_of({**row(), "Previous event type": "", "Previous overall effectiveness": ""}))


@pytest.mark.parametrize("above", [0, 1, 4, 9])
def test_the_header_may_stand_in_any_of_the_first_ten_records(above: int) -> None:
    reading = read_file(NAME, csv_of(row(), above=[["a title"]] * above))
    assert (reading.rows, len(reading.inspections)) == (1, 1)


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"<!doctype html><title>Sign in</title>", b"%PDF-1.7\n\x93\x8c", b"URNs,Provision type\n1,2\n"],
)
def test_what_has_no_urn_column_is_refused(content: bytes) -> None:
    with pytest.raises(FileRefusedError, match=r"inspec_1819\.csv: none of its first 10 records is a header"):
        read_file(NAME, content)


def test_a_header_further_down_is_not_looked_for() -> None:
    with pytest.raises(FileRefusedError):
        read_file(NAME, csv_of(row(), above=[["a title"]] * 10))
