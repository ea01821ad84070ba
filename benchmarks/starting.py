"""Start of the service with the bundled history, and its memory at rest. Aims: 0.6 s, then 0.4 s; 120 MB."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.processes import environment

_CONFIG = """
data_dir = "{data}"
contact = "benchmark@localhost"
[feeds.ofsted]
url = "http://127.0.0.1:9"
[channels.screen]
kind = "console"
[[watch]]
name = "everything"
to = ["screen"]
[web]
port = {port}
"""
_PORT = 18_080


def run() -> None:
    """Prints seconds to the first health page and resident megabytes: first start, second start, bare interpreter."""
    with TemporaryDirectory() as folder, TemporaryDirectory() as compiled:
        given = environment(Path(compiled))
        subprocess.run([sys.executable, "-c", "import watcher.service.start"], env=given, check=True)
        config = Path(folder) / "watcher.toml"
        config.write_text(_CONFIG.format(data=Path(folder) / "data", port=_PORT))
        for label, aim in (("first start (takes the bundled history in)", 0.6), ("second start", 0.4)):
            seconds, busy, megabytes = _start(config, given)
            print(
                f"{label}: {seconds:.2f} s to the health page (aim {aim} s), {busy:.2f} s of them of the processor; "
                f"{megabytes:.0f} MB at rest (aim 120 MB)"
            )
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import watcher.service.start"], env=given, check=True)
        print(f"of which imports: {time.perf_counter() - began:.2f} s")


def _start(config: Path, given: Mapping[str, str]) -> tuple[float, float, float]:
    """Seconds to the first health page, those of the processor, and megabytes at rest."""
    began = time.perf_counter()
    service = subprocess.Popen(
        [sys.executable, "-m", "watcher", "run", "--config", str(config)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=given,
    )
    try:
        while not _answers():
            if service.poll() is not None or time.perf_counter() - began > 60:
                raise RuntimeError("the service did not come up")
            time.sleep(0.01)
        seconds, busy = time.perf_counter() - began, _busy(service.pid)
        time.sleep(3)  # the first round has failed by then: nothing listens at the site's address
        status = Path(f"/proc/{service.pid}/status").read_text()
        resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return seconds, busy, int(resident.split()[1]) / 1024
    finally:
        service.terminate()
        service.wait(10)


def _busy(process: int) -> float:
    """Seconds of the processor; a machine that is shared makes the others longer."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _answers() -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{_PORT}/healthz", timeout=1):
            return True
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    run()
