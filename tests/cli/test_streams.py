"""No command ends with a traceback, whatever its standard streams, its dates or its arguments are."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.shell import Run, run

__all__ = ["run"]  # a fixture

COMMANDS = ["--help", "alerts --help", "history SC478986", "explain SC478986", "status", "silence", "version"]


def shell(folder: Path, line: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A line of the shell, in which `watcher` is this one."""
    command = f'watcher() {{ "{sys.executable}" -m watcher "$@"; }}; {line}'
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env={**os.environ, **environment}, capture_output=True, check=False
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_what_cannot_be_shown_is_replaced(command: str, tmp_path: Path) -> None:
    ran = shell(tmp_path, f"watcher {command}", PYTHONIOENCODING="ascii")
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout.isascii()


@pytest.mark.parametrize("command", ["--help", "history SC478986", "status", "version"])
def test_a_full_a_closed_and_a_broken_output_end_quietly(command: str, tmp_path: Path) -> None:
    full = shell(tmp_path, f"watcher {command} >/dev/full")
    assert (full.returncode, full.stderr.strip()) == (1, b"watcher: No space left on device")
    for line in (f"watcher {command} >&-", f"watcher {command} <&-", f"watcher {command} | true"):
        ran = shell(tmp_path, line)
        assert (ran.returncode, ran.stderr) == (0, b""), line


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("replay", "--from", "0001-01-01", "--to", "0001-01-02"), 0, ""),
        (("replay", "--from", "9999-12-30", "--to", "9999-12-31"), 0, ""),
        (("replay", "--from", "2018-08-04", "--to", "2018-08-03"), 2, "2018-08-03 is before 2018-08-04"),
        (("explain", "SC478986", "--on", "9999-12-31"), 2, "still to come"),
        (("explain", "SC478986", "--on", "0001-01-01"), 2, "before there was any inspection"),
        (("silence", "add", "--home", "x", "--until", "9999-12-31", "--why", "x"), 2, "within a year"),
        (("silence", "add", "--home", "x", "--until", "0001-01-01", "--why", "x"), 2, "within a year"),
        (("reload", "--config", "nofile.toml"), 2, "not taken up"),
        (("preview", "130c8e5779a57f21", "--channel", "nochan"), 2, "there is no channel 'nochan'"),
        (("history", "SC\udcff"), 1, "no home SC?"),
    ],
)
def test_what_is_far_away_or_no_text_is_told(run: Run, arguments: tuple[str, ...], code: int, said: str) -> None:
    ended, _, err = run(*arguments)
    assert (ended, said in err) == (code, True)


_INTERRUPTED = """
import sys
class Finder:
    def find_spec(self, name, *_):
        if name == "{module}":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Finder())
sys.argv = ["watcher", *"{command}".split()]
from watcher.__main__ import main
main()
"""


@pytest.mark.parametrize(
    ("module", "command"),
    [
        ("typer", "version"),
        ("watcher.cli.commands.homes", "history SC478986"),
        ("watcher.history.bundled", "status"),
        ("watcher.service.first_page", "run"),
        ("watcher.cli.demo.show_case", "demo"),
    ],
)
def test_an_interruption_ends_quietly_during_the_imports_too(module: str, command: str, tmp_path: Path) -> None:
    program = _INTERRUPTED.format(module=module, command=command)
    ran = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, b"", b"")
