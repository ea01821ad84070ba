"""Commands as whole processes, as ratios to a bare interpreter. Aims: `version` 10, `history SC478986` 27."""

import resource
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

COMMANDS = ("version", "--help", "history SC478986", "explain SC478986", "status", "alerts", "silence")
RUNS = 7


def run(program: Path) -> None:
    """Prints the processor's time of each command, in times of what `python -c pass` takes."""
    with TemporaryDirectory() as folder:
        bare = busy([sys.executable, "-c", "pass"], folder)
        typer = busy([sys.executable, "-c", "import typer"], folder)
        print(f"bare interpreter: {bare * 1000:.0f} ms of the processor; with typer {typer / bare:.1f} times that")
        for command in COMMANDS:
            print(f"watcher {command}: {busy([str(program), *command.split()], folder) / bare:.1f} times")


def busy(command: list[str], folder: str, runs: int = RUNS) -> float:
    """Seconds of the processor, the median of several runs, in a folder where no history is."""
    seconds = []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=folder, check=False, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return median(seconds)


if __name__ == "__main__":
    run(Path(sys.argv[1]).absolute() if sys.argv[1:] else Path(sys.executable).with_name("watcher"))
