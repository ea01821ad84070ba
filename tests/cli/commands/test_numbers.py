"""`numbers` for people at two widths, for files, and for programs."""

import csv
import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from tests.cli.shell import Run, lines, run
from watcher.answers.sheet import BOM
from watcher.cli.commands import numbers as number_commands
from watcher.judging.numbers import NUMBERS

__all__ = ["run"]  # a fixture

HOMES = ("numbers", "--type", "children's home")


def test_by_year_is_what_a_program_gets_without_asking(run: Run) -> None:
    code, out, _ = run(*HOMES, "--json")
    rows = lines(out)
    assert code == 0
    assert all(list(row) == ["year", *NUMBERS, "regulator"] for row in rows)
    by_year = {row["year"]: row for row in rows}
    assert (by_year["2023-24"]["inadequate"], by_year["2022-23"]["inadequate"]) == (162, 240)
    assert by_year["2020-21"] == {"year": "2020-21", **dict.fromkeys(NUMBERS), "regulator": "ofsted"}


def test_people_are_told_why_there_are_no_numbers(run: Run) -> None:
    code, out, _ = run(*HOMES)
    said = " ".join(out.split())
    assert code == 0
    assert "2020-21: no numbers, since inspections paused from 17 March 2020 to 12 April 2021." in said
    assert "6 inadequate in 2022-23" in said
    assert "All kinds of providers" not in said


@pytest.mark.parametrize("width", [80, 44])
@pytest.mark.parametrize("by", ["year", "region", "area,type"])
def test_no_number_is_cut_at_any_width(run: Run, monkeypatch: pytest.MonkeyPatch, width: int, by: str) -> None:
    monkeypatch.setattr(number_commands, "out", Console(width=width))
    _, out, _ = run("numbers", "--by", by, "--area", "Derby", "--type", "children's home")
    table = out.partition("\nShare: ")[0].splitlines()
    assert max(map(len, table)) <= width
    assert "…" not in out


def test_a_file_is_what_a_spreadsheet_reads(run: Run, tmp_path: Path) -> None:
    code, out, err = run("numbers", "--by", "region,year", "--csv", "numbers.csv")
    assert (code, out, err) == (0, "", "")
    text = (tmp_path / "numbers.csv").read_bytes().decode()
    rows = list(csv.DictReader(io.StringIO(text.removeprefix(BOM))))
    assert text.startswith(BOM)
    assert list(rows[0]) == ["region", "year", *NUMBERS, "regulator"]
    assert [row["share_inadequate"] for row in rows if row["year"] == "2020-21"] == [""]
    code, out, _ = run("numbers", "--by", "region,year", "--csv", "-")
    assert (code, out) == (0, text)


def test_a_page_stands_on_its_own(run: Run, tmp_path: Path) -> None:
    code, out, err = run(*HOMES, "--html", "numbers.html")
    page = (tmp_path / "numbers.html").read_text(encoding="utf-8")
    assert (code, out, err) == (0, "", "")
    assert "<svg" in page
    assert "2020-21" in page
    assert not re.search(r"<script|src=|https?://", page)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--by", "yaer"), "there is no 'yaer'; did you mean 'year'?"),
        (("--by", ""), "there is no ''"),
        (("--by", "year,region,year"), "each key can be asked for once"),
        (("--csv", "no/numbers.csv"), "there is no folder no"),
        (("--html", "."), "is a folder"),
        (("--csv", "-", "--json"), "--json is for standard output too"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_counted(run: Run, arguments: tuple[str, ...], said: str) -> None:
    code, out, err = run("numbers", *arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_a_name_that_nothing_has_is_told_with_the_nearest(run: Run) -> None:
    code, _, err = run("numbers", "--area", "Darby")
    assert code == 2
    assert "no home of the history has the area 'Darby'; did you mean 'Derby'" in err


def test_a_group_of_the_configuration_is_counted(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text('[groups]\nEsland = ["Esland North Limited", "Esland South Limited"]\n')
    code, out, _ = run("numbers", "--by", "group", "--json")
    (row,) = lines(out)
    assert (code, row["group"]) == (0, "Esland")
    assert int(str(row["homes"])) > 58
