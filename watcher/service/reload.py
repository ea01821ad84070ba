"""Another configuration while the service runs: when it is read, one reading at a time, and what came of it.

Whatever can fail is done in a thread, before anything live is touched; then it is put in force in one step.
"""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

import structlog

from watcher.answers.status import LastReload
from watcher.config import differences
from watcher.config.settings import Settings
from watcher.config.source import ConfigSource
from watcher.errors import WatcherError
from watcher.facts.inspection import Home
from watcher.history.box import FolderBox
from watcher.history.failures import CommitFailedError, HistoryAwayError
from watcher.messages.matter import Matter
from watcher.messages.topics import Topic
from watcher.service import requests
from watcher.service.in_force import CallerOf, InForce, Ready, made_ready
from watcher.timing.clock import Clock

log = structlog.get_logger(__name__)

KEY = "configuration"
"""Of the matter that a configuration was not taken up."""

_Found = Ready | tuple[str, ...] | HistoryAwayError
"""What may be put in force, the mistakes, or that nobody can tell now."""

MOST_MISTAKES = 20
"""So many stand in one message to the operator; `watcher check` names them all."""


class Live(Protocol):
    """The service, as far as a reload touches it."""

    def in_force(self) -> InForce:
        """What is in force now."""
        ...

    def take_up(self, ready: Ready) -> None:
        """Puts another configuration in force, in one step; raises CommitFailedError before anything is altered."""
        ...


