"""A list of homes is read as people keep it, and refused with file and row where it cannot be told what it means."""

import csv
import io
import os
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.feeds.statistics.files import ErrorCell, xlsx_of, zip_of
from watcher.config.lists import file
from watcher.config.lists.read import MOST_FAULTS, read_list
from watcher.config.lists.refused import ListRefusedError
from watcher.watching.listed import HomeList

Write = Callable[[bytes | str], HomeList]


@pytest.fixture
def read(tmp_path: Path) -> Write:
    def read(content: bytes | str) -> HomeList:
        path = tmp_path / "homes.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_list(path, "homes.csv")

    return read


@pytest.mark.parametrize(
    "content",
    [
        "URN\nSC478986\n1234567\n",
        "label,urn,note\n,SC478986,\n,1234567,\n",
        "Id;Label\nSC478986;\n1234567;\n",
        "HOME\tLabel\nSC478986\t\n1234567\t\n",
        "SC478986\n1234567\n",
        "\ufeffurn\r\n sc478986 \r\n\r\n1234567.0\r\n",
        '\n# mine, as of "today\n\n  sc478986\n# and\n1234567\n\n',
        "Our homes\n\nurn,label\nSC478986,\n1234567,\n",
        '"urn"\n"SC478986"\n"1234567"\n',
        "urn\nSC478986\n1234567\nsc478986\n",
        ",urn,,\n,SC478986,,\n,,,\n,1234567,,\n",
        "urn\nSC478986\n1234567\n".encode("utf-16"),
        b"\xef\xbb\xbfSC478986\n1234567",
        xlsx_of({"Homes": [["urn", "label"], ["SC478986", ""], [1234567, ""]]}),
        xlsx_of({"Homes": [["SC478986"], [1234567]]}),
        xlsx_of({"Notes": [["Ring Ann.", "x"]], "Homes": [["urn", "label"], ["SC478986", ""], [1234567, ""]]}),
    ],
)
def test_the_same_two_homes_however_the_list_is_kept(read: Write, content: bytes | str) -> None:
    assert [home.id for home in read(content)] == ["SC478986", "1234567"]


def test_a_row_says_what_a_home_is_called_and_when(read: Write) -> None:
    (home,) = read("Area,Label,From,Until,Note,urn\nDerby, Tom  T. ,2025-03-01,31/03/2026,ring Ann,ofsted:sc478986\n")
    assert (home.id, home.row, home.label, home.note) == ("ofsted:SC478986", 2, "Tom T.", "ring Ann")
    assert (home.first, home.last, home.others) == (date(2025, 3, 1), date(2026, 3, 31), (("Area", "Derby"),))


def test_real_dates_of_a_workbook_are_days(tmp_path: Path) -> None:
    styles = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts/><fills/><borders/>'
        '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
    )
    (home,) = _changed(
        tmp_path,
        xlsx_of({"S": [["urn", "from"], [1234567, 45717]]}),
        {"xl/styles.xml": styles},
        lambda sheet: sheet.replace("<c><v>45717</v>", '<c s="1"><v>45717</v>'),
    )
    assert home.first == date(2025, 3, 1)


