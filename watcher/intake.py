"""What a reading means for the history: statements merged, judged, routed, as one transaction; no network, no clock."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain

from watcher.alert import Alert
from watcher.changes import Change, Doubt, What, judge, judge_listing, judge_overdue, judge_status
from watcher.config import Settings, Slack
from watcher.delivery.addressing import messages
from watcher.delivery.grouping import group
from watcher.delivery.ledger import Delivery
from watcher.feeds import Problem, Reading
from watcher.following import follow
from watcher.history import History, Told, Transaction
from watcher.inspection import Home, Inspection
from watcher.matching import HomeRecord, Record, find
from watcher.restored import ToldBefore
from watcher.silences import held
from watcher.succession import possible_successors
from watcher.watches import route


@dataclass(frozen=True, slots=True)
class Taken:
    """What a reading would alter, before anything is stored."""

    homes: tuple[HomeRecord, ...] = ()
    records: tuple[Record, ...] = ()
    told: tuple[Told, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    problems: tuple[Problem, ...] = ()
    inspections_before: int = 0
    """How many inspections of the homes that were read were known already."""
    altered: int = 0
    """How many of those now say something else, or are gone."""

    def transaction(self) -> Transaction:
        """The same as one commit."""
        return Transaction(homes=self.homes, records=self.records, changes=self.told, deliveries=self.deliveries)


class Absorption:
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
        return [r.inspection for r in self.records(home) if r.withdrawn is None and r is not without]

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
        regulator, _, identity = key.partition(":")
        return record.home if record else Home(regulator=regulator, id=identity)

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
                records[position] = replace(record.add(statement), withdrawn=None)
                return records[position], was
        records.append(Record((statement,), seen=seen))
        return records[-1], None

    def withdraw(self, inspection: Inspection, day: date) -> None:
        """Marks a known inspection as gone from its page."""
        records = self.records(inspection.home)
        position = next(i for i, record in enumerate(records) if record.inspection == inspection)
        records[position] = replace(records[position], withdrawn=day)

    def restore(self, home: str, listed: Sequence[Inspection]) -> None:
        """Unmarks what had gone from its page and stands there again."""
        records = self.records(home)
        for position, record in enumerate(records):
            if record.withdrawn is not None and any(find([record.inspection], one) for one in listed):
                records[position] = replace(record, withdrawn=None)

    def changed_homes(self) -> tuple[HomeRecord, ...]:
        """The homes that say something else than the history."""
        return tuple(home for key, home in self._homes.items() if home != self._homes_before[key])

    def changed_records(self) -> tuple[Record, ...]:
        """The records that are new or say something else than the history."""
        stored = {record for records in self._stored.values() for record in records}
        return tuple(record for records in self._records.values() for record in records if record not in stored)

    @property
    def inspections_before(self) -> int:
        """How many inspections the history holds of the homes looked at."""
        return sum(len(records) for records in self._stored.values())


def absorb(history: History, homes: Iterable[Home], inspections: Iterable[Inspection], seen: datetime | None) -> Taken:
    """Takes statements in without telling anybody: a silent baseline, or an imported file."""
    absorption = Absorption(history)
    for home in homes:
        absorption.add_home(home)
    for statement in sorted(inspections, key=lambda i: (i.event is None, i.order)):
        absorption.add(statement, seen)
    return Taken(homes=absorption.changed_homes(), records=absorption.changed_records())


def take_in(history: History, feed: str, reading: Reading, settings: Settings, now: datetime) -> Taken:
    """What a reading means: what is to be stored, what is to be told to whom, and what could not be told."""
    absorption = Absorption(history)
    for home in reading.homes:
        absorption.add_home(home)
    for statement in reading.background:
        absorption.add(statement, now)
    changes: list[Change] = []
    doubts: list[Doubt] = []
    altered = 0
    for statement in sorted(reading.inspections, key=lambda i: (i.home, i.order)):
        record, was = absorption.add(statement, now)
        judged = judge(absorption.known(statement.home, without=record), record.inspection, was)
        changes += judged.changes
        doubts += judged.doubts
        altered += was is not None and bool(judged.changes or judged.doubts)
    for home_key, listed in reading.listings.items():
        absorption.restore(home_key, listed)
        gone = judge_listing(absorption.known(home_key), listed, feed)
        for change in gone:
            absorption.withdraw(change.inspection, now.astimezone(settings.timezone).date())
        changes += gone
        altered += len(gone)
    for home in reading.homes:
        changes += judge_status(absorption.known(home.key), absorption.home_before(home.key), absorption.home(home.key))
    told, deliveries, repeated = tell(history, changes, absorption.home, feed, settings, now)
    return Taken(
        homes=absorption.changed_homes(),
        records=absorption.changed_records(),
        told=told,
        deliveries=deliveries,
        problems=(*map(_problem, doubts), *repeated),
        inspections_before=absorption.inspections_before,
        altered=altered,
    )


def overdue(history: History, settings: Settings, now: datetime) -> Taken:
    """The homes that stand inadequate and of which no news has come for longer than was to be expected."""
    today = now.astimezone(settings.timezone).date()
    absorption = Absorption(history)
    changes = [
        change for home in history.standing_inadequate() for change in judge_overdue(absorption.known(home), today)
    ]
    told, deliveries, _ = tell(history, changes, absorption.home, "calendar", settings, now)
    return Taken(told=told, deliveries=deliveries)


def tell(
    history: History,
    changes: Sequence[Change],
    home_of: Callable[[str], Home],
    feed: str,
    settings: Settings,
    now: datetime,
) -> tuple[tuple[Told, ...], tuple[Delivery, ...], tuple[Problem, ...]]:
    """Routes changes: what to keep of each, the messages to send, and what was told before and is not told again."""
    told: list[Told] = []
    deliveries: dict[tuple[str, str], tuple[Delivery, ...]] = {}
    untold: list[Delivery] = []
    repeated: list[Problem] = []
    with_threads = [name for name, channel in settings.channels.items() if isinstance(channel, Slack)]
    silences = history.silences() if changes else ()
    told_before = ToldBefore(history, now) if changes else None
    for change in changes:
        if history.change(change.id) is not None or change.id in (known.alert.id for known in told):
            if change.what not in (What.OVERDUE, What.CLOSED):
                repeated.append(_repeated(change))
            continue
        routing = route(change, home_of(change.home), settings.watch, settings.groups)
        alert = Alert.of(change, home_of(change.home)).routed(routing.watches, routing.channels)
        if change.what is What.CLOSED:
            today = now.astimezone(settings.timezone).date()
            found = possible_successors(home_of(change.home), alert, history.homes(), today)
            alert = replace(alert, successors=found)
        told.append(Told(alert=alert, seen=now, feed=feed, reasons=routing.reasons))
        for channel in dict.fromkeys((*routing.channels, *with_threads)):
            if told_before is None or told_before.knows(channel, change):
                continue
            # Two changes that one inspection brings are one message: the first is the more serious.
            made = messages(settings, channel, change.home, alert, alert.id, now)
            made = tuple(told_before.doubted(held(one, home_of(change.home), silences, now), change) for one in made)
            if channel in routing.channels:
                deliveries.setdefault((channel, change.inspection.key), made)
            else:
                untold += made
    grouped = group(tuple(chain.from_iterable(deliveries.values())), settings.watch, with_threads)
    return tuple(told), follow(history, settings, grouped, told, untold), tuple(repeated)


def _repeated(change: Change) -> Problem:
    what = f"{change.what} was told before and has come again: the page may flap between an old and a new state"
    return Problem(where=change.inspection.key, what=what, home=change.home)


def _problem(doubt: Doubt) -> Problem:
    inspection = doubt.inspection
    visit = f"{inspection.kind} inspection of {inspection.inspected}"
    what = f"{visit}: {doubt.reason}; look at {inspection.link or 'its report'}"
    return Problem(where=inspection.key, what=what, home=inspection.home)
