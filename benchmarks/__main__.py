"""Runs every benchmark, or those named: `python -m benchmarks [commit delivering imports ...]`."""

import importlib
import sys

ALL = ("imports", "replaying", "commit", "reading", "reading_report", "starting", "delivering", "drawing", "rendering")

for name in sys.argv[1:] or ALL:
    print(f"\n=== {name}", flush=True)
    importlib.import_module(f"benchmarks.{name}").run()
