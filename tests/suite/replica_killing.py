"""Rounds of faults among several services while real inspections go on being published, and what came of them."""

import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

import httpx

from tests.standins.postgres import PostgresServer
from tests.standins.slack import SlackStandIn
from tests.suite.cases import BEGINS, real_cases
from tests.suite.channels import Arrival, MailEnd, SlackEnd, slack_arrival
from tests.suite.reckoning import Figures, Reckoning
from tests.suite.replica_faults import FAULTS, Faults
from tests.suite.replicas import USER_HEADER, Replica, Troupe, both_led, troupe
from tests.suite.stage import Nursery
from watcher.delivery.ledger import State
from watcher.history.failures import HistoryAwayError
from watcher.history.postgresql.database import Database
from watcher.history.postgresql.leadership import Pace
from watcher.history.postgresql.requests_table import DatabaseBox
from watcher.messages.message import PresentState
from watcher.service.requests import Request, leave
from watcher.timing.clock import Clock
from watcher.web.access.csrf import FormOf, form_token

HOMES = 60
_QUIET = 4
"""One home of so many may be silenced."""
_NIGHT = time_of_day(3, tzinfo=UTC)
_STEP = timedelta(hours=6)
_MOST_OF_A_MOMENT = 12.0
"""Seconds of the unhurried kind."""
_HELD_MESSAGE = 200.0
"""So many of them a message is under way at most."""


