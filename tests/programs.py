"""Programs in processes of their own: none outlives its test, and nobody waits for one for ever."""

import subprocess
import threading
from typing import Any

PATIENCE = 120.0
"""Seconds that one lives at most, unless something else is said."""


class Program(subprocess.Popen[Any]):  # noqa: TID251  # this is what is used in its place
    """A program that is killed when its block is over, however that ends, and after `within` seconds at the latest.

    Whoever reads what it says, or waits for its end, waits no longer than that; one that was stopped is killed too.
    """

    def __init__(self, *arguments: Any, within: float = PATIENCE, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._deadline = threading.Timer(within, self.kill)
        self._deadline.daemon = True
        self._deadline.start()

    def __exit__(self, *raised: Any) -> None:
        self._deadline.cancel()
        self.kill()
        super().__exit__(*raised)
