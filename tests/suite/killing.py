"""kill -9 at random moments while real inspections go on being published, and what came of it."""

import asyncio
import random
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from tests.suite.cases import BEGINS, Cases, real_cases
from tests.suite.channels import ANSWERED, CHANNELS, AnsweredSlackEnd
from tests.suite.people import People
from tests.suite.reckoning import Figures, Reckoning
from tests.suite.stage import Nursery, Stage, stage
from watcher.delivery.ledger import State
from watcher.history.box import FolderBox
from watcher.messages.message import PresentState
from watcher.service.requests import Request, leave

HOMES = 60
KILLS_IN_BASELINE = 5
"""At most: one that has been stored meanwhile is none any more."""
LONGEST_LIFE = 1.2
"""Seconds of the machine's."""
_STEP = timedelta(hours=3)
"""How far the clock moves on at once."""
_NIGHT = time(3, tzinfo=UTC)
_LIFE_AMID_PRESSES = 2.5
"""The same where people press: the line to Slack is open a while after the start."""
_FIRST_DAYS = timedelta(days=25)
_FIRST_TIMES = 10
"""So often so much time passes before the first press, so that there is something to press."""
QUIET_HOMES = 20
"""So many homes may be silenced; of these it is not asked whether all of it was told."""
_MOMENTS = ("at a moment", "at a message", "at a request", "at a commit")
_MOMENTS_OF_PEOPLE = ("at a press", "just acknowledged", "at a commit", "at a message", "at a moment")


