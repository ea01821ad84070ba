"""Which process this is, and which owns a folder: said by a lock that the kernel drops when the process ends."""

import fcntl
import os
import socket
from pathlib import Path

NAME = "history.lock"
"""The file in a folder that its owner has locked, and signed."""


def holder(folder: Path) -> str | None:
    """Who owns the folder's history now, such as `pid 17 on desk`; None if nobody does, whatever files lie there."""
    try:
        descriptor = os.open(folder / NAME, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.pread(descriptor, 300, 0).decode(errors="replace").strip() or "a process that has not said its pid"
    except OSError:  # a file system without locks
        return None
    finally:
        os.close(descriptor)
    return None


def signature() -> str:
    """This process, as the lock names it."""
    return f"pid {os.getpid()} on {socket.gethostname()}"
