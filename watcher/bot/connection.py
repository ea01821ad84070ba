"""The line to Slack: opened from here, kept open, opened anew.

Two threads for as long as it lasts: one receives and sends, one opens. Nothing that comes ends either.
"""

import queue
import selectors
import socket
import ssl
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any

import structlog

from watcher.bot.envelope import Envelope, Farewell, Hello, Ignored, acknowledgement, read
from watcher.bot.frames import Heard
from watcher.bot.lines import OpenWire, keep, look_after, note
from watcher.bot.opener import Opener
from watcher.bot.state import LineState, Patience
from watcher.bot.wire import Wire
from watcher.delivery.channels.slack.invitation import SWITCHED_OFF, NoInvitation
from watcher.machine.way_out import WayOut
from watcher.timing.clock import Clock

log = structlog.get_logger(__name__)

_TICK = 0.5
"""Seconds at most between two looks at what is due."""
_GOODBYE = 1.0
"""Seconds in which what was said last gets through when it is stopped."""
_UNACKNOWLEDGED = 10_000
"""Envelopes of which it is known by which connection they came."""
_AGAIN = "it is opened again by itself; if that lasts, look at the network and at any proxy"


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
        self._clock, self._patience, self._rng = clock, patience or Patience(), rng or Random()
        self._on_envelope, self._on_state = on_envelope, on_state
        self._opener = Opener(app_token, url, way_out, clock, self._opened, tls)
        self._come: queue.SimpleQueue[Wire | NoInvitation] = queue.SimpleQueue()
        self._kept: tuple[OpenWire, ...] = ()
        self._ways: OrderedDict[str, Wire] = OrderedDict()
        self._ways_lock = threading.Lock()
        self._failures = 0
        self._state: LineState | None = None
        self._app_id = ""
        self._is_stopping = False
        self._selector = selectors.DefaultSelector()
        self._bell, self._rung = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="slack line", daemon=True)

    def start(self) -> None:
        """Opens the line; what becomes of it is told by `on_state`."""
        self._bell.setblocking(False)
        self._rung.setblocking(False)
        self._selector.register(self._rung, selectors.EVENT_READ)
        self._thread.start()
        self._opener.start()
        self._opener.want(0.0)

    def stop(self) -> None:
        """Closes the line in good order; returns within 3 seconds, and no thread is left.

        But for one that waits for a resolver of names or for the Web API: it ends with that, and does nothing more.
        """
        self._opener.stop()  # first, so that nothing is handed on to whoever has stopped
        self._is_stopping = True
        self._ring()
        if threading.current_thread() is not self._thread and self._thread.ident is not None:
            self._thread.join(2)

    def acknowledge(self, envelope_id: str, answer: Mapping[str, Any] | None = None) -> bool:
        """Tells Slack that an envelope has arrived, with an answer where it takes one; never waits.

        By the connection that it came by, or another open one; False if none is open.
        """
        with self._ways_lock:
            way = self._ways.pop(envelope_id, None)
        said = acknowledgement(envelope_id, answer)
        others = (kept.wire for kept in sorted(self._kept, key=lambda kept: (kept.leaves, -kept.opened)))
        for wire in ([way] if way is not None else []) + [wire for wire in others if wire is not way]:
            if wire.say(said):
                if wire.has_unsent:
                    self._ring()
                return True
        return False

    def _run(self) -> None:
        try:
            while not self._is_stopping:
                self._turn(_TICK)
            self._part()
        finally:
            self._take_opened()
            for kept in self._kept:
                kept.wire.close()
            self._kept = ()
            self._selector.close()
            self._bell.close()
            self._rung.close()

    def _turn(self, longest: float) -> None:
        for key, events in self._selector.select(longest):
            if key.fileobj is self._rung:
                with suppress(BlockingIOError):
                    self._rung.recv(4096)
            elif events & selectors.EVENT_READ:
                self._receive(key.data)
        self._take_opened()
        self._opener.cut_off_after(self._patience.opening.total_seconds())
        for kept in self._kept:
            kept.wire.flush()
            self._look_after(kept)

    def _receive(self, kept: OpenWire) -> None:
        try:
            come = kept.wire.receive()
            note(kept, self._clock)
            for each in come:
                self._hear(kept, each)
        except Exception as error:  # noqa: BLE001  # a foreigner's bytes: they may end their connection, not the line
            log.error("what Slack sent could not be read", error=type(error).__name__)
            kept.wire.give_up(f"it could not be read ({type(error).__name__})")

    def _hear(self, kept: OpenWire, heard: Heard) -> None:
        said = read(heard.content) if heard.is_text else Ignored("it is no text")
        match said:
            case Envelope():
                self._hand_on(kept, said)
            case Hello():
                self._greeted(kept, said)
            case Farewell():
                self._leave(kept, said.reason)
            case Ignored():
                log.warning("something of Slack's was ignored", why=said.why)

    def _hand_on(self, kept: OpenWire, envelope: Envelope) -> None:
        if self._is_stopping:
            return  # not acknowledged, so that Slack gives it to another, or says so to whoever waits
        with self._ways_lock:
            self._ways[envelope.id] = kept.wire
            while len(self._ways) > _UNACKNOWLEDGED:
                self._ways.popitem(last=False)
        try:
            self._on_envelope(envelope)
        except Exception as error:  # noqa: BLE001  # nothing that comes may end the line
            log.error("an envelope could not be taken", error=type(error).__name__)

    def _greeted(self, kept: OpenWire, hello: Hello) -> None:
        kept.is_greeted = True
        self._app_id = hello.app_id or self._app_id
        for old in self._kept:
            if old is not kept and old.leaves and old.ends is None:
                old.ends = self._clock.monotonic() + self._patience.farewell.total_seconds()
        if not kept.leaves:
            self._tell(is_connected=True)

    def _leave(self, kept: OpenWire, reason: str) -> None:
        """Slack closes it soon: the next is opened before, and this one is listened to until then."""
        is_first, kept.leaves = not kept.leaves, True
        if reason == "link_disabled":
            self._tell(is_connected=False, trouble=SWITCHED_OFF, is_refused=True)
            kept.wire.finish()
            self._later(is_refused=True)
        elif is_first and not self._has_heir():
            self._count(kept)
            self._later(is_refused=False)

    def _has_heir(self) -> bool:
        return any(not kept.leaves for kept in self._kept)

    def _count(self, kept: OpenWire) -> None:
        """What a connection's end says of the next: one that lasted is no failure."""
        lasted = self._clock.monotonic() - kept.opened >= self._patience.settled.total_seconds()
        self._failures = 0 if lasted and kept.is_greeted else self._failures + 1

    def _later(self, *, is_refused: bool, at_least: timedelta | None = None) -> None:
        wait = self._patience.wait(self._failures, self._rng, is_refused=is_refused, at_least=at_least)
        self._opener.want(wait.total_seconds())

    def _look_after(self, kept: OpenWire) -> None:
        why = kept.wire.ended or look_after(kept, self._clock, self._patience)
        if not why:
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if kept.wire.has_unsent else 0)
            if self._selector.get_key(kept.wire).events != wanted:
                self._selector.modify(kept.wire, wanted, kept)
            return
        self._selector.unregister(kept.wire)
        kept.wire.close()
        self._kept = tuple(each for each in self._kept if each is not kept)
        if not self._is_stopping:
            self._lost(kept, why)

    def _lost(self, kept: OpenWire, why: str) -> None:
        if not kept.leaves:
            self._count(kept)
            self._later(is_refused=False)
        if not any(each.is_greeted for each in self._kept) and not (self._state and self._state.is_refused):
            self._tell(is_connected=False, trouble=f"the connection to Slack is lost ({why}): {_AGAIN}")

    def _opened(self, outcome: Wire | NoInvitation) -> None:
        """Called in the opening thread."""
        self._come.put(outcome)
        self._ring()

    def _take_opened(self) -> None:
        while not self._come.empty():
            outcome = self._come.get()
            if isinstance(outcome, NoInvitation):
                self._failed(outcome)
                continue
            kept = keep(outcome, self._clock)
            self._kept = (*self._kept, kept)
            self._selector.register(outcome, selectors.EVENT_READ, kept)
            self._receive(kept)

    def _failed(self, why: NoInvitation) -> None:
        self._failures += 1
        self._later(is_refused=why.is_refused, at_least=why.retry_after)
        if not any(kept.is_greeted for kept in self._kept):
            trouble = why.trouble if why.is_refused else f"there is no connection to Slack ({why.trouble}): {_AGAIN}"
            self._tell(is_connected=False, trouble=trouble, is_refused=why.is_refused)

    def _tell(self, *, is_connected: bool, trouble: str = "", is_refused: bool = False) -> None:
        old = self._state
        is_same = old is not None and old.is_connected == is_connected
        since = old.since if old is not None and is_same else self._clock.now()
        new = LineState(is_connected, since, trouble, is_refused, self._app_id)
        if new == old:
            return
        self._state = new
        try:
            self._on_state(new)
        except Exception as error:  # noqa: BLE001  # as for envelopes
            log.error("the state of the line to Slack could not be told", error=type(error).__name__)

    def _part(self) -> None:
        """Says goodbye, and lets what was said before get through."""
        for kept in self._kept:
            kept.wire.finish()
        for _ in range(int(_GOODBYE / 0.1)):
            if not self._kept:
                return
            self._turn(0.1)

    def _ring(self) -> None:
        with suppress(OSError):  # full: it is going to be heard; closed: nobody listens any more
            self._bell.send(b"!")
