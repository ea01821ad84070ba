"""What reading the site costs: a full page of results, a poll that finds nothing new, and a report.

The aim for an unchanged poll is 5 ms of processor time; the site is served by a process of its own.
"""

import asyncio
import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

from benchmarks.reading_report import peak
from tests.clock import ManualClock
from tests.standins.reports.report_pdf import report_pdf
from watcher.cli.demo.markup import results_page
from watcher.cli.demo.site import DemoSite, Published, serving
from watcher.facts.grades import read_grade
from watcher.facts.inspection import Home, Inspection, Judgement, Kind
from watcher.feeds.ofsted_site.feed import OfstedSite
from watcher.feeds.ofsted_site.report.values import Report
from watcher.feeds.ofsted_site.search import read_results
from watcher.feeds.ofsted_site.tasks import REPORT, RESULTS
from watcher.feeds.worker.worker import Worker

NOW = datetime(2024, 3, 4, 12, tzinfo=UTC)
POLLS = 30
REPORTS = 20


def run() -> None:
    """Prints the figures."""
    results = results_page(_documents(100), 100)
    _print("100 results parsed", _milliseconds(lambda: read_results(results)), f"page of {len(results) / 1000:.0f} kB")
    for homes in (20, 400):
        asyncio.run(_polls(homes))
    asyncio.run(_reports())


def _documents(number: int) -> Sequence[Published]:
    homes = [Home(regulator="ofsted", id=f"SC{100000 + n}", type="children's home") for n in range(number)]
    return [Published(str(50_000_000 + n), home, _inspection(home, n), _day(n)) for n, home in enumerate(homes)]


def _day(number: int) -> date:
    return NOW.date() - timedelta(days=1 + number % 40)


def _inspection(home: Home, number: int) -> Inspection:
    areas = ("overall", "protected", "leaders")
    return Inspection(
        home=home.key,
        kind=Kind.FULL,
        inspected=_day(number) - timedelta(days=35),
        published=_day(number),
        judgements=tuple(Judgement(area, read_grade("good", "ofsted")) for area in areas),
    )


class _NothingKnown:
    """A history that has never heard of any home."""

    def inspections(self, home: str) -> Sequence[Inspection]:
        """Nothing."""
        return ()

    def latest_published(self, home: str) -> date | None:
        """Nothing."""
        return None

    def standing_inadequate(self) -> Sequence[str]:
        """Nobody."""
        return ()

    def watched_since(self, regulator: str, kind: str | None) -> date | None:
        """Never."""
        return None

    def newest_list(self, regulator: str) -> tuple[date, int] | None:
        """None."""
        return None


def _serve(homes: int, address: "multiprocessing.Queue[str]") -> None:
    """The local site in a process of its own, until it is ended."""
    documents = _documents(homes)
    site = DemoSite(
        [document.home for document in documents],
        [document.inspection for document in documents],
        ManualClock(NOW),
        report_pdf,
    )

    async def serve() -> None:
        async with serving(site.app) as url:
            address.put(url)
            await asyncio.Event().wait()

    asyncio.run(serve())


async def _polls(homes: int) -> None:
    spawn = multiprocessing.get_context("spawn")
    address: multiprocessing.Queue[str] = spawn.Queue()
    server = spawn.Process(target=_serve, args=(homes, address), daemon=True)
    server.start()
    clock = ManualClock(NOW)
    feed = OfstedSite(
        "ofsted",
        url=address.get(timeout=60),
        hosts=(),
        contact="benchmark@example.org",
        spacing=timedelta(0),
        look_back=timedelta(days=60),
        clock=clock,
    )
    began = time.perf_counter()
    reading = await feed.read({}, _NothingKnown(), clock.now())
    assert len(reading.listings) == homes, reading.detail
    _print(f"{homes} homes, first reading", (time.perf_counter() - began) * 1000, "pages, reports and all")
    spent = []
    for _ in range(POLLS):
        before = time.process_time()
        reading = await feed.read(reading.cursor, _NothingKnown(), clock.now())
        spent.append((time.process_time() - before) * 1000)
        assert reading.outcome.value == "unchanged", reading.detail
    _print(f"{homes} homes, unchanged poll", statistics.median(spent), "processor time")
    await feed.close()
    server.terminate()
    server.join()


async def _reports() -> None:
    home = Home(regulator="ofsted", id="SC123456", owner="Example Care Limited")
    pdf = report_pdf(home, _inspection(home, 1))
    worker = Worker()
    results = results_page(_documents(100), 100).encode()
    began = time.perf_counter()
    await worker.do(RESULTS, results, "utf-8")
    _print("100 results by the worker, the first time", (time.perf_counter() - began) * 1000, "its start among it")
    took = []
    for _ in range(REPORTS):
        began = time.perf_counter()
        await worker.do(RESULTS, results, "utf-8")
        took.append((time.perf_counter() - began) * 1000)
    _print("100 results by the worker", statistics.median(took), "there and back")
    await worker.do(REPORT, pdf)
    took = []
    for _ in range(REPORTS):
        began = time.perf_counter()
        report = await worker.do(REPORT, pdf)
        took.append((time.perf_counter() - began) * 1000)
        assert isinstance(report, Report), report
    _print("a report to judgements", statistics.median(took), f"file of {len(pdf) / 1000:.0f} kB")
    print(f"{'memory of the process that reads them':42} {peak(worker):8.1f} MB")
    await worker.close()
    print(f"{'memory of this process':42} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.1f} MB")


def _milliseconds(work: Callable[[], object], times: int = 20) -> float:
    took = []
    for _ in range(times):
        began = time.process_time()
        work()
        took.append((time.process_time() - began) * 1000)
    return statistics.median(took)


def _print(what: str, milliseconds: float, remark: str) -> None:
    print(f"{what:42} {milliseconds:8.1f} ms  {remark}")


if __name__ == "__main__":
    run()
