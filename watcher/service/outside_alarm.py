"""A sign of life for somebody outside: called after a good round, so that silence tells what this machine cannot."""

import ssl
import threading
import urllib.request
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from urllib.error import HTTPError

import structlog
from pydantic import SecretStr

from watcher import __version__
from watcher.delivery.opener import opener
from watcher.options.way_out import DIRECTLY, WayOut
from watcher.rounds.poll import Round
from watcher.service.undelivered import LONGEST_UNSENT
from watcher.timing.clock import Clock
from watcher.timing.threads import NONE_LEFT, begin_thread

log = structlog.get_logger(__name__)

AT_MOST_EVERY = timedelta(minutes=1)
_TIMEOUT = 10.0  # seconds
_REDIRECTS = range(300, 400)


class Lifesign:
    """Calls a secret URL and no other, in a thread of its own, at most once a minute; without a URL it does nothing."""

    def __init__(
        self,
        url: str | SecretStr | None,
        clock: Clock,
        *,
        trust: ssl.SSLContext | None = None,
        way_out: WayOut = DIRECTLY,
    ) -> None:
        self._secret = SecretStr(url) if isinstance(url, str) else url
        self._clock = clock
        self._trust = trust or (ssl.create_default_context() if url else None)
        self._way_out = way_out
        self._last: float | None = None
        self._call: threading.Thread | None = None
        self._failure = ""

    @classmethod
    def of(cls, url: SecretStr | None, clock: Clock, way_out: WayOut) -> "Lifesign":
        """The one that the configuration asks for."""
        return cls(url, clock, way_out=way_out)

    def give(self) -> None:
        """Says that all is well; never blocks and never raises for anything the other side does."""
        now = self._clock.monotonic()
        is_calling = self._call is not None and self._call.is_alive()
        is_early = self._last is not None and now - self._last < AT_MOST_EVERY.total_seconds()
        if self._secret is None or is_calling or is_early:
            return
        self._last = now
        url = self._secret.get_secret_value()
        self._call = begin_thread(partial(self._get, url), "sign of life")
        if self._call is None:
            self._note(NONE_LEFT)

    def finish(self, within: timedelta) -> None:
        """Waits for a call that is under way, so that a command does not end before it is out."""
        if self._call is not None:
            self._call.join(within.total_seconds())

    def _get(self, url: str) -> None:
        request = urllib.request.Request(url, headers={"User-Agent": f"watcher/{__version__}"})  # noqa: S310  # the configuration takes http and https alone
        try:
            with opener(self._trust, self._way_out.to(url)).open(request, timeout=_TIMEOUT) as answer:
                answer.read(1000)
        except Exception as error:  # noqa: BLE001  # the boundary of a thread; the text of an error may repeat the secret URL
            if isinstance(error, HTTPError):
                error.close()
            failure = _failure_of(error)
        else:
            failure = ""
        self._note(failure)

    def _note(self, failure: str) -> None:
        if failure != self._failure:
            self._failure = failure
            if failure:
                log.warning("the sign of life did not get through", error=failure, advice="look at heartbeat_url_file")
            else:
                log.info("the sign of life gets through again")


def _failure_of(error: Exception) -> str:
    status = getattr(error, "code", "")
    if status in _REDIRECTS:
        return f"it was answered with a redirect ({status}), which is not followed"
    return f"{type(error).__name__} {status}".strip()


def give_sign(rounds: Iterable[Round], oldest_waiting: timedelta | None, lifesign: Lifesign) -> None:
    """Says that all is well if a feed was read well and no message is stuck."""
    is_stuck = oldest_waiting is not None and oldest_waiting > LONGEST_UNSENT
    if not is_stuck and any(turn.reading.outcome.is_good for turn in rounds):
        lifesign.give()
