"""Foreign bytes cost the worker's process, and nothing else; what this machine is to blame for can be tried again."""

import asyncio
import gc
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.checkout import ROOT
from tests.feeds.ofsted_site.foreign import PROVIDER as PAGE
from tests.feeds.ofsted_site.foreign import URN, counts, deep, nested
from watcher.feeds.ofsted_site.markup import UnexpectedPageError
from watcher.feeds.ofsted_site.provider import ProviderPage, read_provider
from watcher.feeds.ofsted_site.tasks import PROVIDER, RESULTS
from watcher.feeds.worker.task import MEGABYTE, Limits, Task
from watcher.feeds.worker.worker import Worker, WorkerInterruptedError

pytestmark = pytest.mark.anyio

SOUND = read_provider(PAGE, URN)
SMALL = Limits(seconds=1, memory=128 * MEGABYTE, answer=MEGABYTE)
HOURS = Limits(seconds=10_000, memory=512 * MEGABYTE, answer=MEGABYTE)
"""What would be read for hours if nobody ended it."""


@asynccontextmanager
async def working(worker: Worker) -> AsyncIterator[Worker]:
    try:
        yield worker
    finally:
        await worker.close()


async def read(worker: Worker, text: str = PAGE) -> ProviderPage:
    return await worker.do(PROVIDER, text.encode(), "utf-8", URN)


async def begun(worker: Worker, text: str) -> "asyncio.Task[ProviderPage]":
    """A reading that has a process of its own by now."""
    reading = asyncio.create_task(read(worker, text))
    while worker.pid is None:
        assert not reading.done()
        await asyncio.sleep(0)
    return reading


