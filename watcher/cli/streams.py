"""Standard streams that take whatever is printed: in any encoding, closed, or on a full disk."""

import io
import os
import sys
from contextlib import suppress
from pathlib import Path


def make_ready() -> None:
    """Replaces characters that can't be shown, and gives a stream that was closed somewhere to go."""
    for descriptor in (0, 1, 2):  # or else the first file that is opened, the history's, would be taken for one of them
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdin = sys.stdin or Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115  # for as long as the process lives
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def flush() -> None:
    """Writes what is still held back; raises OSError now where the interpreter would complain at its end."""
    for stream in (sys.stdout, sys.__stdout__):
        if stream is not None and not stream.closed:
            stream.flush()


def give_up() -> None:
    """Whatever else is printed on standard output goes nowhere: what it leads to takes nothing more."""
    with suppress(OSError, ValueError):  # a stream of a test has no descriptor
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
