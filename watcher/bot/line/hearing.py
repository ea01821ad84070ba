"""What comes by a connection, taken up: envelopes are handed on, the rest is about the line itself."""

from collections.abc import Callable

import structlog

from watcher.bot.line.envelope import Envelope, Farewell, Hello, Ignored, read
from watcher.bot.line.frames import Heard
from watcher.bot.line.open_wire import OpenWire, note
from watcher.bot.line.succession import Succession
from watcher.bot.line.ways import EnvelopeWays
from watcher.timing.clock import Clock

log = structlog.get_logger(__name__)


class Hearing:
    """Nothing that comes ends more than its own connection, nothing that is done with it ends any."""

    def __init__(
        self, ways: EnvelopeWays, succession: Succession, on_envelope: Callable[[Envelope], None], clock: Clock
    ) -> None:
        self._ways, self._succession, self._on_envelope, self._clock = ways, succession, on_envelope, clock
        self.is_deaf = False
        """No envelope is handed on: Slack gives it to another, or says so to whoever waits, as none acknowledges it."""

    def receive(self, kept: OpenWire) -> None:
        """Takes up what has come."""
        try:
            heard = kept.wire.receive()
            note(kept, self._clock)
            for each in heard:
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
                self._succession.greeted(kept, said.app_id)
            case Farewell():
                self._succession.leaves(kept, said.reason)
            case Ignored():
                log.warning("something of Slack's was ignored", why=said.why)

    def _hand_on(self, kept: OpenWire, envelope: Envelope) -> None:
        if self.is_deaf:
            return
        self._ways.note(envelope.id, kept.wire)
        try:
            self._on_envelope(envelope)
        except Exception as error:  # noqa: BLE001  # nothing that comes may end the line
            log.error("an envelope could not be taken", error=type(error).__name__)
