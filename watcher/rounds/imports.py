"""Official files into the history: merged with what is known, announced to nobody."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from watcher.errors import CouldNotTellError
from watcher.facts.sources import Sort
from watcher.feeds.statistics.file import DoubtfulRow, FileReading, RefusedRow
from watcher.feeds.statistics.tasks import FILE, LARGEST_FILE
from watcher.feeds.worker.worker import Worker, WorkerInterruptedError
from watcher.history.protocol import History
from watcher.messages.numbers import counted
from watcher.rounds.take_in import absorb


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What became of one file."""

    name: str
    reading: FileReading | None
    refusal: str = ""

    @property
    def needs_attention(self) -> bool:
        """Whether something of the file was not taken in."""
        return self.reading is None or bool(self.reading.refused)

    def summary(self) -> str:
        """One line for the operator."""
        if self.reading is None:
            return f"{self.name}: refused: {self.refusal}"
        reading = self.reading
        moved = [home for home in reading.homes if home.source and home.source.sort is Sort.MOVES]
        gone = sum(home.closed_on is not None for home in moved)
        moves = f" left {gone}, joined {len(moved) - gone}," if moved else ""
        return (
            f"{self.name}: {counted(reading.rows, 'row')}, state of {reading.as_of}: "
            f"{counted(len(reading.inspections), 'inspection')},{moves} "
            f"{counted(len(reading.refused), 'row')} not understood, {len(reading.doubts)} with a doubt"
        )

    def untold(self) -> Iterator[str]:
        """Row by row, what could not be understood or is doubtful."""
        problems: list[RefusedRow | DoubtfulRow] = [*self.reading.refused, *self.reading.doubts] if self.reading else []
        for problem in problems:
            yield f"{problem.file}, row {problem.row}: {problem.reason}"

    def as_json(self) -> dict[str, Any]:
        """What became of the file, for programs."""
        if self.reading is None:
            return {"file": self.name, "refused": self.refusal}
        reading = self.reading
        return {
            "file": self.name,
            "as_of": reading.as_of.isoformat(),
            "rows": reading.rows,
            "inspections": len(reading.inspections),
            "rows_not_understood": [_row_json(row) for row in reading.refused],
            "doubts": [_row_json(row) for row in reading.doubts],
        }


def _row_json(problem: RefusedRow | DoubtfulRow) -> dict[str, Any]:
    return {"file": problem.file, "row": problem.row, "reason": problem.reason}


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of all files."""

    files: Sequence[ImportedFile]
    new: int
    altered: int

    def summary(self) -> str:
        """One line for the operator."""
        new = counted(self.new, "inspection was new", "inspections were new")
        return f"{new}, {self.altered} now know more; nobody was told"


def import_files(history: History, files: Iterable[Path]) -> Imported:
    """Reads files into the history as one commit; a file that is refused leaves the others alone."""
    read = asyncio.run(_read_all(files))
    readings = [file.reading for file in read if file.reading is not None]
    taken = absorb(
        history,
        (home for reading in readings for home in reading.homes),
        (inspection for reading in readings for inspection in reading.inspections),
        None,
    )
    history.commit(taken.transaction())
    new = sum(record.id is None for record in taken.records)
    return Imported(read, new, len(taken.records) - new)


async def _read_all(files: Iterable[Path]) -> list[ImportedFile]:
    worker = Worker()
    try:
        return [await _read(worker, file) for file in files]
    finally:
        await worker.close()


async def _read(worker: Worker, file: Path) -> ImportedFile:
    try:
        if file.stat().st_size > LARGEST_FILE:
            return ImportedFile(
                file.name, None, f"{file.name} has more than {LARGEST_FILE:,} bytes; no official file has"
            )
        return ImportedFile(file.name, await worker.do(FILE, file.read_bytes(), file.name))
    except CouldNotTellError as refusal:
        return ImportedFile(file.name, None, str(refusal))
    except WorkerInterruptedError as error:
        return ImportedFile(file.name, None, f"{error}; import it again")
    except OSError as error:
        return ImportedFile(file.name, None, f"cannot be read: {error.strerror}")
