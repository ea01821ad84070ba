"""A history of 60,000 homes of four regulators: what an alert, a reading, a quiet poll, a digest and a page take.

Aims: an alert's context 10 ms, a poll without changes 5 ms, the loop held for 50 ms at a stretch at most. A folder
that is named keeps the generated history for the next time: `python -m benchmarks.sixty_thousand [FOLDER]`.
"""

import asyncio
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import orjson

from watcher.answers.asked.chosen import Chosen
from watcher.answers.kept.kept import Kept
from watcher.config.settings import Log, Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.facts import regulators
from watcher.facts.grades import read_grade
from watcher.facts.inspection import Home, Inspection, Judgement, Kind
from watcher.facts.sources import Sort, Source
from watcher.facts.statements import HomeRecord, Record
from watcher.feeds.feed import Cursor, Knowledge, Outcome, Problem, Reading
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history import documents
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.embedded.store import Store
from watcher.history.protocol import FeedState, Transaction
from watcher.judging.around import around
from watcher.judging.judge import judge
from watcher.rounds.poll import poll
from watcher.rounds.readers_homes import homes_in_brief
from watcher.service.logs import set_up
from watcher.timing.clock import SystemClock
from watcher.watching.watches import Watch

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = NOW.date()
SIZES = {"cqc": 42_000, "scotland": 12_000, "wales": 2_000, "ofsted": 4_000}
LARGEST_OWNER = 300
KINDS = {
    "cqc": "residential home",
    "scotland": "care home service",
    "wales": "care home service",
    "ofsted": "children's home",
}

Subject = tuple[Home, list[Inspection]]


def subjects(begin: str = "1") -> Iterator[Subject]:
    """Homes with their inspections, the same each time; `begin` is what their numbers begin with."""
    chance = random.Random(7)
    for regulator, size in SIZES.items():
        owners = list(_owners(regulator, size, chance))
        for number in range(size):
            source = Source(date(2026, 1, 1), "feed", Sort.PAGE)
            home = Home(
                regulator=regulator,
                id=f"{begin}-{number:09}",
                name=f"Home {number}",
                type=KINDS[regulator],
                owner=owners[number],
                local_authority=f"Area {chance.randrange(150)}",
                region="North West",
                status="active",
                source=source,
            )
            yield home, [_inspection(home, 400 * back + chance.randrange(300), chance) for back in range(3)]


def _owners(regulator: str, size: int, chance: random.Random) -> Iterator[str]:
    sizes = [LARGEST_OWNER, 200, 150, 100, 60]
    names = [f"{regulator} Owner {rank} Limited" for rank, homes in enumerate(sizes) for _ in range(homes)]
    rest = [f"{regulator} Carer {chance.randrange(size // 3)} Ltd" for _ in range(size - len(names))]
    return iter(names + rest)


def _inspection(home: Home, days_ago: int, chance: random.Random, words: str = "") -> Inspection:
    scale = regulators.of(home.regulator).scales[0]
    word = words or chance.choices(scale.grades, [1, *[12] * (len(scale.grades) - 2), 2])[0]
    area = next(iter(regulators.of(home.regulator).areas)) if home.regulator in ("scotland", "wales") else "overall"
    inspected = TODAY - timedelta(days=days_ago + 40)
    return Inspection(
        home=home.key,
        kind=Kind.FULL,
        inspected=inspected,
        published=inspected + timedelta(days=40),
        headline=area,
        judgements=(Judgement(area, read_grade(word, home.regulator)),),
        sources=(Source(date(2026, 1, 1), "feed", Sort.PAGE),),
    )


def generate(folder: Path) -> None:
    """A history of all of them, as a service would have left it."""
    began = time.perf_counter()
    homes: dict[int, bytes] = {}
    inspections: dict[int, bytes] = {}
    for home, visits in subjects():
        homes[len(homes) + 1] = orjson.dumps(documents.home_document(HomeRecord.of(home)))
        for visit in visits:
            record = Record((visit,), seen=NOW - timedelta(days=500))
            inspections[len(inspections) + 1] = orjson.dumps(documents.record_document(record))
    with Store.open(folder) as store:
        store.load({"homes": homes, "inspections": inspections})
    with_register = EmbeddedHistory.open(folder, with_bundle=False)
    with_register.compact(force=True)
    with_register.close()
    print(f"{len(homes):,} homes with {len(inspections):,} inspections made in {time.perf_counter() - began:.0f} s")


