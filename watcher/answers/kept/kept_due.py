"""Until when each home must have met its first requirement, kept: what was told is read once, then home by home."""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial

from watcher.answers.homes.every_home import DueOf
from watcher.answers.homes.home_now import Requirements, every_requirement, requirements
from watcher.history.protocol import History
from watcher.judging.register import Register

_MOST_KNOWN = 2_000
"""Homes; of most nothing is required."""


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
                    changed = [card.key for card in register.cards()]
                found = requirements(self._history, changed)
                read = {key: found.get(key, ()) for key in changed}
            else:
                read = {}
            days = dict(self._of[1]) if self._of else {}
            for key, required in read.items():
                days.pop(key, None)
                days |= _first(key, required)
            self._of = register, days
            return days.get


class KeptRequirements:
    """What the homes must do that were shown lately."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._making = threading.Lock()
        self._of: tuple[Register, dict[str, Requirements]] | None = None

    def of(self, register: Register) -> Callable[[Sequence[str]], Mapping[str, Requirements]]:
        """That of some homes of a register, by their keys: read of those of which it is not known, together."""
        with self._making:
            if self._of is None or self._of[0] is not register:
                altered = register.differing(self._of[0]) if self._of is not None else None
                kept = self._of[1] if self._of is not None and altered is not None else {}
                self._of = register, {key: kept[key] for key in kept.keys() - frozenset(altered or ())}
            return partial(self._some, self._of[1])

    def _some(self, known: dict[str, Requirements], homes: Sequence[str]) -> Mapping[str, Requirements]:
        found = {key: required for key in homes if (required := known.get(key)) is not None}
        if missing := [key for key in homes if key not in found]:
            found |= {**dict.fromkeys(missing, ()), **requirements(self._history, missing)}
            if len(known) > _MOST_KNOWN:
                known.clear()
            known |= found
        return found


def _first(key: str, required: Requirements) -> dict[str, date]:
    return {key: date.fromisoformat(min(one["due"] for one in required))} if required else {}
