"""What tables hold: how many documents, and a checksum, whichever way they are stored and in whatever order read."""

from collections.abc import Iterator, Mapping
from hashlib import sha256

_LARGEST = 2**256


class Checksum:
    """How many documents were seen, and the sum of the SHA-256 of each with its number: the same in any order."""

    def __init__(self) -> None:
        self.documents = 0
        self._sum = 0

    def see(self, number: int, document: bytes) -> None:
        """Counts a document."""
        self.documents += 1
        one = sha256(b"%d:%b" % (number, document)).digest()
        self._sum = (self._sum + int.from_bytes(one, "big")) % _LARGEST

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Checksum) and (self.documents, self._sum) == (other.documents, other._sum)

    def __str__(self) -> str:
        """The sum in hexadecimal."""
        return f"{self._sum:064x}"


class Checksums:
    """Those of the tables whose documents have passed."""

    def __init__(self) -> None:
        self._by_table: dict[str, Checksum] = {}

    def passing(self, table: str, documents: Mapping[int, bytes]) -> Iterator[tuple[int, bytes]]:
        """The documents of a table, each counted as it passes."""
        checksum = self._by_table[table] = Checksum()
        for number, document in documents.items():
            checksum.see(number, document)
            yield number, document

    @property
    def found(self) -> dict[str, Checksum]:
        """By table, without those that are empty."""
        return {name: checksum for name, checksum in self._by_table.items() if checksum.documents}


def checksums_of(tables: Mapping[str, Mapping[int, bytes]]) -> dict[str, Checksum]:
    """Those of tables that are read for it, one document at a time; empty ones are left out."""
    checksums = Checksums()
    for name, documents in tables.items():
        for _ in checksums.passing(name, documents):
            pass
    return checksums.found
