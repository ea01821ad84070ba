"""A press in Slack and its way back, over a whole service that has twelve years loaded; everything on loopback.

Aims: 300 ms (median) from a press to the changed message, 3 s to any acknowledgement, 10,000 envelopes a minute, 5 MB
for a bot beside a service without, the loop never held for 100 ms. Slack takes few changes a second: presses come
one at a time, as slowly as that.
"""

import asyncio
import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import SecretStr

from tests.bot.world import alert, tell
from tests.standins.slack import APP_TOKEN, CHANNEL, TOKEN, SlackStandIn
from tests.standins.slack_payloads import block_actions, slash_command
from tests.standins.socket_mode import Sent, SocketMode
from watcher.config.settings import Settings
from watcher.delivery.channels.kinds import open_channels
from watcher.delivery.channels.slack.buttons import ACKNOWLEDGE, HISTORY, SILENCE
from watcher.delivery.channels.slack.channel import SlackChannel
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.delivery.outbox import Outbox
from watcher.history.embedded.history import EmbeddedHistory
from watcher.timing.clock import SystemClock

PRESSES = 30
ENVELOPES = 10_000
_MINUTE = 55.0  # seconds in which so many come
_BURST = 1_000  # so many come at once
_PAUSE = 1.3  # seconds between two presses: as Slack takes changes
_SETTLES = 10.0  # seconds after which memory is measured
_SERVICE = """
import asyncio, json, signal, sys, time
from pathlib import Path
from watcher.config import settings as config
from watcher.service import start

async def main():
    worst = [0.0]

    async def sleeper():
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.002)
            worst[0] = max(worst[0], time.perf_counter() - began - 0.002)

    def tell():
        Path(sys.argv[2]).write_text(json.dumps(worst[0]))
        worst[0] = 0.0

    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, tell)
    task = asyncio.create_task(sleeper())
    await start.run(config.load(Path(sys.argv[1]), with_secrets=True))
    task.cancel()

asyncio.run(main())
"""
COMMANDS = ("help", "recent", "area Derby", "numbers", "status", "watches", "owner Nobody At All", "home SC900100")


def run() -> None:
    """Prints all figures, with and without the twelve years."""
    for with_bundle in (False, True):
        with TemporaryDirectory() as folder, SlackStandIn() as slack, SocketMode(slack) as lines:
            print("twelve years loaded:" if with_bundle else "an empty history:", flush=True)
            _measure(Path(folder), slack, lines, with_bundle)


def _measure(folder: Path, slack: SlackStandIn, lines: SocketMode, with_bundle: bool) -> None:
    told = _told(folder, slack, with_bundle)
    with _service(folder, slack, is_answered=False) as without:
        time.sleep(_SETTLES)
        alone = _resident(without)
    with _service(folder, slack, is_answered=True) as service:
        assert lines.until(lambda: lines.open_lines, 60)
        time.sleep(_SETTLES)
        bare = _resident(service)
        print(f"  memory: {alone:.0f} MB without a bot, {bare - alone:+.1f} MB with one (aim +5 MB)", flush=True)
        _press(folder, slack, lines, told, service)
        for number, seconds in ((_BURST, 0.0), (ENVELOPES, _MINUTE)):
            _flood(folder, slack, lines, told, service, number, seconds)
        print(f"  memory after all: {_resident(service) - bare:+.1f} MB", flush=True)


def _press(
    folder: Path, slack: SlackStandIn, lines: SocketMode, told: list[str], service: "subprocess.Popen[bytes]"
) -> None:
    _held(folder, service)
    acknowledged, changed = [], []
    for delivery in told[:PRESSES]:
        count, began = len(slack.updates), time.perf_counter()
        sent = lines.send("interactive", block_actions(ACKNOWLEDGE, delivery))
        while len(slack.updates) == count:
            time.sleep(0.0005)
        changed.append(time.perf_counter() - began)
        while sent.took is None:
            time.sleep(0.0005)
        acknowledged.append(sent.took)
        time.sleep(_PAUSE)
    print(
        f"  {PRESSES} presses: acknowledged after {_spread(acknowledged)}; message changed after {_spread(changed)} "
        f"(aim 300 ms); the loop was held for {_held(folder, service) * 1000:.0f} ms at most",
        flush=True,
    )