class Reloader:
    """Reads the configuration again when somebody asks, or when its files change; once more if asked meanwhile."""

    def __init__(
        self,
        source: ConfigSource,
        caller: CallerOf,
        clock: Clock,
        *,
        homes: Callable[[], Iterable[Home]] = tuple,
        is_hung_up: Callable[[], bool] = lambda: False,
        after_reload: Callable[[bool, datetime], None] = lambda *_: None,
        signing_key: bytes | None = None,
    ) -> None:
        self._source = source
        self._caller = caller
        self._clock = clock
        self._homes = homes
        self._is_hung_up = is_hung_up
        self._after_reload = after_reload
        self._signing_key = signing_key
        self._asked: list[str] = []
        self._answering: list[str] = []
        self._work: asyncio.Task[_Found | None] | None = None
        self._mistakes: tuple[str, ...] = ()
        self._is_owed = False
        """Whether it is to be read again without being asked, since the history was away."""
        self.last: LastReload | None = None
        """What became of it when it was read again last; None as long as that has not happened."""

    def ask(self, answer_to: str) -> bool:
        """Has the configuration read at the next look, and the answer left under that name."""
        self._asked.append(answer_to)
        return True

    async def look(self, live: Live) -> bool:
        """Reads it if that is asked or due, and puts it in force or says why not; whether `matters` are others then."""
        if self._work is None:
            is_asked = self._is_hung_up() or bool(self._asked) or self._is_owed
            self._answering, self._asked = self._asked, []
            self._work = asyncio.create_task(asyncio.to_thread(self._made, live.in_force(), is_asked=is_asked))
        found = await asyncio.shield(self._work)  # one that outlives its look is awaited by the next
        self._work = None
        before = self._mistakes
        if found is None:
            return False
        if isinstance(found, HistoryAwayError):
            self._put_off(found, live)
        elif isinstance(found, Ready):
            self._put_in_force(found, live)
        else:
            self._refused(found, live)
        return self._mistakes != before

    def _made(self, before: InForce, *, is_asked: bool) -> "_Found | None":
        """What is to be put in force, or why not, or None where nothing is to be done; in a thread."""
        has_changed = self._source.has_changed()
        if not has_changed and not is_asked:
            return None
        try:
            settings = self._source.load()
            if faults := _faults(settings):
                self._source.watch_all_named()
                return faults
            return made_ready(settings, before, self._caller, self._homes, self._signing_key)
        except HistoryAwayError as error:
            return error
        except WatcherError as error:
            return tuple(str(error).splitlines())
        except OSError as error:
            return (f"{error.filename or 'a file'} cannot be read: {error.strerror or error}",)
        except Exception as error:  # the boundary of a reload: our own defect must not alter what is in force
            log.exception("reload failed")
            return (f"watcher's own reading of it failed ({type(error).__name__}): please report it with the log",)

    def _put_in_force(self, ready: Ready, live: Live) -> None:
        try:
            live.take_up(ready)
        except HistoryAwayError as error:
            self._put_off(error, live)
        except CommitFailedError as error:
            self._refused((f"{error} Then `watcher reload` takes it up.",), live)
        else:
            self._taken_up(ready, live)

    def _put_off(self, away: HistoryAwayError, live: Live) -> None:
        """Nothing is wrong with a configuration that cannot be compared with the history: it is read again later."""
        if not self._is_owed:
            log.warning("configuration not taken up yet", why=str(away))
        self._is_owed = True
        lines = ("not taken up yet, the configuration before stays in force:", f"{away} It is taken up by itself then.")
        self._answer(live, requests.Reply(done=False, lines=lines))

    def _taken_up(self, ready: Ready, live: Live) -> None:
        said = differences.said(list(ready.differences))
        log.info("configuration taken up", changes=said if ready.differences else "none")
        for remark in ready.remarks:
            log.warning("configuration", about=remark.what, advice=remark.detail)
        lines = [f"taken up: {said}"]
        if ready.needs_restart:
            lines.append(f"needs a restart: {', '.join(ready.needs_restart)}; until then the former holds")
            log.warning("the configuration needs a restart", of=list(ready.needs_restart))
        lines += [f"{remark.what}: {remark.detail}" for remark in ready.remarks]
        self._mistakes = ()
        self._end(live, requests.Reply(done=True, lines=tuple(lines)))

    def _refused(self, mistakes: tuple[str, ...], live: Live) -> None:
        log.error("configuration not taken up, the one before stays in force", mistakes=list(mistakes))
        self._mistakes = mistakes
        lines = ("not taken up, the configuration before stays in force:", *mistakes)
        self._end(live, requests.Reply(done=False, lines=lines, is_mistaken=True))

    def _end(self, live: Live, said: requests.Reply) -> None:
        now = self._clock.now()
        self._is_owed = False
        self.last = LastReload(at=now, is_taken_up=said.done, lines=said.lines)
        self._after_reload(said.done, now)
        self._answer(live, said)

    def _answer(self, live: Live, said: requests.Reply) -> None:
        box = FolderBox(live.in_force().settings.data_dir)
        for name in self._answering:
            requests.answer(box, name, said)
        self._answering = []

    def end(self, live: Live) -> None:
        """The service ends: who waits for an answer has it at once."""
        self._answering += self._asked
        self._asked = []
        self._answer(live, requests.Reply(done=False, lines=("not taken up: the service is ending",)))

    def matters(self) -> list[Matter]:
        """What the operator should know: a configuration that was not taken up, until one is."""
        if not self._mistakes:
            return []
        more = len(self._mistakes) - MOST_MISTAKES
        details = (*self._mistakes[:MOST_MISTAKES], *([f"and {more:,} more"] if more > 0 else ()))
        text = "It was changed and has mistakes; `watcher check` names what is wrong now."
        return [Matter(KEY, Topic.CONFIGURATION, "the new configuration is not taken up", text, details=details)]


def _faults(settings: Settings) -> tuple[str, ...]:
    """Why a configuration that is understood can't be used."""
    if not settings.feeds:
        return ("feeds: no feed is configured: add one, as config.example.toml shows",)
    if settings.templates is None:
        return ()
    from watcher.delivery.channels.email.template_faults import faults_in  # heavy, and for those who have templates

    return tuple(f"templates: {fault}" for fault in faults_in(settings.templates))
