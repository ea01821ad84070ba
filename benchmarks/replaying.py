"""Replay of every bundled inspection. Aim: 2 s."""

import time
from collections import Counter
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from watcher.config.settings import Settings
from watcher.history.embedded.history import EmbeddedHistory
from watcher.judging.judge import judge
from watcher.rounds.replay import replay


def run() -> None:
    """Prints seconds, inspections a second, and the ratio to merely reading the history."""
    with TemporaryDirectory() as folder:
        history = EmbeddedHistory.open(Path(folder))
        began = time.perf_counter()
        inspections = {
            home.key: [record.inspection for record in history.records(home.key)] for home in history.homes()
        }
        read = time.perf_counter() - began
        count = sum(map(len, inspections.values()))
        began = time.perf_counter()
        for known in inspections.values():
            for number, inspection in enumerate(known):
                judge(known[:number], inspection)
        judged = time.perf_counter() - began
        began = time.perf_counter()
        alerts = list(replay(history, Settings.built_in(), date(2014, 4, 1), date(2025, 6, 30)))
        replayed = time.perf_counter() - began
        history.close()
    print(f"read {count} inspections of {len(inspections)} homes: {read:.2f} s")
    print(f"judge them all: {judged:.2f} s, {judged / count * 1e6:.1f} µs each")
    print(f"replay 2014-2025: {replayed:.2f} s, {len(alerts)} alerts, {replayed / read:.2f} × reading (aim 2 s)")
    print(
        ", ".join(f"{what}: {number}" for what, number in Counter(alert.change.value for alert in alerts).most_common())
    )


if __name__ == "__main__":
    run()
