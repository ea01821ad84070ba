"""The open connections of one line, waited for together."""

import selectors
import socket
from collections.abc import Iterator
from contextlib import suppress

from watcher.bot.line.open_wire import OpenWire
from watcher.bot.line.wire import Wire


class OpenWires:
    """Mostly one; two while one takes the other's place. Changed in one thread; looked at, and rung at, from any."""

    def __init__(self) -> None:
        self._all: tuple[OpenWire, ...] = ()
        self._selector = selectors.DefaultSelector()
        self._bell, self._rung = socket.socketpair()
        self._bell.setblocking(False)
        self._rung.setblocking(False)
        self._selector.register(self._rung, selectors.EVENT_READ)

    def __iter__(self) -> Iterator[OpenWire]:
        return iter(self._all)

    @property
    def has_heir(self) -> bool:
        """Whether there is one that Slack will not close."""
        return any(not kept.leaves for kept in self._all)

    @property
    def is_any_greeted(self) -> bool:
        """Whether Slack speaks by one."""
        return any(kept.is_greeted for kept in self._all)

    def best_first(self, way: Wire | None) -> list[Wire]:
        """Those by which something is best said: by `way`, by the newest, last by those that Slack will close."""
        others = sorted(self._all, key=lambda kept: (kept.leaves, -kept.opened))
        return [*([way] if way is not None else []), *(kept.wire for kept in others if kept.wire is not way)]

    def add(self, kept: OpenWire) -> None:
        """One more."""
        self._all = (*self._all, kept)
        self._selector.register(kept.wire, selectors.EVENT_READ, kept)

    def let_go(self, kept: OpenWire) -> None:
        """Closes one, whatever was still to come by it."""
        self._selector.unregister(kept.wire)
        kept.wire.close()
        self._all = tuple(each for each in self._all if each is not kept)

    def close(self) -> None:
        """Closes all, for good."""
        for kept in self._all:
            kept.wire.close()
        self._all = ()
        self._selector.close()
        self._bell.close()
        self._rung.close()

    def wait(self, longest: float) -> list[OpenWire]:
        """Those by which something comes, within so many seconds; none as soon as it is rung, or something is sent."""
        comes = []
        for key, events in self._selector.select(longest):
            if key.fileobj is self._rung:
                with suppress(BlockingIOError):
                    self._rung.recv(4096)
            elif events & selectors.EVENT_READ:
                comes.append(key.data)
        return comes

    def wait_for_room(self, kept: OpenWire) -> None:
        """From now on is also waited until what is unsent can be sent, if there is such."""
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if kept.wire.has_unsent else 0)
        if self._selector.get_key(kept.wire).events != wanted:
            self._selector.modify(kept.wire, wanted, kept)

    def ring(self) -> None:
        """Ends `wait` at once."""
        with suppress(OSError):  # full: it is going to be heard; closed: nobody listens any more
            self._bell.send(b"!")
