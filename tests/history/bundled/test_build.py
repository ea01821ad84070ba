"""The bundle is built the same byte for byte, and the committed one is what the official files give."""

import gzip
from functools import lru_cache
from pathlib import Path

import orjson
import pytest

from tests.checkout import ROOT
from tests.feeds.statistics.files import EXCERPTS, NAME, csv_of, excerpts, row
from tests.shared_data import IN_YEAR, SNAPSHOTS, official
from watcher.facts.records import gather
from watcher.feeds.statistics.file import FileReading, read_file
from watcher.history.bundled.build import build, main
from watcher.history.bundled.bundle import ATTRIBUTION, FILE, bundled, read_bundle
from watcher.history.documents import home_record, record
from watcher.history.embedded.history import EmbeddedHistory
from watcher.rounds.working_copy import WorkingCopy

FILES = [str(file) for file in sorted(EXCERPTS.glob("*.csv"))]
BUNDLE = ROOT / "watcher" / "history" / "bundled" / FILE


def test_two_builds_in_other_orders_are_the_same_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    assert main([*FILES, "--output", str(one)]) == main([*reversed(FILES), "--output", str(other)]) == 0
    assert one.read_bytes() == other.read_bytes()
    assert f"{one}: {one.stat().st_size:,} bytes from 14 files" in capsys.readouterr().out


def test_a_build_says_which_rows_are_doubtful_and_which_are_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / NAME
    file.write_bytes(csv_of(row(), row(URN="spoiled"), row(Event_number="1.02E+07")))
    assert main([str(file), "--output", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert f"{NAME}, row 3, left out: 'SPOILED' is no URN" in said
    assert f"{NAME}, row 4, taken with a doubt: the event number '1.02E+07' is spoiled" in said


@pytest.mark.parametrize("other", ["missing.csv", "page.html"])
def test_a_file_that_is_refused_leaves_no_bundle(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], other: str
) -> None:
    (tmp_path / "page.html").write_text("<!doctype html>")
    assert main([FILES[0], str(tmp_path / other), "--output", str(tmp_path / "out")]) == 1
    assert other in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_what_is_read_back_is_what_was_gathered() -> None:
    readings = excerpts()
    homes, records = gather(readings)
    bundle = read_bundle(build(readings))
    assert [home_record(orjson.loads(document)) for document in bundle.homes.values()] == homes
    assert [record(orjson.loads(document)) for document in bundle.inspections.values()] == records
    assert [*bundle.homes] == [*range(1, len(homes) + 1)]


def test_the_header_names_every_source_and_the_licence() -> None:
    header = read_bundle(build(excerpts())).header
    assert header["attribution"] == ATTRIBUTION
    assert [source["name"] for source in header["sources"]][:2] == [
        "All_SocCare_inspec_1415.csv",
        "All_SocCare_inspec_1516.csv",
    ]
    assert all(len(source["sha256"]) == 64 for source in header["sources"])


def test_the_committed_bundle_is_what_the_official_files_give() -> None:
    readings = whole_files()
    # Unpacked: another version of zlib may pack the same content into other bytes.
    assert gzip.decompress(build(readings)) == gzip.decompress(BUNDLE.read_bytes())


def test_taking_in_the_official_files_one_by_one_comes_to_the_same_records(tmp_path: Path) -> None:
    readings = whole_files()
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    copy = WorkingCopy(history)
    for reading in readings:
        for statement in reading.inspections:
            copy.add(statement, None)
    taken_in = {record.statements for record in copy.changed_records()}
    history.close()
    assert taken_in == {record.statements for record in gather(readings)[1]}


@lru_cache(maxsize=1)
def whole_files() -> list[FileReading]:
    """Ofsted's, the older before the newer of each sort; skips the test where they are not supplied."""
    return [read_file(name, official(name).read_bytes()) for name in (*IN_YEAR, *SNAPSHOTS)]


def test_the_committed_bundle_is_small() -> None:
    assert BUNDLE.stat().st_size < 3_000_000
    assert sum(map(len, bundled().inspections.values())) < 20_000_000
