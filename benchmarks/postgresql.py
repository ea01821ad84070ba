"""1,000,000 inspections of 100,000 homes in PostgreSQL: a start, a look-up, a context, a page, a commit of 300 changes.

Aims: a start 1 s and 150 MB, a look-up 2 ms, a context 3 ms, a page 50 ms, a commit of 300 changes 50 ms. The homes are
the bundled ones, over and over under other numbers. The server is the one that is at hand, and writes durably.
"""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from statistics import median

import orjson

from tests.standins.postgres import FreshDatabase, PostgresServer
from watcher.delivery.ledger import Delivery
from watcher.facts.grades import read_grade
from watcher.facts.inspection import Home, Inspection, Judgement, Kind
from watcher.facts.sources import Sort, Source
from watcher.facts.statements import Record
from watcher.history.bundled.bundle import Bundle, bundled
from watcher.history.entries import ALL, counted_home, read_entry
from watcher.history.postgresql.commits import Reached, alter, moved
from watcher.history.postgresql.database import Database, Line
from watcher.history.postgresql.history import PostgresHistory
from watcher.history.postgresql.loading import empty, load, load_register
from watcher.history.protocol import FeedState, Told, Transaction
from watcher.judging.around import around
from watcher.judging.changes import Change
from watcher.judging.judge import judge
from watcher.messages.alert import Alert

HOMES, INSPECTIONS = 100_000, 1_000_000
CHANGES = 300
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

_SERVER = """
    SELECT current_setting('server_version'), current_setting('fsync'), current_setting('full_page_writes'),
        current_setting('synchronous_commit')
"""

_START = """
import sys, time
from pathlib import Path
began = time.perf_counter()
from watcher.history.postgresql.database import Database
from watcher.history.postgresql.history import PostgresHistory
imported = time.perf_counter()
history = PostgresHistory.open(Database(sys.argv[1], lambda: sys.argv[2]))
history.standing_inadequate()
opened = time.perf_counter()
status = Path("/proc/self/status").read_text()
resident = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024
print(imported - began, opened - imported, resident)
"""

_PAGES = """
import sys, time
from datetime import datetime, UTC
from pathlib import Path
from benchmarks.sixty_thousand import SETTINGS
from watcher.answers.asked.chosen import Chosen
from watcher.answers.kept.kept import Kept
from watcher.history.postgresql.database import Database
from watcher.history.postgresql.history import PostgresHistory
history = PostgresHistory.open(Database(sys.argv[1], lambda: sys.argv[2]))
kept, took, used = Kept(history, lambda: SETTINGS), [], []
for area in ("Leeds", "Derbyshire", "Kent", "Leeds", "Leeds", "Leeds"):
    began, busy = time.perf_counter(), time.process_time()
    kept.homes(Chosen(area=(area,)), datetime(2026, 3, 2, 12, tzinfo=UTC))
    took.append(time.perf_counter() - began)
    used.append(time.process_time() - busy)
status = Path("/proc/self/status").read_text()
resident = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024
print(took[0], used[0], max(took[1:3]), max(used[1:3]), sorted(took[3:])[1], sorted(used[3:])[1], resident)
"""


def run() -> None:
    """Prints each figure."""
    with PostgresServer.started(
        fsync="on", full_page_writes="on", synchronous_commit="on", shared_buffers="256MB", max_wal_size="4GB"
    ) as server:
        database = server.database()
        where = Database(database.url, lambda: database.password)
        history = PostgresHistory.open(where, with_bundle=False)
        began = time.perf_counter()
        alter(where, _filled)
        server.do("VACUUM ANALYZE", database=database.name)
        room = history.room()
        with where.line() as line:
            version, *durable = line.execute(_SERVER).fetchall()[0]
        print(
            f"PostgreSQL {version}; fsync {durable[0]}, full_page_writes {durable[1]}, synchronous_commit {durable[2]}"
        )
        print(
            f"{room.documents:,} documents loaded in {time.perf_counter() - began:.0f} s; "
            f"{room.snapshot_bytes / 1e6:,.0f} MB on the server's disk"
        )
        _starts(database)
        _look_ups(history)
        _contexts(history, "after a start")
        _commits(history)
        _contexts(history, "after these commits")
        _rows(history)
        history.close()
        _pages(database)
        _made_anew(database)


