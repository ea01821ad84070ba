"""Runs every benchmark, or those named: `python -m benchmarks [commit imports reading replaying starting]`."""

import importlib
import sys

ALL = ("imports", "replaying", "commit", "reading", "starting")

for name in sys.argv[1:] or ALL:
    print(f"\n=== {name}", flush=True)
    importlib.import_module(f"benchmarks.{name}").run()
