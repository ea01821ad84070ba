"""What pages ask, over the bundled twelve years: cold, warm, and after a reading that alters three homes.

Aims, warm: homes filtered and a page of the log 50 ms, numbers 100, a home 20.
"""

import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.builders import inspection
from watcher.answers.asked.chosen import Chosen
from watcher.answers.asked.sorting import Sorting
from watcher.answers.homes.every_home import EveryHome
from watcher.answers.kept.kept import Kept
from watcher.config.settings import Settings
from watcher.history.embedded.history import EmbeddedHistory
from watcher.judging.changes import What
from watcher.rounds.take_in import absorb

NOW = datetime(2025, 4, 10, 12, tzinfo=UTC)
SPAN = date(2013, 1, 1), date(2025, 12, 31)
DERBYSHIRE = Chosen(area=("Derbyshire",))
RUNS = 5


def run() -> None:
    """Prints milliseconds of the processor for each question, and the memory that what is kept takes."""
    with TemporaryDirectory() as folder:
        history = EmbeddedHistory.open(Path(folder))
        history.register()
        before, settings = _megabytes(), Settings.built_in()
        kept = Kept(history, lambda: settings)
        questions: dict[str, tuple[int, Callable[[], object]]] = {
            "all homes": (50, lambda: kept.homes(Chosen(), NOW)),
            "homes of an area": (50, lambda: kept.homes(DERBYSHIRE, NOW)),
            "homes by words": (50, lambda: kept.homes(Chosen(), NOW, text="care derby")),
            "homes by the next inspection": (50, lambda: kept.homes(Chosen(), NOW, sort=Sorting("next_due"))),
            "a home": (20, lambda: kept.home("ofsted:SC478986", NOW)),
            "the log": (50, lambda: kept.log(Chosen(), SPAN, NOW)),
            "the log of an area": (50, lambda: kept.log(DERBYSHIRE, SPAN, NOW)),
            "recoveries": (50, lambda: kept.log(Chosen(), SPAN, NOW, (What.RECOVERED,))),
            "numbers by year": (100, lambda: kept.numbers(Chosen(), ("year",), NOW)),
            "numbers of an area by owner": (100, lambda: kept.numbers(DERBYSHIRE, ("owner",), NOW)),
            "owners": (50, lambda: kept.owners(Chosen(), "", NOW)),
        }
        first = {name: _busy(ask) for name, (_, ask) in questions.items()}
        warm = {name: median(_busy(ask) for _ in range(RUNS)) for name, (_, ask) in questions.items()}
        keys = [entry.home.key for entry in history.register()][::2500]
        stated = [inspection("2025-03-10", "inadequate", home=key, published="2025-04-01") for key in keys]
        history.commit(absorb(history, (), stated, NOW).transaction())
        after = {name: _busy(ask) for name, (_, ask) in questions.items()}
        for name, (aim, _) in questions.items():
            print(
                f"{name}: first {first[name]:.0f} ms, warm {warm[name]:.1f} ms (aim {aim}), {after[name]:.0f} ms once "
                f"after a reading altered {len(keys)} homes; first/warm {first[name] / max(warm[name], 0.01):.0f}"
            )
        print(f"how every home stands: {_bytes_a_home(history):.0f} bytes a home")
        print(f"the whole log as rows: {_busy(lambda: list(kept.log_rows(Chosen(), SPAN, NOW).rows)):.0f} ms")
        print(f"kept: {_megabytes() - before:.0f} MB more than the {before:.0f} MB of the history and its register")
        history.close()


def _bytes_a_home(history: EmbeddedHistory) -> float:
    tracemalloc.start()
    every = EveryHome(history.register(), NOW.date())
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / len(every.cards)


def _busy(ask: Callable[[], object]) -> float:
    began = time.process_time()
    ask()
    return 1000 * (time.process_time() - began)


def _megabytes() -> float:
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


if __name__ == "__main__":
    run()
