"""The pulse of the service: which jobs came through and when, for the health page and for `watcher status`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import structlog

log = structlog.get_logger(__name__)

JOBS = ("feeds", "outbox", "digests", "self-watch")
"""The jobs without which the service is blind or mute."""

STALE_AFTER = timedelta(minutes=2)
"""A pulse older than this means that the service hangs, though its process may live."""

_WRITE_EVERY = timedelta(seconds=10)


class Heartbeat:
    """Notes each job that came through, and keeps the oldest of them in a small file."""

    def __init__(self, folder: Path, started: datetime) -> None:
        self._file = folder / "heartbeat.json"
        self._beats: dict[str, datetime] = dict.fromkeys(JOBS, started)
        self._written: datetime | None = None

    def beat(self, job: str, now: datetime) -> None:
        """A job came through."""
        self._beats[job] = now
        if self._written is None or now - self._written >= _WRITE_EVERY or now < self._written:
            self._written = now
            self._write(orjson.dumps({name: at.isoformat() for name, at in self._beats.items()}))

    def _write(self, content: bytes) -> None:
        """On a full disk the old pulse stays and grows stale, which is what it should say."""
        draft = self._file.with_suffix(".draft")
        try:
            draft.write_bytes(content)
            draft.replace(self._file)
        except OSError as error:
            log.warning("the heartbeat could not be written", error=str(error))

    def age(self, now: datetime) -> timedelta:
        """How long ago the job that is furthest behind came through."""
        return age(self._beats, now)

    def end(self) -> None:
        """The service ends in good order."""
        self._file.unlink(missing_ok=True)


def age(beats: Mapping[str, datetime], now: datetime) -> timedelta:
    """How long ago the job that is furthest behind came through; a clock set back counts as nothing."""
    return max(now - min(beats[job] for job in JOBS if job in beats), timedelta(0))


def read(folder: Path) -> Mapping[str, datetime] | None:
    """The pulse of the service of a folder; None where no service runs, or one ended in good order."""
    try:
        beats = orjson.loads((folder / "heartbeat.json").read_bytes())
        return {str(job): datetime.fromisoformat(at) for job, at in beats.items() if job in JOBS}
    except (OSError, ValueError, AttributeError, TypeError):
        return None
