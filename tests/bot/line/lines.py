"""A line to the stand-in, and what it told."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from tests.standins.slack import APP_TOKEN, SlackStandIn
from tests.standins.socket_mode import SocketMode
from watcher.bot.line.envelope import Envelope
from watcher.bot.line.slack_line import SlackLine
from watcher.bot.line.state import LineState, Patience
from watcher.options.way_out import DIRECTLY, WayOut
from watcher.timing.clock import Clock, SystemClock

HASTY = Patience(
    first_wait=timedelta(milliseconds=1),
    longest_wait=timedelta(milliseconds=5),
    first_wait_refused=timedelta(milliseconds=20),
    longest_wait_refused=timedelta(milliseconds=20),
)
"""Tries again at once, so that a test needs not wait; all else as it is."""


@dataclass
class Told:
    """What a line told, and the line."""

    line: SlackLine
    lines: SocketMode
    envelopes: list[Envelope] = field(default_factory=list)
    states: list[LineState] = field(default_factory=list)

    @property
    def is_connected(self) -> bool:
        """As it was told last."""
        return bool(self.states) and self.states[-1].is_connected

    def until_connected(self) -> bool:
        """Waits for the line."""
        return self.lines.until(lambda: self.is_connected and self.lines.open_lines)


@contextmanager
def line_to(
    lines: SocketMode,
    *,
    patience: Patience = HASTY,
    clock: Clock | None = None,
    token: str = APP_TOKEN,
    url: str | None = None,
    way_out: WayOut = DIRECTLY,
    tls: ssl.SSLContext | None = None,
    acknowledges: bool = True,
    takes: Callable[[Envelope], None] | None = None,
) -> Iterator[Told]:
    """A line that acknowledges whatever comes, until the context ends."""

    def take(envelope: Envelope) -> None:
        told.envelopes.append(envelope)
        if takes is not None:
            takes(envelope)
        if acknowledges:
            told.line.acknowledge(envelope.id)

    line = SlackLine(
        app_token=token,
        url=url or lines.slack.url,
        way_out=way_out,
        clock=clock or SystemClock(),
        on_envelope=take,
        on_state=lambda state: told.states.append(state),
        patience=patience,
        tls=tls,
        rng=Random(1),
    )
    told = Told(line, lines)
    line.start()
    try:
        yield told
    finally:
        line.stop()


@contextmanager
def socket_mode(tls: ssl.SSLContext | None = None) -> Iterator[SocketMode]:
    """A stand-in of Slack with its lines."""
    with SlackStandIn() as slack, SocketMode(slack, tls=tls) as lines:
        yield lines


def threads_of_lines() -> list[str]:
    """The threads of lines that there are."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("slack line")]
