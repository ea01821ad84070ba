"""One table as it stands: the documents of the snapshot, and over them what was committed since."""

from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView

from watcher.history.embedded.snapshot_file import PlacedDocuments


class Layered(Mapping[int, bytes]):
    """Documents as JSON by number, in the order of a dictionary that each was put into.

    What lies in the snapshot takes no memory, and is read and proven when it is asked for.
    """

    def __init__(self, below: PlacedDocuments | None = None, above: Mapping[int, bytes] | None = None) -> None:
        self.below = below
        self.above: dict[int, bytes] = dict(above or {})
        self.gone: set[int] = set()
        """Documents of the snapshot that were removed; one of them that was stored anew since is `above` too."""
        self._replaced = 0

    def put(self, number: int, document: bytes | None) -> None:
        """Puts a document in place of whatever had its number; None removes it."""
        is_below = number not in self.gone and self.is_below(number)
        if document is not None:
            self._replaced += is_below and number not in self.above
            self.above[number] = document
        else:
            self._replaced -= is_below and number in self.above
            self.above.pop(number, None)
            if is_below:
                self.gone.add(number)

    def is_below(self, number: int) -> bool:
        """Whether the snapshot has such a document."""
        return self.below is not None and self.below.position(number) is not None

    def hides(self, number: int) -> bool:
        """Whether what the snapshot says of this document holds no more."""
        return number in self.gone or number in self.above

    def hidden(self) -> Iterator[tuple[int, bytes]]:
        """What the snapshot says and holds no more, with its numbers."""
        for number in {*self.above, *self.gone}:
            document = self.below.get(number) if self.below is not None else None
            if document is not None:
                yield number, document

    def copy(self) -> "Layered":
        """The same, which stays as it is."""
        copied = Layered(self.below, self.above)
        copied.gone, copied._replaced = set(self.gone), self._replaced
        return copied

    def upon(self, below: PlacedDocuments) -> "Layered":
        """The same, where the same snapshot is read in another way."""
        moved = self.copy()
        moved.below = below
        return moved

    def moved_to(self, below: PlacedDocuments | None, written: "Layered") -> "Layered":
        """The same upon a newer snapshot, in which `written`, an earlier copy of this, was stored."""
        moved = Layered(below)
        for number in (self.gone - written.gone) | (written.above.keys() - self.above.keys()):
            moved.put(number, None)
        for number, document in self.above.items():
            if written.above.get(number) is not document:
                moved.put(number, document)
        return moved

    @property
    def last(self) -> int:
        """The highest number, 0 if there is none."""
        return max(max(self.above, default=0), self.below.last(self.gone) if self.below is not None else 0)

    def __getitem__(self, number: int) -> bytes:
        document = self.above.get(number)
        if document is None and self.below is not None and number not in self.gone:
            document = self.below.get(number)
        if document is None:
            raise KeyError(number)
        return document

    def __contains__(self, number: object) -> bool:
        if not isinstance(number, int):
            return False
        return number in self.above or (number not in self.gone and self.is_below(number))

    def __len__(self) -> int:
        return len(self.below or ()) - len(self.gone) + len(self.above) - self._replaced

    def __iter__(self) -> Iterator[int]:
        if self.below is not None:
            numbers = self.below.numbers()
            yield from (number for number in numbers if number not in self.gone) if self.gone else numbers
        yield from self.added()

    def added(self) -> Iterator[int]:
        """What stands after all that the snapshot has."""
        return (number for number in self.above if number in self.gone or not self.is_below(number))

    def keys(self) -> KeysView[int]:
        """The numbers of all."""
        return KeysView(self)

    def items(self) -> ItemsView[int, bytes]:
        """All documents, one after the other."""
        return _Items(self)

    def values(self) -> ValuesView[bytes]:
        """All documents, one after the other."""
        return _Values(self)

    def each(self) -> Iterator[tuple[int, bytes]]:
        """All documents with their numbers."""
        above, gone = self.above, self.gone
        if self.below is not None:
            if above or gone:
                yield from ((n, above.get(n, document)) for n, document in self.below.items() if n not in gone)
            else:
                yield from self.below.items()
        yield from ((number, above[number]) for number in self.added())


class _Items(ItemsView[int, bytes]):
    _mapping: Layered

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        return self._mapping.each()


class _Values(ValuesView[bytes]):
    _mapping: Layered

    def __iter__(self) -> Iterator[bytes]:
        return (document for _, document in self._mapping.each())
