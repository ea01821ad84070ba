"""Reading the official files and the bundle. Aims: the workbook of 2025 in 1 s and 150 MB, the bundle in 0.15 s."""

import csv
import io
import os
import subprocess
import sys
import time
from pathlib import Path

from watcher.facts.records import gather
from watcher.feeds.statistics.file import OFFICIAL, read_file
from watcher.feeds.tables.containers import unpack
from watcher.history.bundled.bundle import FILE, bundled

FOLDER = Path(os.environ.get("OFSTED_FILES", "../shared/data/ofsted"))
_WORKBOOK = """
import sys, time
from pathlib import Path
from python_calamine import CalamineWorkbook
from watcher.feeds.statistics.file import OFFICIAL, read_file
file = Path(sys.argv[1])
if sys.argv[2] == "read":
    began = time.perf_counter()
    count = len(read_file(file.name, file.read_bytes()).inspections)
    seconds = time.perf_counter() - began
elif sys.argv[2] == "cells":
    began = time.perf_counter()
    with CalamineWorkbook.from_path(file) as book:
        count = sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)
    seconds = time.perf_counter() - began
else:
    count, seconds = 0, 0.0
# Not ru_maxrss: it begins with what the parent had when it forked.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(count, seconds, int(peak.split()[1]) / 1024)
"""


def run(folder: Path = FOLDER) -> None:
    """Prints seconds, rows a second, peak megabytes, and ratios to bare csv reading and bare calamine."""
    if folder.is_dir():
        _files(sorted(folder.glob("*/*.csv.gz")))
        for workbook in sorted(folder.glob("*/*.ods")):
            _workbook(workbook)
    else:
        print(f"no official files in {folder}: name their folder as an argument or in OFSTED_FILES")
    _bundle()


def _files(files: list[Path]) -> None:
    contents = {file.name: file.read_bytes() for file in files}
    began = time.perf_counter()
    bare = sum(len(_bare(name, content)) for name, content in contents.items())
    csv_seconds = time.perf_counter() - began
    began = time.perf_counter()
    readings = [read_file(name, content) for name, content in contents.items()]
    seconds = time.perf_counter() - began
    rows = sum(reading.rows for reading in readings)
    assert rows < bare
    print(f"read {len(files)} CSV files: {seconds:.2f} s, {rows} rows, {rows / seconds:,.0f} rows/s")
    print(f"  {seconds / csv_seconds:.1f} × bare csv reading ({csv_seconds:.2f} s)")
    began = time.perf_counter()
    homes, records = gather(readings)
    seconds = time.perf_counter() - began
    print(f"gather them into {len(records)} inspections of {len(homes)} homes: {seconds:.2f} s")


def _bare(name: str, content: bytes) -> list[list[str]]:
    text = unpack(name, content, OFFICIAL).content.decode("cp1252", errors="replace")
    return list(csv.reader(io.StringIO(text, newline="")))


def _workbook(file: Path) -> None:
    _, _, imported = _in_a_process_of_its_own(file, "imports")
    rows, bare, bare_peak = _in_a_process_of_its_own(file, "cells")
    inspections, seconds, peak = _in_a_process_of_its_own(file, "read")
    print(f"{file.name} to {inspections} inspections: {seconds:.2f} s (aim 1 s), peak {peak:.0f} MB (aim 150 MB)")
    print(
        f"  {seconds / bare:.1f} × bare calamine over its {rows} rows ({bare:.2f} s, {bare_peak:.0f} MB);"
        f" {imported:.0f} MB are imports"
    )


def _in_a_process_of_its_own(file: Path, what: str) -> tuple[int, float, float]:
    """The best of three: the least seconds, the least peak."""
    runs = [
        subprocess.run(
            [sys.executable, "-c", _WORKBOOK, str(file), what], check=True, capture_output=True, text=True
        ).stdout.split()
        for _ in range(3)
    ]
    return int(runs[0][0]), min(float(run[1]) for run in runs), min(float(run[2]) for run in runs)


def _bundle() -> None:
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        bundle = bundled()
        seconds.append(time.perf_counter() - began)
    documents = sum(map(len, (*bundle.homes.values(), *bundle.inspections.values())))
    print(
        f"load {FILE}: {min(seconds):.3f} s (aim 0.15 s),"
        f" {len(bundle.homes)} homes and {len(bundle.inspections)} inspections, {documents / 1e6:.1f} MB"
    )


if __name__ == "__main__":
    run(*map(Path, sys.argv[1:2]))