class WatchedSlackEnd(SlackEnd):
    """Slack, with each message as it was when it arrived, whatever it was changed to."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock, _WatchedSlack)

    def arrivals(self) -> list[Arrival]:
        """Everything that Slack has taken."""
        assert isinstance(self.slack, _WatchedSlack)
        return list(self.slack.arrived)


class _WatchedSlack(SlackStandIn):
    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        super().__init__(clock)
        self.arrived: list[Arrival] = []

    def post(self, message: dict[str, Any]) -> dict[str, Any]:
        said = super().post(message)
        if said["ok"] and "metadata" in message:
            self.arrived.append(slack_arrival(message))
        return said


@dataclass
class ReplicaFigures(Figures):
    """The same of several services."""

    rounds: Counter[str] = field(default_factory=Counter)
    takeovers: dict[str, list[float]] = field(default_factory=dict)
    terms: int = 0
    late: int = 0
    """Messages that arrived from a former leader after one of a later."""
    both_led: float = 0.0
    """The longest time for which two said that they lead."""
    pressed: int = 0
    done: int = 0
    not_done: list[str] = field(default_factory=list)
    """What somebody pressed and was told to be done, or asked for, and was not."""
    twice: list[str] = field(default_factory=list)
    unsent: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """A few lines."""
        rounds = ", ".join(f"{number} {fault}" for fault, number in sorted(self.rounds.items()))
        told = f"{super().__str__()}, {len(self.from_two)} unmarked from two, {len(self.unsent)} never sent"
        led = f"{self.terms} terms; {self.late} arrived late; two led for {self.both_led:.2f} s at most"
        deeds = f"{self.done} done, {len(self.not_done)} not done, {len(self.twice)} twice"
        took = [
            f"  {fault}: led anew after {sorted(took)[len(took) // 2]:.2f} s, at most {max(took):.2f} s"
            for fault, took in sorted(self.takeovers.items())
        ]
        rounds = f"{self.rounds.total()} rounds: {rounds}; {led}"
        return "\n".join([told, rounds, f"{self.pressed} deeds pressed elsewhere, {deeds}", *took])


@dataclass(eq=False)
class Pressed:
    """One deed on a page of one that does not lead."""

    who: str
    what: str
    subject: str
    answer: int = 0
    said: str = ""


class ReplicaKilling:
    """One run."""

    def __init__(self, of: Troupe, chance: random.Random, figures: ReplicaFigures, pace: timedelta) -> None:
        self.troupe, self.chance, self.figures, self.pace = of, chance, figures, pace
        self.reckoning = Reckoning(figures)
        self.faults = Faults(of, chance, figures.takeovers)
        self.until = of.clock.now()
        self.pressed: list[Pressed] = []
        self._presses: list[asyncio.Task[None]] = []
        self.key = b""

    async def baseline(self) -> None:
        """All begin, and the first reading is stored; hardly any time passes, so nothing is news yet."""
        for one in self.troupe.replicas:
            await self.troupe.begin(one)
        await self.troupe.all_answer()
        async with asyncio.timeout(240):
            while not await asyncio.to_thread(self.troupe.has_baseline):
                await asyncio.sleep(0.3)
                self.troupe.clock.advance(timedelta(minutes=31))
        self.until = self.troupe.clock.now()
        self.key = self.troupe.history().signing_key()

    async def round(self, fault: str) -> None:
        """Something goes wrong, and is mended."""
        leader = await self.troupe.led(time.monotonic())
        struck, released = asyncio.Event(), threading.Event()
        loop = asyncio.get_running_loop()
        self.until = self.troupe.clock.now() + self.pace * self.chance.uniform(0.5, 1.5)
        for end in self.troupe.channels.values():
            end.tease(self.chance, None)
        is_at_message = self.chance.random() < 0.6
        if is_at_message:
            self._hold(lambda: loop.call_soon_threadsafe(struck.set), released)
        moving = asyncio.create_task(self._move())
        if self.chance.random() < 0.5:
            self._presses.append(asyncio.create_task(self._press(leader)))

        async def moment() -> None:
            if not is_at_message:
                await asyncio.sleep(self.chance.uniform(0, _MOST_OF_A_MOMENT) / self.troupe.pace)
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(2 * _MOST_OF_A_MOMENT / self.troupe.pace):
                    await struck.wait()

        try:
            await self.faults.bring(fault, leader, moment)
        finally:
            loop.call_later(self.chance.uniform(0, _MOST_OF_A_MOMENT) / self.troupe.pace, released.set)
            moving.cancel()
            await asyncio.gather(moving, return_exceptions=True)
        self.troupe.clock.step(max(self.troupe.clock.now(), self.until))
        self.figures.rounds[fault] += 1
        await self.troupe.all_answer()
        await self._look()

    def _hold(self, strike: Callable[[], object], released: threading.Event) -> None:
        """One of the next messages to Slack is under way while it happens, and arrives before it, after it or never."""
        end = self.troupe.channels["desk"]
        assert isinstance(end, SlackEnd)
        when, most = self.chance.choice(["before", "after", "after", "never"]), _HELD_MESSAGE / self.troupe.pace

        def behave(handler: Any, message: dict[str, Any]) -> None:
            answer = handler.take(message) if when == "before" else None
            strike()
            released.wait(most)
            if when == "never":
                handler.drop()
                return
            handler.say(answer or handler.take(message))

        end.slack.script.append(behave)

    async def _move(self) -> None:
        while self.troupe.clock.now() < self.until:
            self.troupe.clock.advance(_STEP)
            await asyncio.sleep(0.3 / self.troupe.pace)

    async def _look(self) -> None:
        """What the ledger says after a fault."""
        async with asyncio.timeout(60):
            while True:
                try:
                    await asyncio.to_thread(self.reckoning.look, self.troupe.history())
                except HistoryAwayError:
                    await asyncio.sleep(0.05)
                else:
                    return

    async def _press(self, leader: Replica) -> None:
        """Somebody presses something on a page of one that does not lead, at some moment."""
        await asyncio.sleep(self.chance.uniform(0, _MOST_OF_A_MOMENT) / self.troupe.pace)
        subject, port = self._subject(), self.chance.choice([one.port for one in self._standbys(leader)] or [None])
        if subject is None or port is None:
            return
        deed = Pressed(f"person{len(self.pressed)}", *subject)
        self.pressed.append(deed)
        form = {"csrf": form_token(self.key, FormOf.PROXY, deed.who), "back": "/", "why": deed.who, "until": "3d"}
        path = f"/{deed.what}s/{deed.subject}/{'acknowledge' if deed.what == 'change' else 'silence'}"
        with suppress(httpx.HTTPError):
            async with httpx.AsyncClient(trust_env=False, timeout=30) as browser:
                url = f"http://127.0.0.1:{port}{path}"
                answer = await browser.post(url, data=form, headers={USER_HEADER: deed.who})
            deed.answer, deed.said = answer.status_code, answer.headers.get("location", answer.text)

    def _standbys(self, leader: Replica) -> list[Replica]:
        return [one for one in self.troupe.replicas if one is not leader and one.pid is not None and one.answers()]

    def _subject(self) -> tuple[str, str] | None:
        """A change that nobody has pressed under, or a home that may be silenced and was not."""
        known = {deed.subject for deed in self.pressed}
        homes = sorted(self.reckoning.quiet_homes - known)
        if homes and self.chance.random() < 0.3:
            return "home", self.chance.choice(homes)
        with suppress(HistoryAwayError):
            changes = [told.alert.id for told in self.troupe.history().changes() if told.alert.id not in known]
            return ("change", self.chance.choice(changes)) if changes else None
        return None

    async def peace(self) -> None:
        """Nothing goes wrong any more, until nothing is left to do."""
        for end in self.troupe.channels.values():
            end.relent()
        await asyncio.gather(*self._presses)
        for _ in range(3):  # a home whose page could not be read is tried again a day later at most
            tomorrow = self.troupe.clock.now().date() + timedelta(days=1)
            self.troupe.clock.step(datetime.combine(tomorrow, _NIGHT))
            await self._settle()
        await self._ask_for_the_unknown()
        await self._settle()

    async def _ask_for_the_unknown(self) -> None:
        """What nobody knows the fate of waits for the operator, who has it sent again."""
        unknown = [one.id for one in self.troupe.history().deliveries() if one.state is State.UNKNOWN]
        self.reckoning.asked_for.update(unknown)
        database = self.troupe.database
        box = DatabaseBox(Database(database.url, lambda: database.password, most=2))
        try:
            for delivery_id in unknown:
                leave(box, Request("retry", delivery_id))
            async with asyncio.timeout(60):
                while await asyncio.to_thread(box.left):
                    await asyncio.sleep(0.1)
        finally:
            box.close()

    async def _settle(self) -> None:
        """Lets time pass until all that was published has been read and told; a reading may come in many parts."""
        known, step = self.troupe.history().feed("ofsted"), 1 / self.troupe.pace
        async with asyncio.timeout(180 + 600 * step):
            while not (self.troupe.is_read() and await self._within(1 + 3 * step, self.troupe.is_settled)):
                self.troupe.clock.advance(timedelta(minutes=31))
                await self._within(3 + 5 * step, lambda: self.troupe.history().feed("ofsted") != known)  # noqa: B023
                known = self.troupe.history().feed("ofsted")

    async def _within(self, seconds: float, condition: Callable[[], bool]) -> bool:
        until = time.monotonic() + seconds
        while not (holds := await asyncio.to_thread(condition)) and time.monotonic() < until:
            await asyncio.sleep(0.05)
        return holds

    def reckon_deeds(self) -> None:
        """Each deed is done once, or somebody was told that it is not."""
        history, figures = self.troupe.history(), self.figures
        silences = Counter(silence.by for silence in history.silences())
        for deed in self.pressed:
            made = history.acknowledgement(deed.subject) if deed.what == "change" else None
            times = silences[deed.who] if deed.what == "home" else int(made is not None and made.by == deed.who)
            figures.pressed += 1
            figures.done += times > 0
            figures.twice += [f"{deed.who} {deed.subject}"] * (times > 1)
            is_promised = deed.answer in (202, 303)
            if (is_promised and not times) or deed.answer in (400, 403, 404):
                figures.not_done.append(f"{deed.who} {deed.what} {deed.subject}: {deed.answer} {deed.said[:3000]}")


async def replica_loop(
    folder: Path,
    nursery: Nursery,
    server: PostgresServer,
    *,
    seed: int,
    rounds: int,
    pace: timedelta,
    times: float,
    homes: int = HOMES,
) -> ReplicaFigures:
    """So many rounds with three services, `times` as fast; `pace` is how much time passes in one."""
    figures, chance = ReplicaFigures(seed), random.Random(seed)
    cases = real_cases(folder / "bundled", homes, chance)
    begins = datetime.combine(BEGINS, time_of_day(12, tzinfo=UTC))
    ends = (WatchedSlackEnd, MailEnd)
    async with troupe(folder, nursery, server, cases, begins, ends, number=3, pace=times) as all_of_it:
        run = ReplicaKilling(all_of_it, chance, figures, pace)
        run.reckoning.quiet_homes = frozenset(home.key for home in chance.sample(cases.homes, homes // _QUIET))
        await run.baseline()
        faults: list[str] = []
        for _ in range(rounds):
            faults = faults or chance.sample([*FAULTS], len(FAULTS))
            await run.round(faults.pop())
        await run.peace()
        history = all_of_it.history()
        run.reckoning.reckon(history, all_of_it.channels.values(), *cases.owed(all_of_it.clock.now().date()))
        run.reckon_deeds()
        lease = Pace().faster(times).lease.total_seconds()
        figures.both_led = both_led([one.said for one in all_of_it.replicas], lease)
        figures.late = sum(_late(end.arrivals()) for end in all_of_it.channels.values())
        ((figures.terms,),) = server.do("SELECT term FROM history", database=all_of_it.database.name)
        ended = (State.ACCEPTED, State.SILENCED)
        figures.unsent = [
            f"{one.id} {one.state} {one.detail}"
            for one in history.deliveries()
            if one.state not in ended
            and not (isinstance(one.content, PresentState) and one.state is State.LAPSED)  # a newer took its place
        ]
    return figures


def _late(arrivals: list[Arrival]) -> int:
    latest, late = 0, 0
    for arrival in arrivals:
        late += (arrival.term or 0) < latest
        latest = max(latest, arrival.term or 0)
    return late
