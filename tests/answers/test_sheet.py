"""Answers as CSV: what a spreadsheet reads back is what was said, and nothing in it is a formula."""

import csv
import io

from watcher.answers.sheet import BOM, Column, Sheet, csv_text

ROW = {
    "home": "ofsted:SC000001",
    "label": '=HYPERLINK("http://evil.example","x")',
    "places": 4,
    "overdue": True,
    "areas": {"overall": "good", "leaders": "inadequate"},
    "requirements_due": [],
    "name": None,
    "owner": 'Elm, "North"\nLimited',
}


def test_a_file_has_every_key_and_reads_back() -> None:
    sheet = Sheet(title="Homes", columns=[Column("home", "Home")], rows=[ROW], keys=[*ROW, "link"])
    text = "".join(csv_text(sheet.rows, sheet.keys))
    assert text.startswith(BOM)
    assert text.count("\r\n") == 2
    (row,) = csv.DictReader(io.StringIO(text.removeprefix(BOM)))
    assert row == {
        "home": "ofsted:SC000001",
        "label": '\'=HYPERLINK("http://evil.example","x")',
        "places": "4",
        "overdue": "yes",
        "areas": "overall: good; leaders: inadequate",
        "requirements_due": "",
        "name": "",
        "owner": 'Elm, "North" Limited',
        "link": "",
    }


def test_no_cell_begins_a_formula() -> None:
    for words in ("=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\u200b=1"):
        sheet = Sheet(title="x", columns=[], rows=[{"owner": words}], keys=["owner"])
        *_, row = csv.reader(io.StringIO("".join(csv_text(sheet.rows, sheet.keys)).removeprefix(BOM)))
        assert row[0].startswith("'"), row


def test_a_negative_number_stays_a_number() -> None:
    assert "".join(csv_text([{"days": -3}], ["days"])).endswith("-3\r\n")
