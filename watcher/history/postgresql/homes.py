"""Homes and their inspections."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import groupby

import orjson

from watcher.facts.inspection import Home
from watcher.facts.statements import HomeRecord, Record
from watcher.history import documents
from watcher.history.postgresql import kept_register
from watcher.history.postgresql.columns import filed
from watcher.history.postgresql.database import Database
from watcher.history.postgresql.feeds import FeedsInDatabase
from watcher.history.postgresql.reading import DocumentReader, found, parsed
from watcher.history.read_lately import ReadLately
from watcher.history.reading import Numbered, first
from watcher.judging.judge import stands_inadequate
from watcher.judging.register import Entry, entry_of

_AT_ONCE = 500

_CALLED = """
    SELECT number, document FROM homes WHERE number IN (
        SELECT number FROM homes WHERE folded_id = %(called)s
        UNION SELECT number FROM homes WHERE folded_key = %(called)s
    ) ORDER BY number
"""
_PAGE = "SELECT number, document, key FROM homes WHERE number > %s ORDER BY number LIMIT %s"
_OF_PAGE = "SELECT home, number, document FROM inspections WHERE home = ANY(%s) ORDER BY home, number"


class HomesInDatabase:
    """The tables `homes` and `inspections` of one database."""

    def __init__(self, database: Database, feeds: FeedsInDatabase) -> None:
        self._database = database
        self._reader = DocumentReader(database)
        self._feeds = feeds
        self.lately = ReadLately(lambda: self.feeds_read)

    @cached_property
    def feeds_read(self) -> frozenset[str]:
        """The names of the feeds that had been read when this was first asked for."""
        return self._feeds.names()

    def all(self) -> Iterator[Home]:
        """Every home."""
        pages = self._reader.pages("homes")
        return (documents.home_record(document, self.feeds_read).home for _, document in pages)

    def home(self, key: str) -> HomeRecord | None:
        """One home by its key."""
        known = first(self._reader, "homes", key=key)
        return documents.home_record(known, self.feeds_read) if known else None

    def called(self, text: str) -> Sequence[Home]:
        """The homes whose id or key this is, in capitals or not."""
        with self._database.line() as line:
            rows = line.execute(_CALLED, {"called": filed(text.casefold())}).fetchall()
        return [documents.home_record(document, self.feeds_read).home for _, document in parsed(rows)]

    def records(self, home: str) -> list[Record]:
        """Every inspection of a home, in the order of the visits."""
        with self._database.line() as line:
            rows = found(line, "inspections", home=home)
        records = (self.lately.record(document, number) for number, document in rows)
        return sorted(records, key=lambda record: record.inspection.order)

    def with_records(self, wanted: Callable[[str], bool] = lambda _: True) -> Iterator[tuple[HomeRecord, list[Record]]]:
        """Every home whose key is wanted with every inspection of it, a page of homes at a time."""
        after = 0
        while True:
            with self._database.snapshot() as line:
                page = line.execute(_PAGE, [after, _AT_ONCE]).fetchall()
                homes = [(key, home) for _, raw, key in page if wanted((home := orjson.loads(raw))["key"])]
                rows = line.execute(_OF_PAGE, [[key for key, _ in homes]]).fetchall()
            of_homes = {key: [row[1:] for row in of_home] for key, of_home in groupby(rows, key=lambda row: row[0])}
            for key, home in homes:
                yield documents.home_record(home, self.feeds_read), self._visited(parsed(of_homes.get(key, ())))
            if len(page) < _AT_ONCE:
                return
            after = page[-1][0]

    def entries(self, wanted: Callable[[str], bool] = lambda _: True) -> Iterator[Entry]:
        """The register's entries of homes, made of their records."""
        return (entry_of(home, records) for home, records in self.with_records(wanted))

    def standing_inadequate(self) -> Sequence[str] | None:
        """The keys of the homes that stand inadequate; None where what is kept does not tell."""
        with self._database.line() as line:
            return kept_register.standing_inadequate(line)

    def nameless_inadequate(self) -> set[str]:
        """Those of the homes that nothing describes."""
        with self._database.line() as line:
            records = kept_register.nameless(line, self.feeds_read)
        standing: dict[str, list[Record]] = {}
        for record in records:
            if record.withdrawn is None:
                standing.setdefault(record.statements[0].home, []).append(record)
        return {key for key, known in standing.items() if stands_inadequate(record.inspection for record in known)}

    def _visited(self, rows: Sequence[Numbered]) -> list[Record]:
        records = [documents.record(document, number, self.feeds_read) for number, document in rows]
        return sorted(records, key=lambda record: record.inspection.order)
