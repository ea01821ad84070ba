"""Has foreign bytes read by a process of their own, for whoever cannot wait in an event loop."""

import os
import subprocess
import sys
from pathlib import Path

from watcher.feeds.worker import child
from watcher.feeds.worker.task import P, T, Task
from watcher.feeds.worker.worker import (
    KEPT,
    LONGEST,
    TOO_LONG,
    WorkerInterruptedError,
    answer_of,
    cause_of,
    request_for,
    understood,
)


def do_at_once(task: Task[P, T], content: bytes, *arguments: P.args, **named: P.kwargs) -> T:
    """What the task's function makes of the bytes; raises what `Worker.do` raises, and takes at most as long."""
    limits = task.limits
    try:
        ran = subprocess.run(
            [sys.executable, "-I", "-B", str(Path(child.__file__)), str(os.getpid())],
            input=_pieces(request_for(task, limits, arguments, named), content),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in KEPT if name in os.environ},
            timeout=LONGEST.total_seconds(),
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise WorkerInterruptedError("was not read in time: this machine is too busy") from error
    except OSError as error:
        raise WorkerInterruptedError(f"was not read: a process for it can't be started ({error})") from error
    answer = ran.stdout[child.LENGTH.size :]
    if ran.stdout[: child.LENGTH.size] != child.LENGTH.pack(len(answer)):
        raise cause_of(task, limits, ran.returncode)
    return understood(task, limits, answer_of(TOO_LONG if len(answer) > limits.answer else answer))


def _pieces(*pieces: bytes) -> bytes:
    return b"".join(child.LENGTH.pack(len(piece)) + piece for piece in pieces)
