"""The thread that opens connections, one after the other, whenever one is wanted."""

import ssl
import threading
from collections.abc import Callable

from watcher.bot.line.opening import Opening
from watcher.bot.line.wire import Wire
from watcher.delivery.channels.slack.invitation import NoInvitation, invite
from watcher.options.way_out import WayOut
from watcher.text import inert
from watcher.timing.clock import Clock

_TICK = 0.2
"""Seconds at most between two looks at the clock while a try waits for its time."""


class Opener:
    """Tries once for each time it is asked, and hands on what came of it."""

    def __init__(
        self,
        app_token: str,
        url: str,
        way_out: WayOut,
        clock: Clock,
        on_outcome: Callable[[Wire | NoInvitation], None],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._app_token, self._url, self._way_out, self._tls = app_token, url, way_out, tls
        self._clock = clock
        self._on_outcome = on_outcome
        self._due: float | None = None
        self._is_stopping = False
        self._opening: Opening | None = None
        self._began = 0.0
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="slack line, opening", daemon=True)

    def start(self) -> None:
        """Begins to wait for what is wanted."""
        self._thread.start()

    def want(self, after: float) -> None:
        """A connection, after so many seconds; what was wanted before counts no more."""
        with self._changed:
            self._due = self._clock.monotonic() + after
            self._changed.notify()

    def stop(self) -> None:
        """Ends it within a second, but for a wait that nothing ends."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify()
        self.cut_off()
        if threading.current_thread() is not self._thread and self._thread.ident is not None:
            self._thread.join(0.8)

    def cut_off(self) -> None:
        """Ends what is being opened."""
        if (opening := self._opening) is not None:
            opening.cut_off()

    def cut_off_after(self, seconds: float) -> None:
        """Ends what has been being opened for so long."""
        if self._opening is not None and self._clock.monotonic() - self._began >= seconds:
            self.cut_off()

    def _run(self) -> None:
        while self._waits():
            outcome = self._try()
            if self._is_stopping:
                if isinstance(outcome, Wire):
                    outcome.close()
                return
            self._on_outcome(outcome)

    def _waits(self) -> bool:
        """Returns True when a connection is due, False when none will ever be."""
        with self._changed:
            while not self._is_stopping:
                left = None if self._due is None else self._due - self._clock.monotonic()
                if left is not None and left <= 0:
                    self._due = None
                    return True
                self._changed.wait(None if left is None else min(left, _TICK))
            return False

    def _try(self) -> Wire | NoInvitation:
        invitation = invite(self._app_token, self._url, self._way_out)
        if isinstance(invitation, NoInvitation) or self._is_stopping:
            return invitation if isinstance(invitation, NoInvitation) else NoInvitation("it is stopped")
        opening = Opening(self._way_out, self._tls)
        self._began, self._opening = self._clock.monotonic(), opening
        try:
            return Wire(*opening.open(invitation.url))
        except Exception as error:  # noqa: BLE001  # a foreigner's bytes; whatever they do, it is tried again
            return NoInvitation(_reason(error))
        finally:
            self._opening = None


def _reason(error: Exception) -> str:
    """What happened, from texts of the system or of ours alone."""
    told = getattr(error, "strerror", None) or (str(error) if type(error) is ConnectionError else "")
    return inert(told, 100) if told else type(error).__name__
