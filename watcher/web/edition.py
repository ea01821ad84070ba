"""Which edition of the pages one sees: as long as it is the same, so is every page that is made from what is stored."""

import hashlib
import threading
from datetime import datetime

from watcher import __version__
from watcher.config.settings import Settings
from watcher.history.protocol import History


class Editions:
    """Names editions; `name` tells this process from others, whose histories count their commits alike."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._settings: Settings | None = None
        self._taken_up = 0
        self._lock = threading.Lock()

    def present(self, history: History, settings: Settings, now: datetime) -> str:
        """The edition's name; another one after a commit, a reload, midnight or the end of a silence."""
        silenced = sum(now < silence.until for silence in history.silences())
        return f"{self._beginning(settings, now)} {history.version} {silenced}"

    def of_facts(self, history: History, settings: Settings, now: datetime) -> str:
        """The same for pages of homes, inspections and changes alone, whatever is sent and done about them."""
        return f"{self._beginning(settings, now)} of facts {history.version_of_facts}"

    def _beginning(self, settings: Settings, now: datetime) -> str:
        day = now.astimezone(settings.timezone).date()
        return f"{__version__} {self._name} {self._number(settings)} {day}"

    def _number(self, settings: Settings) -> int:
        with self._lock:
            if self._settings is not settings:
                self._settings, self._taken_up = settings, self._taken_up + 1
            return self._taken_up


def etag(*parts: str) -> str:
    """A weak entity tag (RFC 9110, section 8.8.3) of whatever tells one answer from another."""
    return f'W/"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:24]}"'


def is_known(tag: str, if_none_match: str | None) -> bool:
    """Whether the asker has an answer with this tag already."""
    if if_none_match is None:
        return False
    known = {each.strip().removeprefix("W/") for each in if_none_match[:2_000].split(",")}
    return tag.removeprefix("W/") in known
