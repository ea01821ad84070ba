"""One bot: its line to Slack, what arrives over it, and the doing of each thing that was asked, once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

import structlog

from watcher.bot import membership
from watcher.bot.commands.command import answer
from watcher.bot.commands.home import said_of_home
from watcher.bot.commands.question import ChatQuestion
from watcher.bot.desk import BotDesk
from watcher.bot.inbox import Inbox
from watcher.bot.line.slack_line import SlackLine
from watcher.bot.line.state import LineState
from watcher.bot.permission import Groups, why_not_allowed
from watcher.bot.places import channel_in
from watcher.bot.presses import DOES, NotMeantError, Pressed, alert_meant, reasoned
from watcher.bot.replies import NO_ANSWER, Replies, SlackRefusedError, lacks_method
from watcher.bot.said import Said
from watcher.config.made_watches import called
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.errors import WatcherError
from watcher.history.failures import CommitFailedError
from watcher.history.protocol import Transaction
from watcher.messages.alert import Alert
from watcher.text import capital
from watcher.watching.asked import Asked, Asking

log = structlog.get_logger(__name__)

_T = TypeVar("_T")

AT_A_TIME = 4
"""So many things are answered at a time; what one does to the history is one step of the loop all the same."""

TRIGGER_LASTS = timedelta(seconds=3)
"""A form can be opened for so long after a press."""

AHEAD = timedelta(minutes=1)
"""What came so far in the future came now, by a clock that was ahead: it lasts no longer for that."""

MARKED_TOGETHER = 0.05  # seconds; what is done within them is marked so in one commit
AGAIN_AFTER = 5.0  # seconds, where the history took nothing or Slack did not say who the bot is
TRIES = 3
NOT_DONE = ("That could not be done", "Something went wrong here: ask whoever runs the watcher, whose log says what.")
ANSWERED_AGAIN_AFTER = (1.0, 5.0, 20.0)  # seconds; after that an answer is given up, never what was done


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who Slack says the bot is; each part empty where it does not say."""

    team: str = ""
    enterprise: str = ""
    user: str = ""


