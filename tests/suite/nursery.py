"""Brings up one service after the other, each a process of its own, forked from one that has imported everything.

    python -m tests.suite.nursery

One JSON object on each line of standard input: `config`, `clock`, `log` (files), `point`, where the process is to end
by itself, or "", and `reads_itself`, if no other process is to read for it; with a `command` (words) it is that command
of watcher's instead of the service. `pace` has a leader missed so many times as fast, which no user can ask for; `tick`
is in seconds; the budget of a reading is `patience` times the usual. Two lines of standard output for each: `born PID`
and, when it is dead, `died STATUS`; with a file `ended` others may be asked for meanwhile, and STATUS is written there.
"""

import asyncio
import json
import os
import signal
import sys
from datetime import timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.feeds.worker.here import WorkerHere
from tests.suite import points
from tests.suite.shared_clock import SharedClock
from watcher.bot import bot
from watcher.bot.line.slack_line import SlackLine
from watcher.bot.line.state import Patience
from watcher.cli import main as cli
from watcher.config import settings as config
from watcher.delivery.ledger import Delivery
from watcher.delivery.outbox import Outbox
from watcher.facts.stored import adapter
from watcher.feeds.ofsted_site import reader
from watcher.feeds.ofsted_site.cursor import Progress
from watcher.feeds.ofsted_site.provider import ProviderPage
from watcher.feeds.ofsted_site.search import Results
from watcher.feeds.worker.worker import Worker
from watcher.history.postgresql import database, replica
from watcher.history.postgresql.leadership import Pace
from watcher.history.protocol import FeedState, Restored
from watcher.messages.alert import Alert
from watcher.service import service, start
from watcher.service.service import Service

TICK = 0.005
"""Seconds between two looks at what is due."""

BUDGET = timedelta(seconds=20)
"""Of a clock in a hurry: lives that end soon are shorter than the reading of a backlog, so it is stored in parts."""

PATIENCE = Patience(
    settled=timedelta(hours=1),
    opening=timedelta(minutes=30),
    silence=timedelta(days=10_000),
    answer=timedelta(minutes=30),
    farewell=timedelta(minutes=25),
)
"""Of a line to Slack, by the same clock, whose days pass in a moment."""


TRIES_EVERY = timedelta(seconds=0.5)
"""Between two tries of a service that begins while the history cannot be opened."""


async def _short(_: float) -> None:
    """The pause between two messages: none is measured here."""
    await asyncio.sleep(0.001)


def live(order: dict[str, Any]) -> None:
    """Whatever is asked for, with everything that it says in a file."""
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for descriptor in (1, 2):
        os.dup2(log, descriptor)
    if "command" in order:
        sys.argv = ["watcher", *order["command"], "--config", order["config"]]
        with points.ending_at(order["point"]):
            cli.main()
    else:
        serve(order)


def serve(order: dict[str, Any]) -> None:
    """The service as `watcher run` runs it, with a clock of its own and a short tick."""
    settings = config.load(Path(order["config"]), with_secrets=True)
    tick = points.tick(order.get("tick", TICK), order["point"])
    times = order.get("pace", 1)
    pace = Pace().faster(times)
    with (
        patch.object(start, "Service", partial(Service, tick=tick)),
        patch.object(start, "READING_BUDGET", BUDGET * order["patience"]),
        patch.object(start, "Outbox", partial(Outbox, pause=_short)),
        patch.object(bot, "SlackLine", partial(SlackLine, patience=PATIENCE)),
        patch.object(reader, "Worker", WorkerHere if order["reads_itself"] else Worker),
        patch.object(replica, "Pace", lambda: pace),
        patch.object(service, "GRACE", service.GRACE / times),
        patch.dict(database._SETTINGS, idle_in_transaction_session_timeout=f"{max(1000, 10_000 / times):.0f}ms"),
        patch.object(start, "open_when_possible", partial(start.open_when_possible, every=TRIES_EVERY)),
        points.ending_at(order["point"]),
    ):
        asyncio.run(start.run(settings, SharedClock(Path(order["clock"]))))


def warm() -> None:
    """What a service imports and makes only when it is first needed is here before it is born."""
    for module in _LATE:
        import_module(module)
    for kind in (Alert, Delivery, FeedState, Progress, ProviderPage, Results, Restored):
        adapter(kind)


_LATE = (
    "anyio._backends._asyncio",
    "certifi",
    "httpcore",
    "pypdf",
    "resvg_py",
    "uvicorn.lifespan.off",
    "uvicorn.protocols.http.auto",
    "watcher.history.embedded.restore",
    "watcher.history.embedded.upgrade",
)


def born(order: dict[str, Any]) -> int:
    """A process that lives as it was ordered; its id."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            live(order)
            status = 0
        except SystemExit as end:
            status = int(end.code or 0)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    print(f"born {child}", flush=True)
    return child


def dead(child: int) -> int:
    """Waits for its end; how it ended."""
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def live_beside(order: dict[str, Any]) -> None:
    """Brings one up in the care of a process of its own, which writes how it ended."""
    if os.fork() == 0:
        ended = Path(order["ended"])
        ended.unlink(missing_ok=True)
        said = str(dead(born(order)))
        ended.with_suffix(".draft").write_text(said)
        ended.with_suffix(".draft").replace(ended)
        os._exit(0)


def main() -> None:
    """Serves orders until there are no more."""
    warm()
    while line := sys.stdin.readline():
        order = json.loads(line)
        if "ended" in order:
            live_beside(order)
        else:
            print(f"died {dead(born(order))}", flush=True)


if __name__ == "__main__":
    main()
