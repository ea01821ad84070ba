"""SIGHUP and a real process: it never ends it, at the start, while it runs, or at its end, and changes are taken up."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.programs import Program
from watcher.history.embedded.history import EmbeddedHistory


def configured(folder: Path, more: str = "") -> Path:
    config = folder / "watcher.toml"
    config.write_text(
        f'data_dir = "{folder / "data"}"\ncontact = "test@localhost"\n[web]\nport = 0\n[log]\nform = "json"\n'
        '[feeds.ofsted]\nurl = "http://127.0.0.1:9"\n[channels.screen]\nkind = "console"\n'
        f'[[watch]]\nname = "all"\nto = ["screen"]\n{more}'
    )
    return config


def watcher(config: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "watcher", *words, "--config", str(config)]


def logged_until(process: Program, words: bytes) -> bytes:
    """What it has said, up to a line with some words."""
    assert process.stderr is not None
    seen = b""
    while words not in seen and (line := process.stderr.readline()):
        seen += line
    assert words in seen, seen
    return seen


def test_a_running_process_takes_up_what_changed_and_says_so_to_whoever_asks(tmp_path: Path) -> None:
    config = configured(tmp_path)
    with Program(watcher(config, "run"), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        logged_until(process, b'"event": "watching"')
        process.send_signal(signal.SIGHUP)
        logged_until(process, b'"changes": "none", "event": "configuration taken up"')
        configured(tmp_path, '[channels.second]\nkind = "console"\n')
        logged_until(process, b"channels: added second")
        good = subprocess.run(watcher(config, "reload"), capture_output=True, text=True, check=False)
        assert (good.returncode, good.stdout) == (0, "taken up: nothing is different\n")
        configured(tmp_path, '[channels.third]\nkind = "consle"\n[channels.fourth]\nkind = "slack"\n')
        wrong = subprocess.run(watcher(config, "reload"), capture_output=True, text=True, check=False)
        assert wrong.returncode == 2
        assert "channels.third: 'consle' is not possible; did you mean 'console'?" in wrong.stderr
        assert "channels.fourth.channel: is missing" in wrong.stderr
        assert not list((tmp_path / "data" / "requests").iterdir())
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        assert process.returncode == 0
    alone = subprocess.run(watcher(config, "reload"), capture_output=True, text=True, check=False)
    assert alone.returncode == 1
    assert alone.stderr.startswith(f"no service is running on {tmp_path / 'data'}: `watcher run` starts one")


def listens(pid: int) -> bool:
    """Whether a process would not be ended by a hangup."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    masks = dict(line.split(":\t") for line in lines if line.startswith(("SigIgn", "SigCgt")))
    return any(int(mask, 16) >> (signal.SIGHUP - 1) & 1 for mask in masks.values())


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="nothing says here when a process listens")
def test_a_hail_of_them_from_its_first_moment_to_its_last_harms_nothing(tmp_path: Path) -> None:
    config = configured(tmp_path)
    with Program(watcher(config, "run"), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None and not listens(process.pid):  # Python itself is still starting
            time.sleep(0.001)
        until, is_told_to_end = time.monotonic() + 4, False
        while process.poll() is None and time.monotonic() < until + 15:
            process.send_signal(signal.SIGHUP)
            time.sleep(0.005)
            if time.monotonic() >= until and not is_told_to_end:
                is_told_to_end = True
                process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=20)
        assert process.returncode == 0, said
        assert b"Traceback" not in said
        assert said.count(b"configuration taken up") <= 4  # one at a time, not one for each
    EmbeddedHistory.open(tmp_path / "data").close()
