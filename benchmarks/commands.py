"""Commands as whole processes, as ratios to a bare interpreter. Aims: `version` 10, `history SC478986` 25 and 60 MB.

Those that alter something are also measured beside a service, which is asked then.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.processes import cost
from watcher.history.embedded.history import EmbeddedHistory

COMMANDS = ("version", "--help", "history SC478986", "explain SC478986", "status", "alerts", "silence", "reload")
ALTERING = (
    "alerts ack SC478986",
    "alerts retry --channel screen",
    "silence add --home SC478986 --until 3d --why known",
)
_CONFIG = """
contact = "benchmark@localhost"
[feeds.ofsted]
url = "http://127.0.0.1:9"
[channels.screen]
kind = "console"
"""


def run(program: Path) -> None:
    """Prints the processor's time of each command, in times of what `python -c pass` takes, and its memory."""
    with TemporaryDirectory() as folder, TemporaryDirectory() as compiled:
        EmbeddedHistory.open(Path(folder) / "data").close()
        bare = cost([sys.executable, "-c", "pass"], folder, Path(compiled)).seconds
        typer = cost([sys.executable, "-c", "import typer"], folder, Path(compiled)).seconds
        print(f"bare interpreter: {bare * 1000:.0f} ms of the processor; with typer {typer / bare:.1f} times that")
        for command in COMMANDS:
            taken = cost([str(program), *command.split()], folder, Path(compiled))
            print(f"watcher {command}: {taken.seconds / bare:.1f} times, {taken.megabytes:.0f} MB")
        (Path(folder) / "watcher.toml").write_text(_CONFIG)
        for command in ALTERING:
            alone = cost([str(program), *command.split()], folder, Path(compiled))
            history = EmbeddedHistory.open(Path(folder) / "data")  # as a running service has it
            beside = cost([str(program), *command.split()], folder, Path(compiled))
            history.close()
            print(
                f"watcher {command}: {alone.seconds / bare:.1f} times, {alone.megabytes:.0f} MB; "
                f"beside a service {beside.seconds / bare:.1f} times, {beside.megabytes:.0f} MB"
            )


if __name__ == "__main__":
    run(Path(sys.argv[1]).absolute() if sys.argv[1:] else Path(sys.executable).with_name("watcher"))
