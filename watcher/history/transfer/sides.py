"""What both ends of a move have in common: what is handed over, and what is refused of what is there already."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from watcher.errors import PermanentError
from watcher.history.checksums import Checksum, checksums_of
from watcher.history.restoration import ORIGIN, Rows
from watcher.messages.numbers import counted
from watcher.text import inert

FIRST = frozenset({ORIGIN, "signing"})
"""The tables that every history has from its beginning on: with these alone it knows nothing yet."""


class TransferRefusedError(PermanentError):
    """A history cannot be moved there as things stand; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Whole:
    """All that is handed over, as of one commit; the tables are read as they are asked for."""

    sequence: int
    term: int
    """The number of the last leadership; 0 of a folder."""
    tables: Mapping[str, Rows]


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of it on the other side."""

    sequence: int
    checksums: Mapping[str, Checksum]
    aside: Path | None
    """Where the history before is now; None if there was none."""
    was_there: bool = False
    """Whether it had arrived before, whole, and nothing had to be done."""


class HeldSource(Protocol):
    """A source that nobody else alters."""

    def whole(self) -> AbstractContextManager[Whole]:
        """All that it holds."""
        ...

    def leave(self, words: str) -> None:
        """From here on nobody runs on it: whoever tries is told these words."""
        ...


class Side(Protocol):
    """A place of a history, to move it from or to."""

    def held(self) -> AbstractContextManager[HeldSource]:
        """For so long nobody else alters it; raises HistoryLockedError where somebody owns or leads it."""
        ...

    def receive(self, whole: Whole, now: datetime, *, force: bool) -> Arrival:
        """Puts all of it in place at once, checked; raises TransferRefusedError where there is another history."""
        ...

    @property
    def how_to_go_on(self) -> str:
        """What has to be done to run on it after all, once it was left."""
        ...


def is_whole_already(whole: Whole, sequence: int, there: Mapping[str, Rows]) -> Mapping[str, Checksum] | None:
    """The checksums of what is there, where it is all that is handed over and nothing else; otherwise None."""
    origin = whole.tables.get(ORIGIN, {}).get(1)
    if origin is None or origin != there.get(ORIGIN, {}).get(1) or sequence < whole.sequence:
        return None
    found = checksums_of(there)
    return found if found == checksums_of(whole.tables) else None


def knows_nothing(tables: Mapping[str, Rows]) -> bool:
    """Whether a history was only begun."""
    return not any(len(rows) for name, rows in tables.items() if name not in FIRST)


def refuse(where: str, tables: Mapping[str, Rows]) -> None:
    """Raises TransferRefusedError, saying what is there."""
    names = {"homes": "home", "inspections": "inspection", "changes": "change", "deliveries": "message"}
    held = ", ".join(counted(len(tables.get(name, {})), thing) for name, thing in names.items())
    raise TransferRefusedError(
        f"There is a history in {where} already: {held}. Nothing was changed. Name a place without one, or say --force "
        f"to have it kept aside in data_dir and the other in its place."
    )


def only_ours(where: str, tables: Mapping[str, Rows], ours: frozenset[str]) -> None:
    """Raises TransferRefusedError for a table that this version does not know."""
    if strange := sorted(set(tables) - ours):
        raise TransferRefusedError(
            f"The history in {where} has a table {inert(strange[0], 40)!r}, which is none of watcher's, or of a newer "
            f"version's. Nothing was changed. Use that version."
        )


@contextmanager
def standing_still(whole: Whole) -> Iterator[Whole]:
    """For a source of which nothing has to be let go."""
    yield whole
