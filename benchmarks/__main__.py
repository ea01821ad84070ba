"""Runs every benchmark, or those named, each in its own process: `python -m benchmarks [commit delivering ...]`."""

import subprocess
import sys

ALL = (
    "commands",
    "growth",
    "imports",
    "replaying",
    "answering",
    "pages",
    "commit",
    "reading",
    "reading_report",
    "registers",
    "cqc",
    "registers_read",
    "starting",
    "polling",
    "listening",
    "pressing",
    "reloading",
    "sixty_thousand",
    "postgresql",
    "registers_kept",
    "takeover",
    "delivering",
    "many_changes",
    "many_recipients",
    "drawing",
    "rendering",
    "visiting",
)

failed = []
for name in sys.argv[1:] or ALL:
    print(f"\n=== {name}", flush=True)
    if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
        failed.append(name)
if failed:
    sys.exit(f"failed: {', '.join(failed)}")
