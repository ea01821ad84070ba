"""Places for a history, of each kind that there is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from psycopg.sql import SQL, Identifier

from tests.standins.postgres import FreshDatabase
from watcher.history.embedded.kept_register import KeptRegister
from watcher.history.embedded.store import Store
from watcher.history.opening import open_history
from watcher.history.postgresql.kept_register import is_true
from watcher.history.protocol import History
from watcher.options.place import HistoryPlace

EMBEDDED, POSTGRESQL = "embedded", "postgresql"


class HistoryKind(Protocol):
    """A place for one history."""

    def open(self, *, read_only: bool = False, with_bundle: bool = False) -> History:
        """The history that is there; whoever had it open has to have closed it."""
        ...

    def kept(self, *tables: str) -> bytes:
        """The documents of some tables as they are stored by now."""
        ...

    def has_true_register(self) -> bool:
        """Whether the register that is stored by now is the one that the present version would make."""
        ...


@dataclass(frozen=True)
class Embedded:
    """A folder."""

    folder: Path

    def open(self, *, read_only: bool = False, with_bundle: bool = False) -> History:
        """The history of the folder."""
        return open_history(HistoryPlace(self.folder), read_only=read_only, with_bundle=with_bundle)

    def kept(self, *tables: str) -> bytes:
        """The documents, beside whoever has it open."""
        stored = Store.open(self.folder, read_only=True).read_all()
        return b"\n".join(document for table in tables for _, document in sorted(stored.get(table, {}).items()))

    def has_true_register(self) -> bool:
        """As its sum says."""
        return KeptRegister(Store.open(self.folder, read_only=True)).is_true()


@dataclass(frozen=True)
class Postgresql:
    """A database."""

    database: FreshDatabase

    def open(self, *, read_only: bool = False, with_bundle: bool = False) -> History:
        """The history of the database."""
        place = HistoryPlace(Path("nowhere"), self.database.url, lambda: self.database.password)
        return open_history(place, read_only=read_only, with_bundle=with_bundle)

    def kept(self, *tables: str) -> bytes:
        """The documents, beside whoever has it open."""
        with self.database.connect() as line:
            asked = [SQL("SELECT document::text FROM {} ORDER BY number").format(Identifier(table)) for table in tables]
            return b"\n".join(document.encode() for each in asked for (document,) in line.execute(each))

    def has_true_register(self) -> bool:
        """As the row of the history says."""
        with self.database.connect() as line:
            return is_true(line)
