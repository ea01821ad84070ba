"""The records of JSON: an array of objects, an object with such an array in it, or an object a line.

Of several arrays the one is meant whose objects alone have the keys that are looked for.

The first record are the keys in order of appearance, each later one the values of an object. A key under which any
object holds an object or an array is left out of the table altogether: it never reads as a blank.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import IO

from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.tables.json_scanner import LONGEST_VALUE, Entry, JSONScanner, Keys, Path, object_of
from watcher.feeds.tables.records import Row
from watcher.feeds.tables.sizes import LONGEST_LINE, MOST_COLUMNS
from watcher.feeds.tables.text_source import TextSource
from watcher.feeds.tables.written import whole_letters
from watcher.text import printable, squash

Opened = Callable[[IO[str]], Iterator[Entry]]


def json_records(name: str, text: TextSource, headers: Collection[str]) -> Iterator[Row]:
    """The records of JSON; raises FileRefusedError for what holds no table, or several, or ends in the middle."""
    read = _way(name, text, headers)
    keys = _keys(name, text, read)
    yield 1, 1, [whole_letters(key) for key in keys]
    with text.open_text() as file:
        for number, entry in enumerate(read(file), 2):
            yield number, 1, [_written(entry.get(key)) for key in keys]


def _way(name: str, text: TextSource, headers: Collection[str]) -> Opened:
    """How the objects of the table are found in the file."""
    if text.begin.lstrip().startswith("["):
        return lambda file: JSONScanner(name, file).whole_array()
    with text.open_text() as file:
        first = file.readline(LONGEST_LINE)
        while first.isspace():
            first = file.readline(LONGEST_LINE)
        more = any(not line.isspace() for line in iter(lambda: file.readline(LONGEST_LINE), ""))
    entry = object_of(first)
    if entry is not None and (more or _is_row(entry, headers)):
        return lambda file: _lines(name, file)
    with text.open_text() as file:
        held = JSONScanner(name, file).arrays()
    meant = held if len(held) == 1 else _meant(held, headers)
    if len(meant) == 1:
        return lambda file: JSONScanner(name, file).array_at(meant[0][0])
    named = ", ".join(printable(".".join(path)) for path, _ in held)
    what = f"holds several tables ({named})" if held else "is a JSON object without an array of objects in it"
    raise FileRefusedError(f"{name} {what}: give the address of one table")


def _meant(held: Sequence[tuple[Path, Keys]], headers: Collection[str]) -> Sequence[tuple[Path, Keys]]:
    """Those that have most of the keys that are looked for, and those that come near."""
    fitting = [sum(squash(key) in headers for key in keys) for _, keys in held]
    least = max(fitting, default=0) / 2
    return [one for one, fits in zip(held, fitting, strict=True) if fits >= least] if least else ()


def _is_row(entry: Entry, headers: Collection[str]) -> bool:
    """Whether a single object is a table of one row, and no answer about something else."""
    return not any(map(_is_table, entry.values())) and any(squash(key) in headers for key in entry)


def _is_table(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _keys(name: str, text: TextSource, read: Opened) -> list[str]:
    keys: dict[str, bool] = {}
    with text.open_text() as file:
        for entry in read(file):
            for key, value in entry.items():
                keys[key] = keys.get(key, True) and not isinstance(value, dict | list)
            if len(keys) > MOST_COLUMNS:
                raise FileRefusedError(f"{name} has objects of more than {MOST_COLUMNS:,} keys: that is no table")
    if not any(keys.values()):
        raise FileRefusedError(f"{name} is JSON without a table in it: no object with a plain value was found")
    return [key for key, is_plain in keys.items() if is_plain]


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return whole_letters(str(value))


def _lines(name: str, file: IO[str]) -> Iterator[Entry]:
    for number, line in enumerate(iter(lambda: file.readline(LONGEST_VALUE), ""), 1):
        if not line.isspace():
            if (entry := object_of(line)) is None:
                what = "cannot be read as a JSON object: the file is cut off or damaged, fetch it again"
                raise FileRefusedError(f"{name}, line {number}, {what}")
            yield entry