class Killing:
    """One run."""

    def __init__(
        self, stage: Stage, chance: random.Random, figures: Figures, pace: timedelta, people: People | None = None
    ) -> None:
        self.stage, self.chance, self.figures, self.pace, self.people = stage, chance, figures, pace, people
        self.longest_life = LONGEST_LIFE if people is None else _LIFE_AMID_PRESSES
        self.reckoning = Reckoning(figures)
        self.until = stage.clock.now()

    async def life(self) -> None:
        """A service lives for a random while and is killed."""
        moment = self.chance.choice(_MOMENTS if self.people is None else _MOMENTS_OF_PEOPLE)
        struck = asyncio.Event()
        loop = asyncio.get_running_loop()

        def strike() -> None:
            self.stage.kill()
            loop.call_soon_threadsafe(struck.set)

        for end in self.stage.channels.values():
            end.tease(self.chance, strike if moment == "at a message" else None)
        if self.stage.has_baseline():
            self.until = self.stage.clock.now() + self.pace * self.chance.uniform(0.5, 1.5)
        await self.stage.begin()
        beside = [asyncio.create_task(self._move())]
        if self.people is not None:
            self.people.strike_at(self.chance.randrange(1, 12) if moment == "just acknowledged" else 0, strike)
            beside.append(asyncio.create_task(self.people.press_on()))
        if self.people is not None and moment != "at a moment":
            lines = self.people.end.lines  # a machine may be slow to bring up a service under which people can press
            await self.stage.until(lambda: lines.open_lines or struck.is_set())
        with suppress(TimeoutError):
            async with asyncio.timeout(self.longest_life):
                await self._wait(moment, struck)
        self.stage.kill()
        assert await self.stage.dead() == -9, self.stage.log.read_text()[-3000:]
        for task in beside:
            task.cancel()
        for ended in await asyncio.gather(*beside, return_exceptions=True):
            assert ended is None or isinstance(ended, asyncio.CancelledError), ended
        self.stage.clock.step(max(self.stage.clock.now(), self.until))  # the rest passes while nobody watches
        self.figures.kills += 1
        self.figures.moments[moment] += 1
        self._look()

    async def _wait(self, moment: str, struck: asyncio.Event) -> None:
        """Until the moment has come."""
        number = self.chance.randrange(1, 25)
        if moment == "at a moment":
            await asyncio.sleep(self.chance.uniform(0, self.longest_life))
        elif moment in ("at a message", "just acknowledged"):
            await struck.wait()
        elif moment == "at a press":
            await self._presses(number // 2)
        elif moment == "at a request":
            self.stage.site.requests.clear()
            while len(self.stage.site.requests) < number:
                await asyncio.sleep(0.001)
        else:
            journal = self.stage.data / "history.journal"
            for _ in range(1 + number // 5):
                size = journal.stat().st_size
                while journal.stat().st_size == size:
                    await asyncio.sleep(0)

    async def _presses(self, number: int) -> None:
        assert self.people is not None
        wanted = len(self.people.pressed) + number
        while len(self.people.pressed) < wanted:
            await asyncio.sleep(0)

    async def _move(self) -> None:
        """Lets time pass at this run's pace, once the baseline stands."""
        while not self.stage.has_baseline():
            await asyncio.sleep(0.02)
        while self.stage.clock.now() < self.until:
            self.stage.clock.advance(_STEP)
            await asyncio.sleep(0.003)

    def _look(self) -> None:
        """What the ledger says at this death."""
        history = self.stage.history()
        if self.people is not None:
            self.people.look(history, self.reckoning.quiet_homes)
        self.reckoning.look(history)

    async def baseline(self) -> None:
        """A life that lasts until the first reading is stored; hardly any time passes, so nothing is news yet."""
        if self.stage.has_baseline():
            return
        await self.stage.begin()
        async with asyncio.timeout(60):
            while not self.stage.has_baseline():  # it may take several readings
                await asyncio.sleep(0.3)
                self.stage.clock.advance(timedelta(minutes=31))
        await self.stage.end()

    async def opening(self) -> None:
        """A life that is not killed, until something has been told that people can press under."""
        await self.baseline()
        await self.stage.begin()
        for _ in range(_FIRST_TIMES):
            self.stage.clock.advance(_FIRST_DAYS)
            await self._settle()
        await self.stage.end()
        self._look()

    async def peace(self) -> None:
        """A last life in which nothing goes wrong, until nothing is left to do."""
        for end in self.stage.channels.values():
            end.relent()
        await self.stage.begin()
        for _ in range(3):  # a home whose page could not be read is tried again a day later at most
            self.stage.clock.step(datetime.combine(self.stage.clock.now().date() + timedelta(days=1), _NIGHT))
            await self._settle()
        await self._ask_for_the_unknown()
        await self._settle()
        await self.stage.end()

    async def _ask_for_the_unknown(self) -> None:
        """What was killed so often that nobody knows its fate waits for the operator, who has it sent again."""
        unknown = [delivery.id for delivery in self.stage.history().deliveries() if delivery.state is State.UNKNOWN]
        self.reckoning.asked_for.update(unknown)
        box = FolderBox(self.stage.data)
        asked = [leave(box, Request("retry", delivery_id)) for delivery_id in unknown]
        async with asyncio.timeout(60):
            while any(map(box.is_waiting, asked)):
                await asyncio.sleep(0.1)

    async def _settle(self) -> None:
        """Lets time pass until all that was published has been read and told."""
        async with asyncio.timeout(240):
            while not self.stage.is_settled() or self.stage.history().asked():
                await asyncio.sleep(0.3)
                if not self.stage.is_settled():
                    self.stage.clock.advance(timedelta(minutes=31))

    def reckon(self, cases: Cases) -> None:
        """Fills in the figures."""
        history = self.stage.history()
        if self.people is not None:
            self.people.look(history, self.reckoning.quiet_homes)
            self.figures.people = self.people.reckon(history)
        self.reckoning.reckon(history, self.stage.channels.values(), *cases.owed(self.stage.clock.now().date()))


def _people(stage: Stage, cases: Cases, chance: random.Random) -> People:
    end = stage.channels["desk"]
    assert isinstance(end, AnsweredSlackEnd)
    areas = sorted({home.local_authority for home in cases.homes if home.local_authority})
    return People(end, stage.clock, chance, areas)


async def kill_loop(
    folder: Path, nursery: Nursery, *, seed: int, kills: int, pace: timedelta, with_people: bool = False
) -> Figures:
    """So many kills, each followed by another life; `pace` is how much time passes in one.

    With people the line to Slack is open, and they press what they see.
    """
    figures, chance = Figures(seed), random.Random(seed)
    cases = real_cases(folder / "bundled", HOMES, chance)
    begins = datetime.combine(BEGINS, time(12, tzinfo=UTC))
    ends = ANSWERED if with_people else CHANNELS
    async with stage(folder, nursery, cases, begins, ends, reads_itself=False, cuts_readings=True) as one:
        people = _people(one, cases, random.Random(seed)) if with_people else None
        run = Killing(one, chance, figures, pace, people)
        if people is not None:
            run.reckoning.quiet_homes = frozenset(home.key for home in chance.sample(cases.homes, QUIET_HOMES))
            await run.opening()
        for number in range(kills):
            if number == KILLS_IN_BASELINE:
                await run.baseline()
            await run.life()
        await run.peace()
        run.reckon(cases)
        ended = (State.ACCEPTED, State.SILENCED)
        unfinished = [delivery for delivery in one.history().deliveries() if delivery.state not in ended]
        assert not any(not isinstance(delivery.content, PresentState) for delivery in unfinished)
        assert not any(delivery.state is not State.LAPSED for delivery in unfinished)  # a newer state took its place
    return figures
