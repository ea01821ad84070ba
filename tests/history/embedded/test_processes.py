"""Killed while it commits, and read while it commits."""

import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from tinydb.table import Document

from tests.programs import Program
from watcher.history.embedded.store import Store

COMMIT_FOR_EVER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from tinydb.table import Document
from watcher.history.embedded.store import Store
store = Store.open(Path(sys.argv[1]))
number = store.sequence
while True:
    number += 1
    with store.transaction():
        store.table("homes").put(Document({"commit": number, "text": "x" * (number % 5000)}, doc_id=number % 40 + 1))
        store.table("state").put(Document({"commit": number}, doc_id=1))
    print(number, flush=True)
    if number % 25 == 0:
        store.compact()
"""


def test_nothing_acknowledged_is_lost_to_kill_9(tmp_path: Path) -> None:
    chance = random.Random(7)
    last = 0
    for _ in range(12):
        command = [sys.executable, "-c", COMMIT_FOR_EVER, str(tmp_path)]
        with Program(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            lines = [writer.stdout.readline() for _ in range(chance.randrange(1, 90))]
            writer.kill()
            # The last line may be cut off; what was printed whole was acknowledged.
            lines += writer.stdout.read().splitlines(keepends=True)
            last = max(int(line) for line in lines if line.endswith("\n"))
        with Store.open(tmp_path) as store:
            assert last <= store.sequence <= last + 1
            state = store.table("state").get(doc_id=1)
            assert state == {"commit": store.sequence}
            commits = sorted(document["commit"] for document in store.table("homes"))
            assert commits == list(range(max(1, store.sequence - 39), store.sequence + 1))
            last = store.sequence
    assert last > 100


def test_a_reader_meets_whole_commits_while_another_commits_and_compacts(tmp_path: Path) -> None:
    done = Event()

    def write() -> None:
        while not done.is_set():
            with store.transaction():
                number = store.sequence + 1
                store.table("homes").put(Document({"commit": number}, doc_id=1))
                store.table("homes").put(Document({"commit": number}, doc_id=number + 1))
                store.table("state").put(Document({"commit": number}, doc_id=1))
            if number % 7 == 0:
                store.compact()

    with Store.open(tmp_path) as store, ThreadPoolExecutor(1) as threads:
        writer = threads.submit(write)
        try:
            seen = [0]
            while len(set(seen)) < 30:
                assert not writer.done(), writer.exception()
                seen.append(what_a_reader_sees(tmp_path))
        finally:
            done.set()
        writer.result()
        assert seen == sorted(seen)
        assert what_a_reader_sees(tmp_path) == store.sequence


def what_a_reader_sees(folder: Path) -> int:
    reader = Store.open(folder, read_only=True)
    commits = [document["commit"] for document in reader.table("homes")]
    state = [document["commit"] for document in reader.table("state")]
    assert state == commits[:1]
    assert commits[1:] == list(range(1, reader.sequence + 1))
    assert reader.sequence == (state or [0])[0]
    return reader.sequence
