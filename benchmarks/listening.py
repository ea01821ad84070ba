"""A line to Slack: its memory, and how fast it takes envelopes. Aims: 5 MB with imports, 10,000 a minute.

Without TLS, whose list of authorities adds 2 to 3 MB.
"""

import json
import subprocess
import sys
import time

from tests.standins.slack import SlackStandIn
from tests.standins.slack_payloads import presses
from tests.standins.socket_mode import SocketMode

_ENVELOPES = 10_000
_CLIENT = """
import gc, json, sys, threading
import watcher.service.start
from watcher.delivery.channels.slack.channel import SlackChannel  # what a service with a channel in Slack has anyway
import watcher.delivery.channels.slack.client
from watcher.options.way_out import DIRECTLY
from watcher.timing.clock import SystemClock

def resident():
    gc.collect()
    line = next(line for line in open("/proc/self/status") if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024

before = resident()
from watcher.bot.line.slack_line import SlackLine
is_open = threading.Event()
line = SlackLine(
    app_token=sys.argv[2],
    url=sys.argv[1],
    way_out=DIRECTLY,
    clock=SystemClock(),
    on_envelope=lambda envelope: line.acknowledge(envelope.id),
    on_state=lambda state: is_open.set(),
)
line.start()
is_open.wait(30)
print(json.dumps({"before": before, "open": resident()}), flush=True)
sys.stdin.readline()
print(json.dumps({"after": resident()}), flush=True)
line.stop()
"""


def run() -> None:
    """Prints megabytes of an open line, before and after a flood, and how long acknowledgements took."""
    with SlackStandIn() as slack, SocketMode(slack) as lines:
        client = subprocess.Popen(
            [sys.executable, "-c", _CLIENT, slack.url, slack.app_token],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert client.stdin is not None
        assert client.stdout is not None
        told = json.loads(client.stdout.readline())
        began = time.perf_counter()
        sent = lines.flood(presses([str(number) for number in range(_ENVELOPES)]))
        assert lines.until(lambda: sent[-1].took is not None, 60)
        seconds = time.perf_counter() - began
        client.stdin.write("\n")
        client.stdin.flush()
        told |= json.loads(client.stdout.readline())
        client.wait(10)
    took = sorted(each.took or 60 for each in sent)
    print(
        f"an open line: {told['open'] - told['before']:.1f} MB (aim 5 MB) beside {told['before']:.0f} MB of a service"
    )
    print(f"  {told['after'] - told['before']:.1f} MB after {_ENVELOPES} envelopes")
    print(
        f"{_ENVELOPES} envelopes acknowledged in {seconds:.1f} s (aim 60 s);"
        f" {took[len(took) // 2] * 1000:.0f} ms median, {took[-1] * 1000:.0f} ms at most (Slack allows 3,000)"
    )


if __name__ == "__main__":
    run()
