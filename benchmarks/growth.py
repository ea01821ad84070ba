"""What grows with the history, and what does not: commands as whole processes, start and memory.

Aims: `history`, `status` and `poll` with 160,000 inspections more within a quarter of what they take with the bundled
ones alone; opened with 300,000 inspections of 60,000 homes in 2 s and 400 MB, with 1,000,000 of 100,000 in 5 s and
1 GB, a look-up there in 0.5 s. `python -m benchmarks.growth large` has the last alone, and takes minutes.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from benchmarks.processes import Cost, cost
from watcher.history.bundled.bundle import bundled
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.embedded.store import Store

_CONFIG = """
data_dir = "data"
contact = "benchmark@localhost"
[feeds.ofsted]
url = "http://127.0.0.1:9"
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
began = time.perf_counter()
history = EmbeddedHistory.open(Path(sys.argv[1]), with_bundle=False)
print(f"{time.perf_counter() - began:.1f} s, {memory('VmRSS:')} MB, at most {memory('VmHWM:')} MB")
"""


def run(program: Path) -> None:
    """Prints each figure."""
    if sys.argv[1:] == ["large"]:
        _large(program, 1_000_000, 100_000)
        return
    with TemporaryDirectory() as name, TemporaryDirectory() as compiled:
        bare = cost([sys.executable, "-c", "pass"], name, Path(compiled)).seconds
        took = [_commands(program, Path(name) / str(more), more, Path(compiled)) for more in (0, 160_000)]
        for command, few, many in zip(_COMMANDS, *took, strict=True):
            print(
                f"watcher {command}: {few.seconds / bare:.1f} times a bare interpreter, {few.megabytes:.0f} MB; with "
                f"160,000 more {many.seconds / few.seconds:.2f} times that, {many.megabytes:.0f} MB"
            )
    _large(program, 300_000, 60_000)


def _commands(program: Path, folder: Path, more: int, compiled: Path) -> list[Cost]:
    folder.mkdir()
    (folder / "watcher.toml").write_text(_CONFIG)
    _generate(folder / "data", more, more // 5)
    return [cost([str(program), *command.split()], str(folder), compiled) for command in _COMMANDS]


def _large(program: Path, inspections: int, homes: int) -> None:
    with TemporaryDirectory() as name, TemporaryDirectory() as compiled:
        folder = Path(name)
        (folder / "watcher.toml").write_text(_CONFIG)
        began = time.perf_counter()
        _generate(folder / "data", inspections, homes)
        size = sum(file.stat().st_size for file in (folder / "data").iterdir()) / 1e6
        print(f"{inspections:,} of {homes:,} homes more: made in {time.perf_counter() - began:.0f} s, {size:,.0f} MB")
        command = [sys.executable, "-c", _OPENED, str(folder / "data")]
        print("opened in", subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip())
        for command_line in _COMMANDS[:2]:
            taken = cost([str(program), *command_line.split()], name, Path(compiled), runs=3)
            print(f"watcher {command_line}: {taken.seconds:.2f} s, {taken.megabytes:.0f} MB")


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
