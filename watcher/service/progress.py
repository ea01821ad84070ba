"""How far the readings of the service are: in its log, and in a small file for `watcher status`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from watcher.feeds.advance import Advance
from watcher.options.owner import holder, signature
from watcher.timing.clock import Clock

LOGGED_EVERY = timedelta(minutes=1)
WRITTEN_EVERY = timedelta(seconds=5)


class ReadingProgress:
    """Keeps how far each reading is; the file is there only while one is under way."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._file = folder / "reading.json"
        self._clock = clock
        self._advances: dict[str, Advance] = {}
        self._logged: dict[str, float] = {}
        self._written: float | None = None

    def note(self, feed: str, advance: Advance | None) -> None:
        """A reading has come so far, or has ended."""
        now = self._clock.monotonic()
        if advance is None:
            self._advances.pop(feed, None)
            self._logged.pop(feed, None)
            self._written = None
        else:
            self._advances[feed] = advance
            self._log(feed, advance, now)
        if self._written is None or now - self._written >= WRITTEN_EVERY.total_seconds():
            self._written = now if advance else None
            self._write()

    @property
    def advances(self) -> Mapping[str, Advance]:
        """How far each reading under way is, by feed."""
        return dict(self._advances)

    def _log(self, feed: str, advance: Advance, now: float) -> None:
        """A line a minute at most; none of a reading that is over sooner."""
        if now - self._logged.setdefault(feed, now) >= LOGGED_EVERY.total_seconds():
            self._logged[feed] = now
            _logger().info("reading", feed=feed, progress=advance.sentence(self._clock.now()))

    def _write(self) -> None:
        draft = self._file.with_suffix(".draft")
        try:
            if self._advances:
                draft.write_bytes(orjson.dumps({"by": signature(), "feeds": self._advances}))
                draft.replace(self._file)
            else:
                self._file.unlink(missing_ok=True)
        except OSError as error:  # on a full disk; the heartbeat says so too
            _logger().warning("how far the reading is could not be written", error=str(error))


def under_way(folder: Path) -> Mapping[str, Advance]:
    """How far the readings of the folder's owner are; what a killed one left behind is none of them."""
    try:
        written = orjson.loads((folder / "reading.json").read_bytes())
        if written["by"] != holder(folder):
            return {}
        return {
            feed: Advance(int(said["done"]), int(said["due"]), datetime.fromisoformat(said["began"]))
            for feed, said in written["feeds"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _logger() -> Any:
    import structlog  # of no use to commands that only look

    return structlog.get_logger(__name__)
