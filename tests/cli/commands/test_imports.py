"""`import` tells row by row what it could not read, and announces nothing."""

from pathlib import Path

import pytest

from tests.cli.shell import Run, lines, run
from tests.feeds.statistics.files import csv_of, row

__all__ = ["run"]  # a fixture


def test_an_imported_file_is_told_row_by_row_and_announced_to_nobody(run: Run, tmp_path: Path) -> None:
    (tmp_path / "year.csv").write_text(
        "URN,Provision type,Inspection event type,Inspection date,Inspection publication date,Inspection event number,"
        "Overall experiences and progress of children and young people\n"
        "SC478986,Children's home,Full inspection,01/02/2026,03/03/2026,10500001,Inadequate\n"
        "SC478986,Children's home,Full inspection,some day,03/03/2026,10500002,Good\n"
    )
    code, out, _ = run("import", "year.csv")
    assert code == 1
    assert "row 3: " in out
    assert "1 inspection was new" in out
    assert run("alerts", "--json")[1] == ""
    code, out, _ = run("import", "year.csv", "--json")
    assert lines(out)[0]["inspections"] == 1
    code, out, _ = run("history", "SC478986", "--json")
    assert lines(out)[-1]["event"] == "10500001"


def test_a_file_that_is_no_table_is_refused_by_name(run: Run, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n")
    code, out, _ = run("import", "odd.csv")
    assert code == 1
    assert "odd.csv: refused:" in out


def test_a_file_that_claims_too_much_is_refused_and_the_others_are_taken(run: Run, tmp_path: Path) -> None:
    (tmp_path / "long.csv").write_text("URN," + "x" * 1_000_000)
    (tmp_path / "inspec_1819.csv").write_bytes(csv_of(row()))
    code, out, _ = run("import", "long.csv", "inspec_1819.csv")
    assert code == 1
    assert "long.csv: refused: long.csv has a line of 1,000,004 bytes (at most 100,000 are read)" in out
    assert "1 inspection was new" in out


def test_a_file_that_this_machine_could_not_read_is_to_be_imported_again(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "inspec_1819.csv").write_bytes(csv_of(row()))
    monkeypatch.setattr("sys.executable", "/no/such/python")
    code, out, _ = run("import", "inspec_1819.csv")
    assert code == 1
    assert "can't be started" in out
    assert "import it again" in out
