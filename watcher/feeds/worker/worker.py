"""Has foreign bytes read by another process, and replaces it when they have been too much for it."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from watcher.errors import CouldNotTellError, TransientError
from watcher.feeds.worker import child
from watcher.feeds.worker.task import MEGABYTE, Limits, P, T, Task
from watcher.text import printable

LONGEST = timedelta(minutes=5)
"""On the wall's clock, for one thing to be read: many times what processor time allows, however busy the machine is."""
TASKS_A_PROCESS = 500
"""A process is replaced after so many, whatever it may have gathered."""
_LAST_WORDS = timedelta(seconds=5)
"""How long a process that broke off its answer may take to be gone."""
KEPT = ("PATH", "LD_LIBRARY_PATH")
"""Of the environment: what Python may need to start, and no secrets."""
_FROM_OUTSIDE = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT})
"""Signals that nothing in foreign bytes can bring about: the system was short of memory, or somebody ended it."""


TOO_LONG = b'{"exhausted":"answer"}'
"""What stands for an answer that is longer than the limit."""


class WorkerInterruptedError(TransientError):
    """What was to be read has not been, for a reason that lies in this machine: it can be tried again soon."""


class Worker:
    """Does one task at a time in another process, which starts with the first; foreign bytes cost it and nothing else.

    `limits` stand in for those of every task.
    """

    def __init__(
        self, limits: Limits | None = None, longest: timedelta = LONGEST, tasks_a_process: int = TASKS_A_PROCESS
    ) -> None:
        self._limits = limits
        self._longest = longest.total_seconds()
        self._tasks_a_process = tasks_a_process
        self._process: Process | None = None
        self._tasks = 0
        self._turn = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return self._process.pid if self._process is not None else None

    async def do(self, task: Task[P, T], content: bytes, *arguments: P.args, **named: P.kwargs) -> T:
        """What the task's function makes of the bytes.

        Raises the task's error for bytes that are not understood or break its limits, WorkerInterruptedError where
        that can't be told; nothing else, whatever the bytes are.
        """
        limits = self._limits or task.limits
        request = request_for(task, limits, arguments, named)
        async with self._turn:
            answer = await self._answer(task, limits, (request, content))
            if "value" not in answer and "error" not in answer:
                await self._end()  # nobody knows in what state it is
        return understood(task, limits, answer)

    async def close(self) -> None:
        """Ends the process, if there is one."""
        async with self._turn:
            await self._end()

    async def _answer(self, task: Task[P, T], limits: Limits, pieces: tuple[bytes, ...]) -> dict[str, Any]:
        try:
            async with asyncio.timeout(self._longest):
                return answer_of(await self._exchange(await self._started(), pieces, limits.answer))
        except TimeoutError as error:
            await self._end()
            raise WorkerInterruptedError(
                f"was not read within {self._longest / 60:g} minutes: this machine is too busy, or the process that "
                "reads was stopped"
            ) from error
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise cause_of(task, limits, await self._end_of_process()) from error
        except OSError as error:
            await self._end()
            raise WorkerInterruptedError(f"was not read: a process for it can't be started ({error})") from error
        except BaseException:
            await self._end()  # half an answer may be in the pipe: nobody can go on with this process
            raise

    async def _started(self) -> Process:
        if self._process is not None and (self._process.returncode is not None or self._tasks >= self._tasks_a_process):
            await self._end()
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-B", str(Path(child.__file__)), str(os.getpid())),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env={name: os.environ[name] for name in KEPT if name in os.environ},
                start_new_session=True,  # an interrupt from the terminal is for the watcher, which then ends it
            )
            self._tasks = 0
        self._tasks += 1
        return self._process

    async def _exchange(self, process: Process, pieces: tuple[bytes, ...], longest: int) -> bytes:
        if process.stdin is None or process.stdout is None:
            raise ConnectionError("the process has no pipes")
        for piece in pieces:
            process.stdin.write(child.LENGTH.pack(len(piece)))
            process.stdin.write(piece)
        await process.stdin.drain()
        (length,) = child.LENGTH.unpack(await process.stdout.readexactly(child.LENGTH.size))
        if length > longest:
            return TOO_LONG
        return await process.stdout.readexactly(length)

    async def _end_of_process(self) -> int:
        """How a process ended that broke off its answer, as subprocess says it; 0 for one that had to be ended."""
        process, code = self._process, 0
        if process is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST_WORDS.total_seconds()):
                    code = await process.wait()
        await self._end()
        return code

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


def request_for(task: Task[P, T], limits: Limits, arguments: Sequence[Any], named: Mapping[str, Any]) -> bytes:
    """What the process is asked before it gets the bytes."""
    asked = {"arguments": arguments, "named": named, "seconds": limits.seconds, "memory": limits.memory}
    return orjson.dumps({"task": task.name, **asked})


def answer_of(answer: bytes) -> dict[str, Any]:
    """What a process answered, whatever the bytes are."""
    try:
        said = orjson.loads(answer)
    except orjson.JSONDecodeError:
        said = None
    return said if isinstance(said, dict) else {"failed": "its answer is no JSON object"}


def understood(task: Task[P, T], limits: Limits, answer: dict[str, Any]) -> T:
    """The value, or the error raised that the answer is."""
    if "value" in answer:
        try:
            return task.value(answer["value"])
        except ValueError as error:
            raise task.error("it could not be read: the process that read it answered nonsense") from error
    if "error" in answer:
        raise task.refusal(str(answer["error"]), str(answer.get("message")))
    match answer.get("exhausted"):
        case "memory":
            raise task.error(f"it could not be read within {limits.memory // MEGABYTE} MB of memory")
        case "answer":
            raise task.error(f"it says more than {limits.answer // MEGABYTE} MB: nothing of its kind does")
    raise task.error(f"it could not be read: {printable(str(answer.get('failed')))}")


def cause_of(task: Task[P, T], limits: Limits, code: int) -> CouldNotTellError | WorkerInterruptedError:
    """Why a process ended in the middle of a task."""
    if code == -signal.SIGXCPU:
        return task.error(f"it could not be read within {limits.seconds} seconds of processor time")
    if -code in _FROM_OUTSIDE:
        return WorkerInterruptedError(
            f"was not read: the process that reads was ended from outside ({signal.Signals(-code).name}), perhaps "
            "because this machine was short of memory"
        )
    how = signal.Signals(-code).name if -code in set(signal.Signals) else f"code {code}"
    return task.error(
        f"it could not be read: the process that reads broke down over it ({how}), perhaps for want of more than "
        f"{limits.memory // MEGABYTE} MB of memory"
    )
