"""`numbers` over the bundled twelve years as a whole process. Aim: 2 seconds; the ratio to a bare interpreter."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.commands import busy

COMMANDS = ("numbers", "numbers --by year,region,owner --csv n.csv", "numbers --html n.html")
RUNS = 5


def run(program: Path) -> None:
    """Prints the processor's seconds of each command, and in times of what `python -c pass` takes."""
    with TemporaryDirectory() as folder:
        bare = busy([sys.executable, "-c", "pass"], folder)
        print(f"bare interpreter: {bare * 1000:.0f} ms")
        for command in COMMANDS:
            seconds = busy([str(program), *command.split()], folder, RUNS)
            print(f"watcher {command}: {seconds:.2f} s, {seconds / bare:.0f} times that")


if __name__ == "__main__":
    run(Path(sys.argv[1]).absolute() if sys.argv[1:] else Path(sys.executable).with_name("watcher"))
