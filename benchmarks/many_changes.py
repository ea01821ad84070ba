"""A reading with 5,000 changes over the bundled history, for 1,000 watches of 50 channels: how long the loop is held.

Ten of the channels have threads. None sends anything: what is measured is what the watcher does by itself, from the
reading to the outbox that has taken up its messages, and what goes through all of them meanwhile. Aim: nothing holds
the loop for more than 100 ms.
"""

import asyncio
import random
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from benchmarks.sixty_thousand import OneReading
from benchmarks.stalls import Stalls, forget_most, most_resident, resident, stalls
from watcher.actions.silence import add_silence
from watcher.config.settings import Log, Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.channels.options import ChannelOptions
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.delivery.outbox import Outbox
from watcher.delivery.verdict import Answer, Verdict
from watcher.facts.grades import read_grade
from watcher.facts.inspection import Home, Inspection, Judgement, Kind
from watcher.facts.sources import Sort, Source
from watcher.feeds.feed import Outcome, Reading
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.embedded.history import EmbeddedHistory
from watcher.judging.changes import What
from watcher.messages.message import Message
from watcher.rounds.calendar import make_beside
from watcher.rounds.poll import poll
from watcher.rounds.remind import remind_beside
from watcher.service.logs import set_up
from watcher.service.self_watch import find_matters
from watcher.timing.clock import SystemClock
from watcher.watching.silences import Silence
from watcher.watching.watches import Watch

CHANGES = 5_000
CHANNELS = 50
WATCHES = 1_000
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Nowhere:
    """A channel that takes everything at once, and nothing to nobody."""

    spacing = timedelta()

    def __init__(self, name: str) -> None:
        self.name = name

    def send(self, message: Message) -> Verdict:
        """Accepted."""
        return Verdict(Answer.ACCEPTED, reference=message.id)

    def find(self, message: Message, since: datetime) -> Verdict | None:
        """It did not arrive."""
        return None

    def check(self) -> str | None:
        """Nothing is wrong."""
        return None


def run(changes: int = CHANGES) -> None:
    """Prints the longest stall of the loop, the time and the memory of each step."""
    set_up(Log(level="warning"))
    with TemporaryDirectory() as folder:
        history = EmbeddedHistory.open(Path(folder))
        history.register()
        asyncio.run(_measure(history, changes, Path(folder)))
        history.close()


async def _measure(history: EmbeddedHistory, changes: int, folder: Path) -> None:
    homes = list(islice(_homes(history), changes))
    settings = _settings(homes)
    outbox = Outbox(history, {name: Nowhere(name) for name in settings.channels}, SystemClock())
    feed = OneReading(_reading(homes))
    size, before = size_of(folder), resident()
    forget_most()
    async with stalls() as seen:
        began = time.perf_counter()
        round_ = await poll(history, feed, settings, SystemClock(), timedelta(minutes=5))
        took = time.perf_counter() - began
    _say("reading, judged, told and stored", took, seen)
    told, made = len(round_.taken.told), len(round_.taken.deliveries)
    print(f"  {told:,} changes, {made:,} messages; {(size_of(folder) - size) / 1e6:,.0f} MB of the journal")
    del round_
    async with stalls() as seen:
        began = time.perf_counter()
        await outbox.take_up()
        took = time.perf_counter() - began
    _say("taken up by the outbox", took, seen)
    for what, step in _done_meanwhile(history, settings, outbox, homes[0]).items():
        async with stalls() as seen:
            began = time.perf_counter()
            await step()
            took = time.perf_counter() - began
        _say(what, took, seen)
    async with stalls() as seen:
        began = time.perf_counter()
        ended = await outbox.deliver_due(within=timedelta(seconds=5))
        took = time.perf_counter() - began
    _say(f"{len(ended):,} sent within 5 s", took, seen)
    print(f"memory: {before:.0f} MB before, {resident():.0f} MB after, {most_resident():.0f} MB at most")


