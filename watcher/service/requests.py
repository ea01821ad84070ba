"""What an operator asks of the history from another process: left in a folder, carried out by whoever owns the history.

One process owns the history. A command that alters it therefore leaves a request; a running service carries it out
within seconds, and where none runs the command itself does.
"""

import re
import secrets
import time
from collections.abc import Callable, Container, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol, Self

import orjson
import structlog

from watcher.actions.acknowledge import acknowledge
from watcher.actions.mails import resume_mails, stop_mails
from watcher.actions.release import release
from watcher.actions.retry import Retries, drop, release_channel, retry
from watcher.actions.silence import add_silence, end_silence
from watcher.actions.watches import Wanted, make_watch, remove_watch
from watcher.config.settings import Settings
from watcher.delivery.channels.options import ChannelOptions
from watcher.errors import WatcherError
from watcher.facts.stored import ALWAYS, read, stored
from watcher.history.failures import NOT_NOW
from watcher.history.protocol import History
from watcher.rounds.remind import Sends
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.deeds import Signature
from watcher.watching.silences import Silence

log = structlog.get_logger(__name__)


class AskedOutbox(Sends, Retries, Protocol):
    """The outbox, as far as requests ask it for anything."""


@dataclass(frozen=True, slots=True)
class Request:
    """Something asked: what, and of what."""

    what: str
    """`retry` or `drop` a delivery, `retry channel`, `read` or `release` a feed, `acknowledge` a change, `silence`
    homes, or `unsilence` them, `stop mails` or `resume mails` to an address, `watch` for somebody or `unwatch`, or
    `reload` the configuration and answer under that name."""
    subject: str
    content: Mapping[str, Any] = field(default_factory=dict, metadata=ALWAYS)
    """The details, where there are any: the document of what is to be stored, or the signature of who asks."""

    @classmethod
    def signed(cls, what: str, subject: str, signature: Signature) -> Self:
        """Something asked by somebody."""
        return cls(what, subject, stored(signature))


_OF_A_FEED = ("read", "release")
_OF_AN_ADDRESS = ("stop mails", "resume mails")
"""Their subjects are in no log."""


def leave(folder: Path, request: Request) -> Path:
    """Leaves a request for the owner of the history."""
    box = folder / "requests"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    box.mkdir(mode=0o700, exist_ok=True)
    file = box / f"{secrets.token_hex(8)}.json"
    draft = file.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_bytes(orjson.dumps(stored(request)))
    return draft.replace(file)


def carry_out(
    folder: Path,
    history: History,
    outbox: AskedOutbox,
    *,
    read_now: Callable[[str], bool] = lambda _: False,
    reload: Callable[[str], bool] = lambda _: False,
    busy: Container[str] = (),
    operators_channels: Mapping[str, ChannelOptions] | None = None,
    settings: Settings | None = None,
) -> list[tuple[Request, bool]]:
    """Carries out what was left, oldest first; each request and whether there was anything to do.

    `read_now` has a feed read, or every feed where none is named. What is asked of a feed that is `busy`, since it is
    being read, waits until that is done: the end of the reading would undo it. Through the `operators_channels` is
    told who stopped his mails. Watches are made for the channels of the `settings`.
    """
    signed: Mapping[str, Callable[[str, Signature], bool]] = {
        "retry": partial(retry, history, outbox),
        "retry channel": partial(release_channel, history, outbox),
        "drop": partial(drop, history, outbox),
        "release": partial(release, history),
        "unsilence": partial(end_silence, history, outbox),
        "stop mails": partial(stop_mails, history, outbox, operators_channels=operators_channels or {}),
        "resume mails": partial(resume_mails, history),
        "unwatch": lambda subject, signature: remove_watch(history, int(subject), signature) is not None,
    }
    actions: Mapping[str, Callable[[Request], bool]] = {
        "read": lambda request: read_now(request.subject),
        "reload": lambda request: reload(request.subject),
        "acknowledge": lambda request: acknowledge(history, outbox, read(Acknowledgement, request.content)),
        "watch": lambda request: _watch(history, settings or Settings(), request.content),
        "silence": lambda request: add_silence(history, outbox, read(Silence, request.content)),
    }
    done = []
    for file in sorted((folder / "requests").glob("*.json"), key=_left):
        request, left = _read(file), _left(file)
        if request is not None and request.what in _OF_A_FEED and request.subject in busy:
            continue
        try:
            if request is None:
                raise ValueError("not a request")
            if request.what in signed:
                is_done = signed[request.what](request.subject, _signature(request, left))
            else:
                is_done = actions[request.what](request)
            done.append((request, is_done))
            about = {} if request.what in _OF_AN_ADDRESS else {"subject": request.subject}
            log.info("request carried out", what=request.what, **about, done=is_done)
        except NOT_NOW:  # it is asked again when the history takes it
            raise
        except (ValueError, KeyError, TypeError, AttributeError):
            log.warning("request not understood", file=file.name)
        except WatcherError as error:
            log.warning("request not carried out", file=file.name, error=str(error))
        _discard(file)
    return done


def _watch(history: History, settings: Settings, content: Mapping[str, Any]) -> bool:
    """Makes a watch that was asked for; False where there was such a one."""
    wanted, signature = read(Wanted, content["wanted"]), read(Signature, content["signature"])
    return make_watch(history, settings, wanted, signature).is_new


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a request that was waited for."""

    done: bool
    lines: tuple[str, ...]
    """For whoever asked."""


_NAME = re.compile(r"[0-9a-f]{16}")

_KEPT_FOR = 3600.0  # seconds; an answer that nobody has fetched by then goes


def new_name() -> str:
    """A name for an answer that nobody else waits for."""
    return secrets.token_hex(8)


def answer(folder: Path, name: str, said: Reply) -> None:
    """Leaves an answer for whoever asked, and clears away what nobody has fetched; on a full disk there is none."""
    if not _NAME.fullmatch(name):
        return
    box = folder / "requests"
    draft = box / f"{name}.draft"
    try:
        for file in box.glob("*.answer"):
            if abs(time.time() - file.stat().st_mtime) > _KEPT_FOR:
                file.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        draft.write_bytes(orjson.dumps(stored(said)))
        draft.replace(box / f"{name}.answer")
    except OSError as error:
        log.warning("a request could not be answered", error=str(error))


def fetch(folder: Path, name: str) -> Reply | None:
    """The answer of that name, which is gone then; None while there is none."""
    file = folder / "requests" / f"{name}.answer"
    try:
        said = read(Reply, orjson.loads(file.read_bytes()))
        file.unlink(missing_ok=True)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return said


def _left(file: Path) -> int:
    """When a request was left; 0 of one that has gone meanwhile."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def _discard(file: Path) -> None:
    """Removes a request; what can't be removed, such as a folder, is put out of the way."""
    try:
        file.unlink(missing_ok=True)
    except OSError:
        with suppress(OSError):
            file.replace(file.with_suffix(".odd"))


_UNSIGNED = ("retry", "retry channel", "drop", "release")
"""What the version before asked without a word of who asks, or when."""


def _signature(request: Request, left: int) -> Signature:
    """Who asked, why and when; a request of the version before does not say who, and was made when it was left."""
    said = dict(request.content)
    if "at" not in said and request.what in _UNSIGNED:
        said["at"] = datetime.fromtimestamp(left / 1e9, UTC).isoformat()
    at = datetime.fromisoformat(said["at"]).astimezone(UTC)
    return read(Signature, {"by": "", **said, "at": at})


def _read(file: Path) -> Request | None:
    try:
        return read(Request, orjson.loads(file.read_bytes()))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
