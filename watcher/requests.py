"""What an operator asks of the history from another process: left in a folder, carried out by whoever owns the history.

One process owns the history. A command that alters it therefore leaves a request; a running service carries it out
within seconds, and where none runs the command itself does.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import orjson
import structlog

from watcher.history import History
from watcher.polling import release

log = structlog.get_logger(__name__)


class Retries(Protocol):
    """The outbox, as far as requests ask it for anything."""

    def retry(self, delivery_id: str) -> bool:
        """Makes a message due now; whether there is such a message that was not accepted yet."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """Something asked: what, and of what."""

    what: str
    """`retry` a delivery, or `release` a feed."""
    subject: str


def leave(folder: Path, request: Request) -> Path:
    """Leaves a request for the owner of the history."""
    box = folder / "requests"
    box.mkdir(parents=True, exist_ok=True)
    file = box / f"{secrets.token_hex(8)}.json"
    draft = file.with_suffix(".draft")
    draft.write_bytes(orjson.dumps({"what": request.what, "subject": request.subject}))
    return draft.replace(file)


def carry_out(folder: Path, history: History, outbox: Retries) -> list[tuple[Request, bool]]:
    """Carries out what was left, oldest first; each request and whether there was anything to do."""
    actions: Mapping[str, Callable[[str], bool]] = {
        "retry": outbox.retry,
        "release": lambda feed: release(history, feed),
    }
    done = []
    for file in sorted((folder / "requests").glob("*.json"), key=lambda path: path.stat().st_mtime_ns):
        request = _read(file)
        if request is not None and request.what in actions:
            done.append((request, actions[request.what](request.subject)))
            log.info("request carried out", what=request.what, subject=request.subject, done=done[-1][1])
        else:
            log.warning("request not understood", file=file.name)
        file.unlink(missing_ok=True)
    return done


def _read(file: Path) -> Request | None:
    try:
        content = orjson.loads(file.read_bytes())
        return Request(str(content["what"]), str(content["subject"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
