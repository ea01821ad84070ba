"""What a command asks of whoever owns the history; carried out here and now where no service runs."""

import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from watcher.config.settings import Settings
from watcher.history.box import FolderBox, new_name
from watcher.history.failures import HistoryLockedError
from watcher.history.opening import open_box, open_history
from watcher.options.owner import holder
from watcher.service import heartbeat, requests
from watcher.timing.clock import Clock
from watcher.watching.deeds import Signature

_ASKED = "asked: the running service does it within seconds"

RELOADED_WITHIN = timedelta(seconds=30)
"""A running service has read its configuration again and answered sooner."""


def reload(folder: Path, clock: Clock, pause: Callable[[float], object] = time.sleep) -> requests.Reply:
    """Has the running service read its configuration again; what it says of it."""
    if holder(folder) is None:
        started = "`watcher run` starts one; if data_dir was changed, restart the service that runs"
        return requests.Reply(done=False, lines=(f"no service is running on {folder}: {started}",))
    box, name = FolderBox(folder), new_name()
    asked = requests.leave(box, requests.Request("reload", name))
    until = clock.monotonic() + RELOADED_WITHIN.total_seconds()
    while clock.monotonic() < until:
        if (said := requests.fetch(box, name)) is not None:
            return said
        pause(0.2)
    box.discard(asked)
    what = f"{heartbeat.pulse(folder, clock.now()).sentence()}: it has not answered"
    return requests.fetch(box, name) or requests.Reply(done=False, lines=(what,))


def retry(settings: Settings, delivery: str, signature: Signature) -> str:
    """Asks that a message be sent again; what became of it."""
    return ask(settings, requests.Request.signed("retry", delivery, signature), deliver=True)


def retry_channel(settings: Settings, channel: str, signature: Signature) -> str:
    """Asks that all be sent now that a channel keeps; what became of it."""
    return ask(settings, requests.Request.signed("retry channel", channel, signature), deliver=True)


def drop(settings: Settings, delivery: str, signature: Signature) -> str:
    """Asks that a message be given up; what became of it."""
    return ask(settings, requests.Request.signed("drop", delivery, signature))


def ask(settings: Settings, request: requests.Request, *, deliver: bool = False) -> str:
    """Leaves a request, and carries it out here and now if nobody owns the history."""
    place = settings.place
    with closing(open_box(place)) as box:
        requests.leave(box, request)
        if not place.is_shared and holder(place.folder) is not None:
            return _ASKED
        from watcher.service.logs import set_up
        from watcher.service.once import carry_out_now

        set_up(settings.log.model_copy(update={"level": "warning"}))
        try:
            history = open_history(place)
        except HistoryLockedError:
            return _ASKED
        try:
            return carry_out_now(settings, history, box, deliver=deliver)
        finally:
            history.close()
