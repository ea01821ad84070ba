"""When the next connection is opened, and what is told of that: one ends, one is not opened, Slack announces an end."""

from collections.abc import Callable
from datetime import timedelta
from random import Random

from watcher.bot.line.news import LineNews
from watcher.bot.line.open_wire import OpenWire
from watcher.bot.line.open_wires import OpenWires
from watcher.bot.line.state import Patience
from watcher.delivery.channels.slack.invitation import SWITCHED_OFF, NoInvitation
from watcher.timing.clock import Clock

_AGAIN = "it is opened again by itself; if that lasts, look at the network and at any proxy"


class Succession:
    """Sees to it that a line has a connection; `want` asks for one after so many seconds."""

    def __init__(
        self,
        open_wires: OpenWires,
        news: LineNews,
        want: Callable[[float], None],
        *,
        clock: Clock,
        patience: Patience,
        rng: Random,
    ) -> None:
        self._open, self._news, self._want = open_wires, news, want
        self._clock, self._patience, self._rng = clock, patience, rng
        self._failures = 0

    def greeted(self, kept: OpenWire, app_id: str) -> None:
        """Slack speaks by it: those that it replaces are let go after a while."""
        kept.is_greeted = True
        self._news.app_id = app_id or self._news.app_id
        for old in self._open:
            if old is not kept and old.leaves and old.ends is None:
                old.ends = self._clock.monotonic() + self._patience.farewell.total_seconds()
        if not kept.leaves:
            self._news.connected()

    def leaves(self, kept: OpenWire, reason: str) -> None:
        """Slack closes it soon: the next is opened before, and this one is listened to until then."""
        is_first, kept.leaves = not kept.leaves, True
        if reason == "link_disabled":
            self._news.lost(SWITCHED_OFF, is_refused=True)
            kept.wire.finish()
            self._later(is_refused=True)
        elif is_first and not self._open.has_heir:
            self._count(kept)
            self._later(is_refused=False)

    def lost(self, kept: OpenWire, why: str) -> None:
        """It has ended, and is open no more."""
        if not kept.leaves:
            self._count(kept)
            self._later(is_refused=False)
        if not self._open.is_any_greeted and not self._news.is_refused:
            self._news.lost(f"the connection to Slack is lost ({why}): {_AGAIN}")

    def failed(self, why: NoInvitation) -> None:
        """None could be opened."""
        self._failures += 1
        self._later(is_refused=why.is_refused, at_least=why.retry_after)
        if not self._open.is_any_greeted:
            trouble = why.trouble if why.is_refused else f"there is no connection to Slack ({why.trouble}): {_AGAIN}"
            self._news.lost(trouble, is_refused=why.is_refused)

    def _count(self, kept: OpenWire) -> None:
        """What a connection's end says of the next: one that lasted is no failure."""
        lasted = self._clock.monotonic() - kept.opened >= self._patience.settled.total_seconds()
        self._failures = 0 if lasted and kept.is_greeted else self._failures + 1

    def _later(self, *, is_refused: bool, at_least: timedelta | None = None) -> None:
        wait = self._patience.wait(self._failures, self._rng, is_refused=is_refused, at_least=at_least)
        self._want(wait.total_seconds())
