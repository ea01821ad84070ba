"""What was asked, carried out by whoever owns the history."""

from collections.abc import Callable, Container, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

import orjson
import structlog

from watcher.actions.acknowledge import acknowledge
from watcher.actions.mails import resume_mails, stop_mails
from watcher.actions.release import release
from watcher.actions.retry import Retries, drop, release_channel, retry
from watcher.actions.silence import SendsAndKnows, add_silence, end_silence
from watcher.actions.watches import Wanted, make_watch, remove_watch
from watcher.config.settings import Settings
from watcher.delivery.channels.options import ChannelOptions
from watcher.errors import WatcherError
from watcher.facts.stored import read, stored
from watcher.history.box import Box
from watcher.history.failures import NOT_NOW
from watcher.history.protocol import History
from watcher.service.requests import DEED, Deed, Reply, Request, read_request
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.deeds import Signature
from watcher.watching.silences import Silence

log = structlog.get_logger(__name__)

_OF_A_FEED = ("read", "release")
_NOT_NAMED = ("stop mails", "resume mails", DEED)
"""Their subjects are in no log: addresses may be among them."""


class AskedOutbox(SendsAndKnows, Retries, Protocol):
    """The outbox, as far as requests ask it for anything."""


def nothing_of_the_kind(request: Request) -> Reply:
    """Who serves no pages does nothing that these ask for."""
    raise ValueError(f"{request.what} is asked of what serves no pages")


def carry_out(
    box: Box,
    history: History,
    outbox: AskedOutbox,
    *,
    read_now: Callable[[str], bool] = lambda _: False,
    reload: Callable[[str], bool] = lambda _: False,
    deed: Deed = nothing_of_the_kind,
    busy: Container[str] = (),
    operators_channels: Mapping[str, ChannelOptions] | None = None,
    settings: Settings | None = None,
) -> list[tuple[Request, bool]]:
    """Carries out what was left, oldest first; each request and whether there was anything to do.

    `read_now` has a feed read, or every feed where none is named. What is asked of a feed that is `busy`, since it is
    being read, waits until that is done: the end of the reading would undo it. Through the `operators_channels` is told
    who stopped his mails. Watches are made for the channels of the `settings`.
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
    for left in box.left():
        request = read_request(left.content)
        if request is not None and request.what in _OF_A_FEED and request.subject in busy:
            continue
        try:
            if request is None:
                raise ValueError("not a request")
            if request.what == DEED:
                said = deed(request)
                box.answer(left.name, orjson.dumps(stored(said)))
                is_done = said.done
            elif request.what in signed:
                is_done = signed[request.what](request.subject, _signature(request, left.at))
            else:
                is_done = actions[request.what](request)
            done.append((request, is_done))
            about = {} if request.what in _NOT_NAMED else {"subject": request.subject}
            log.info("request carried out", what=request.what, **about, done=is_done)
        except NOT_NOW:  # it is asked again when the history takes it
            raise
        except (ValueError, KeyError, TypeError, AttributeError):
            log.warning("request not understood", name=left.name)
        except WatcherError as error:
            log.warning("request not carried out", name=left.name, error=str(error))
        box.discard(left.name)
    return done


def _watch(history: History, settings: Settings, content: Mapping[str, Any]) -> bool:
    """Makes a watch that was asked for; False where there was such a one."""
    wanted, signature = read(Wanted, content["wanted"]), read(Signature, content["signature"])
    return make_watch(history, settings, wanted, signature).is_new


_UNSIGNED = ("retry", "retry channel", "drop", "release")
"""What the version before asked without a word of who asks, or when."""


def _signature(request: Request, left: datetime) -> Signature:
    """Who asked, why and when; a request of the version before does not say who, and was made when it was left."""
    said = dict(request.content)
    if "at" not in said and request.what in _UNSIGNED:
        said["at"] = left.isoformat()
    at = datetime.fromisoformat(said["at"]).astimezone(UTC)
    return read(Signature, {"by": "", **said, "at": at})
