"""An alert's context, a page of homes and what both hold in memory, with 11,000, 60,000 and 100,000 homes.

Each size in a process of its own, from a history that is opened anew. Aims: a context 3 ms, whether it is the first
after a start or a later one and however many homes there are; a filtered page of homes 50 ms.
`python -m benchmarks.registers_kept [FOLDER]`; a folder that is named keeps what was generated for the next time.
"""

import asyncio
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks import sixty_thousand as homes
from watcher.answers.asked.chosen import Chosen
from watcher.answers.kept.kept import Kept
from watcher.config.settings import Log
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.embedded.store import Store
from watcher.judging.around import around
from watcher.judging.judge import judge
from watcher.service.logs import set_up

SIZES = (11_000, 60_000, 100_000)
_OWNED = 12
"""So many homes of the largest owner are asked about, one after the other."""


def run(folder: Path, size: int) -> None:
    """The figures of one size."""
    homes.SIZES = {regulator: part * size // 60_000 for regulator, part in homes.SIZES.items()}
    if not Store.exists(folder):
        homes.generate(folder)
        return
    history = EmbeddedHistory.open(folder, with_bundle=False)
    before = homes._megabytes()
    took = [_ms(_context(history, number)) for number in range(_OWNED)]
    print(f"{size:,} homes: around a drop: first {took[0]:.1f} ms, then {median(took[1:]):.1f} ms (aim 3)", end="")
    print(f", {homes._megabytes() - before:.0f} MB more")
    before = homes._megabytes()
    kept = Kept(history, lambda: homes.SETTINGS)
    page = lambda: kept.homes(Chosen(area=("Area 7",)), homes.NOW)  # noqa: E731
    first, later = _ms(page), median(_ms(page) for _ in range(9))
    more = homes._megabytes() - before
    print(f"  homes of an area: first {first:,.0f} ms, then {later:.0f} ms (aim 50), ", end="")
    asyncio.run(homes._poll(history, homes._changes(3, 1)))
    print(f"{_ms(page):,.0f} ms after a reading; {more:.0f} MB more, {1e6 * more / size:,.0f} bytes a home")
    history.close()


def _context(history: EmbeddedHistory, number: int) -> Callable[[], object]:
    home, chance = homes._home(number), random.Random(1)
    drop = homes._inspection(home, 0, chance, "inadequate")
    known = [record.inspection for record in history.records(home.key)]
    (change, *_) = judge([*known[:1], homes._inspection(home, 500, chance, "good")], drop).changes
    return lambda: around(change, home, history.register(), {}, homes.TODAY)


def _ms(ask: Callable[[], object]) -> float:
    return homes._ms(ask)


def main(folder: Path) -> None:
    """Each size, generated where it is not there yet, in processes of their own."""
    for size in SIZES:
        command = [sys.executable, "-m", "benchmarks.registers_kept", str(folder / str(size)), str(size)]
        if not Store.exists(folder / str(size)):
            subprocess.run(command, check=True)
        subprocess.run(command, check=True)


if __name__ == "__main__":
    set_up(Log(level="warning"))
    if len(sys.argv) > 2:
        run(Path(sys.argv[1]), int(sys.argv[2]))
    elif sys.argv[1:]:
        main(Path(sys.argv[1]))
    else:
        with TemporaryDirectory() as name:
            main(Path(name))
