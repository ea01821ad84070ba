"""The file of a snapshot, opened: its documents are read when they are asked for, and every one is proven."""

import hashlib
import os
import threading
import time
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import lt
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

from watcher.history.failures import HistoryDamagedError

AT_ONCE = 1 << 20
"""Bytes that are read in one go, where everything is."""

Numbers = Sequence[int]
"""Whole numbers, as an array or as they lie in a file that was read."""


A_TURN = 8192
"""Numbers that are gone through in one go: meanwhile no other thread has its turn, and a million take 50 ms."""


_TURN, _PAUSE = 0.005, 0.0001
"""Seconds for which a thread reads at a stretch, and between. Each read lets go of the interpreter and has it again
before anybody who waits for it has woken, and whoever waits asks for his turn only of one who keeps it: thousands of
reads would hold the loop for half a second."""


def in_turns(numbers: Numbers, begin: int, end: int) -> Iterator[Numbers]:
    """Those from one place to before another, so many at a time that others have their turns between."""
    return (numbers[first : min(first + A_TURN, end)] for first in range(begin, end, A_TURN))


class SnapshotFile:
    """A snapshot that stays readable, whatever takes its name, until nobody has a use for it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = -1
        self._turn_ends = 0.0
        self._proof = (0, hashlib.sha256().hexdigest())
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        status = os.fstat(self._descriptor)
        self.size = status.st_size
        self.identity = (status.st_dev, status.st_ino)

    def __del__(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)

    def read(self, offset: int, length: int) -> bytes:
        """So many bytes from there, fewer at the end of the file; of a thread, others have their turns between."""
        if (now := time.monotonic()) >= self._turn_ends:
            if threading.current_thread() is not threading.main_thread():
                time.sleep(_PAUSE)
            self._turn_ends = now + _TURN
        return os.pread(self._descriptor, length, offset)

    def parts(self, begin: int, end: int) -> Iterator[bytes]:
        """The bytes between, in parts; raises HistoryDamagedError where the file ends before them."""
        while begin < end:
            part = self.read(begin, min(AT_ONCE, end - begin))
            if not part:
                raise self.damaged()
            yield part
            begin += len(part)

    def stream(self) -> BinaryIO:
        """The whole file, to be read once from its beginning."""
        stream = os.fdopen(os.dup(self._descriptor), "rb")
        stream.seek(0)
        return stream

    def expect(self, end: int, sha256: str) -> None:
        """Says what the bytes before `end` are proven by."""
        self._proof = end, sha256

    def prove(self) -> None:
        """Raises HistoryDamagedError unless every byte is as it was written."""
        end, sha256 = self._proof
        digest = hashlib.sha256()
        for part in self.parts(0, end):
            digest.update(part)
        if digest.hexdigest() != sha256:
            raise self.damaged()

    def damaged(self) -> HistoryDamagedError:
        """What is said of a file that is not as it was written."""
        return HistoryDamagedError(self.path, "is not what was written to it")


def _longs() -> "array[int]":
    return array("Q")


def _words() -> "array[int]":
    return array("I")


@dataclass(slots=True)
class Places:
    """Where the documents of one table lie in a file, in their order there, with a checksum of each."""

    numbers: Numbers = field(default_factory=_longs)
    offsets: Numbers = field(default_factory=_longs)
    lengths: Numbers = field(default_factory=_words)
    sums: Numbers = field(default_factory=_words)

    ascending: bool = False
    """Whether each number is higher than the one before, as they nearly always are."""

    def see_order(self) -> None:
        """Finds out whether the numbers ascend."""
        numbers, count = self.numbers, len(self.numbers)
        self.ascending = all(
            all(map(lt, numbers[first : first + A_TURN], numbers[first + 1 : first + 1 + A_TURN]))
            for first in range(0, count, A_TURN)
        )

    def columns(self) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """All four."""
        return self.numbers, self.offsets, self.lengths, self.sums


class PlacedDocuments:
    """The documents of one table in a snapshot; whatever is damaged raises HistoryDamagedError when it is read."""

    def __init__(self, file: SnapshotFile, places: Places) -> None:
        self.file = file
        self.places = places
        self._numbers, self._offsets, self._lengths, self._sums = places.columns()

    def __len__(self) -> int:
        """How many documents."""
        return len(self._numbers)

    @cached_property
    def _positions(self) -> dict[int, int] | None:
        """The places by number, where bisecting does not find them."""
        if self.places.ascending:
            return None
        return {number: position for position, number in enumerate(self._numbers)}

    def position(self, number: int) -> int | None:
        """The place of a document among the others; None where there is none."""
        numbers = self._numbers
        if 0 < number <= len(numbers) and numbers[number - 1] == number:
            return number - 1
        if self._positions is not None:
            return self._positions.get(number)
        position = bisect_left(numbers, number)
        return position if position < len(numbers) and numbers[position] == number else None

    def get(self, number: int) -> bytes | None:
        """One document."""
        if (position := self.position(number)) is None:
            return None
        document = self.file.read(self._offsets[position], self._lengths[position])
        if len(document) != self._lengths[position] or crc32(document) != self._sums[position]:
            raise self.file.damaged()
        return document

    def numbers(self) -> Numbers:
        """The numbers of all, in the order of the file."""
        return self._numbers

    def last(self, but: Collection[int]) -> int:
        """The highest number that is not one of these; 0 if there is none."""
        numbers = reversed(self._numbers) if self.places.ascending else sorted(self._numbers, reverse=True)
        return next((number for number in numbers if number not in but), 0)

    def items(self) -> Iterator[tuple[int, bytes]]:
        """All documents, in the order of the file."""
        begin, count = 0, len(self._numbers)
        while begin < count:
            end = self._together(begin)
            base = self._offsets[begin]
            content = self.file.read(base, self._offsets[end - 1] + self._lengths[end - 1] - base)
            columns = (column[begin:end] for column in self.places.columns())
            for number, offset, length, proof in zip(*columns, strict=True):
                document = content[offset - base : offset - base + length]
                if len(document) != length or crc32(document) != proof:
                    raise self.file.damaged()
                yield number, document
            begin = end

    def _together(self, begin: int) -> int:
        """Up to where documents are read in one go from this one on."""
        return max(bisect_left(self._offsets, self._offsets[begin] + AT_ONCE, begin), begin + 1)

    def lines(self, begin: int, end: int) -> Iterator[bytes]:
        """The file's own lines of the documents from one place to before another, without the end of the last."""
        return self.file.parts(self.line_start(begin), self._offsets[end - 1] + self._lengths[end - 1])

    def line_start(self, position: int) -> int:
        """Where the line of a document begins in the file."""
        return self._offsets[position] - len(line_beginning(self._numbers[position]))


def line_beginning(number: int) -> bytes:
    """What stands before a document on its line."""
    return b'"%d":' % number
