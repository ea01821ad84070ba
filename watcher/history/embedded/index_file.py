"""The index beside a snapshot: where each document lies, and the numbers of the documents by every table's keys.

    the columns of all tables and the texts of all keys, each from a multiple of eight bytes on
    {"form":1,"snapshot":"...","size":...,"tables":{"homes":{"places":[[0,96,"Q"],...],"keys":{"key":{...}}}}}
    how long that JSON is, the CRC-32 of everything before it, and a mark: 24 bytes

It names its snapshot by that one's last line, which has its digest. The snapshot is the only truth: an index that is
missing, damaged, of another snapshot or of another form is as good as none, and is made anew.
"""

import struct
import sys
from array import array
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import orjson

from watcher.history.embedded.snapshot_file import Numbers, Places
from watcher.history.embedded.sorted_keys import SortedKeys

FORM = f"1 {sys.byteorder}"
_END = struct.Struct("<QQ8s")
_MARK = b"watcher\n"
_ALIGNED = 8


@dataclass(frozen=True, slots=True)
class KeptKeys:
    """An index of one table, and the form of what its keys were found by; without a form it is not kept in a file."""

    form: str
    keys: SortedKeys


@dataclass(frozen=True, slots=True)
class Indexed:
    """What an index has of one table."""

    places: Places
    keys: Mapping[str, KeptKeys]
    sums: Mapping[str, int]
    """Sums over all of its documents, by name."""

    def has(self, wanted: "Indexed") -> bool:
        """Whether it has all of another one that is kept."""
        return wanted.sums.keys() <= self.sums.keys() and all(
            index in self.keys and self.keys[index].form == kept.form
            for index, kept in wanted.keys.items()
            if kept.form
        )

    def over(self, other: "Indexed") -> "Indexed":
        """The same with what another one has beside."""
        return Indexed(self.places, {**other.keys, **self.keys}, {**other.sums, **self.sums})


def index_content(line: bytes, size: int, tables: Mapping[str, Indexed]) -> Iterator[bytes]:
    """The bytes of an index of the snapshot of that size whose last line this is, in parts."""
    check = length = 0
    directory: dict[str, Any] = {}
    for name, indexed in tables.items():
        places: list[Any] = []
        said: dict[str, Any] = {
            "ascending": indexed.places.ascending,
            "sums": indexed.sums,
            "places": places,
            "keys": {},
        }
        columns = [(places, column) for column in indexed.places.columns()]
        for index, kept in ((index, kept) for index, kept in indexed.keys.items() if kept.form):
            here: list[Any] = []
            said["keys"][index] = {"form": kept.form, "columns": here}
            keys = kept.keys
            columns += [(here, column) for column in (keys.text, keys.starts, keys.firsts, keys.numbers)]
        directory[name] = said
        for listed, column in columns:
            view = memoryview(column)  # type: ignore[arg-type]  # an array, bytes or a part of a file
            part = view.cast("B").tobytes() + bytes(-view.nbytes % _ALIGNED)
            listed.append([length, view.nbytes, view.format])
            check, length = crc32(part, check), length + len(part)
            yield part
    facts = {"form": FORM, "snapshot": line.decode(), "size": size, "tables": directory}
    part = orjson.dumps(facts)
    yield part
    yield _END.pack(len(part), crc32(part, check), _MARK)


def read_index(path: Path, line: bytes, size: int) -> dict[str, Indexed] | None:
    """The index of that snapshot; None where there is none that is whole and of this form."""
    with suppress(OSError, ValueError, LookupError, TypeError, struct.error):
        # Not mapped: whoever cuts a mapped file short, a `cp` over it or a file server, ends the process at once.
        whole = memoryview(path.read_bytes())
        end = len(whole) - _END.size
        length, check, mark = _END.unpack(whole[max(0, end) :])
        facts = orjson.loads(whole[end - length : end]) if mark == _MARK and length < end else {}
        is_of_it = (facts["form"], facts["snapshot"], facts["size"]) == (FORM, line.decode(), size)
        if not is_of_it or crc32(whole[:end]) != check:
            return None
        return {name: _table(whole, said) for name, said in facts["tables"].items()}
    return None


def _table(whole: memoryview, said: Mapping[str, Any]) -> Indexed:
    numbers, offsets, lengths, sums = (_column(whole, each) for each in said["places"])
    places = Places(numbers, offsets, lengths, sums, ascending=said["ascending"])
    keys = {}
    for index, kept in said["keys"].items():
        (begin, length, _), *columns = kept["columns"]
        text = whole[begin : begin + length]
        keys[index] = KeptKeys(kept["form"], SortedKeys(text, *(_column(whole, each) for each in columns)))
    return Indexed(places, keys, said["sums"])


def _column(whole: memoryview, said: tuple[int, int, str]) -> Numbers:
    begin, length, form = said
    if array(form).itemsize != {"I": 4, "Q": 8}[form]:
        raise ValueError("numbers have another size here")
    return whole[begin : begin + length].cast("B").cast(form)  # type: ignore[call-overload, no-any-return]