class OneReading:
    """A feed in memory that yields what it is handed."""

    name = "feed"

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    async def read(self, cursor: Cursor, knowledge: Knowledge, now: datetime) -> Reading:
        """Without a cursor of its own the reading gets the one before."""
        return self.reading

    async def check(self) -> Sequence[Problem]:
        """Nothing is wrong."""
        return ()

    async def close(self) -> None:
        """Nothing is open."""


SETTINGS = Settings(
    feeds={"feed": OfstedSiteOptions(brake=1)},
    channels={"desk": ConsoleOptions()},
    watch=(
        Watch(name="all", to=("desk",)),
        Watch(name="sixty", home=tuple(f"cqc:1-{number:09}" for number in range(60)), to=("desk",)),
    ),
)


def run(folder: Path) -> None:
    """Prints each figure with its aim."""
    if not Store.exists(folder):
        generate(folder)
    idle = _megabytes()
    began = time.perf_counter()
    history = EmbeddedHistory.open(folder, with_bundle=False)
    opened, memory = time.perf_counter() - began, _megabytes()
    print(f"opened in {opened:.1f} s; {memory - idle:.0f} MB more than the {idle:.0f} MB of the program")
    print(f"standing inadequate, the first time: {_ms(history.standing_inadequate):,.0f} ms")
    print(f"the register, the first time: {_ms(history.register):,.0f} ms; {_megabytes() - memory:.0f} MB more")
    _contexts(history)
    asyncio.run(_polls(history, folder))
    print(f"a digest's homes of a watch of 60: {_ms(lambda: _digest(history, 1)):.1f} ms, ", end="")
    print(f"of a watch of all: {_ms(lambda: _digest(history, 0)):.0f} ms")
    kept = Kept(history, lambda: SETTINGS)
    ask: dict[str, Callable[[], object]] = {
        "homes of a watch of 60": lambda: kept.homes(Chosen(watch=("sixty",)), NOW),
        "the log of two weeks (first page)": lambda: kept.log(Chosen(), (TODAY - timedelta(14), TODAY), NOW),
    }
    for name, question in ask.items():
        print(f"{name}: first {_ms(question):,.0f} ms, then {_ms(question):.1f} ms", end="")
        asyncio.run(_poll(history, _changes(3, 9)))
        print(f", {_ms(question):.0f} ms after a reading")
    print(f"resident: {_megabytes():.0f} MB")
    history.close()
    with TemporaryDirectory() as name:
        asyncio.run(_baseline(Path(name)))


def _contexts(history: EmbeddedHistory) -> None:
    """The first asks for what is kept of the country; the others are what each further alert costs."""
    took = []
    for number in range(6):
        home = _home(number)  # of the owner of 300 homes
        drop = _inspection(home, 0, random.Random(1), "inadequate")
        known = [record.inspection for record in history.records(home.key)]
        (change, *_) = judge([*known[:1], _inspection(home, 500, random.Random(1), "good")], drop).changes
        took.append(_ms(partial(around, change, home, history.register(), {}, TODAY)))
    print(f"around a drop: first {took[0]:,.0f} ms, then {median(took[1:]):.1f} ms (aim 10)")


def _home(number: int) -> Home:
    return next(home for place, (home, _) in enumerate(subjects()) if place == number)


def _changes(count: int, turn: int) -> Reading:
    chance = random.Random(turn)
    chosen = []
    for place, (home, _) in enumerate(subjects()):
        if place >= (turn + 1) * 2000:
            chosen.append(home)
        if len(chosen) == count:
            break
    found = [_inspection(home, 0, chance, "inadequate" if place % 9 == 0 else "") for place, home in enumerate(chosen)]
    return Reading(outcome=Outcome.CHANGED, homes=tuple(chosen), inspections=tuple(found))


