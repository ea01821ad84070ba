"""SIGHUP, which never ends the service: noted from before it starts until after it has ended."""

import signal


class Hangups:
    """Whether one has come since it was last asked."""

    def __init__(self) -> None:
        self._has_come = False

    def __call__(self, *_: object) -> None:
        """One has come."""
        self._has_come = True

    def take(self) -> bool:
        """Whether one has come; several that came together are one."""
        came, self._has_come = self._has_come, False
        return came

    @classmethod
    def noted(cls) -> "Hangups":
        """Notes those that come from now on: the loop's own handlers would be gone with it, before the process."""
        hangups = cls()
        signal.signal(signal.SIGHUP, hangups)
        return hangups
