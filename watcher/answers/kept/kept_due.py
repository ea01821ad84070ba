"""Until when each home must have met its first requirement, kept: what was told is read once, then home by home."""

import threading
from datetime import date

from watcher.answers.homes.every_home import DueOf
from watcher.answers.homes.home_now import Requirements, every_requirement, requirements
from watcher.history.protocol import History
from watcher.judging.register import Register


class KeptDue:
    """The first days of all homes."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._making = threading.Lock()
        self._of: tuple[Register, dict[str, date]] | None = None

    def of(self, register: Register) -> DueOf:
        """The day of each home, where there is one. A report is kept in the commit of what it says of its home."""
        with self._making:
            if self._of is None:
                read = dict(every_requirement(self._history))
            elif self._of[0] is not register:
                changed = register.differing(self._of[0])
                if changed is None:
                    changed = [entry.home.key for entry in register]
                read = {key: requirements(self._history, key) for key in changed}
            else:
                read = {}
            days = dict(self._of[1]) if self._of else {}
            for key, required in read.items():
                days.pop(key, None)
                days |= _first(key, required)
            self._of = register, days
            return days.get


def _first(key: str, required: Requirements) -> dict[str, date]:
    return {key: date.fromisoformat(min(one["due"] for one in required))} if required else {}
