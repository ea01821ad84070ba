"""The pulse of the service: which jobs came through and when, for the health page and for `watcher status`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from watcher.options.owner import holder, signature
from watcher.timing.durations import format_duration

JOBS = ("feeds", "outbox", "digests", "self-watch")
"""The jobs without which the service is blind or mute."""

STALE_AFTER = timedelta(minutes=2)
"""A pulse older than this means that the service hangs, though its process may live."""

_BY = "by"
"""Where the file says whose pulse it is, in the words of the lock."""

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
            beats = {name: at.isoformat() for name, at in self._beats.items()}
            self._write(orjson.dumps({**beats, _BY: signature()}))

    def _write(self, content: bytes) -> None:
        """On a full disk the old pulse stays and grows stale, which is what it should say."""
        draft = self._file.with_suffix(".draft")
        try:
            draft.touch(mode=0o600)
            draft.write_bytes(content)
            draft.replace(self._file)
        except OSError as error:
            import structlog  # of no use to commands that only look

            log = structlog.get_logger(__name__)
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


@dataclass(frozen=True, slots=True)
class Written:
    """What the file says."""

    beats: Mapping[str, datetime]
    by: str | None
    """Whose pulse it is, in the words of the lock; None of an older version."""


def read(folder: Path) -> Written | None:
    """The pulse that lies in a folder; None where none does, as where the service ended in good order."""
    try:
        said = orjson.loads((folder / "heartbeat.json").read_bytes())
        beats = {str(job): datetime.fromisoformat(at) for job, at in said.items() if job in JOBS}
        by = said.get(_BY)
    except (OSError, ValueError, AttributeError, TypeError):
        return None
    return Written(beats, by if isinstance(by, str) else None) if beats else None


@dataclass(frozen=True, slots=True)
class Pulse:
    """Whether a service runs: by the lock of its history, which the kernel drops when it ends, and by its heartbeat."""

    age: timedelta | None
    """Of the heartbeat of the service that holds the lock; None where none does."""
    holder: str | None
    """Who holds the lock: the service, or a command."""
    last: timedelta | None = None
    """How long ago a service that did not end in good order gave its last sign of life."""

    @property
    def is_alive(self) -> bool:
        """Whether the service does its work."""
        return self.age is not None and self.age <= STALE_AFTER

    @property
    def word(self) -> str:
        """`alive`, `hangs` or `not running`."""
        return "not running" if self.age is None else "alive" if self.is_alive else "hangs"

    def as_json(self) -> dict[str, Any]:
        """The same for programs; its keys are those of `status`."""
        age = self.age.total_seconds() if self.age is not None else None
        return {"service": self.word, "heartbeat_age_seconds": age, "running": self.is_alive}

    def sentence(self) -> str:
        """The same for people."""
        if self.age is not None:
            return f"service: {self.word}, heartbeat {format_duration(self.age)} ago"
        if self.last is not None and self.holder is None:
            ended = (
                f"the last one did not end in good order, its last sign of life was {format_duration(self.last)} ago"
            )
            return f"no service is running: {ended}. Start it again"
        if self.holder is None:
            return "no service is running"
        return f"no service is running; the history is in the hands of {self.holder}: a command, or one just beginning"


def pulse(folder: Path, now: datetime) -> Pulse:
    """The pulse of the service of a folder; what a killed one left behind is none."""
    owner, written = holder(folder), read(folder)
    if written is None:
        return Pulse(None, owner)
    since = age(written.beats, now)
    is_anothers = owner is not None and owner.startswith("pid ") and written.by not in (owner, None)
    return Pulse(None, owner, since) if owner is None or is_anothers else Pulse(since, owner)
