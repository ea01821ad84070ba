"""How the line stands, told to whoever has it."""

from collections.abc import Callable

import structlog

from watcher.bot.line.state import LineState
from watcher.timing.clock import Clock

log = structlog.get_logger(__name__)


class LineNews:
    """Tells each change once."""

    def __init__(self, clock: Clock, on_state: Callable[[LineState], None]) -> None:
        self._clock, self._on_state = clock, on_state
        self._state: LineState | None = None
        self.app_id = ""
        """The app, once Slack has said it."""

    @property
    def is_refused(self) -> bool:
        """Whether it was told last that nothing but an operator mends it."""
        return self._state is not None and self._state.is_refused

    def connected(self) -> None:
        """The line is open."""
        self._tell(is_connected=True)

    def lost(self, trouble: str, *, is_refused: bool = False) -> None:
        """The line is not open, and why."""
        self._tell(is_connected=False, trouble=trouble, is_refused=is_refused)

    def _tell(self, *, is_connected: bool, trouble: str = "", is_refused: bool = False) -> None:
        old = self._state
        is_same = old is not None and old.is_connected == is_connected
        since = old.since if old is not None and is_same else self._clock.now()
        new = LineState(is_connected, since, trouble, is_refused, self.app_id)
        if new == old:
            return
        self._state = new
        try:
            self._on_state(new)
        except Exception as error:  # noqa: BLE001  # nothing that is told may end the line
            log.error("the state of the line to Slack could not be told", error=type(error).__name__)
