"""A whole `watcher poll` that finds nothing new, beside `urlwatch` on the same page. Aim: no more than urlwatch.

The page lists 40 homes; a local server in a process of its own has it. urlwatch is given the list's own filter.
"""

import asyncio
import multiprocessing
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.processes import cost
from tests.standins.reports.report_pdf import report_pdf
from watcher.cli.demo.site import DemoSite, Published, serving
from watcher.facts.grades import read_grade
from watcher.facts.inspection import Home, Inspection, Judgement, Kind
from watcher.timing.clock import SystemClock

HOMES = 40
_CONFIG = """
contact = "benchmark@localhost"
[feeds.ofsted]
url = "{url}"
spacing = "0s"
[channels.screen]
kind = "console"
[[watch]]
name = "everything"
to = ["screen"]
"""
_PAGE = "/search?q=&location=&lat=&lon=&radius=&level_1_types=3&level_2_types=12&start=0&rows=100"


def run() -> None:
    """Prints what each costs the processor, its memory, and the ratio; without urlwatch on the PATH says so."""
    spawn = multiprocessing.get_context("spawn")
    address: multiprocessing.Queue[str] = spawn.Queue()
    server = spawn.Process(target=_serve, args=(address,), daemon=True)
    server.start()
    try:
        _compare(address.get(timeout=60))
    finally:
        server.terminate()
        server.join()


def _compare(url: str) -> None:
    with TemporaryDirectory() as folder, TemporaryDirectory() as compiled:
        (Path(folder) / "watcher.toml").write_text(_CONFIG.format(url=url))
        watcher = [sys.executable, "-m", "watcher", "poll"]
        for _ in range(2):  # the first reading, which is the silent baseline, and one that finds nothing new
            subprocess.run(watcher, cwd=folder, check=True, capture_output=True)
        ours = cost(watcher, folder, Path(compiled))
        print(f"watcher poll, nothing new: {ours.seconds * 1000:.0f} ms of the processor, {ours.megabytes:.0f} MB")
        if (urlwatch := shutil.which("urlwatch")) is None:
            print("urlwatch is not on the PATH: there is nothing to compare with")
            return
        jobs, kept = Path(folder) / "urls.yaml", Path(folder) / "cache.db"
        jobs.write_text(f'url: "{url}{_PAGE}"\nfilter:\n  - css: ".search-result"\n  - html2text\n')
        files = [f"--urls={jobs}", f"--config={folder}/urlwatch.yaml", f"--cache={kept}", "--hooks=/dev/null"]
        theirs = cost([urlwatch, *files], folder, Path(compiled))
        print(f"urlwatch, the same page: {theirs.seconds * 1000:.0f} ms, {theirs.megabytes:.0f} MB")
        print(f"watcher / urlwatch: {ours.seconds / theirs.seconds:.2f} (aim 1)")


def _serve(address: "multiprocessing.Queue[str]") -> None:
    """The local site until it is ended."""
    documents = [_document(number) for number in range(HOMES)]
    homes, inspections = [one.home for one in documents], [one.inspection for one in documents]
    site = DemoSite(homes, inspections, SystemClock(), report_pdf)

    async def serve() -> None:
        async with serving(site.app) as url:
            address.put(url)
            await asyncio.Event().wait()

    asyncio.run(serve())


def _document(number: int) -> Published:
    home = Home(regulator="ofsted", id=f"SC{100000 + number}", type="children's home")
    published = SystemClock().now().date() - timedelta(days=1 + number % 40)
    inspection = Inspection(
        home=home.key,
        kind=Kind.FULL,
        inspected=published - timedelta(days=35),
        published=published,
        judgements=tuple(Judgement(area, read_grade("good", "ofsted")) for area in ("overall", "protected", "leaders")),
    )
    return Published(str(50_000_000 + number), home, inspection, published)


if __name__ == "__main__":
    run()
