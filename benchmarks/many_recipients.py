"""One alert for an e-mail channel of 10,000 recipients: the commit that enqueues it, what holds the loop, memory.

One reader has been sent a mail before: what the first of a process loads is shown by itself.

The mail server is a local one that takes each mail at its own pace, PACE mails a second at most. Aims: enqueued in one
commit under a second, sent at the server's pace, 30 MB more in memory at most.
"""

import asyncio
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.many_changes import size_of, visit
from benchmarks.sixty_thousand import OneReading
from benchmarks.stalls import forget_most, most_resident, resident, stalls
from watcher.config.settings import Log, Settings
from watcher.delivery.channels.email.options import EmailOptions
from watcher.delivery.channels.kinds import open_channels
from watcher.delivery.outbox import Outbox
from watcher.facts.inspection import Home
from watcher.feeds.feed import Outcome, Reading
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.embedded.history import EmbeddedHistory
from watcher.rounds.poll import poll
from watcher.service.logs import set_up
from watcher.service.self_watch import find_matters
from watcher.timing.clock import SystemClock
from watcher.watching.watches import Watch

RECIPIENTS = 10_000
PACE = 400
SENDING = timedelta(seconds=5)


class MailServer:
    """Takes every mail and says so, at its pace; in a process of its own, so that it does not wait for this one."""

    def __init__(self) -> None:
        program = f"from benchmarks.many_recipients import serve; serve({PACE})"
        self._process = subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.url = f"smtp://127.0.0.1:{self._answer()}"

    def _answer(self) -> int:
        if self._process.stdout is None:
            raise RuntimeError("a process without an output")
        return int(self._process.stdout.readline())

    def connections(self) -> int:
        """How many there have been."""
        if self._process.stdin is None:
            raise RuntimeError("a process without an input")
        print(file=self._process.stdin, flush=True)
        return self._answer()

    def close(self) -> None:
        """Ends it."""
        self._process.kill()
        self._process.communicate()


def serve(pace: int) -> None:
    """Says its port, and for each line that it reads how many connections it has had."""
    listening = socket.create_server(("127.0.0.1", 0))
    lines: list[socket.socket] = []
    threading.Thread(target=_accept, args=(listening, lines, pace), daemon=True).start()
    print(listening.getsockname()[1], flush=True)
    for _ in sys.stdin:
        print(len(lines), flush=True)


def _accept(listening: socket.socket, lines: list[socket.socket], pace: int) -> None:
    while True:
        line, _ = listening.accept()
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines.append(line)
        threading.Thread(target=_take_mails, args=(line, pace), daemon=True).start()


def _take_mails(line: socket.socket, pace: int) -> None:
    free = time.perf_counter()
    with line, line.makefile("rb") as heard, suppress(OSError):
        line.sendall(b"220 here\r\n")
        for command in heard:
            word = command[:4].upper()
            if word == b"DATA":
                line.sendall(b"354 go on\r\n")
                for said in heard:
                    if said == b".\r\n":
                        break
                free = max(free, time.perf_counter()) + 1 / pace
                time.sleep(max(0.0, free - time.perf_counter()))
            line.sendall(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")


def run(recipients: int = RECIPIENTS) -> None:
    """Prints each figure with its aim."""
    set_up(Log(level="warning"))
    server = MailServer()
    with TemporaryDirectory() as name:
        folder = Path(name)
        history = EmbeddedHistory.open(folder)
        history.register()
        asyncio.run(_measure(history, _settings(server.url, recipients), server, folder))
        history.close()
        _start_again(folder, server.url, recipients)
    server.close()


async def _measure(history: EmbeddedHistory, settings: Settings, server: MailServer, folder: Path) -> None:
    homes = [home for home in history.homes() if home.local_authority == "Derby"][:2]
    await _tell_one(history, _settings(server.url, 1), homes[0])
    outbox = Outbox(history, open_channels(settings.channels, settings.house_style), SystemClock())
    size, before = size_of(folder), resident()
    forget_most()
    reading = Reading(outcome=Outcome.CHANGED, inspections=(visit(homes[1], "inadequate"),))
    async with stalls() as seen:
        began = time.perf_counter()
        await _poll(history, settings, reading)
        took = time.perf_counter() - began
    number = sum(1 for _ in history.deliveries(open_only=True))
    written = (size_of(folder) - size) / 1e6
    print(f"{number:,} messages enqueued in {took:.2f} s (aim 1 s), {seen}; {written:.1f} MB written")
    async with stalls() as seen:
        began = time.perf_counter()
        await outbox.take_up()
        took = time.perf_counter() - began
    print(f"taken up by the outbox in {took:.2f} s, {seen}")
    print(
        f"memory: {resident() - before:.0f} MB more than {before:.0f} MB (aim 30), {most_resident() - before:.0f} most"
    )
    async with stalls() as seen:
        began = time.perf_counter()
        find_matters(settings, history, outbox, datetime(2026, 3, 2, tzinfo=UTC), SystemClock().now())
        took = time.perf_counter() - began
    print(f"a look of the self-watch: {took:.2f} s, {seen}")
    async with stalls() as seen:
        began, busy = time.perf_counter(), time.process_time()
        ended = await outbox.deliver_due(within=SENDING)
        took, busy = time.perf_counter() - began, time.process_time() - busy
    pace = len(ended) / took
    print(
        f"sent {len(ended):,} in {took:.0f} s: {pace:.0f} a second of the server's {PACE}, over {server.connections()} "
        f"connections; {busy / max(len(ended), 1) * 1000:.1f} ms of the processor a mail; {seen}"
    )
    print(f"memory: {resident() - before:.0f} MB more (aim 30), {most_resident() - before:.0f} most", flush=True)
    await outbox.close()


async def _tell_one(history: EmbeddedHistory, settings: Settings, home: Home) -> None:
    """What the first mail of a process takes, however few get it."""
    before = resident()
    await _poll(history, settings, Reading(outcome=Outcome.CHANGED, inspections=(visit(home, "inadequate"),)))
    outbox = Outbox(history, open_channels(settings.channels, settings.house_style), SystemClock())
    async with stalls() as seen:
        await outbox.deliver_due()
    await outbox.close()
    print(f"one mail before: {resident() - before:.0f} MB more than {before:.0f} MB, {seen}")


async def _poll(history: EmbeddedHistory, settings: Settings, reading: Reading) -> None:
    await poll(history, OneReading(reading), settings, SystemClock(), timedelta(minutes=5))


def _start_again(folder: Path, url: str, recipients: int) -> None:
    settings = _settings(url, recipients)
    began = time.perf_counter()
    history = EmbeddedHistory.open(folder)
    opened = time.perf_counter()
    Outbox(history, open_channels(settings.channels, settings.house_style), SystemClock()).recover()
    done = time.perf_counter()
    print(f"started again: history {opened - began:.2f} s, outbox {done - opened:.2f} s")
    history.close()


def _settings(url: str, recipients: int) -> Settings:
    to = tuple(f"reader{number}@example.org" for number in range(recipients))
    channel = EmailOptions.model_validate({"smtp": url, "starttls": False, "from": "watcher@example.org", "to": to})
    return Settings(
        feeds={"feed": OfstedSiteOptions(brake=1)},
        channels={"readers": channel},
        watch=(Watch.model_validate({"name": "all", "to": ["readers"]}),),
    )


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else RECIPIENTS)
