"""The bots that answer, as the configuration in force asks for them: begun, ended, and told of where they cannot."""

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from watcher.bot.desk import BotDesk
from watcher.bot.line.state import LineState
from watcher.bot.places import bots
from watcher.config.made_watches import channel_for
from watcher.config.settings import Settings
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.history.failures import NOT_NOW
from watcher.history.protocol import Transaction
from watcher.messages.matter import Matter
from watcher.messages.topics import Topic
from watcher.watching.asked import KNOWN_FOR, Asked
from watcher.watching.made_watches import MadeWatch, place_of

if TYPE_CHECKING:
    from watcher.bot.bot import Bot

log = structlog.get_logger(__name__)

PATIENCE = timedelta(minutes=10)
"""A line to Slack is told of when it has been down for so long; one that is refused at once."""


class Bots:
    """One bot for each app of Slack's that the configuration names."""

    def __init__(self, desk: BotDesk) -> None:
        self._desk = desk
        self._running: dict[str, Bot] = {}
        self._broken: dict[str, LineState] = {}

    async def look(self) -> None:
        """Has those run that the settings in force ask for, and no others; takes up secrets that were replaced."""
        settings = self._desk.settings()
        wanted = _wanted(settings)
        self._let_go(wanted)
        for way, bot in list(self._running.items()):
            if (wanted.get(way), settings.way_out) != (bot.options, bot.way_out):
                del self._running[way]
                await bot.stop()
        self._hand_over(settings)
        self._broken = {way: state for way, state in self._broken.items() if way in wanted}
        for way, options in wanted.items():
            try:
                await self._look_at(way, options)
            except NOT_NOW:
                raise
            except Exception as error:  # the boundary of one bot: the others answer all the same
                log.exception("a bot cannot be looked after", way=way)
                self._broken.setdefault(way, _broken(error, self._desk.now()))
            else:
                self._broken.pop(way, None)

    async def _look_at(self, way: str, options: SlackOptions) -> None:
        from watcher.bot.bot import Bot  # with Slack's client, which is not for all

        if way not in self._running:
            bot = Bot(way, options, self._desk)
            try:
                bot.start()
            except Exception:
                await bot.stop()
                raise
            self._running[way] = bot
            log.info("answering in Slack", way=way)
        self._running[way].look_at_secrets()
        await self._running[way].look_at_watches()

    def _let_go(self, ways: Collection[str]) -> None:
        """Ends what was asked long ago of bots that the configuration has no more: nobody waits for it."""
        now, history = self._desk.now(), self._desk.history
        left = [asked for asked in history.asked() if asked.way not in ways and abs(now - asked.at) > KNOWN_FOR]
        if left:
            log.warning("what was asked of a bot that is no more is not done", count=len(left))
            self._keep([asked.ended(now) for asked in left])

    def _hand_over(self, settings: Settings) -> None:
        """Gives what was asked of a bot to itself where it is called by another of its channels now."""
        called = {name: way for name, way in bots(settings).items() if name != way and way not in self._running}
        open_ = self._desk.history.asked()
        self._keep([replace(asked, way=called[asked.way]) for asked in open_ if asked.way in called])

    def _keep(self, asked: Sequence[Asked]) -> None:
        """A history that takes nothing is told of elsewhere."""
        if asked:
            with suppress(*NOT_NOW):
                self._desk.history.commit(Transaction(asked=asked))

    async def stop(self) -> None:
        """Ends all; what is not done by then is done after the next start."""
        running, self._running = list(self._running.values()), {}
        await asyncio.gather(*(bot.stop() for bot in running))

    @property
    def states(self) -> Mapping[str, LineState]:
        """How the line of each bot stands."""
        return {**{way: bot.state for way, bot in self._running.items()}, **self._broken}

    def connected(self) -> Mapping[str, bool]:
        """Whether each bot is connected, by the channel that it is called by."""
        return {way: state.is_connected for way, state in self.states.items()}

    def matters(self) -> list[Matter]:
        """What the operator is to know of them."""
        made = self._desk.history.made_watches()
        bots_, paused = matters_of_bots(self.states, self._desk.now()), matters_of_paused(made)
        return [*bots_, *paused, *matters_of_nowhere(self._desk.settings(), made)]


def _broken(error: Exception, now: datetime) -> LineState:
    """Of a bot that this program itself cannot look after."""
    trouble = f"watcher itself failed ({type(error).__name__}): please report it with the log."
    return LineState(is_connected=False, since=now, trouble=trouble, is_refused=True)


def _wanted(settings: Settings) -> Mapping[str, SlackOptions]:
    wanted = {way: settings.channels[way] for way in dict.fromkeys(bots(settings).values())}
    return {way: options for way, options in wanted.items() if isinstance(options, SlackOptions)}


def matters_of_bots(states: Mapping[str, LineState], now: datetime) -> Iterable[Matter]:
    """The bots that do not answer, once that has lasted, or at once where only the operator mends it."""
    for way, state in states.items():
        if state.trouble and not state.is_connected and (state.is_refused or now - state.since > PATIENCE):
            text = f"Buttons and /watcher of {way} do nothing: {state.trouble}"
            yield Matter(f"bot:{way}", Topic.BOT, f"the bot of {way} does not answer", text)


def matters_of_paused(made: Iterable[MadeWatch]) -> Iterator[Matter]:
    """The channels out of which a bot was taken, and that people's watches are to tell."""
    paused: dict[str, list[MadeWatch]] = {}
    for watch in made:
        if watch.is_in_force and watch.paused is not None:
            paused.setdefault(watch.to, []).append(watch)
    for channel, watches in paused.items():
        numbers = ", ".join(str(watch.number) for watch in watches)
        text = (
            f"The bot is no longer in the channel of {channel}. What people's watches tell there waits: {numbers}. "
            "Whoever made one in Slack is told."
        )
        yield Matter(f"paused:{channel}", Topic.PAUSED, f"watches of people's are paused in {channel}", text)


def matters_of_nowhere(settings: Settings, made: Iterable[MadeWatch]) -> Iterator[Matter]:
    """The channels that people's watches are to tell and that the configuration has no more."""
    gone: dict[str, list[MadeWatch]] = {}
    for watch in made:
        if watch.is_in_force and channel_for(settings, watch.to) is None:
            gone.setdefault(watch.to, []).append(watch)
    for channel, watches in gone.items():
        numbers, (way, _) = ", ".join(str(watch.number) for watch in watches), place_of(channel)
        text = (
            f"The configuration has no channel {way} that leads to {channel}, so these watches of people's tell "
            f"nobody anything: {numbers}. Nothing of it waits."
        )
        yield Matter(f"nowhere:{channel}", Topic.NOWHERE, f"watches of people's go nowhere: {channel}", text)
