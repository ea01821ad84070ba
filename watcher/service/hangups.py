"""SIGHUP, which never ends the service: noted from before it starts until after it has ended."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class Hangups:
    """Whether one has come since it was last asked."""

    def __init__(self) -> None:
        self._has_come = False

    def __call__(self, *_: object) -> None:
        """One has come."""
        self._has_come = True

    def take(self) -> bool:
        """Whether one has come; several that came together are one."""
        came, self._has_come = self._has_come, False
        return came

    @classmethod
    @contextmanager
    def noted(cls) -> Iterator["Hangups"]:
        """Notes those that come from now on: the loop's own handlers would be gone with it, before the process.

        Afterwards none does anything: a handler of Python's would be gone before the last of the process is.
        """
        hangups = cls()
        signal.signal(signal.SIGHUP, hangups)
        try:
            yield hangups
        finally:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
