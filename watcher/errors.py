"""The errors an operator can meet; every message says what happened, where, and what to do next."""

from collections.abc import Iterator
from contextlib import contextmanager


class WatcherError(Exception):
    """Anything that watcher reports by name instead of by traceback."""


class TransientError(WatcherError):
    """It may work later without anybody doing anything: try again."""


class LedElsewhereError(TransientError):
    """Somebody else has been at it meanwhile: what is stored holds, and with it what was accepted of this."""


class PermanentError(WatcherError):
    """It fails the same way until somebody changes something."""


class CouldNotTellError(WatcherError):
    """Foreign input that cannot be understood for certain: never a change, always a line for the operator."""


@contextmanager
def panics_as_errors() -> Iterator[None]:
    """Raises RuntimeError for a panic, so that it does not end a thread past every `except Exception`."""
    try:
        yield
    except BaseException as error:
        # https://docs.rs/pyo3/latest/pyo3/panic/struct.PanicException.html: it can't be imported from Python
        if type(error).__name__ != "PanicException":
            raise
        raise RuntimeError(f"a library gave up: {error}") from None
