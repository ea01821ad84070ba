"""Threads that nothing waits for when the process ends, on a machine that may have none left to give."""

from collections.abc import Callable
from threading import Thread

NONE_LEFT = "this machine has no thread left to give"
"""What is said where none is to be had."""


def begin_thread(work: Callable[[], object], name: str) -> Thread | None:
    """A thread that has begun; None where the machine lets this process begin no more, as where its pids are limited.

    Whoever gets none says so, or tries again later: what it leaves behind is as before.
    """
    thread = Thread(target=work, name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        return None
    return thread
