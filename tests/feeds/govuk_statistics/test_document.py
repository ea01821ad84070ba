"""What is read of a document of the Content API, and which of several is the newest."""

import json
from datetime import date

import pytest

from tests.shared_data import FOLDER
from watcher.feeds.govuk_statistics.choice import day_in, is_another_table, newest_first
from watcher.feeds.govuk_statistics.document import (
    AttachedFile,
    LinkedDocument,
    UnexpectedDocumentError,
    read_document,
)


def document(**fields: object) -> bytes:
    return json.dumps({"base_path": "/x", "schema_name": "publication", "title": "X", **fields}).encode()


@pytest.mark.parametrize(
    ("name", "why"),
    [("publication-with-featured-attachments.json", ""), ("withdrawn_publication.json", "was withdrawn on 2015-01-13")],
)
def test_the_published_examples_are_understood(name: str, why: str) -> None:
    file = FOLDER / "govuk" / name
    if not file.exists():
        pytest.skip("the examples are not beside this checkout: no ../shared/data/govuk")
    read = read_document(file.read_bytes())
    assert read.why_not.startswith(why)
    assert bool(read.why_not) == bool(why)
    assert read.files == ()  # a PDF alone


def test_files_are_told_by_type_or_name_and_those_in_the_text_serve_where_none_is_attached() -> None:
    typed = {"title": "A", "url": "https://assets.example/1/a", "content_type": "text/csv"}
    named = {"title": "B", "url": "/media/2/b%20c.ods", "content_type": "application/octet-stream"}
    page = {"title": "C", "url": "/government/c", "attachment_type": "html"}
    attached = read_document(document(details={"attachments": [typed, named, page, "odd", {}]}))
    assert attached.files == (
        AttachedFile("A", "https://assets.example/1/a", "a"),
        AttachedFile("B", "/media/2/b%20c.ods", "b c.ods"),
    )
    body = '<p><a href="/media/3/d.xlsx">Data <b>2025</b></a> <a href="/e.pdf">Report</a></p>'
    written = read_document(document(details={"body": body, "attachments": [page]}))
    assert written.files == (AttachedFile("Data 2025", "/media/3/d.xlsx", "d.xlsx"),)


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'"text"', b"{}", b'{"base_path": 1, "schema_name": "x"}'])
def test_what_is_no_document_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(UnexpectedDocumentError):
        read_document(content)


def test_the_newest_release_is_told_by_its_update_and_a_late_correction_is_not_it() -> None:
    corrected = LinkedDocument("Social care in England 2024", "/a", date(2025, 8, 1))
    newest = LinkedDocument("Social care in England 2025", "/b", date(2025, 7, 10))
    undated = LinkedDocument("Local authority and providers", "/c", date(2025, 1, 30))
    by_title = LinkedDocument("Providers at 30 September 2024", "/d", None)
    assert newest_first([by_title, corrected, undated, newest]) == [newest, corrected, undated, by_title]
    assert day_in("Inspections 1 April 2024 to 31 March 2025") == date(2025, 3, 1)
    assert day_in("Without any") is None


@pytest.mark.parametrize(
    ("title", "name", "is_other"),
    [
        ("Underlying data", "childrens_social_care_2025.ods", False),
        ("Provider level at 31 March 2025", "provider_level.csv", False),
        ("Technical notes", "x.ods", True),
        ("Tables", "quality_and_methodology.csv", True),
        ("Fostering agencies", "x.csv", True),
    ],
)
def test_a_file_may_say_that_it_is_another_table(title: str, name: str, is_other: bool) -> None:
    assert is_another_table(AttachedFile(title, f"/media/{name}", name)) is is_other
