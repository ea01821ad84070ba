"""How long it takes until another watcher leads: of a kill, a stop, a session that is cut, packets that are swallowed.

Aims: 30 s after a kill, 60 s where the network swallows packets. At full length, two processes on one server.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.standins.postgres import FreshDatabase, PostgresServer
from tests.standins.tunnel import Tunnel
from watcher.history.postgresql.database import Database
from watcher.history.postgresql.history import PostgresHistory
from watcher.history.postgresql.leadership import Pace
from watcher.history.postgresql.replica import leadership_of

_LEADER = """
import sys
from watcher.history.postgresql.database import Database
from watcher.history.postgresql.leadership import Pace
from watcher.history.postgresql.replica import leadership_of
url, password, faster = sys.argv[1:]
leadership_of(Database(url, lambda: password), Pace().faster(float(faster))).start()
sys.stdin.read()
"""


@contextmanager
def _leading(database: FreshDatabase, url: str, faster: float) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", _LEADER, url, database.password, str(faster)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def _seconds(server: PostgresServer, faster: float, happens: Callable[..., object]) -> float:
    database = server.database()
    shared = Database(database.url, lambda: database.password)
    history = PostgresHistory.open(shared, with_bundle=False)
    with Tunnel.to(server.port) as tunnel, _leading(database, tunnel.url(database.url), faster) as leader:
        while history.leader() is None:
            time.sleep(0.05)
        other = leadership_of(shared, Pace().faster(faster))
        other.start()
        time.sleep(1)
        began = time.monotonic()
        happens(leader=leader, tunnel=tunnel, database=database)
        while not other.is_leading():
            time.sleep(0.01)
        took = time.monotonic() - began
        other.stop()
    history.close()
    return took


def main() -> None:
    """Prints the seconds of each; a number as argument has all go so many times as fast."""
    faster = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    with PostgresServer.started() as server:
        ways: dict[str, Callable[..., object]] = {
            "killed": lambda leader, **_: leader.kill(),
            "stopped": lambda leader, **_: leader.send_signal(signal.SIGSTOP),
            "its sessions cut": lambda database, **_: server.cut(database),
            "packets swallowed": lambda tunnel, **_: tunnel.swallow(),
        }
        for way, happens in ways.items():
            print(f"{way:>18}: another leads after {_seconds(server, faster, happens):5.1f} s", flush=True)


if __name__ == "__main__":
    main()
