"""`numbers` over the bundled twelve years as a whole process. Aim: 2 seconds; the ratio to a bare interpreter."""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

COMMANDS = ("numbers", "numbers --by year,region,owner --csv n.csv", "numbers --html n.html")
RUNS = 5


def run(program: Path) -> None:
    """Prints the seconds of each command, and in times of what `python -c pass` takes."""
    with TemporaryDirectory() as folder:
        bare = _seconds([sys.executable, "-c", "pass"], folder)
        print(f"bare interpreter: {bare * 1000:.0f} ms")
        for command in COMMANDS:
            seconds = _seconds([str(program), *command.split()], folder)
            print(f"watcher {command}: {seconds:.2f} s, {seconds / bare:.0f} times that")


def _seconds(command: list[str], folder: str) -> float:
    """The median of several runs, in a folder where no history is."""
    seconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        seconds.append(time.perf_counter() - began)
    return median(seconds)


if __name__ == "__main__":
    run(Path(sys.argv[1]).absolute() if sys.argv[1:] else Path(sys.executable).with_name("watcher"))
