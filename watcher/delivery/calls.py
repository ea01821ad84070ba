"""Calls a channel in a thread, which waits for a moment whether another call follows."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog

from watcher.delivery.verdict import Answer, Verdict
from watcher.timing.threads import NONE_LEFT, begin_thread

log = structlog.get_logger(__name__)

KEPT_FOR = 1.0  # seconds; while many calls follow each other it saves a thread for each

Call = Callable[[], Verdict | None]


class NotCalledError(Exception):
    """The channel was not called: the one before it in a row went wrong or hangs, or the machine did not come to it."""


class Calls:
    """One call at a time. A thread that hangs must not keep the process from ending, so it is nobody's to wait for."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._calls: deque[_Asked] = deque()
        self._is_row_broken = False
        self._changed = threading.Condition()
        self._has_thread = False

    def call(self, work: Call, *, in_a_row: bool = False) -> "asyncio.Future[Verdict | None]":
        """What the call yields; one `in_a_row` is made only if that before it was accepted, else NotCalledError."""
        future: asyncio.Future[Verdict | None] = asyncio.get_running_loop().create_future()
        with self._changed:
            self._calls.append(_Asked(work, future, in_a_row))
            if self._has_thread:
                self._changed.notify()
            else:
                self._has_thread = begin_thread(self._run, f"channel {self._name}") is not None
                if not self._has_thread:
                    later = Verdict(Answer.LATER, NONE_LEFT)
                    self._calls.pop().future.set_result(later)
        return future

    def give_up(self) -> None:
        """Refuses those calls that have not begun, with NotCalledError."""
        with self._changed:
            asked = list(self._calls)
            self._calls.clear()
        for one in asked:
            _refuse(one.future)

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._calls and not self._changed.wait_for(lambda: bool(self._calls), KEPT_FOR):
                    self._has_thread = False
                    return
                asked = self._calls.popleft()
            self._answer(asked)
            del asked  # nothing is kept of a message while none follows

    def _answer(self, asked: "_Asked") -> None:
        if asked.in_a_row and self._is_row_broken:
            with suppress(RuntimeError):
                asked.future.get_loop().call_soon_threadsafe(_refuse, asked.future)
            return
        try:
            verdict = asked.work()
        except Exception as error:  # the boundary to a channel: its fault must not end the deliveries of the others
            log.exception("channel failed", channel=self._name)
            verdict = Verdict(Answer.UNKNOWN, f"the channel itself failed ({type(error).__name__}): please report it")
        self._is_row_broken = verdict is None or verdict.answer is not Answer.ACCEPTED
        with suppress(RuntimeError):  # the loop has ended: the mark `sending` tells the next start
            asked.future.get_loop().call_soon_threadsafe(_set, asked.future, verdict)


@dataclass(frozen=True, slots=True)
class _Asked:
    work: Call
    future: "asyncio.Future[Verdict | None]"
    in_a_row: bool


def _refuse(future: "asyncio.Future[Verdict | None]") -> None:
    if not future.done():
        future.set_exception(NotCalledError())


def _set(future: "asyncio.Future[Verdict | None]", verdict: Verdict | None) -> None:
    if not future.done():
        future.set_result(verdict)
