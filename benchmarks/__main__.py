"""Runs every benchmark, or those named, each in its own process: `python -m benchmarks [commit delivering ...]`."""

import subprocess
import sys

ALL = (
    "commands",
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
    "listening",
    "pressing",
    "reloading",
    "sixty_thousand",
    "postgresql",
    "takeover",
    "delivering",
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
