"""One bot: its line to Slack, what arrives over it, and the doing of each thing that was asked, once."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import structlog
from pydantic import SecretStr

from watcher.bot import membership
from watcher.bot.commands.command import answer
from watcher.bot.commands.home import said_of_home
from watcher.bot.commands.question import ChatQuestion
from watcher.bot.desk import BotDesk
from watcher.bot.identity import Acquaintance
from watcher.bot.inbox import Inbox
from watcher.bot.line.slack_line import SlackLine
from watcher.bot.line.state import LineState
from watcher.bot.marks import Marks
from watcher.bot.outgoing import Outgoing
from watcher.bot.permission import Groups, why_not_allowed
from watcher.bot.places import channel_in
from watcher.bot.presses import DOES, NotMeantError, Pressed, alert_meant, reasoned
from watcher.bot.replies import Replies, SlackRefusedError
from watcher.bot.said import Said
from watcher.config.made_watches import called
from watcher.delivery.channels.slack.buttons import HISTORY
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.errors import WatcherError
from watcher.history.failures import NOT_NOW
from watcher.messages.alert import Alert
from watcher.text import capital
from watcher.watching.asked import Asked, Asking

log = structlog.get_logger(__name__)

_T = TypeVar("_T")

AT_A_TIME = 4
"""So many presses are done at a time, and so many other things; what one does to the history is one step of the loop
all the same."""

TRIGGER_LASTS = timedelta(seconds=3)
"""A form can be opened for so long after a press."""

AHEAD = timedelta(minutes=1)
"""What came so far in the future came now, by a clock that was ahead: it lasts no longer for that."""

AGAIN_AFTER = 5.0  # seconds, where the history took nothing, or something failed
LETS_PASS = 0.02  # seconds; while many envelopes wait to be kept, which Slack wants to hear of, nothing else is done
TRIES = 3
NOT_DONE = ("That could not be done", "Something went wrong here: ask whoever runs the watcher, whose log says what.")


class Bot:
    """Answers in one workspace for as long as it runs."""

    def __init__(self, way: str, options: SlackOptions, desk: BotDesk) -> None:
        self.way, self.options, self._desk = way, options, desk
        self._executor = ThreadPoolExecutor(2 * AT_A_TIME + 1, thread_name_prefix=f"bot {way}")
        self.way_out = desk.settings().way_out
        self._app_token, self._token = _value(options.app_token), _value(options.token)
        self.state = LineState(is_connected=False, since=desk.now(), trouble="", is_refused=False)
        self._line = self._new_line()
        self._replies = self._new_replies()
        self._groups = Groups(self._replies, desk.clock)
        self._outgoing = Outgoing(way, lambda: self._replies, self._end)
        self._marks = Marks(desk.history.commit)
        self._presses: asyncio.Queue[Asked] = asyncio.Queue()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """Of each message that is pressed upon: what comes first is done first, whatever has to be waited for."""
        self._others: asyncio.Queue[Asked] = asyncio.Queue()
        """Questions, and what may wait for Slack before it is done; no press waits behind them."""
        self._inbox = Inbox(
            way,
            desk.history,
            desk.clock,
            acknowledge=lambda envelope, said: self._line.acknowledge(envelope, said),
            on_kept=self._put,
        )
        self._acquaintance = Acquaintance(way, options.url, self._in_thread)
        self._to_change = asyncio.Event()
        """Whether messages are to be changed."""
        self._failed: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self) -> None:
        """Connects, and begins with what was asked before and is not done."""
        self._inbox.take_up()
        for number in range(AT_A_TIME):
            self._spawn(self._work(self._presses), f"{self.way} does {number}")
            self._spawn(self._work(self._others), f"{self.way} answers {number}")
            self._spawn(self._outgoing.work(), f"{self.way} tells {number}")
        self._spawn(self._change_messages(), f"{self.way} changes messages")
        self._spawn(self._acquaintance.ask(self._replies), f"{self.way} asks who it is")
        self._line.start()

    async def stop(self) -> None:
        """Ends within seconds; what is not done by then is done after the next start."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self._line.stop)
        await self._inbox.stop()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._marks.flush()
        self._outgoing.end()
        self._executor.shutdown(wait=False, cancel_futures=True)

    def look_at_secrets(self) -> None:
        """Takes up tokens that were replaced; called now and then."""
        token, app_token = _value(self.options.token), _value(self.options.app_token)
        if token != self._token:
            self._token = token
            self._replies = self._new_replies()
            self._groups = Groups(self._replies, self._desk.clock)
            self._spawn(self._acquaintance.ask(self._replies), f"{self.way} asks who it is")
        if app_token != self._app_token:
            former, self._app_token = self._line, app_token
            self._line = self._new_line()
            self._line.start()
            self._spawn(self._in_thread(former.stop), f"{self.way} hangs up")

    async def look_at_watches(self) -> None:
        """Notes which watches of people's cannot tell, and which can again; tells their makers. Called now and then."""
        await membership.look(self._desk, self.way, self._replies, self._in_thread)

    def _new_line(self) -> SlackLine:
        return SlackLine(
            app_token=self._app_token,
            url=self.options.url,
            way_out=self.way_out,
            clock=self._desk.clock,
            on_envelope=lambda envelope: self._inbox.put(envelope),
            on_state=self._noted,
        )

    def _new_replies(self) -> Replies:
        return Replies(url=self.options.url, token=self._token, way_out=self.way_out)

    def _noted(self, state: LineState) -> None:
        """Called in the line's own thread; one assignment is whole in any."""
        self.state = state

    def _spawn(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    def _put(self, asked: Asked) -> None:
        is_press = asked.asking is Asking.REASON or (asked.asking is Asking.BUTTON and asked.what != HISTORY)
        (self._presses if is_press else self._others).put_nowait(asked)

    async def _work(self, queue: asyncio.Queue[Asked]) -> None:
        while True:
            asked = await queue.get()
            in_turn = asked.subject if queue is self._presses else asked.id
            async with self._turns.setdefault(in_turn, asyncio.Lock()):
                while self._inbox.is_behind:
                    await asyncio.sleep(LETS_PASS)
                await self._until_done(asked)

    async def _until_done(self, asked: Asked) -> None:
        """Does one thing, and has it told what came of it; where the history takes nothing, as often as it takes.

        What fails otherwise is tried again later, and keeps nothing waiting that came after it.
        """
        while True:
            try:
                came = await self._do(asked) if await self._acquaintance.is_own(asked) else Pressed()
            except NOT_NOW:
                await asyncio.sleep(AGAIN_AFTER)
            except Exception:  # the boundary of one question: the others are answered all the same
                log.exception("what was asked in Slack failed", way=self.way, asking=asked.asking.value)
                self._failed[asked.id] += 1
                if self._failed[asked.id] < TRIES:
                    asyncio.get_running_loop().call_later(AGAIN_AFTER, self._put, asked)
                    return
                is_waited_for = asked.asking not in (Asking.LEFT, Asking.JOINED)
                came = Pressed(said=Said.of(*NOT_DONE) if is_waited_for else None)
                break
            else:
                break
        del self._failed[asked.id]
        if came.is_done:
            self._to_change.set()
        self._outgoing.give(asked, came.said, came.form)

    async def _change_messages(self) -> None:
        """Has messages changed, once for whatever was done meanwhile."""
        while True:
            await self._to_change.wait()
            self._to_change.clear()
            try:
                await self._desk.deliver()
            except NOT_NOW as error:  # it is asked again by its own tick
                log.error("messages could not be changed at once", way=self.way, error=str(error))
            except Exception:  # the boundary of the outbox, as above
                log.exception("messages could not be changed at once", way=self.way)

    async def _do(self, asked: Asked) -> Pressed:
        if asked.at - (now := self._desk.now()) > AHEAD:
            asked = replace(asked, at=now)
        if asked.asking in (Asking.LEFT, Asking.JOINED):
            if not asked.user or asked.user == self._acquaintance.identity.user:
                membership.came_or_went(self._desk, asked, self.way)
            return Pressed()
        if asked.asking is Asking.COMMAND:
            return Pressed(said=await self._said(self._question(asked)))
        return await self._press(asked)

    async def _said(self, question: ChatQuestion) -> Said:
        try:
            return await answer(self._desk, question)
        except SlackRefusedError as error:
            return Said.of("Nothing was done", f"Slack says {error} when it is asked about this channel: try again.")

    def _question(self, asked: Asked) -> ChatQuestion:
        channel = channel_in(self._desk.settings(), self.way, asked.place)
        return ChatQuestion(
            asked=asked,
            channel=channel,
            in_thread=self._in_thread,
            why_not_allowed=lambda: self._why_not_allowed(asked, channel),
            why_not_there=lambda: self._in_thread(lambda: membership.why_not_there(self._replies, asked)),
        )

    async def _why_not_allowed(self, asked: Asked, channel: str) -> str:
        may_act = self._may_act(channel)
        if not may_act or asked.user in may_act:
            return ""
        return await self._in_thread(lambda: why_not_allowed(asked.user, may_act, self._groups))

    def _may_act(self, channel: str) -> tuple[str, ...]:
        """As the configured channel says; in any other as the bot's own does."""
        settings = self._desk.settings()
        options = settings.channels.get(called(settings, channel), settings.channels.get(self.way))
        return options.may_act if isinstance(options, SlackOptions) else ()

    async def _press(self, asked: Asked) -> Pressed:
        try:
            came = await self._outcome(asked)
        except NOT_NOW:
            raise
        except (NotMeantError, WatcherError) as error:
            return Pressed(said=Said.of(capital(str(error))))
        can_be_opened = abs(self._desk.now() - asked.at) < TRIGGER_LASTS
        return came if can_be_opened else replace(came, form=None)

    async def _outcome(self, asked: Asked) -> Pressed:
        delivery = alert_meant(self._desk, asked)
        if asked.asking is Asking.REASON:
            return reasoned(self._desk, asked, delivery)
        do = DOES.get(asked.what)
        if do is None:
            home = delivery.content.home if isinstance(delivery.content, Alert) else ""
            channel = delivery.channel
            return Pressed(said=await self._in_thread(lambda: said_of_home(self._desk, home, channel=channel)))
        if why := await self._why_not_allowed(asked, delivery.channel):
            return Pressed(said=Said.of("Nothing was done", f"{capital(why)}."))
        return do(self._desk, asked, delivery)

    def _end(self, asked: Asked) -> None:
        self._marks.note(asked.ended(self._desk.now()))


def _value(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret is not None else ""