def _changed(folder: Path, workbook: bytes, more: dict[str, str], change: Callable[[str], str]) -> HomeList:
    """A workbook's list after its sheet was changed and parts were added."""
    import zipfile

    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()} | more
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = change(parts[sheet])
    links = "xl/_rels/workbook.xml.rels"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    if "xl/styles.xml" in more:
        style = f'<Relationship Id="rId99" Type="{office}/styles" Target="styles.xml"/>'
        parts[links] = parts[links].replace("</Relationships>", f"{style}</Relationships>")
    path = folder / "homes.xlsx"
    path.write_bytes(zip_of(parts))
    return read_list(path, "homes.xlsx")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "homes.csv is empty: a list names at least one home"),
        ("urn,label\n", "homes.csv is empty: a list names at least one home"),
        ("# nothing\n\n", "homes.csv is empty: a list names at least one home"),
        ("number,label\nSC478986,x\n", "homes.csv has no column urn, id or home: .*its first row is: number, label"),
        ("urn,home\nSC478986,x\n", "homes.csv, row 1: urn and home are two columns for one thing: rename one"),
        ("urn,Label,label\nSC1,x,y\n", "homes.csv, row 1: Label and label are two columns for one thing"),
        ("urn\n1.03E+06\n", "homes.csv, row 2: '1.03E\\+06' is a number that lost its digits: have the spreadsheet"),
        ("urn\n#N/A\n", "homes.csv, row 2: the spreadsheet shows the error #N/A"),
        ("urn,label\nSC478986,#REF!\n", "homes.csv, row 2: the spreadsheet shows the error #REF!"),
        ("urn\n=A2\n", "homes.csv, row 2: '=A2' is no number of a home"),
        ("urn\nElm House\n", "homes.csv, row 2: 'Elm House' is no number of a home"),
        ("urn\nx.y_2\n", "homes.csv, row 2: 'x.y_2' is no number of a home"),
        ("urn\nofsted:x.y_2\n", "homes.csv, row 2: 'ofsted:x.y_2' is no number of a home"),
        ("urn\nSource: my council\n", "homes.csv, row 2: 'Source: my council' is no number of a home"),
        ("urn\nmy-council:redacted\n", "homes.csv, row 2: 'my-council:redacted' is no number of a home"),
        ("urn,from\nSC478986,31/02/2025\n", "homes.csv, row 2: '31/02/2025' is no date: write it as 2025-03-31 or"),
        ("urn,from\nSC478986,12/31/2025\n", "row 2: '12/31/2025' is no date"),
        ("urn,until\nSC478986,soon\n", "row 2: 'soon' is no date"),
        ("urn,from,until\nSC478986,2025-03-02,2025-03-01\n", "row 2: until 2025-03-01 is before from 2025-03-02"),
        ("urn,label\nSC478986,a\nsc478986,b\n", "row 3: SC478986 stands in row 2 too, with another label"),
        ("urn,label\nofsted:SC478986,a\nSC478986,b\n", "row 2: ofsted:SC478986 stands in row 3 too, as SC478986"),
        ("urn,label\nSC478986,a\n,b\n", "row 3: the row has no number of a home \\(in merged cells"),
        ("SC478986\nurn\n1234567\n", "row 1: a home stands above the header"),
        (b"\x1f\x8b\x08\x00", "homes.csv is packed: unpack it"),
        (b"PK\x03\x04 and no more", "homes.csv is damaged or locked"),
        (b"\x00\x01\x02\x03" * 20, "homes.csv is no text, or UTF-16 without its mark"),
        ("urn,label\nSC478986,\"a\nSC000001,b\n", "homes.csv, line 2: a quotation mark there swallows"),
        ("urn\n" + "x" * 200_000, "homes.csv has a line of 200,000 bytes"),
        (b"a" * (file.LARGEST + 1), "homes.csv has 16,777,217 bytes \\(at most 16,777,216 are read\\)"),
        (xlsx_of({"A": [["urn"], ["SC478986"]], "B": [["id"], ["SC478987"]]}), "sheet A and .*sheet B both have"),
        (xlsx_of({"A": [["urn", "label"], ["SC478986", "x"], [ErrorCell("#N/A"), "y"]]}), "row 3: .*error #N/A"),
        (xlsx_of({"A": [["urn", "label"], ["SC478986", "x"], ["", "y"]]}), "sheet A, row 3: the row has no number"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_row(read: Write, content: bytes | str, fault: str) -> None:
    with pytest.raises(ListRefusedError, match=fault):
        read(content)


def test_a_formula_that_nobody_worked_out_is_no_blank(tmp_path: Path) -> None:
    with pytest.raises(ListRefusedError, match=r"homes.xlsx, sheet S, row 2: a formula there has no value"):
        _changed(
            tmp_path,
            xlsx_of({"S": [["urn"], [1234567]]}),
            {},
            lambda sheet: sheet.replace("<c><v>1234567</v>", "<c><f>A9</f><v></v>"),
        )


def test_a_zip_bomb_costs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "homes.xlsx"
    claims = bytearray(zip_of({"xl/worksheets/sheet1.xml": "<c/>"}))
    directory = claims.rindex(b"PK\x01\x02")
    claims[directory + 24 : directory + 28] = (file.SIZES.workbook + 1).to_bytes(4, "little")
    path.write_bytes(claims)
    began = time.process_time()
    with pytest.raises(ListRefusedError, match="unpacks to more than 268,435,456 bytes"):
        read_list(path, "homes.xlsx")
    assert time.process_time() - began < 1


def test_of_many_faults_the_first_are_told_and_how_many_more(read: Write) -> None:
    with pytest.raises(ListRefusedError) as raised:
        read("urn\n" + "nothing\n" * 100)
    assert len(raised.value.faults) == MOST_FAULTS + 1
    assert raised.value.faults[-1] == "homes.csv: 90 more rows are wrong"


def test_a_hundred_thousand_rows_are_read_at_once(read: Write) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(
        [("urn", "label", "from"), *((f"SC{n:06}", f"L{n}", "2025-03-01") for n in range(100_000))]
    )
    began = time.process_time()
    assert len(read(text.getvalue()).homes) == 100_000
    assert time.process_time() - began < 10


def test_so_is_a_workbook_of_as_many(read: Write) -> None:
    rows = [["urn", "label", "note"], *([f"SC{n:06}", f"L{n}", "ring"] for n in range(100_000))]
    assert len(read(xlsx_of({"S": rows})).homes) == 100_000


class TestTheFileItself:
    def test_a_folder_a_pipe_and_nothing_at_all_are_named(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        for name, fault in (
            (".", "is a folder: name a file in it"),
            ("pipe", "is no file that can be read to its end"),
            ("gone.csv", f"there is no file {tmp_path / 'gone.csv'}"),
        ):
            with pytest.raises(ListRefusedError, match=fault):
                read_list(tmp_path / name, name)

    def test_a_link_to_elsewhere_is_followed(self, tmp_path: Path) -> None:
        there = tmp_path / "there"
        there.mkdir()
        (there / "real.csv").write_text("SC478986\n")
        (tmp_path / "homes.csv").symlink_to(there / "real.csv")
        assert list(read_list(tmp_path / "homes.csv", "homes.csv").homes) == ["SC478986"]

    def test_what_changes_while_it_is_read_is_read_again(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "homes.csv"
        path.write_text("SC478986\n")
        changes = ["SC478986\n1234567\n"]
        look = Path.stat

        def once_changed(looked: Path, **how: bool) -> os.stat_result:
            if looked == path and changes:
                path.write_text(changes.pop())
            return look(looked, **how)

        monkeypatch.setattr(Path, "stat", once_changed)
        assert list(read_list(path, "homes.csv").homes) == ["SC478986", "1234567"]
        changes += [f"SC{n}\n" * n for n in range(100, 110)]
        with pytest.raises(ListRefusedError, match="changes all the time while it is read"):
            read_list(path, "homes.csv")