class Bot:
    """Answers in one workspace for as long as it runs."""

    def __init__(self, way: str, options: SlackOptions, desk: BotDesk) -> None:
        self.way, self.options, self._desk = way, options, desk
        self._executor = ThreadPoolExecutor(AT_A_TIME + 1, thread_name_prefix=f"bot {way}")
        self._acknowledging = ThreadPoolExecutor(1, thread_name_prefix=f"bot {way} acknowledges")
        """Apart, so that no call of Slack's that hangs keeps Slack from hearing in time that something arrived."""
        self.way_out = desk.settings().way_out
        self._app_token, self._token = _value(options.app_token), _value(options.token)
        self.state = LineState(is_connected=False, since=desk.now(), trouble="", is_refused=False)
        self._line = self._new_line()
        self._replies = self._new_replies()
        self._groups = Groups(self._replies, desk.clock)
        self._inbox = Inbox(
            way,
            desk.history,
            desk.clock,
            acknowledge=lambda envelope, said: self._line.acknowledge(envelope, said),
            executor=self._acknowledging,
        )
        self._identity: Identity | None = None
        self._ended: list[Asked] = []
        self._marking: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._is_stopping = False

    def start(self) -> None:
        """Connects, and begins with what was asked before and is not done."""
        for number in range(AT_A_TIME):
            self._spawn(self._work(), f"{self.way} answers {number}")
        self._line.start()

    async def stop(self) -> None:
        """Ends within seconds; what is not done by then is done after the next start."""
        self._is_stopping = True
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self._line.stop)
        await self._inbox.stop()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._mark()
        for executor in (self._acknowledging, self._executor):
            executor.shutdown(wait=False, cancel_futures=True)

    def look_at_secrets(self) -> None:
        """Takes up tokens that were replaced; called now and then."""
        token, app_token = _value(self.options.token), _value(self.options.app_token)
        if token != self._token:
            self._token, self._identity = token, None
            self._replies = self._new_replies()
            self._groups = Groups(self._replies, self._desk.clock)
        if app_token != self._app_token:
            former, self._app_token = self._line, app_token
            self._line = self._new_line()
            self._line.start()
            self._spawn(self._in_thread(former.stop), f"{self.way} hangs up")

    async def look_at_watches(self) -> None:
        """Notes which watches of people's cannot tell, and which can again; called now and then."""
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

    def _spawn(self, work: Awaitable[Any], name: str) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    async def _work(self) -> None:
        while True:
            asked = await self._inbox.next()
            await self._until_done(asked)

    async def _until_done(self, asked: Asked) -> None:
        """Does one thing; where the history takes nothing, as often as it takes."""
        tries = 0
        while True:
            try:
                if await self._is_ours(asked):
                    await self._do(asked)
                break
            except CommitFailedError:
                await asyncio.sleep(AGAIN_AFTER)
            except Exception:  # the boundary of one question: the others are answered all the same
                log.exception("what was asked in Slack failed", way=self.way, asking=asked.asking.value)
                tries += 1
                if tries == TRIES:
                    await self._give_up(asked)
                    break
                await asyncio.sleep(AGAIN_AFTER)
        self._end(asked)

    async def _give_up(self, asked: Asked) -> None:
        """Tells whoever waits for an answer that there is none."""
        if asked.asking in (Asking.LEFT, Asking.JOINED):
            return
        try:
            await self._answer(asked, Said.of(*NOT_DONE))
        except Exception:  # the boundary of one question, as above
            log.exception("nobody could be told that it failed", way=self.way)

    async def _is_ours(self, asked: Asked) -> bool:
        """Whether it comes from the bot's own workspace; a foreign one is told nothing.

        What Slack does not say is waited for: a token that it refuses is the operator's matter. Only a server that is
        not Slack, and has no such method, is believed to have one workspace.
        """
        said = ""
        times = 0
        while (known := self._identity) is None:
            try:
                self._identity = identity_of(await self._in_thread(lambda: self._replies.call("auth.test")))
            except SlackRefusedError as error:
                times = times + 1 if str(error) == said else 1
                said = str(error)
                if lacks_method(error, times, self.options.url):
                    self._identity = Identity()
                    continue
                if times == TRIES:
                    log.warning("Slack does not say who the bot is: what was asked waits", way=self.way, error=said)
                await asyncio.sleep(AGAIN_AFTER)
        is_ours = not asked.team or not known.team or asked.team in (known.team, known.enterprise)
        if not is_ours:
            log.warning("something was asked from another workspace, and is not done", way=self.way)
        return is_ours

    async def _do(self, asked: Asked) -> None:
        if asked.at - (now := self._desk.now()) > AHEAD:
            asked = replace(asked, at=now)
        if asked.asking in (Asking.LEFT, Asking.JOINED):
            known = self._identity or Identity()
            if not asked.user or asked.user == known.user:
                await membership.came_or_went(self._desk, asked, self.way, self._replies, self._in_thread)
        elif asked.asking is Asking.COMMAND:
            await self._answer(asked, await self._said(self._question(asked)))
        else:
            await self._press(asked)

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

    async def _press(self, asked: Asked) -> None:
        try:
            outcome = await self._outcome(asked)
        except (NotMeantError, WatcherError) as error:
            if isinstance(error, CommitFailedError):
                raise
            outcome = Pressed(said=Said.of(capital(str(error))))
        if outcome.is_done:
            self._spawn(self._desk.deliver(), f"{self.way} changes messages")
        if outcome.form is not None and self._desk.now() - asked.at < TRIGGER_LASTS:
            await self._open(asked, outcome.form)
        if outcome.said is not None:
            await self._answer(asked, outcome.said)

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

    async def _open(self, asked: Asked, form: Mapping[str, Any]) -> None:
        """Opens a form; where that fails nobody is asked for a reason, which need not be given."""
        try:
            await self._in_thread(lambda: self._replies.call("views.open", trigger_id=asked.trigger, view=form))
        except SlackRefusedError as error:
            log.info("no reason could be asked for", way=self.way, error=str(error))

    async def _answer(self, asked: Asked, said: Said) -> None:
        for pause in (*ANSWERED_AGAIN_AFTER, None):
            try:
                await self._in_thread(lambda: self._replies.say(asked, said))
            except SlackRefusedError as error:
                if pause is None or error.is_final:
                    log.warning("an answer in Slack was given up", way=self.way, error=str(error))
                    return
                await asyncio.sleep(pause)
            else:
                return

    def _end(self, asked: Asked) -> None:
        self._ended.append(asked.ended(self._desk.now()))
        if self._marking is None:
            self._marking = asyncio.get_running_loop().call_later(MARKED_TOGETHER, self._mark)

    def _mark(self) -> None:
        """Stores what is done; what cannot be stored now is marked with the next."""
        if self._marking is not None:
            self._marking.cancel()
            self._marking = None
        ended, self._ended = self._ended, []
        if not ended:
            return
        try:
            self._desk.history.commit(Transaction(asked=ended))
        except CommitFailedError:
            self._ended = [*ended, *self._ended]
            if not self._is_stopping:
                self._marking = asyncio.get_running_loop().call_later(AGAIN_AFTER, self._mark)


def identity_of(said: Mapping[str, Any]) -> Identity:
    """Who the bot is; raises SlackRefusedError where no workspace is named, for then whoever asked would be of it."""
    parts = {"team": "team_id", "enterprise": "enterprise_id", "user": "user_id"}
    known = Identity(**{part: said[key] for part, key in parts.items() if isinstance(said.get(key), str)})
    if not known.team:
        raise SlackRefusedError(NO_ANSWER)
    return known


def _value(secret: Any) -> str:
    return secret.get_secret_value() if secret is not None else ""
