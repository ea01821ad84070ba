"""What people are told, on its way: beside what is done, so that a Slack that hangs holds up no deed."""

import asyncio
import itertools
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import structlog

from watcher.bot.replies import Replies, SlackRefusedError
from watcher.bot.said import Said
from watcher.watching.asked import Asked

log = structlog.get_logger(__name__)

AT_A_TIME = 4
AGAIN_AFTER = (1.0, 5.0, 20.0)  # seconds; after that an answer is given up, never what was done
LASTS = 300.0
"""Seconds after which an answer is given up untried: while Slack hangs, each try takes ten."""
FORM_LASTS = 3.0
"""Seconds for which a form can be opened after a press."""


@dataclass(frozen=True, slots=True)
class _Letter:
    asked: Asked
    said: Said | None
    form: Mapping[str, Any] | None
    since: float
    tries: int = 0


class Outgoing:
    """Answers and forms of one bot; `on_end` is told of each question whose answer was taken or given up."""

    def __init__(self, way: str, replies: Callable[[], Replies], on_end: Callable[[Asked], None]) -> None:
        self._way, self._replies, self._on_end = way, replies, on_end
        self._executor = ThreadPoolExecutor(AT_A_TIME, thread_name_prefix=f"bot {way} says")
        self._waiting: asyncio.PriorityQueue[tuple[bool, int, _Letter]] = asyncio.PriorityQueue()
        self._numbers = itertools.count()

    def give(self, asked: Asked, said: Said | None, form: Mapping[str, Any] | None = None) -> None:
        """Has it told what came of it; never waits. Forms go first, since they can be opened for seconds only."""
        if said is None and form is None:
            self._on_end(asked)
        else:
            self._put(_Letter(asked, said, form, asyncio.get_running_loop().time()))

    async def work(self) -> None:
        """Tells one after the other; several do so side by side."""
        while True:
            *_, letter = await self._waiting.get()
            try:
                await self._tell(letter)
            except Exception:  # the boundary of one answer: the others are given all the same
                log.exception("an answer in Slack failed", way=self._way)
                self._on_end(letter.asked)

    def end(self) -> None:
        """Nothing is told any more."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _put(self, letter: _Letter) -> None:
        self._waiting.put_nowait((letter.form is None, next(self._numbers), letter))

    async def _tell(self, letter: _Letter) -> None:
        loop, asked, said = asyncio.get_running_loop(), letter.asked, letter.said
        age = loop.time() - letter.since
        if letter.form is not None and age < FORM_LASTS:
            await self._open(asked, letter.form)
        try:
            if said is not None:
                if age > LASTS:
                    raise SlackRefusedError("it could not be told for too long")
                await loop.run_in_executor(self._executor, lambda: self._replies().say(asked, said))
        except SlackRefusedError as error:
            if letter.tries < len(AGAIN_AFTER) and age <= LASTS and not error.is_final:
                again = replace(letter, tries=letter.tries + 1, form=None)
                loop.call_later(AGAIN_AFTER[letter.tries], self._put, again)
                return
            log.warning("an answer in Slack was given up", way=self._way, error=str(error))
        self._on_end(asked)

    async def _open(self, asked: Asked, form: Mapping[str, Any]) -> None:
        """Opens a form; where that fails nobody is asked for a reason, which need not be given."""
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(
                self._executor, lambda: self._replies().call("views.open", trigger_id=asked.trigger, view=form)
            )
        except SlackRefusedError as error:
            log.info("no reason could be asked for", way=self._way, error=str(error))
