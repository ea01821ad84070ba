"""The file of the configuration and those that are read with it, read as a whole and watched for changes."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from watcher.config.contact import require_contact
from watcher.config.settings import DEFAULT_FILE, Settings, load, named_files, watched_files
from watcher.options.mistakes import ConfigError, Mistake

_Sign = tuple[int, int, int, int, int] | None


class ConfigSource:
    """The file of the configuration and those that are read with it: read as a whole, and watched for changes."""

    def __init__(self, path: Path | None) -> None:
        self._path = DEFAULT_FILE if path is None and DEFAULT_FILE.exists() else path
        self._files: tuple[Path, ...] = (self._path or DEFAULT_FILE,)
        self._read: Mapping[Path, _Sign] = {}
        self._seen: Mapping[Path, _Sign] = {}
        self._has_read = False

    def load(self) -> Settings:
        """The settings with their secrets; raises WatcherError, ConfigError with every mistake at once.

        A file that was read once is asked for from then on, so that one that vanishes is a mistake and no wish.
        """
        path = self._path or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
        # Asked of the system before they are read: whatever changes meanwhile is read again.
        self._read = _signs((*self._files, *named_files(path)))
        self.watch_all_named()
        if self._has_read and path is not None and path.exists() and not path.is_file():
            what = "cannot be read again: a pipe is read once, so put a file in its place"
            raise ConfigError(path, [Mistake(None, "", what)])
        settings = load(path, with_secrets=True)
        require_contact(settings, path)
        self._path, self._files, self._has_read = path, watched_files(settings, path), True
        return settings

    def watch_all_named(self) -> None:
        """As long as it is wrong: any file that it names may be what mends it."""
        self._files = tuple(self._read)

    def has_changed(self) -> bool:
        """Whether the files are others than those read, and have stood still since this was last asked."""
        now = _signs(self._files)
        stands_still, self._seen = now == self._seen, now
        return stands_still and any(now[file] != self._read.get(file) for file in self._files)


def _signs(files: Iterable[Path]) -> Mapping[Path, _Sign]:
    return {file: _sign(file) for file in files}


def _sign(file: Path) -> _Sign:
    """Another one for whatever replaces a file, be it by a rename or below a link; None while there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_dev
