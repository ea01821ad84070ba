"""One process owns the folder: a lock that the kernel drops when the process ends, however it ends."""

import contextlib
import errno
import fcntl
import os
import time
from pathlib import Path

from watcher.history.embedded.disk import Disk, write_all
from watcher.history.failures import HistoryLockedError, HistoryUnusableError
from watcher.options.owner import NAME, signature

_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)
"""What a file system says that knows no locks."""

_LOOKS_PASS_WITHIN = (0.01, 0.05)  # seconds


class FolderLock:
    """Held from the moment it is made until it is released; raises HistoryLockedError if another process has it."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._disk = disk
        self._descriptor = disk.open(folder / NAME, os.O_RDWR | os.O_CREAT)
        try:
            self._take()
        except OSError as error:
            holder = os.pread(self._descriptor, 300, 0).decode(errors="replace").strip()
            self.release()
            if error.errno in _NO_LOCKS:
                raise HistoryUnusableError(
                    f"Nothing can be locked in {folder} ({error.strerror}), and two watchers could write one history. "
                    f"Set data_dir to a folder on a disk of this machine."
                ) from error
            if not isinstance(error, BlockingIOError):
                raise
            raise HistoryLockedError(
                f"The history in {folder} belongs to another watcher, {holder or 'which has not said its pid'}. "
                f"Stop that one first, or give this one its own data_dir."
            ) from error
        self._sign()

    def _take(self) -> None:
        """Tried for a moment, since `holder` has the lock for the time that it takes to look."""
        for wait in (*_LOOKS_PASS_WITHIN, None):
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if wait is None:
                    raise
                time.sleep(wait)
            else:
                return

    def _sign(self) -> None:
        """The lock holds without its text, and on a full disk the history must still open."""
        text = f"{signature()}\n".encode()
        with contextlib.suppress(OSError):
            write_all(self._disk, self._descriptor, text)
            self._disk.truncate(self._descriptor, len(text))

    def release(self) -> None:
        """Lets the next process in; the file stays, for removing it would let two in."""
        self._disk.close(self._descriptor)
