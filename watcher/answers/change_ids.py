"""Which home a change is of, by its id alone: of those too that no watcher was there to tell."""

import threading
from collections.abc import Iterable, Mapping, Sequence

from watcher.config.settings import Settings
from watcher.history.protocol import History
from watcher.judging.changes import Change
from watcher.judging.register import Entry, Register
from watcher.rounds.replay import changes_by_home, changes_of

_DIGITS = 16


class ChangeIds:
    """Keeps the ids of all changes that the stored inspections brought; the first that is asked for takes seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._register: Register | None = None
        self._groups: Mapping[str, Sequence[str]] = {}
        self._entries: dict[str, Entry] = {}
        self._homes: dict[int, str] = {}

    def home_of(self, history: History, settings: Settings, change_id: str) -> str | None:
        """The key of the home that a change is of; None for an id that no change has."""
        if not is_id(change_id):
            return None
        if (told := history.change(change_id)) is not None:
            return told.alert.home
        with self._lock:
            self._bring_up_to_date(history, settings)
            return self._homes.get(int(change_id, 16))

    def _bring_up_to_date(self, history: History, settings: Settings) -> None:
        register = history.register()
        if register is self._register and settings.groups == self._groups:
            return
        entries = {entry.home.key: entry for entry in register}
        if self._register is None or settings.groups != self._groups:
            self._homes = {}
            for key, changes in changes_by_home(history, settings):
                self._file(key, changes)
        else:
            for key, entry in entries.items():
                if self._entries.get(key) is not entry:
                    self._file(key, changes_of(history, settings, entry.home))
        self._register, self._groups, self._entries = register, settings.groups, entries

    def _file(self, key: str, changes: Iterable[Change]) -> None:
        self._homes |= {int(change.id, 16): key for change in changes}


def is_id(text: str) -> bool:
    """Whether a text is written as the id of a change."""
    return len(text) == _DIGITS and all(digit in "0123456789abcdef" for digit in text)
