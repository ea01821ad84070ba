"""Every call that changes a file of the history; nothing else in this package writes."""

import contextlib
import errno
import os
from collections.abc import Iterable
from pathlib import Path

NO_FOLDER_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.EBADF)
"""What a file system says that can't sync a folder."""

NO_LINKS = frozenset({errno.EPERM, errno.EMLINK, errno.ENOSYS, errno.EOPNOTSUPP})
"""What file systems without hard links answer."""


class Disk:
    """The machine's own calls, one method each, so that a test can fail any of them; all raise OSError."""

    def make_folder(self, folder: Path) -> None:
        """Creates the folder, for its owner alone, and those above it, durably; one that exists is left alone."""
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in missing:
            self.sync_folder(path.parent)

    def open(self, path: Path, flags: int) -> int:
        """A descriptor of the file, which is its owner's alone from here on, as far as that can be had."""
        descriptor = os.open(path, flags, 0o600)
        with contextlib.suppress(OSError):  # a file of somebody else's, or a file system without rights
            os.fchmod(descriptor, 0o600)
        return descriptor

    def open_private(self, path: Path) -> int:
        """A descriptor of a new file that its owner alone may read."""
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)

    def close(self, descriptor: int) -> None:
        """Lets go of a descriptor; writes nothing."""
        os.close(descriptor)

    def write(self, descriptor: int, content: bytes | memoryview) -> int:
        """How many bytes were taken, which may be fewer than given."""
        return os.write(descriptor, content)

    def sync(self, descriptor: int) -> None:
        """What was written to the file, and its length, survive a power cut."""
        os.fdatasync(descriptor)

    def truncate(self, descriptor: int, length: int) -> None:
        """Cuts the file to its first `length` bytes."""
        os.ftruncate(descriptor, length)

    def rename(self, source: Path, target: Path) -> None:
        """Puts one file in the place of another at once."""
        source.rename(target)

    def link(self, source: Path, target: Path) -> None:
        """Gives a file a second name."""
        target.hardlink_to(source)

    def unlink(self, path: Path) -> None:
        """Removes a name; a missing one is no error."""
        path.unlink(missing_ok=True)

    def sync_folder(self, folder: Path) -> None:
        """Names given and taken in the folder survive a power cut; some network file systems keep them unasked."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in NO_FOLDER_SYNC:
                raise
        finally:
            os.close(descriptor)


def write_all(disk: Disk, descriptor: int, content: bytes) -> None:
    """Writes everything, however few bytes a call takes."""
    rest = memoryview(content)
    while rest:
        rest = rest[disk.write(descriptor, rest) :]


def write_file(disk: Disk, path: Path, content: Iterable[bytes]) -> None:
    """A new file with this content, durable but for its name, in place of any old one."""
    descriptor = disk.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        for part in content:
            write_all(disk, descriptor, part)
        disk.sync(descriptor)
    finally:
        disk.close(descriptor)


def keep(disk: Disk, path: Path, name: Path) -> None:
    """Keeps the file under a second name too, in place of whatever had it; where there are no links, a copy."""
    disk.unlink(name)
    try:
        disk.link(path, name)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        write_file(disk, name, [path.read_bytes()])


def discard(disk: Disk, paths: Iterable[Path]) -> None:
    """Removes what a failed write left; one that stays is overwritten the next time."""
    for path in paths:
        with contextlib.suppress(OSError):
            disk.unlink(path)