def _flood(
    folder: Path,
    slack: SlackStandIn,
    lines: SocketMode,
    told: list[str],
    service: "subprocess.Popen[bytes]",
    count: int,
    within: float,
) -> None:
    """So many envelopes, presses and commands mixed with repeats among them, evenly within so many seconds."""
    chance, sent, answers = random.Random(1), list[Sent](), len(slack.people.replies)
    payloads = [_payload(number, chance, told, slack) for number in range(count)]
    _held(folder, service)
    began = time.perf_counter()
    for number, (kind, payload) in enumerate(payloads):
        time.sleep(max(0, began + within * number / count - time.perf_counter()))
        name = sent[-1].id if number % 10 == 9 else None  # one of ten is the one before, once more
        sent.append(lines.send(kind, payload if name is None else payloads[number - 1][1], name=name))
    assert lines.until(lambda: all(each.took is not None for each in sent), 180)
    seconds = time.perf_counter() - began
    took = [each.took for each in sent if each.took is not None]
    print(
        f"  {count:,} envelopes within {within:.0f} s: acknowledged in {seconds:.1f} s "
        f"({count / seconds:,.0f} a second), each after {_spread(took)}, "
        f"at most {max(took) * 1000:.0f} ms (Slack allows 3,000); "
        f"memory now {_resident(service):.0f} MB",
        flush=True,
    )
    wanted, last = len({each.id for each in sent}), time.perf_counter()
    while len(slack.people.replies) - answers < wanted and time.perf_counter() - last < 10:
        before = len(slack.people.replies)
        time.sleep(0.2)
        last = time.perf_counter() if len(slack.people.replies) > before else last
    answered = len(slack.people.replies) - answers
    print(
        f"  {answered:,} answers to {wanted:,} questions after {last - began:.0f} s; the loop was held for "
        f"{_held(folder, service) * 1000:.0f} ms at most (aim 100 ms)",
        flush=True,
    )


def _payload(number: int, chance: random.Random, told: list[str], slack: SlackStandIn) -> tuple[str, dict[str, Any]]:
    reply = {"response_url": slack.people.address(slack.url)}
    if number % 2:
        action = chance.choice((ACKNOWLEDGE, HISTORY, SILENCE))
        return "interactive", block_actions(action, chance.choice(told[:PRESSES]), user=f"U{number}") | reply
    return "slash_commands", slash_command(chance.choice(COMMANDS), user=f"U{number}") | reply


def _told(folder: Path, slack: SlackStandIn, with_bundle: bool) -> list[str]:
    """The ids of alerts that stand in Slack."""
    history = EmbeddedHistory.open(folder / "data", with_bundle=with_bundle)
    for number in range(PRESSES):
        home = f"SC9{number:05}"
        made = alert()
        tell(history, replace(made, id=f"{number:016x}", home=f"ofsted:{home}", home_id=home))
    options = SlackOptions(channel=CHANNEL, url=slack.url, token=SecretStr(TOKEN), app_token=SecretStr(APP_TOKEN))
    channels = open_channels({"desk": options}, Settings().house_style)
    for channel in channels.values():
        if isinstance(channel, SlackChannel):
            channel.spacing = timedelta()
    outbox = Outbox(history, channels, SystemClock())
    asyncio.run(outbox.deliver_due())
    ids = [delivery.id for delivery in history.deliveries() if delivery.reference is not None]
    history.close()
    assert len(ids) == PRESSES
    return ids


@contextmanager
def _service(folder: Path, slack: SlackStandIn, *, is_answered: bool) -> Iterator["subprocess.Popen[bytes]"]:
    (folder / "bot").write_text(TOKEN)
    (folder / "app").write_text(APP_TOKEN)
    answered = f'app_token_file = "{folder / "app"}"\n' if is_answered else ""
    (folder / "watcher.toml").write_text(
        f'data_dir = "{folder / "data"}"\ncontact = "tests@localhost"\n'
        '[feeds.ofsted]\nkind = "ofsted-site"\nurl = "http://127.0.0.1:9"\nhosts = []\n'
        f'[channels.desk]\nkind = "slack"\nchannel = "{CHANNEL}"\ntoken_file = "{folder / "bot"}"\n'
        f'url = "{slack.url}"\n{answered}[[watch]]\nname = "all"\nto = ["desk"]\n[web]\nport = 0\n'
    )
    for name in ("bot", "app"):
        (folder / name).chmod(0o600)
    with (folder / "log").open("ab") as log:
        service = subprocess.Popen(
            [sys.executable, "-c", _SERVICE, str(folder / "watcher.toml"), str(folder / "held")],
            stdout=log,
            stderr=log,
        )
    try:
        yield service
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait(30)


def _held(folder: Path, service: "subprocess.Popen[bytes]") -> float:
    """For how many seconds the loop did nothing else at most, since this was asked last."""
    file = folder / "held"
    file.unlink(missing_ok=True)
    service.send_signal(signal.SIGUSR1)
    while not file.exists() or not file.read_text():
        time.sleep(0.01)
    return float(json.loads(file.read_text()))


def _resident(service: "subprocess.Popen[bytes]") -> float:
    lines = Path(f"/proc/{service.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def _spread(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    return f"{median(ordered) * 1000:.0f} ms, 99 % within {ordered[int(len(ordered) * 0.99)] * 1000:.0f} ms"


if __name__ == "__main__":
    run()
