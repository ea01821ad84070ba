"""What reading one report costs, from file to findings: seconds, and the peak memory of the process that extracts text.

The aim is 0.5 s and 150 MB. The real files lie beside a checkout and are left out where they are not there; each is
read by a process of its own.
"""

import asyncio
import os
import statistics
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from tests.standins.reports.report_pdf import report_pdf
from watcher.facts.grades import read_grade
from watcher.facts.inspection import Home, Inspection, Judgement, Kind
from watcher.feeds.ofsted_site.report.pages import read_pages
from watcher.feeds.ofsted_site.report.report import read_report
from watcher.feeds.ofsted_site.report.values import Report
from watcher.feeds.ofsted_site.tasks import REPORT
from watcher.feeds.worker.worker import Worker

SECONDS, MEGABYTES = 0.5, 150
TIMES = 5
HOSTILE = {
    "sentences": "The serious failures do not end. ",
    "one word": "x",
    "lines": "x\n",
    "dates": "and then 1/2/2023\n",
    "providers": "Registered provider: A ",
    "inspectors": "Inspectors\nRegistered manager: A\n",
    "requirements": "Requirement Due date\nStaff must act. (Regulation 12 (1))\n",
    "headings": "Statutory requirements\nRecommendations\n",
    "brackets": "(Regulation 1 (",
}
REAL = Path(__file__).parents[2] / "shared" / "data" / "ofsted" / "reports"


def run() -> None:
    """Prints the figures."""
    print("processor time of both processes; the wall is the median")
    print(f"{'report':30} pages      first      again     aim     wall     memory       aim")
    for name, pdf in _files():
        asyncio.run(_report(name, pdf))
    _hostile()


def _files() -> Iterator[tuple[str, bytes]]:
    for year in (2013, 2016, 2018, 2024):
        yield f"generated, layout of {year}", _generated(date(year, 7, 17))
    for file in sorted(REAL.glob("*.pdf")):
        yield file.name, file.read_bytes()


def _generated(inspected: date) -> bytes:
    home = Home(regulator="ofsted", id="SC123456", owner="Example Care Limited")
    areas = ("overall", "protected", "leaders")
    inspection = Inspection(
        home=home.key,
        kind=Kind.FULL,
        inspected=inspected,
        published=inspected + timedelta(days=35),
        judgements=tuple(Judgement(area, read_grade("inadequate", "ofsted")) for area in areas),
    )
    return report_pdf(home, inspection)


async def _report(name: str, pdf: bytes) -> None:
    worker = Worker()
    walls, works = [], []
    for _ in range(TIMES):
        began, busy = time.perf_counter(), _busy(worker)
        report = await worker.do(REPORT, pdf)
        assert isinstance(report, Report), report
        walls.append(time.perf_counter() - began)
        works.append(_busy(worker) - busy)
    pages = len(read_pages(pdf))
    memory = peak(worker)
    await worker.close()
    first, worst = works[0], max(works)  # the first one starts the process, as after a quiet week
    print(
        f"{name:30} {pages:5} {first:8.2f} s {statistics.median(works[1:]):6.2f} s {SECONDS:5} s"
        f" {statistics.median(walls):6.2f} s {memory:7.1f} MB {MEGABYTES:5} MB"
        f"{'' if worst < SECONDS and memory < MEGABYTES else '  MISSED'}"
    )


def _busy(worker: Worker) -> float:
    """Seconds of processor time that both processes have used: on a busy machine the clock on the wall tells more."""
    mine = time.process_time()
    if worker.pid is None:
        return mine
    fields = Path(f"/proc/{worker.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return mine + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak(worker: Worker) -> float:
    """Megabytes that the process which reads has used at most."""
    status = Path(f"/proc/{worker.pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def _hostile() -> None:
    """A sound report with a page more of what is slow to read, as much as is quoted from and as is extracted."""
    texts = read_pages(_generated(date(2024, 7, 17)))
    for size in (280_000, 950_000):
        for what, unit in HOSTILE.items():
            pages = [*texts[:3], unit * (size // len(unit)), *texts[3:]]
            began = time.process_time()
            assert isinstance(read_report(pages), Report)
            print(f"{f'and {size // 1000} kB of {what}':47} {time.process_time() - began:6.2f} s {SECONDS:5} s")


if __name__ == "__main__":
    run()
