"""What people ask, over the bundled twelve years, each as a whole process.

Aims: `homes` 1 second, over a list of 60 homes 0.6; `numbers` 2; `changes` of all years to CSV 3.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.processes import cost

COMMANDS = (
    ("homes --json", 1.0),
    ("homes --watch list", 0.6),
    ("numbers", 2.0),
    ("numbers --by year,region,owner --csv n.csv", 2.0),
    ("changes --from 2014-01-01 --to 2025-12-31 --csv c.csv", 3.0),
    ("owners", 1.0),
)
RUNS = 5
LISTED = 60

_WATCHES = """
channels.screen.kind = "console"
[[watch]]
name = "list"
homes_file = "list.csv"
to = ["screen"]
"""


def run(program: Path) -> None:
    """Prints the processor's seconds of each command, in times of what `python -c pass` takes, and its aim."""
    with TemporaryDirectory() as folder, TemporaryDirectory() as compiled:
        listed = subprocess.run(
            [program, "homes", "--csv", "-"], cwd=folder, capture_output=True, text=True, check=True
        )
        rows = listed.stdout.splitlines()[1::90][:LISTED]
        (Path(folder) / "list.csv").write_text("\n".join(["home", *(row.split(",")[0] for row in rows)]))
        (Path(folder) / "watcher.toml").write_text(_WATCHES)
        bare = cost([sys.executable, "-c", "pass"], folder, Path(compiled)).seconds
        print(f"bare interpreter: {bare * 1000:.0f} ms")
        for command, aim in COMMANDS:
            seconds = cost([str(program), *command.split()], folder, Path(compiled), RUNS).seconds
            print(f"watcher {command}: {seconds:.2f} s, {seconds / bare:.0f} times that; aim {aim} s")


if __name__ == "__main__":
    run(Path(sys.argv[1]).absolute() if sys.argv[1:] else Path(sys.executable).with_name("watcher"))