ORPHANED = """
import asyncio, ctypes, os, signal, subprocess, sys

if sys.argv[1] == "reads":
    from tests.feeds.worker import test_worker as tests

    async def read_for_long():
        worker = tests.Worker(tests.Limits(seconds=10, memory=512 * tests.MEGABYTE, answer=tests.MEGABYTE))
        await tests.read(worker)
        ready = tests.spent(worker)
        reading = asyncio.create_task(tests.read(worker, tests.nested(tests.PAGE)))
        while tests.spent(worker) < ready + 0.3:
            await asyncio.sleep(0)
        print(worker.pid, flush=True)
        await reading

    asyncio.run(read_for_long())
else:
    ctypes.CDLL(None).prctl(36, 1)  # who has lost its parent is a child of this process
    reader = subprocess.Popen([sys.executable, __file__, "reads"], stdout=subprocess.PIPE)
    pid = int(reader.stdout.readline())
    reader.kill()
    reader.wait()
    try:
        ended = -os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:  # a thread of its parent outlived the others for long enough to bury it
        ended = signal.SIGKILL
    print(signal.Signals(ended).name)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it ends with its processor time")
def test_a_process_that_reads_ends_with_the_service_when_that_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "orphaned.py"
    program.write_text(ORPHANED, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, str(program), "waits"], env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    assert ended.stdout.strip() == "SIGKILL"


def is_there(pid: int) -> bool:
    """Whether there is a process of that number, be it a dead one that nobody has buried."""
    return Path(f"/proc/{pid}").exists()


async def test_what_comes_back_is_what_the_function_returns() -> None:
    async with working(Worker()) as worker:
        assert await read(worker) == SOUND


@pytest.mark.parametrize(
    ("hostile", "limit"),
    [
        (nested(PAGE), "1 seconds of processor time"),
        (deep(PAGE), "1 seconds of processor time|128 MB of memory"),
        (PAGE + "<p>" * 1_500_000, "1 seconds of processor time|128 MB of memory"),
    ],
    ids=["nested", "deep", "large"],
)
async def test_a_page_that_breaks_the_limits_could_not_be_told_and_the_next_one_is_read(
    hostile: str, limit: str
) -> None:
    async with working(Worker(SMALL)) as worker:
        with pytest.raises(UnexpectedPageError, match=limit):
            await read(worker, hostile)
        assert await read(worker) == SOUND


async def test_each_task_has_its_processor_time_however_much_the_ones_before_it_took() -> None:
    page = PAGE + "<p>x</p>" * 10_000
    async with working(Worker(SMALL)) as worker:
        while await read(worker, page) == SOUND and spent(worker) <= 2.5:
            first = worker.pid
        assert worker.pid == first


def spent(worker: Worker) -> float:
    """Seconds of processor time that the process has used."""
    fields = Path(f"/proc/{worker.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def test_an_answer_that_is_too_long_is_not_taken() -> None:
    async with working(Worker(Limits(20, 512 * MEGABYTE, answer=100))) as worker:
        with pytest.raises(UnexpectedPageError, match="more than 0 MB"):
            await read(worker)


async def test_what_the_function_refuses_is_raised_in_its_own_words() -> None:
    async with working(Worker()) as worker:
        with pytest.raises(UnexpectedPageError, match="this is the page of another home: it says 'URN: 9990002'"):
            await worker.do(PROVIDER, PAGE.encode(), "utf-8", "SC999999")
        before = worker.pid
        assert await read(worker) == SOUND
        assert worker.pid == before


async def test_no_function_but_the_feeds_own_is_called() -> None:
    async with working(Worker()) as worker:
        with pytest.raises(UnexpectedPageError, match="no reading of a feed"):
            await worker.do(Task(_not_of_a_feed, UnexpectedPageError, SMALL), b"")


def _not_of_a_feed(content: bytes) -> str:
    return content.decode()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_a_process_that_is_ended_from_outside_is_nobodys_page(how: signal.Signals) -> None:
    async with working(Worker(HOURS)) as worker:
        reading = await begun(worker, nested(PAGE))
        assert worker.pid is not None
        os.kill(worker.pid, how)
        with pytest.raises(WorkerInterruptedError, match=how.name):
            await reading
        assert await read(worker) == SOUND


async def test_an_idle_process_that_was_ended_is_replaced_unnoticed() -> None:
    async with working(Worker()) as worker:
        await read(worker)
        process = worker._process
        assert process is not None
        process.kill()
        await process.wait()
        assert await read(worker) == SOUND


async def test_a_process_that_stands_still_is_nobodys_page_and_replaced() -> None:
    async with working(Worker(HOURS)) as worker:
        await read(worker)
        pid = worker.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        worker._longest = 0.2
        with pytest.raises(WorkerInterruptedError, match="too busy, or the process that reads was stopped"):
            await read(worker)
        assert not is_there(pid)


async def test_a_process_that_can_not_be_started_is_nobodys_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/no/such/python")
    with pytest.raises(WorkerInterruptedError, match="can't be started"):
        await read(Worker())


async def test_a_reading_that_is_cut_off_ends_its_process_and_leaves_nothing_behind() -> None:
    async with working(Worker(HOURS)) as worker:
        reading = await begun(worker, nested(PAGE))
        pid = worker.pid
        assert pid is not None
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert not is_there(pid)
        assert await read(worker) == SOUND


async def test_closing_ends_the_process_and_leaves_nothing_open() -> None:
    gc.collect()  # what tests before left is not counted
    before = _descriptors()
    worker = Worker()
    for _ in range(3):
        await read(worker)
        pid = worker.pid
        assert pid is not None
        assert is_there(pid)
        await worker.close()
        await worker.close()
        assert not is_there(pid)
    await asyncio.sleep(0)
    assert _descriptors() <= before


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - the number alone is wanted


async def test_readings_at_once_take_turns() -> None:
    async with working(Worker()) as worker:
        pages = [PAGE.replace("Elm House", f"House {number}") for number in range(5)]
        answers = await asyncio.gather(*(read(worker, page) for page in pages))
        assert [answer.name for answer in answers] == [f"House {number}" for number in range(5)]


async def test_a_process_is_kept_and_replaced_after_so_many_readings() -> None:
    async with working(Worker(tasks_a_process=2)) as worker:
        pids = []
        for _ in range(4):
            await read(worker)
            pids.append(worker.pid)
        assert pids[0] == pids[1] != pids[2] == pids[3]


async def test_the_process_knows_no_secrets_and_can_write_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    async with working(Worker()) as worker:
        await read(worker)
        process = Path(f"/proc/{worker.pid}")
        named = {line.partition(b"=")[0] for line in (process / "environ").read_bytes().split(b"\0") if line}
        assert named <= {b"PATH", b"LD_LIBRARY_PATH"}
        limits = (process / "limits").read_text(encoding="ascii").splitlines()
        assert {line[:25].strip(): line.split()[-3:-1] for line in limits if line[:25].strip() in _FORBIDDEN} == {
            what: ["0", "0"] for what in _FORBIDDEN
        }


_FORBIDDEN = ("Max file size", "Max core file size")


async def test_an_interrupt_from_the_terminal_does_not_reach_the_process() -> None:
    async with working(Worker()) as worker:
        await read(worker)
        assert os.getsid(worker.pid or 0) != os.getsid(0)


async def test_many_counts_of_results_are_told_without_reading_each_in_all_others() -> None:
    results = counts((Path(__file__).parents[2] / "fixtures/site/results.html").read_text(encoding="utf-8"))
    async with working(Worker(Limits(5, 512 * MEGABYTE, MEGABYTE))) as worker:
        with pytest.raises(UnexpectedPageError, match="not with one voice"):
            await worker.do(RESULTS, results.encode(), "utf-8")
