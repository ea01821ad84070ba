"""Reading a register of 57,000 rows of which 20 have changed: what it costs, beside csv-diff on the same file.

Aims: 0.5 s and 60 MB more than before, of the process that reads; an unchanged one under 5 ms of processor time.
csv-diff is asked where it is installed (`pip install csv-diff`).
"""

import asyncio
import csv
import io
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from tests.clock import ManualClock
from tests.feeds.ofsted_site.world import Known
from watcher.facts import regulators
from watcher.feeds.feed import Reading
from watcher.feeds.register.feed import RegisterFeed
from watcher.feeds.register.options import RegisterOptions

ROWS, CHANGED = 57_000, 20
NOW = datetime(2024, 6, 3, 12, tzinfo=UTC)
GRADES = ["outstanding", "good", "requires improvement", "inadequate"]
HEAD = ["Id", "Name", "Kind", "Authority", "Region", "Provider", "Phone", "Services", "Overall", "Safe", "Led", "Out"]
_PEAK = """
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
peak = int(peak.split()[1]) / 1024
"""
_CSV_DIFF = f"""
import sys, time
from csv_diff import compare, load_csv
began = time.process_time()
diff = compare(load_csv(open(sys.argv[1]), key="Id"), load_csv(open(sys.argv[2]), key="Id"))
seconds = time.process_time() - began
{_PEAK}
print(len(diff["changed"]), seconds, peak)
"""


def run() -> None:
    """Prints the figures."""
    with TemporaryDirectory() as folder:
        before, now = Path(folder, "before.csv"), Path(folder, "now.csv")
        before.write_bytes(_table(0))
        now.write_bytes(_table(CHANGED))
        seconds = asyncio.run(_readings(before, now))
        if find_spec("csv_diff") is None:
            print("csv-diff is not installed")
            return
        said = subprocess.run(
            [sys.executable, "-c", _CSV_DIFF, str(before), str(now)], capture_output=True, check=True, text=True
        ).stdout.split()
        print(f"csv-diff: {said[0]} changed, {float(said[1]):.2f} s, {float(said[2]):.0f} MB at most")
        print(f"  the feed's reading takes {seconds / float(said[1]):.2f} of its seconds")


def _table(changed: int) -> bytes:
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(HEAD)
    for number in range(ROWS):
        is_new = number % (ROWS // CHANGED) == 0 and changed > 0
        grade = GRADES[3 if is_new else number % 3]
        day = "01/06/2024" if is_new else f"{1 + number % 28:02}/{1 + number % 12:02}/{2015 + number % 8}"
        home = [f"1-{100_000_000 + number}", f"The House of Number {number}", "Residential social care"]
        place = [f"Area {number % 150}", "South East", f"Care Provider Limited {number % 9000}", "01234 567890"]
        table.writerow([*home, *place, "Dementia, caring for adults over 65", grade, grade, GRADES[number % 2], day])
    return text.getvalue().encode()


async def _readings(before: Path, now: Path) -> float:
    columns = {"id": "Id", "name": "Name", "type": "Kind", "local_authority": "Authority", "owner": "Provider"}
    said = {"overall": "Overall", "published": "Out", "areas": {"safe": "Safe", "led": "Led"}}
    given = {"regulator": "made-up", "scale": GRADES, "inadequate": ["inadequate"], "columns": {**columns, **said}}
    feeds = []
    for file in (before, now):
        options = RegisterOptions.model_validate({**given, "url": f"file:{file}"})
        described = options.described(ZoneInfo("Europe/London"))
        regulators.describe([described] if described else [])
        feeds.append(RegisterFeed("made-up", options, contact="", clock=ManualClock(NOW)))
    known = Known()
    first, _ = await _read("first reading", feeds[0], {}, known)
    for inspection in first.background:
        known.add(inspection)
    reading, seconds = await _read(f"{CHANGED} changed", feeds[1], dict(first.cursor), known)
    await _read("unchanged", feeds[1], dict(reading.cursor), known)
    for feed in feeds:
        await feed.close()
    return seconds


async def _read(what: str, feed: RegisterFeed, cursor: dict[str, object], known: Known) -> tuple[Reading, float]:
    began, own = time.perf_counter(), time.process_time()
    reading = await feed.read(cursor, known, NOW)
    seconds, own = time.perf_counter() - began, time.process_time() - own
    read = len(reading.inspections) + len(reading.background)
    others, peak = _cost(feed)
    print(
        f"{what}: {reading.outcome}, {read:,} inspections, {seconds:.3f} s; of processor time {own * 1000:.1f} ms in "
        f"the service, {others:.2f} s in its reader, which takes {peak:.0f} MB more than Python"
    )
    return reading, own + others


def _cost(feed: RegisterFeed) -> tuple[float, float]:
    """Seconds of the process that reads and the most megabytes it ever had beyond an idle one; none without one."""
    pid = feed._worker.pid
    if pid is None:
        return 0.0, 0.0
    used = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    idle = subprocess.run(
        [sys.executable, "-c", f"import watcher.feeds.register.tasks, orjson\n{_PEAK}\nprint(peak)"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    seconds = (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")
    return seconds, _megabytes(Path(f"/proc/{pid}/status").read_text()) - float(idle)


def _megabytes(status: str) -> float:
    """The most that a process ever had, as the system says it."""
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


if __name__ == "__main__":
    run()