async def _polls(history: EmbeddedHistory, folder: Path) -> None:
    for turn, count in enumerate((1, 1, 20, 300)):
        began = time.perf_counter()
        held = await _poll(history, _changes(count, turn))
        took = (time.perf_counter() - began) * 1000
        print(f"a reading with {count} changes: {took:,.0f} ms, the loop held for {held:,.0f} ms at a stretch")
        if count == 300:
            history.compact(force=True)
    cursor = {"rows": {f"1-{number:09}": f"{number:x}"[:4] for number in range(30_000)}}
    state = FeedState(name="feed", cursor=cursor, began=NOW, last_good=NOW)
    history.commit(Transaction(feeds=(state,)))
    print(f"a cursor of {len(orjson.dumps(cursor)) / 1e6:.1f} MB; a poll without changes: ", end="")
    times: list[float] = []
    busy: list[float] = []
    size = _journal(folder)
    for _ in range(9):
        began, at = time.perf_counter(), time.process_time()
        await poll(history, _quiet(history), SETTINGS, SystemClock(), timedelta(minutes=5))
        times.append((time.perf_counter() - began) * 1000)
        busy.append((time.process_time() - at) * 1000)
    grown = (_journal(folder) - size) / 9 / 1000
    print(f"{median(times):.1f} ms, {median(busy):.1f} of the processor (aim 5), {grown:,.0f} kB of the journal")


def _quiet(history: EmbeddedHistory) -> OneReading:
    class Quiet(OneReading):
        async def read(self, cursor: Cursor, knowledge: Knowledge, now: datetime) -> Reading:
            return Reading(outcome=Outcome.UNCHANGED, cursor=cursor)

    return Quiet(Reading(outcome=Outcome.UNCHANGED))


def _journal(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir() if "journal" in file.name)


async def _poll(history: EmbeddedHistory, reading: Reading) -> float:
    """The longest time, in milliseconds, for which a round held the loop."""
    held = asyncio.create_task(_longest_hold())
    await asyncio.sleep(0.01)
    await poll(history, OneReading(reading), SETTINGS, SystemClock(), timedelta(minutes=5))
    await asyncio.sleep(0.01)
    held.cancel()
    return await held


async def _longest_hold() -> float:
    longest = 0.0
    with suppress(asyncio.CancelledError):
        while True:
            began = time.perf_counter()
            try:
                await asyncio.sleep(0.001)
            finally:
                longest = max(longest, time.perf_counter() - began - 0.001)
    return longest * 1000


async def _baseline(folder: Path) -> None:
    """57,000 homes that a register's first reading brings, told to nobody."""
    history = EmbeddedHistory.open(folder, with_bundle=False)
    read = [subject for subject, _ in zip(subjects(), range(57_000), strict=False)]
    cursor = {"rows": {home.id: "abcd" for home, _ in read}}
    background = tuple(visits[0] for _, visits in read)
    reading = Reading(
        outcome=Outcome.CHANGED, homes=tuple(home for home, _ in read), background=background, cursor=cursor
    )
    before, began = _megabytes(), time.perf_counter()
    held = await _poll(history, reading)
    print(
        f"a baseline of {len(read):,} homes: {time.perf_counter() - began:.1f} s, the loop held for {held:,.0f} ms at "
        f"a stretch; {_megabytes() - before:.0f} MB more; {len(list(history.homes())):,} homes known"
    )
    history.close()


def _digest(history: EmbeddedHistory, watch: int) -> object:
    return homes_in_brief(history, [SETTINGS.watch[watch]], {}, TODAY)


def _ms(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return 1000 * (time.perf_counter() - began)


def _megabytes() -> float:
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


if __name__ == "__main__":
    set_up(Log(level="warning"))
    if sys.argv[1:]:
        run(Path(sys.argv[1]))
    else:
        with TemporaryDirectory() as name:
            run(Path(name))
