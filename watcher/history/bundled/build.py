"""Builds the bundled history: `python -m watcher.history.bundled.build FILE... --output FILE`."""

import argparse
import gzip
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from watcher.errors import CouldNotTellError
from watcher.facts.records import gather
from watcher.facts.statements import HomeRecord, Record
from watcher.feeds.statistics.file import FileReading, read_file
from watcher.history.bundled.bundle import ATTRIBUTION, FORMAT
from watcher.history.documents import home_document, record_document
from watcher.history.entries import register_documents, sum_document, sum_of
from watcher.judging.register import Entry, entry_of


def build(readings: Iterable[FileReading]) -> bytes:
    """The bundle of several files: the same bytes whatever order they come in."""
    sources = sorted(readings, key=lambda reading: (reading.as_of, reading.name, reading.digest))
    homes, records = gather(sources)
    tables = {
        "homes": list(map(orjson.dumps, map(home_document, homes))),
        "inspections": list(map(orjson.dumps, map(record_document, records))),
    }
    total = sum_of({name: enumerate(documents, 1) for name, documents in tables.items()})
    register, tallies = register_documents(_entries(homes, records), sum_document(total))
    tables["register"], tables["tallies"] = list(map(orjson.dumps, register)), list(map(orjson.dumps, tallies))
    header = {
        "format": FORMAT,
        "attribution": ATTRIBUTION,
        **{name: len(documents) for name, documents in tables.items()},
        "sources": [_source(reading) for reading in sources],
    }
    lines = [orjson.dumps(header), *(line for documents in tables.values() for line in documents)]
    return gzip.compress(b"\n".join(lines) + b"\n", compresslevel=9, mtime=0)


def _entries(homes: Iterable[HomeRecord], records: Iterable[Record]) -> Iterator[Entry]:
    of_home: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        of_home[record.inspection.home].append(record)
    return (entry_of(home, of_home[home.home.key]) for home in homes)


def _source(reading: FileReading) -> dict[str, Any]:
    return {
        "name": reading.name,
        "sha256": reading.digest,
        "as_of": reading.as_of.isoformat(),
        "rows": reading.rows,
        "refused": len(reading.refused),
    }


def _untold(reading: FileReading) -> Iterator[str]:
    for row in reading.refused:
        yield f"{row.file}, row {row.row}, left out: {row.reason}"
    for doubt in reading.doubts:
        yield f"{doubt.file}, row {doubt.row}, taken with a doubt: {doubt.reason}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Builds from the command line; 1 if a file is refused, and then nothing is written."""
    parser = argparse.ArgumentParser(prog="python -m watcher.history.bundled.build", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--output", required=True, type=Path)
    chosen = parser.parse_args(arguments)
    try:
        readings = [read_file(file.name, file.read_bytes()) for file in chosen.files]
    except (CouldNotTellError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for reading in readings:
        sys.stdout.writelines(f"{line}\n" for line in _untold(reading))
    bundle = build(readings)
    chosen.output.write_bytes(bundle)
    sys.stdout.write(f"{chosen.output}: {len(bundle):,} bytes from {len(readings)} files\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
