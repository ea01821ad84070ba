"""One index of a snapshot: keys in order, and under each the numbers of its documents."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import accumulate, chain, pairwise

from watcher.history.embedded.snapshot_file import Numbers, in_turns

AT_ONCE = 4096
"""Keys that are compared in one go."""

Buffer = bytes | bytearray | memoryview


class SortedKeys:
    """Key `i` lies in `text` from `starts[i]` on, its documents' numbers in `numbers` from `firsts[i]` on."""

    def __init__(self, text: Buffer, starts: Numbers, firsts: Numbers, numbers: Numbers) -> None:
        self.text = text
        self.starts = starts
        self.firsts = firsts
        self.numbers = numbers

    @classmethod
    def of(cls, by_key: Mapping[str, Collection[int]]) -> "SortedKeys":
        """The index that has these numbers under these keys."""
        filed = sorted((_written(key), numbers) for key, numbers in by_key.items() if numbers)
        starts = array("I", accumulate((len(written) for written, _ in filed), initial=0))
        firsts = array("I", accumulate((len(numbers) for _, numbers in filed), initial=0))
        every = array("Q", chain.from_iterable(sorted(numbers) for _, numbers in filed))
        return cls(b"".join(written for written, _ in filed), starts, firsts, every)

    def __len__(self) -> int:
        """How many keys."""
        return len(self.starts) - 1

    def ids(self, key: str) -> tuple[int, ...]:
        """The numbers under a key, in order."""
        written = _written(key)
        place = self._place(written)
        return self._ids(place) if place < len(self) and self._key(place) == written else ()

    def beginning(self, beginning: str) -> Iterator[int]:
        """The numbers under every key that begins so."""
        written = _written(beginning)
        for place in range(self._place(written), len(self)):
            if not self._key(place).startswith(written):
                return
            yield from self._ids(place)

    def items(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Every key with its numbers."""
        return ((_read(self._key(place)), self._ids(place)) for place in range(len(self)))

    def counts(self) -> Iterator[tuple[str, int]]:
        """Every key, and how many documents it has."""
        firsts = self.firsts
        return ((_read(self._key(place)), firsts[place + 1] - firsts[place]) for place in range(len(self)))

    def lacking(self, other: "SortedKeys") -> Iterator[str]:
        """The keys that another index has not, in order; no more than a few of all are held at a time."""
        place = 0
        for begin in range(0, len(self), AT_ONCE):
            keys = self._keys(begin, min(begin + AT_ONCE, len(self)))
            until = bisect_right(range(len(other)), keys[-1], key=other._key)
            yield from map(_read, sorted({*keys}.difference(other._keys(place, until))))
            place = until

    def _keys(self, begin: int, end: int) -> list[bytes]:
        """Those from one place to before another."""
        starts = self.starts[begin : end + 1]
        text = bytes(self.text[starts[0] : starts[-1]])
        return [text[start - starts[0] : until - starts[0]] for start, until in pairwise(starts)]

    def _key(self, place: int) -> bytes:
        return bytes(self.text[self.starts[place] : self.starts[place + 1]])

    def _ids(self, place: int) -> tuple[int, ...]:
        return tuple(self.numbers[self.firsts[place] : self.firsts[place + 1]])

    def _place(self, written: bytes) -> int:
        return bisect_left(range(len(self)), written, key=self._key)

    def changed(self, by_key: Mapping[str, Collection[int]]) -> "SortedKeys":
        """The same with other numbers under these keys, none for a key that is gone; this one stays as it is."""
        if not len(self):
            return self.of(by_key)
        draft, place = _Draft(), 0
        for written, numbers in sorted((_written(key), numbers) for key, numbers in by_key.items()):
            until = self._place(written)
            draft.copy(self, place, until)
            place = until + (until < len(self) and self._key(until) == written)
            if numbers:
                draft.add(written, sorted(numbers))
        draft.copy(self, place, len(self))
        return SortedKeys(bytes(draft.text), draft.starts, draft.firsts, draft.numbers)


class _Draft:
    """An index that is being written, key after key."""

    def __init__(self) -> None:
        self.text = bytearray()
        self.starts = array("I", [0])
        self.firsts = array("I", [0])
        self.numbers: array[int] = array("Q")

    def add(self, written: bytes, numbers: Iterable[int]) -> None:
        self.text += written
        self.numbers.extend(numbers)
        self.starts.append(len(self.text))
        self.firsts.append(len(self.numbers))

    def copy(self, keys: SortedKeys, begin: int, end: int) -> None:
        """The keys from one place to before another, as they stand there."""
        if begin == end:
            return
        text, number = keys.starts[begin], keys.firsts[begin]
        for starts in in_turns(keys.starts, begin + 1, end + 1):
            self.starts.extend(map((len(self.text) - text).__add__, starts))
        for firsts in in_turns(keys.firsts, begin + 1, end + 1):
            self.firsts.extend(map((len(self.numbers) - number).__add__, firsts))
        self.text += keys.text[text : keys.starts[end]]
        for numbers in in_turns(keys.numbers, number, keys.firsts[end]):
            self.numbers.extend(array("Q", numbers))


def _written(key: str) -> bytes:
    return key.encode("utf-8", "surrogatepass")


def _read(written: bytes) -> str:
    return written.decode("utf-8", "surrogatepass")
