"""Libraries written in Rust: what they raise where nobody expected it to fail is no `Exception`."""

from collections.abc import Iterator
from contextlib import contextmanager


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
