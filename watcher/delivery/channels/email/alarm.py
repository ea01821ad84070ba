"""An alarm that is set anew with each message, and costs no thread each time."""

import threading
from collections.abc import Callable

from watcher.timing.clock import SystemClock
from watcher.timing.threads import begin_thread


class Alarm:
    """Does something once a moment has come that nobody took back or put off; for any thread."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._now = SystemClock().monotonic
        self._changed = threading.Condition()
        self._at: float | None = None
        self._wakes: float | None = None
        """When its thread looks again; None while it has none."""

    def set(self, seconds: float) -> None:
        """From now on it goes off after so long, and at no other moment; at once where no thread is to be had."""
        with self._changed:
            self._at = self._now() + seconds
            if self._wakes is not None:
                if self._at < self._wakes:
                    self._changed.notify()
                return
            if begin_thread(self._watch, "alarm") is not None:
                self._wakes = self._at
                return
            self._at = None
        self._work()

    def stop(self) -> None:
        """It does not go off, unless it is set again; its thread may wait until it would have."""
        with self._changed:
            self._at = None

    def end(self) -> None:
        """It does not go off any more, and its thread ends."""
        with self._changed:
            self._at = None
            self._changed.notify()

    def _watch(self) -> None:
        with self._changed:
            while self._at is not None and (left := self._at - self._now()) > 0:
                self._wakes = self._at
                self._changed.wait(left)
            is_time, self._at, self._wakes = self._at is not None, None, None
        if is_time:
            self._work()
