"""A process of its own that reads foreign bytes: requests on standard input, answers on standard output, until it ends.

It is started by path with the number of its parent, and ends with it. It knows no secrets and may be killed at any
moment. A request is two pieces, JSON and the bytes to be read, an answer is one of JSON; each piece begins with its
length, 8 bytes, big-endian.

    {"task": "watcher.feeds.module:function", "arguments": [...], "named": {...}, "seconds": 20, "memory": 536870912}
    {"value": ...} or {"error": "UnexpectedPageError", "message": "..."} or {"failed": "..."} or {"exhausted": "memory"}
"""

import ctypes
import gc
import logging
import os
import resource
import signal
import struct
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

LENGTH = struct.Struct(">Q")
FEEDS = "watcher.feeds."
"""No other function of ours or anybody's is called."""
LONGEST_MESSAGE = 2_000
_ENDS_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of Linux."""


def main() -> None:
    """Serves until standard input ends, with nothing that a library may print among the answers."""
    _end_with(int(sys.argv[1]))
    root = str(Path(__file__).parents[3])
    if root not in sys.path:
        sys.path.append(root)
    logging.disable()
    for limit in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        resource.setrlimit(limit, (0, 0))
    with os.fdopen(os.dup(1), "wb") as sink:
        os.dup2(2, 1)
        serve(sys.stdin.buffer, sink)


def _end_with(parent: int) -> None:
    """Has the system end this process when its parent is killed: while it reads, it does not see its input end."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_ENDS_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit()


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answers one request after the other until the source ends."""
    from orjson import loads  # like all that is not of Python itself: not before it is known where the watcher lies

    while (asked := _piece(source)) is not None and (content := _piece(source)) is not None:
        request = loads(asked)
        _limit(request["seconds"], request["memory"])
        answer = _answer(request, content)
        del content
        sink.write(LENGTH.pack(len(answer)) + answer)
        sink.flush()


def _piece(source: BinaryIO) -> bytes | None:
    header = source.read(LENGTH.size)
    if len(header) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(header)
    piece = source.read(length)
    return piece if len(piece) == length else None


def _limit(seconds: int, memory: int) -> None:
    """Allows so many seconds more: the limit counts from the start of the process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    for limit, value in ((resource.RLIMIT_CPU, used + seconds), (resource.RLIMIT_AS, memory)):
        resource.setrlimit(limit, (value, resource.getrlimit(limit)[1]))


def _answer(request: dict[str, Any], content: bytes) -> bytes:
    from orjson import dumps

    from watcher.errors import CouldNotTellError, panics_as_errors

    try:
        with panics_as_errors():
            value = _function(request["task"])(content, *request["arguments"], **request["named"])
            return dumps({"value": value}, default=_plain)
    except MemoryError:
        gc.collect()
        return b'{"exhausted":"memory"}'
    except CouldNotTellError as error:
        return dumps({"error": type(error).__name__, "message": _said(str(error))})
    except Exception as error:  # noqa: BLE001 - a parse of foreign bytes may raise anything, and is only reported
        return dumps({"failed": _said(f"{type(error).__name__}: {error}")})


def _function(task: str) -> Any:
    module, _, name = task.partition(":")
    if not module.startswith(FEEDS):
        raise ValueError(f"{task} is no reading of a feed")
    return getattr(import_module(module), name)


def _plain(value: object) -> object:
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    raise TypeError(f"{type(value).__name__} cannot be handed back")


def _said(message: str) -> str:
    return message[:LONGEST_MESSAGE].encode("utf-8", "replace").decode("utf-8")


if __name__ == "__main__":
    main()