def _done_meanwhile(
    history: EmbeddedHistory, settings: Settings, outbox: Outbox, home: Home
) -> Mapping[str, Callable[[], Awaitable[object]]]:
    """What else goes through all messages, as the service does it."""
    now = SystemClock().now()

    async def silence() -> None:
        asked = Silence.of({"home": [home.key]}, made=now, until=now + timedelta(days=7), why="known")
        add_silence(history, outbox, asked)

    return {
        "looked at by the self-watch": lambda: asyncio.to_thread(find_matters, settings, history, outbox, NOW, now),
        "digests and mornings, none due": lambda: make_beside(history, outbox, lambda: settings, now),
        "reminders, none due": lambda: remind_beside(history, outbox, lambda: settings, now),
        "followed, as by one who does not lead": outbox.follow,
        "a home silenced": silence,
    }


def _say(what: str, took: float, seen: Stalls) -> None:
    print(f"{what}: {took:.2f} s, {seen} (aim 100 ms)", flush=True)


def size_of(folder: Path) -> int:
    """How many bytes a history's journal has."""
    return sum(file.stat().st_size for file in folder.iterdir() if "journal" in file.name)


def _homes(history: EmbeddedHistory) -> Iterator[Home]:
    """Open homes with a rating, so that a new inspection of each is a change."""
    for entry in sorted(history.register(), key=lambda entry: entry.home.key):
        if entry.graded and entry.home.regulator == "ofsted":
            yield entry.home


def _reading(homes: Sequence[Home]) -> Reading:
    chance = random.Random(5)
    words = ["inadequate", "requires improvement to be good", "good", "outstanding"]
    visits = tuple(visit(home, chance.choices(words, (1, 3, 3, 2))[0]) for home in homes)
    return Reading(outcome=Outcome.CHANGED, inspections=visits)


def visit(home: Home, words: str) -> Inspection:
    """A new inspection of a home."""
    inspected = date(2026, 1, 20)
    return Inspection(
        home=home.key,
        kind=Kind.FULL,
        inspected=inspected,
        published=inspected + timedelta(days=30),
        document=f"{home.key}:new",
        judgements=tuple(Judgement(area, read_grade(words, "ofsted")) for area in ("overall", "protected", "leaders")),
        sources=(Source(inspected, "feed", Sort.PAGE),),
    )


def _settings(homes: Sequence[Home]) -> Settings:
    channels: dict[str, ChannelOptions] = {
        f"channel{number}": SlackOptions(channel=f"C{number:08}", token=SecretStr("xoxb-1"))
        if number % 5 == 0
        else ConsoleOptions()
        for number in range(CHANNELS)
    }
    return Settings.model_validate(
        {
            "feeds": {"feed": OfstedSiteOptions(brake=1)},
            "channels": channels,
            "watch": tuple(_watches(homes)),
            "operator": {"to": ["channel1"]},
        }
    )


def _watches(homes: Sequence[Home]) -> Iterator[Watch]:
    """Six in ten of an area, two of an owner, one of some homes, the others of a sort; each of sorts of change."""
    chance = random.Random(9)
    areas = sorted({home.local_authority for home in homes if home.local_authority})
    owners = sorted({home.owner for home in homes if home.owner})
    regions = sorted({home.region for home in homes if home.region})
    kinds = sorted({home.type for home in homes if home.type})
    of: Sequence[tuple[str, Callable[[], object]]] = (
        *[("local_authority", lambda: chance.sample(areas, 2))] * 6,
        *[("owner", lambda: chance.sample(owners, 3))] * 2,
        ("home", lambda: [home.key for home in chance.sample(homes, 5)]),
        ("both", lambda: {"region": chance.choice(regions), "type": chance.choice(kinds)}),
    )
    for number in range(WATCHES):
        name, choose = of[number % len(of)]
        chosen = choose()
        filters = chosen if name == "both" and isinstance(chosen, dict) else {name: chosen}
        changes = "all" if number % 3 == 0 else [what.value for what in chance.sample(list(What), 4)]
        to = [f"channel{number % CHANNELS}"]
        yield Watch.model_validate({"name": f"watch {number}", "changes": changes, "to": to, "repeat": "1d", **filters})


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else CHANGES)
