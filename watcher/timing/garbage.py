"""Garbage collection, where it finds nothing: a look through everything holds everything up."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Loading makes objects by the hundred thousand and garbage of none: three times as fast without looking."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


MANY = 1_000
"""So many things that stay for long, such as messages, are worth not being looked through."""


def keep_for_long() -> None:
    """What is in memory is looked through no more; what is not used any more goes all the same, unless in a circle."""
    gc.freeze()
