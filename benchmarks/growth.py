"""What grows with the history, and what does not: commands as whole processes, start, commits, memory.

Aims: `history`, `status` and `poll` with 160,000 inspections more within a quarter of what they take with the bundled
ones alone; opened with 300,000 inspections of 60,000 homes in 2 s and 400 MB, with 1,000,000 of 100,000 in 5 s and
1 GB, a look-up there in 0.5 s; nobody held up for more than 100 ms by a compaction. `python -m benchmarks.growth large`
has the last alone, and takes minutes. The programs run beside this interpreter: `watcher` is to be installed there.
"""

import multiprocessing
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from benchmarks import polling, sixty_thousand, starting
from benchmarks.processes import Cost, cost, environment
from watcher.facts.statements import Record
from watcher.history.bundled.bundle import bundled
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.embedded.store import Store
from watcher.history.kept import TABLE
from watcher.history.protocol import Transaction

_CONFIG = """
data_dir = "data"
contact = "benchmark@localhost"
[feeds.ofsted]
url = "{url}"
spacing = "0s"
[web]
port = {port}
[channels.screen]
kind = "console"
[[watch]]
name = "everything"
to = ["screen"]
"""
_COMMANDS = ("history SC478986", "status", "alerts", "poll")
_OPENED = """
import sys, time
from pathlib import Path
from watcher.history.embedded.history import EmbeddedHistory
def memory(line): return int(Path("/proc/self/status").read_text().partition(line)[2].split()[0]) // 1024
began, busy = time.perf_counter(), time.process_time()
history = EmbeddedHistory.open(Path(sys.argv[1]), with_bundle=False)
took, busy = time.perf_counter() - began, time.process_time() - busy
print(f"{took:.1f} s, {busy:.2f} s of the processor; {memory('VmRSS:')} MB, at most {memory('VmHWM:')} MB")
"""
_NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def run(program: Path) -> None:
    """Prints each figure."""
    with _site() as url:
        if sys.argv[1:] == ["large"]:
            _large(program, url, 1_000_000, 100_000)
            return
        with TemporaryDirectory() as name, TemporaryDirectory() as compiled:
            bare = cost([sys.executable, "-c", "pass"], name, Path(compiled)).seconds
            took = [_commands(program, url, Path(name) / str(more), more, Path(compiled)) for more in (0, 160_000)]
            for command, few, many in zip(_COMMANDS, *took, strict=True):
                print(
                    f"watcher {command}: {few.seconds / bare:.1f} times a bare interpreter, {few.megabytes:.0f} MB; "
                    f"with 160,000 more {many.seconds / few.seconds:.2f} times that, {many.megabytes:.0f} MB"
                )
        _large(program, url, 300_000, 60_000)


@contextmanager
def _site() -> Iterator[str]:
    """The address of a local site that lists 40 homes, of which nothing is new after the first poll."""
    spawn = multiprocessing.get_context("spawn")
    address: multiprocessing.Queue[str] = spawn.Queue()
    server = spawn.Process(target=polling._serve, args=(address,), daemon=True)
    server.start()
    try:
        yield address.get(timeout=60)
    finally:
        server.terminate()
        server.join()


