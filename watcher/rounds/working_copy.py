"""The history with statements added to it, in memory only, until it is asked what has changed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from watcher.facts.inspection import Home, Inspection
from watcher.facts.statements import HomeRecord, Record, find
from watcher.history.protocol import History
from watcher.judging.register import Entry, entry_of


class WorkingCopy:
    """The history with statements added to it, in memory only, until it is asked what has changed."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._stored: dict[str, tuple[Record, ...]] = {}
        self._records: dict[str, list[Record]] = {}
        self._homes: dict[str, HomeRecord] = {}
        self._homes_before: dict[str, HomeRecord | None] = {}

    def records(self, home: str) -> list[Record]:
        """The records of a home as they would be now."""
        if home not in self._records:
            self._stored[home] = tuple(self._history.records(home))
            self._records[home] = list(self._stored[home])
        return self._records[home]

    def known(self, home: str, without: Record | None = None) -> list[Inspection]:
        """What is known of a home, withdrawn inspections apart."""
        return [
            record.inspection for record in self.records(home) if record.withdrawn is None and record is not without
        ]

    def add_home(self, statement: Home) -> None:
        """Takes in one statement of a home."""
        key = statement.key
        if key not in self._homes_before:
            self._homes_before[key] = self._history.home(key)
        former = self._homes.get(key) or self._homes_before[key]
        self._homes[key] = former.add(statement) if former else HomeRecord.of(statement)

    def home(self, key: str) -> Home:
        """A home as it would be known now; one that nobody described is known by its key alone."""
        record = self._homes.get(key) or self._history.home(key)
        return record.home if record else Home.named(key)

    def home_before(self, key: str) -> Home | None:
        """A home as it was known before."""
        record = self._homes_before.get(key)
        return record.home if record else None

    def add(self, statement: Inspection, seen: datetime | None) -> tuple[Record, Inspection | None]:
        """Takes in one statement of an inspection: its record now, and the inspection as it was known before."""
        records = self.records(statement.home)
        match = find((record.inspection for record in records), statement)
        for position, record in enumerate(records):
            if match is not None and record.inspection == match:
                was = record.inspection if record.withdrawn is None else None
                # What tells an older state than that in which it had gone does not know that it has.
                is_back = record.withdrawn is None or max(statement.sources).as_of >= record.withdrawn
                added = record.add(statement)
                records[position] = replace(added, withdrawn=None) if is_back and added.withdrawn else added
                return records[position], was
        records.append(Record((statement,), seen=seen))
        return records[-1], None

    def withdraw(self, inspection: Inspection, day: date) -> None:
        """Marks a known inspection as gone from its page."""
        records = self.records(inspection.home)
        position = next(number for number, record in enumerate(records) if record.inspection == inspection)
        records[position] = replace(records[position], withdrawn=day)

    def restore(self, home: str, listed: Sequence[Inspection]) -> None:
        """Unmarks what had gone from its page and stands there again."""
        records = self.records(home)
        for position, record in enumerate(records):
            if record.withdrawn is not None and any(find([record.inspection], inspection) for inspection in listed):
                records[position] = replace(record, withdrawn=None)

    def gone(self, record: Record) -> tuple[Inspection, date] | None:
        """The inspection as it was when it had gone from its page, and since when, if the history has it so."""
        for stored in self._stored.get(record.statements[0].home, ()):
            if record.id is not None and stored.id == record.id and stored.withdrawn is not None:
                return stored.inspection, stored.withdrawn
        return None

    def returned(self) -> Iterator[Record]:
        """The records that had gone from their page and stand there again."""
        for records in self._records.values():
            yield from (record for record in records if record.withdrawn is None and self.gone(record) is not None)

    def entries(self) -> Iterator[Entry]:
        """The homes looked at, as the register would have them now."""
        for key in {*self._records, *self._homes}:
            record = self._homes.get(key) or self._history.home(key)
            if record is not None:
                yield entry_of(record, self.records(key))

    def changed_homes(self) -> tuple[HomeRecord, ...]:
        """The homes that say something else than the history."""
        return tuple(home for key, home in self._homes.items() if home != self._homes_before[key])

    def changed_records(self) -> tuple[Record, ...]:
        """The records that are new or say something else than the history."""
        stored = {record.id: record for records in self._stored.values() for record in records}
        return tuple(
            record
            for records in self._records.values()
            for record in records
            if record.id is None or record != stored[record.id]
        )

    @property
    def inspections_before(self) -> int:
        """How many inspections the history holds of the homes looked at."""
        return sum(len(records) for records in self._stored.values())
