"""A clock that two processes share: it lies in a file of eight bytes, which one of them writes."""

import mmap
import struct
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECONDS = struct.Struct("<q")
_HURRY = 100
"""How much faster than the machine's its seconds pass that only measure: spacing, budgets, rests."""


class SharedClock:
    """Shows the moment that was last written to its file."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._cell = mmap.mmap(file.fileno(), _MICROSECONDS.size)

    @classmethod
    def make(cls, path: Path, moment: datetime) -> Self:
        """A new one, in a file that others may open."""
        path.write_bytes(_MICROSECONDS.pack((moment - _EPOCH) // timedelta(microseconds=1)))
        return cls(path)

    def now(self) -> datetime:
        """The moment that was written last."""
        return _EPOCH + timedelta(microseconds=_MICROSECONDS.unpack_from(self._cell)[0])

    def monotonic(self) -> float:
        """Seconds in a hurry, whatever moment is shown."""
        return time.monotonic() * _HURRY

    def step(self, to: datetime) -> None:
        """Writes another moment."""
        _MICROSECONDS.pack_into(self._cell, 0, (to - _EPOCH) // timedelta(microseconds=1))

    def advance(self, by: timedelta) -> None:
        """Writes a later moment."""
        self.step(self.now() + by)