def _filled(line: Line, before: Reached) -> Reached:
    after = moved(before, is_of_facts=True)
    bundle = bundled()
    empty(line)
    load(line, {"homes": _homes(bundle), "inspections": _inspections(bundle)}, after.sequence)
    kept = [document for document in bundle.register.values() if orjson.loads(document)["home"] != ALL]
    by_key = {home.key: home for home in map(counted_home, map(orjson.loads, bundle.homes.values()))}
    documents = [made for _, made in _over_and_over(kept)]
    entries = (
        read_entry(said := orjson.loads(document), replace(by_key[_first(said["home"])], id=said["home"][7:]))
        for document in documents
    )
    load_register(line, entries, after.sequence)
    return after


def _homes(bundle: Bundle) -> Iterator[tuple[int, bytes]]:
    return _over_and_over(list(bundle.homes.values()))


def _inspections(bundle: Bundle) -> Iterator[tuple[int, bytes]]:
    """Those of each home, and as many more of it as it takes."""
    often = list(bundle.inspections.values())
    times = INSPECTIONS / HOMES * len(bundle.homes) / len(often)
    chance = random.Random(1)
    more = [document for document in often for _ in range(1 + (chance.random() < times - 1))]
    places = {orjson.loads(document)["key"]: place for place, document in enumerate(bundle.homes.values())}
    homes = [places[orjson.loads(document)["home"]] for document in more]
    number = 0
    for again in range(HOMES // len(places) + 1):
        for home, document in zip(homes, more, strict=True):
            if again * len(places) + home < HOMES:
                number += 1
                yield number, _renamed(document, again) if again else document


def _over_and_over(documents: list[bytes]) -> Iterator[tuple[int, bytes]]:
    """One for each home; each time through under other numbers."""
    for at in range(HOMES):
        again, place = divmod(at, len(documents))
        yield at + 1, _renamed(documents[place], again) if again else documents[place]


def _renamed(document: bytes, again: int) -> bytes:
    said = orjson.loads(document)
    key = said.get("key") or said["home"]
    identity = key.partition(":")[2]
    return document.replace(f'{identity}"'.encode(), f'{identity}-{again}"'.encode())


def _first(key: str) -> str:
    return key.partition("-")[0]


def _starts(database: FreshDatabase) -> None:
    command = [sys.executable, "-c", _START, database.url, database.password]
    ran = [subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() for _ in range(3)]
    imported, opened, resident = (median(map(float, column)) for column in zip(*ran, strict=True))
    print(f"a start: {imported:.2f} s for imports, {opened:.2f} s to open; {resident:.0f} MB")


def _contexts(history: PostgresHistory, when: str) -> None:
    with history._database.line() as line:
        keys = [key for (key,) in line.execute("SELECT key FROM homes ORDER BY number DESC LIMIT 5000")]
    homes = [known.home for key in keys[-40:] if (known := history.home(key)) is not None]
    asked = [partial(_context, history, judge([], _drop(home.key)).changes[0], home) for home in homes]
    took = [_ms(ask) for ask in asked]
    print(f"an alert's context {when}: the first {took[0]:.0f} ms, of another home {median(took[1:]):.1f} ms, ", end="")
    took = [_ms(ask) for ask in asked]
    print(f"once more {median(took):.1f} ms (aim 3)")


def _context(history: PostgresHistory, change: Change, home: Home) -> object:
    return around(change, home, history.register(), {}, NOW.date())


def _rows(history: PostgresHistory) -> None:
    began = time.perf_counter()
    count = sum(1 for _ in history.register())
    print(f"all {count:,} homes of the register, one after the other: {time.perf_counter() - began:.1f} s")


def _pages(database: FreshDatabase) -> None:
    command = [sys.executable, "-c", _PAGES, database.url, database.password]
    *took, resident = map(float, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())
    first, others, again = (f"{1000 * took[at]:,.0f} ms ({1000 * took[at + 1]:,.0f} of them here)" for at in (0, 2, 4))
    print(f"homes of an area: first {first}, of others {others}, once more {again} (aim 50); {resident:.0f} MB")


def _made_anew(database: FreshDatabase) -> None:
    with database.connect() as line:
        line.execute("UPDATE history SET register_form = 0")
    began, used = time.perf_counter(), time.process_time()
    PostgresHistory.open(Database(database.url, lambda: database.password)).close()
    print(
        f"the register made anew of {HOMES:,} homes: {time.perf_counter() - began:.0f} s, "
        f"{time.process_time() - used:.0f} s of them here"
    )


def _look_ups(history: PostgresHistory) -> None:
    chance = random.Random(2)
    with history._database.line() as line:
        keys = [key for (key,) in line.execute("SELECT key FROM homes ORDER BY random() LIMIT 300")]
    chance.shuffle(keys)

    def look_up() -> None:
        key = keys.pop()
        assert history.home(key) is not None
        history.records(key)

    print(f"a look-up of a home and its inspections: {median(_ms(look_up) for _ in range(300)):.1f} ms")
    standing = median(_ms(history.standing_inadequate) for _ in range(5))
    print(f"the homes that stand inadequate: {standing:.0f} ms")


def _commits(history: PostgresHistory) -> None:
    with history._database.line() as line:
        keys = [key for (key,) in line.execute("SELECT key FROM homes ORDER BY number DESC LIMIT 3000")]
    took, used = [], []
    for turn in range(9):
        transaction = _changes(history, keys[turn * CHANGES : (turn + 1) * CHANGES])
        began = time.process_time()
        took.append(_ms(lambda transaction=transaction: history.commit(transaction)))  # type: ignore[misc]
        used.append(1000 * (time.process_time() - began))
    print(f"a commit of {CHANGES} changes: {median(took[1:]):.0f} ms (the first {took[0]:.0f} ms), ", end="")
    print(f"{median(used[1:]):.0f} ms of them of this process's processor")
    one = [_changes(history, [key]) for key in keys[-50:]]
    print(f"a commit of one change: {median(_ms(lambda each=each: history.commit(each)) for each in one):.1f} ms")  # type: ignore[misc]


def _changes(history: PostgresHistory, keys: list[str]) -> Transaction:
    records, told, messages = [], [], []
    for key in keys:
        known, new = history.home(key), _drop(key)
        history.records(key)  # as every round does of a home that it is told something of
        assert known is not None
        alert = Alert.of(judge([], new).changes[0], known.home).routed(("w",), ("desk",))
        records.append(Record((new,), seen=NOW))
        told.append(Told(alert=alert, seen=NOW, feed="ofsted"))
        messages.append(Delivery.of("desk", key, alert, alert.id, NOW))
    feed = FeedState(name="ofsted", cursor={"page": len(keys)}, began=NOW)
    return Transaction(records=records, changes=told, deliveries=messages, feeds=[feed])


def _drop(key: str) -> Inspection:
    grades: Mapping[str, str] = {"overall": "inadequate", "protected": "inadequate", "leaders": "inadequate"}
    return Inspection(
        home=key,
        kind=Kind.FULL,
        inspected=date(2026, 1, 10),
        published=date(2026, 2, 20),
        event=f"9{key[-6:]}",
        judgements=tuple(Judgement(area, read_grade(words, "ofsted")) for area, words in grades.items()),
        sources=(Source(NOW.date(), "ofsted", Sort.PAGE),),
    )


def _ms(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    run()
