"""By which connection an envelope came, until it is acknowledged."""

import threading
from collections import OrderedDict

from watcher.bot.line.wire import Wire

MOST = 10_000
"""Envelopes of which it is known; those that came before are acknowledged by any connection."""


class EnvelopeWays:
    """Noted in one thread, taken in any."""

    def __init__(self) -> None:
        self._ways: OrderedDict[str, Wire] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, envelope_id: str, wire: Wire) -> None:
        """It came by this one."""
        with self._lock:
            self._ways[envelope_id] = wire
            while len(self._ways) > MOST:
                self._ways.popitem(last=False)

    def take(self, envelope_id: str) -> Wire | None:
        """The connection that it came by, once; None if that is not known."""
        with self._lock:
            return self._ways.pop(envelope_id, None)