def _commands(program: Path, url: str, folder: Path, more: int, compiled: Path) -> list[Cost]:
    folder.mkdir()
    (folder / "watcher.toml").write_text(_CONFIG.format(url=url, port=starting._PORT))
    _generate(folder / "data", more, more // 5)
    subprocess.run([str(program), "poll"], cwd=folder, check=False, capture_output=True)  # the silent baseline
    return [cost([str(program), *command.split()], str(folder), compiled) for command in _COMMANDS]


def _large(program: Path, url: str, inspections: int, homes: int) -> None:
    with TemporaryDirectory() as name, TemporaryDirectory() as compiled:
        folder, data = Path(name), Path(name) / "data"
        config = folder / "watcher.toml"
        config.write_text(_CONFIG.format(url=url, port=starting._PORT))
        began = time.perf_counter()
        _generate(data, inspections, homes)
        size = sum(file.stat().st_size for file in data.iterdir()) / 1e6
        print(f"{inspections:,} of {homes:,} homes more: made in {time.perf_counter() - began:.0f} s, {size:,.0f} MB")
        _opened("with all that is kept", data)
        (data / "history.index").unlink()
        _opened("without its index", data)
        with Store.open(data) as store:
            store.table(TABLE).update({"form": 0}, doc_ids=[1])
        _opened("with its register made anew", data)
        _opened("after that", data)
        _service(folder, environment(Path(compiled)))
        for command_line in (*_COMMANDS, "backup b.gz --force"):
            taken = cost([str(program), *command_line.split()], name, Path(compiled), runs=3)
            print(f"watcher {command_line}: {taken.seconds:.2f} s of the processor, {taken.megabytes:.0f} MB")
        _owned(data)


def _opened(how: str, data: Path) -> None:
    opened = subprocess.run([sys.executable, "-c", _OPENED, str(data)], check=True, capture_output=True, text=True)
    print(f"opened {how}: {opened.stdout.strip()}")


def _service(folder: Path, given: Any) -> None:
    """A service's start, with an index and a register that are kept."""
    subprocess.run([sys.executable, "-c", "import watcher.service.start"], env=given, check=True)
    for label in ("first", "second"):
        seconds, busy, megabytes = starting._start(folder / "watcher.toml", given)
        print(f"{label} start: {seconds:.2f} s to the health page, {busy:.2f} s of the processor; {megabytes:.0f} MB")


def _owned(data: Path) -> None:
    """A commit of 300 changes, and a compaction with the longest time for which another thread had no turn."""
    history, chance = EmbeddedHistory.open(data, with_bundle=False), random.Random(1)
    found = [sixty_thousand._inspection(home, 0, chance) for home in islice(history.homes(), 300)]
    began, busy = time.perf_counter(), time.process_time()
    history.commit(Transaction(records=[Record((one,), seen=_NOW) for one in found]))
    took, busy = time.perf_counter() - began, time.process_time() - busy
    print(f"a commit of {len(found)} changes: {1000 * took:.0f} ms, {1000 * busy:.0f} ms of the processor")
    before, longest, began = sixty_thousand._megabytes(), 0.0, time.perf_counter()
    compaction = threading.Thread(target=lambda: history.compact(force=True))
    compaction.start()
    while compaction.is_alive():
        at = time.perf_counter()
        time.sleep(0.001)
        longest = max(longest, time.perf_counter() - at - 0.001)
    more = sixty_thousand._megabytes() - before
    print(f"a compaction: {time.perf_counter() - began:.1f} s, others held for {longest * 1000:.0f} ms; {more:.0f} MB")
    history.close()


def _generate(folder: Path, inspections: int, homes: int) -> None:
    """The bundled history and so many more, of homes that are copies of its own."""
    bundle = bundled()
    every = {"homes": dict(bundle.homes), "inspections": dict(bundle.inspections)}
    if not inspections:
        EmbeddedHistory.open(folder).close()
        return
    for table, documents, count in (("homes", bundle.homes, homes), ("inspections", bundle.inspections, inspections)):
        for document in islice(_copies(list(map(orjson.loads, documents.values())), homes), count):
            every[table][len(every[table]) + 1] = orjson.dumps(document)
    with Store.open(folder) as store:
        store.load(every)
    history = EmbeddedHistory.open(folder)
    history.compact(force=True)
    history.close()


def _copies(documents: list[dict[str, Any]], homes: int) -> Iterator[dict[str, Any]]:
    known: dict[str, int] = {}
    for place, document in enumerate(cycle(documents)):
        turn = place // len(documents)
        key = document.get("key") or document["home"]
        number = known.setdefault(f"{turn} {key}", len(known)) % homes
        new = f"N{number:06}"
        if "key" in document:
            yield {**document, "id": new, "key": f"ofsted:{new}"}
        else:
            yield {**document, "home": f"ofsted:{new}"}


if __name__ == "__main__":
    run(Path(sys.executable).with_name("watcher"))
