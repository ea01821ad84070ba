"""The service's pages over the stage, in a thread with a loop of its own: for browsers and other clients that wait."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from starlette.applications import Starlette

from tests.clock import ManualClock
from tests.web import stage
from watcher.answers.kept.kept import Kept
from watcher.config.made_watches import with_made
from watcher.config.settings import Settings
from watcher.delivery.outbox import Outbox
from watcher.history.box import FolderBox
from watcher.history.protocol import History
from watcher.messages.links import Links
from watcher.service.heartbeat import Heartbeat
from watcher.service.own_standing import OwnStanding
from watcher.service.service import Service
from watcher.service.start import ask_release
from watcher.web.access.access import Access
from watcher.web.application import application
from watcher.web.health import health
from watcher.web.metrics import Metrics
from watcher.web.server import WebServer
from watcher.web.site import Site


@dataclass(frozen=True, slots=True)
class Served:
    """Pages that are served."""

    url: str
    """The root, without a slash."""
    history: History

    @property
    def links(self) -> Links:
        """The addresses that messages have, signed ones too."""
        return Links(self.url, self.history.signing_key())


@contextmanager
def pages(
    folder: Path,
    fill: Callable[[Path], History] = stage.filled,
    settings: Callable[[Path], Settings] = stage.settings,
) -> Iterator[Served]:
    """The pages over a history that `fill` makes in a new folder, by its `settings`."""
    history = fill(folder)
    try:
        with serving(app(site(settings(folder), history))) as url:
            yield Served(url, history)
    finally:
        history.close()


def site(settings: Settings, history: History) -> Site:
    """What pages are made from, over a history in the folder that the settings name."""
    clock = ManualClock(stage.NOW)
    beat = Heartbeat(settings.data_dir, clock.now())
    service = Service(settings, history, {}, Outbox(history, {}, clock), clock, beat)

    def altered() -> None:
        service.settings = with_made(settings, history.made_watches())

    altered()
    return Site(
        history=history,
        settings=lambda: service.settings,
        clock=clock,
        standing=OwnStanding(service, beat, dict).now,
        access=Access(settings.web, history, clock),
        kept=Kept(history, lambda: service.settings),
        outbox=service.outbox,
        release=lambda feed, signature: ask_release(FolderBox(settings.data_dir), feed, signature),
        watches_altered=altered,
    )


def app(of: Site) -> Starlette:
    """The pages of a service that is well."""
    minute = timedelta(minutes=1)
    return application(
        lambda: health(of.settings().feeds, of.history, minute, 5 * minute, 2 * minute, of.now()), Metrics(), site=of
    )


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """An application on the service's own server; yields its root address."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="pages")
    thread.start()
    server = WebServer(app, "127.0.0.1", 0)
    try:
        port = asyncio.run_coroutine_threadsafe(server.start(), loop).result(20)
        yield f"http://127.0.0.1:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()
