"""Whole processes, as an installed package runs them: with its modules compiled once, whatever this shell says."""

import os
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

RUNS = 7
_PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process takes."""

    seconds: float
    """Of the processor, the median of several runs."""
    megabytes: float
    """The most that one run had in memory."""


def environment(compiled: Path) -> Mapping[str, str]:
    """With compiled modules kept in a folder: pip compiles what it installs, and a checkout may forbid it."""
    given = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**given, "PYTHONPYCACHEPREFIX": str(compiled)}


def cost(command: Sequence[str], folder: str, compiled: Path, runs: int = RUNS) -> Cost:
    """What a command costs once everything is compiled, run in a folder."""
    given = environment(compiled)
    seconds = []
    subprocess.run(command, cwd=folder, env=given, check=False, capture_output=True)
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=folder, env=given, check=False, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    measured = subprocess.run(
        [sys.executable, "-c", _PEAK, *command], cwd=folder, env=given, check=True, capture_output=True, text=True
    )
    return Cost(median(seconds), int(measured.stdout) / 1024)
