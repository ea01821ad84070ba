"""The line to Slack: opened from here, kept open, opened anew.

Two threads for as long as it lasts: one receives and sends, one opens. Nothing that comes ends either.
"""

import queue
import ssl
import threading
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from watcher.bot.line.envelope import Envelope, acknowledgement
from watcher.bot.line.hearing import Hearing
from watcher.bot.line.news import LineNews
from watcher.bot.line.open_wire import OpenWire, keep, look_after
from watcher.bot.line.open_wires import OpenWires
from watcher.bot.line.opener import Opener
from watcher.bot.line.state import LineState, Patience
from watcher.bot.line.succession import Succession
from watcher.bot.line.ways import EnvelopeWays
from watcher.bot.line.wire import Wire
from watcher.delivery.channels.slack.invitation import NoInvitation
from watcher.options.way_out import WayOut
from watcher.timing.clock import Clock

_TICK = 0.5
"""Seconds at most between two looks at what is due."""
_GOODBYE = 1.0
"""Seconds in which what was said last gets through when it is stopped."""


class SlackLine:
    """One app's line to Slack. `on_envelope` and `on_state` are called in its receiving thread, one at a time."""

    def __init__(
        self,
        *,
        app_token: str,
        url: str,
        way_out: WayOut,
        clock: Clock,
        on_envelope: Callable[[Envelope], None],
        on_state: Callable[[LineState], None],
        patience: Patience | None = None,
        tls: ssl.SSLContext | None = None,
        rng: Random | None = None,
    ) -> None:
        self._clock, self._patience = clock, patience or Patience()
        self._open, self._ways = OpenWires(), EnvelopeWays()
        self._opener = Opener(app_token, url, way_out, clock, self._opened, tls)
        self._come: queue.SimpleQueue[Wire | NoInvitation] = queue.SimpleQueue()
        self._succession = Succession(
            self._open,
            LineNews(clock, on_state),
            self._opener.want,
            clock=clock,
            patience=self._patience,
            rng=rng or Random(),
        )
        self._hearing = Hearing(self._ways, self._succession, on_envelope, clock)
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="slack line", daemon=True)

    def start(self) -> None:
        """Opens the line; what becomes of it is told by `on_state`."""
        self._thread.start()
        self._opener.start()
        self._opener.want(0.0)

    def stop(self) -> None:
        """Closes the line in good order; returns within 3 seconds, and no thread is left.

        But for one that waits for a resolver of names or for the Web API: it ends with that, and does nothing more.
        """
        self._opener.stop()  # first, so that nothing is handed on to whoever has stopped
        self._hearing.is_deaf = self._is_stopping = True
        if self._thread.ident is None:  # it was never begun, so nobody else closes what it has
            self._open.close()
            return
        self._open.ring()
        if threading.current_thread() is not self._thread:
            self._thread.join(2)

    def acknowledge(self, envelope_id: str, answer: Mapping[str, Any] | None = None) -> bool:
        """Tells Slack that an envelope has arrived, with an answer where it takes one; never waits.

        By the connection that it came by, or another open one; False if none is open.
        """
        said = acknowledgement(envelope_id, answer)
        for wire in self._open.best_first(self._ways.take(envelope_id)):
            if wire.say(said):
                if wire.has_unsent:
                    self._open.ring()
                return True
        return False

    def _run(self) -> None:
        try:
            while not self._is_stopping:
                self._turn(_TICK)
            self._part()
        finally:
            self._take_opened()
            self._open.close()

    def _turn(self, longest: float) -> None:
        for kept in self._open.wait(longest):
            self._hearing.receive(kept)
        self._take_opened()
        self._opener.cut_off_after(self._patience.opening.total_seconds())
        for kept in self._open:
            kept.wire.flush()
            self._look_after(kept)

    def _look_after(self, kept: OpenWire) -> None:
        why = kept.wire.ended or look_after(kept, self._clock, self._patience)
        if not why:
            self._open.wait_for_room(kept)
            return
        self._open.let_go(kept)
        if not self._is_stopping:
            self._succession.lost(kept, why)

    def _opened(self, outcome: Wire | NoInvitation) -> None:
        """Called in the opening thread."""
        self._come.put(outcome)
        self._open.ring()

    def _take_opened(self) -> None:
        while not self._come.empty():
            outcome = self._come.get()
            if isinstance(outcome, NoInvitation):
                self._succession.failed(outcome)
                continue
            kept = keep(outcome, self._clock)
            self._open.add(kept)
            self._hearing.receive(kept)

    def _part(self) -> None:
        """Says goodbye, and lets what was said before get through."""
        for kept in self._open:
            kept.wire.finish()
        for _ in range(int(_GOODBYE / 0.1)):
            if not any(self._open):
                return
            self._turn(0.1)
