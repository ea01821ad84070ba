"""Disks that fail or lose power at a chosen call; the calls they make are real ones."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from watcher.history.embedded.disk import Disk

T = TypeVar("T")


class PowerCutError(BaseException):
    """The process ends here; nothing may handle it."""


class CountingDisk(Disk):
    """Numbers its calls from 1; what happens at each is decided by `before` and `short`.

    Nothing is truly synced: these disks lose power in the imagination only, and the real call is slow.
    """

    def __init__(self) -> None:
        self.calls = 0

    def before(self, name: str) -> None:
        """Called ahead of every call; raises to prevent it."""

    def short(self, length: int) -> int:
        """How many bytes a write takes."""
        return length

    def _call(self, name: str, call: Callable[[], T]) -> T:
        self.calls += 1
        self.before(name)
        return call()

    def make_folder(self, folder: Path) -> None:
        self._call("make_folder", lambda: Disk.make_folder(Disk(), folder))

    def open(self, path: Path, flags: int) -> int:
        return self._call("open", lambda: super(CountingDisk, self).open(path, flags))

    def open_private(self, path: Path) -> int:
        return self._call("open", lambda: super(CountingDisk, self).open_private(path))

    def write(self, descriptor: int, content: bytes | memoryview) -> int:
        self.calls += 1
        self.before("write")
        taken = super().write(descriptor, content[: self.short(len(content))])
        self.after_write()
        return taken

    def after_write(self) -> None:
        """Called once the bytes are written."""

    def sync(self, descriptor: int) -> None:
        self._call("sync", lambda: None)

    def truncate(self, descriptor: int, length: int) -> None:
        self._call("truncate", lambda: super(CountingDisk, self).truncate(descriptor, length))

    def rename(self, source: Path, target: Path) -> None:
        self._call("rename", lambda: super(CountingDisk, self).rename(source, target))

    def link(self, source: Path, target: Path) -> None:
        self._call("link", lambda: super(CountingDisk, self).link(source, target))

    def unlink(self, path: Path) -> None:
        self._call("unlink", lambda: super(CountingDisk, self).unlink(path))

    def sync_folder(self, folder: Path) -> None:
        self._call("sync_folder", lambda: None)


FAILURES = (
    "ENOSPC once",
    "EIO once",
    "short write",
    "short write, then ENOSPC",
    "full from here on",
    "EIO from here on",
)
_TAKES_ROOM = frozenset({"make_folder", "open", "write", "link"})


class FailingDisk(CountingDisk):
    """Fails call `at` in one of the ways of FAILURES, until it is repaired."""

    def __init__(self, failure: str, at: int) -> None:
        super().__init__()
        self.failure = failure
        self.at = at
        self.failed = False
        self.repaired = False

    def before(self, name: str) -> None:
        number = {
            "ENOSPC once": errno.ENOSPC if self.calls == self.at else 0,
            "EIO once": errno.EIO if self.calls == self.at else 0,
            "short write": 0,
            "short write, then ENOSPC": errno.ENOSPC if self.calls == self.at + 1 and self.failed else 0,
            "full from here on": errno.ENOSPC if self.calls >= self.at and name in _TAKES_ROOM else 0,
            "EIO from here on": errno.EIO if self.calls >= self.at else 0,
        }[self.failure]
        if number and not self.repaired:
            self.failed = True
            raise OSError(number, os.strerror(number))

    def short(self, length: int) -> int:
        if self.failure.startswith("short write") and self.calls == self.at and not self.repaired:
            self.failed = True
            return length // 2
        return length


class MortalDisk(CountingDisk):
    """Loses power before call `at`, or with half of it done if that is a write.

    It knows what was synced: a cut may keep or lose every other byte and every other change of a name.
    """

    def __init__(self, folder: Path, at: int) -> None:
        super().__init__()
        self._folder = folder
        self._at = at
        self._descriptors: set[int] = set()
        self._held: dict[int, int] = {}
        self._synced: dict[int, bytes] = {}
        self._names: dict[str, int] = {}
        self._names_before: dict[str, int] = {}
        self.died = False
        if folder.exists():
            for path in folder.iterdir():
                self._hold(path)
                self._synced[path.stat().st_ino] = path.read_bytes()
            self._names = self._present_names()

    def _hold(self, path: Path) -> None:
        """A held file keeps its inode number from being given to another one."""
        if path.stat().st_ino not in self._held:
            self._held[path.stat().st_ino] = os.open(path, os.O_RDONLY)

    def _present_names(self) -> dict[str, int]:
        return {path.name: path.stat().st_ino for path in self._folder.iterdir()} if self._folder.exists() else {}

    def before(self, name: str) -> None:
        if name in ("open", "rename", "link", "unlink"):
            self._names_before = self._present_names()
        if self.calls == self._at and name != "write":
            self._die()

    def short(self, length: int) -> int:
        return length // 2 if self.calls == self._at else length

    def after_write(self) -> None:
        if self.calls == self._at:
            self._die()

    def revive(self) -> None:
        """The process is started again; no power was lost yet."""
        self._at = 0

    def _die(self) -> None:
        self.died = True
        for descriptor in self._descriptors:
            os.close(descriptor)
        self._descriptors.clear()
        raise PowerCutError

    def open(self, path: Path, flags: int) -> int:
        descriptor = super().open(path, flags)
        self._descriptors.add(descriptor)
        self._hold(path)
        return descriptor

    def close(self, descriptor: int) -> None:
        if descriptor in self._descriptors:
            self._descriptors.remove(descriptor)
            super().close(descriptor)

    def sync(self, descriptor: int) -> None:
        super().sync(descriptor)
        inode = os.fstat(descriptor).st_ino
        self._synced[inode] = self._content(inode)

    def sync_folder(self, folder: Path) -> None:
        super().sync_folder(folder)
        self._names = self._present_names()

    def _content(self, inode: int) -> bytes:
        held = self._held[inode]
        return os.pread(held, os.fstat(held).st_size, 0)

    def power_returns(self, *, names: str, bytes_: str) -> None:
        """Leaves in the folder what such a cut leaves: `kept`, `lost`, for bytes `half`, for names `newest kept`."""
        chosen = {"kept": self._present_names(), "lost": self._names, "newest kept": self._newest_names()}[names]
        contents = {name: self._survived(inode, bytes_) for name, inode in chosen.items()}
        for held in self._held.values():
            os.close(held)
        for path in self._folder.iterdir() if self._folder.exists() else ():
            path.unlink()
        for name, content in contents.items():
            (self._folder / name).write_bytes(content)

    def _newest_names(self) -> dict[str, int]:
        """Of all changes since the folder was synced, the last alone."""
        now, before = self._present_names(), self._names_before
        given = {name: inode for name, inode in now.items() if before.get(name) != inode}
        taken = before.keys() - now.keys()
        return {name: inode for name, inode in (self._names | given).items() if name not in taken}

    def _survived(self, inode: int, bytes_: str) -> bytes:
        now, synced = self._content(inode), self._synced.get(inode, b"")
        if bytes_ == "half" and now.startswith(synced):
            return now[: (len(synced) + len(now)) // 2]
        return now if bytes_ == "kept" else synced
