"""The lists that the watches of a configuration name: each file is read once; what is wrong is told with its key."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from watcher.config.lists.refused import ListRefusedError
from watcher.options.mistakes import Location, Mistake, line_of, place_of, tables
from watcher.watching.listed import HomeList

Lists = Mapping[str, HomeList | ListRefusedError]
"""What came of each file, by its name in the configuration."""


def read_lists(raw: Mapping[str, Any], folder: Path) -> Lists:
    """The lists that the watches of a file as TOML has it name; `folder` is that of the file."""
    named = (watch.get("homes_file") for watch in tables(raw.get("watch")))
    files = dict.fromkeys(file for file in named if isinstance(file, str))
    return {str(Path(file)): _read(folder, file) for file in files}


def _read(folder: Path, file: str) -> HomeList | ListRefusedError:
    if not file.strip():
        return ListRefusedError("is empty: name the file with the homes, or leave the key out")
    from watcher.config.lists.read import read_list  # cells and spreadsheets: of no use where no list is named

    try:
        return read_list(folder / file, file)
    except ListRefusedError as error:
        return error


def unusable_lists(raw: Mapping[str, Any], text: str, lists: Lists) -> Iterator[Mistake]:
    """What is wrong with the lists, at each watch that names one; `text` is the file that `raw` was read from."""
    for number, watch in enumerate(tables(raw.get("watch"))):
        file = watch.get("homes_file")
        refused = lists.get(str(Path(file))) if isinstance(file, str) else None
        if isinstance(refused, ListRefusedError):
            where: Location = ("watch", number, "homes_file")
            yield from (Mistake(line_of(text, where), place_of(where, raw), fault) for fault in refused.faults)
