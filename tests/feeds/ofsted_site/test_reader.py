"""What the site sends is read in another process: a hostile file costs that process, and one home its reading."""

import asyncio
import io
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, EncodedStreamObject, NameObject, NumberObject, StreamObject

from tests import builders
from tests.bombs import bomb
from tests.feeds.ofsted_site.foreign import PROVIDER, RESULTS, URN, nested, page, times
from tests.feeds.ofsted_site.world import START, published, world
from tests.standins.reports.report_pdf import NEW_PAGE, pdf_of, report_pdf
from watcher.feeds.feed import Outcome
from watcher.feeds.ofsted_site import tasks
from watcher.feeds.ofsted_site.cursor import load
from watcher.feeds.ofsted_site.markup import UnexpectedPageError
from watcher.feeds.ofsted_site.plan import PASSING
from watcher.feeds.ofsted_site.provider import ProviderPage, read_provider
from watcher.feeds.ofsted_site.reader import Reader
from watcher.feeds.ofsted_site.report.pages import read_pages
from watcher.feeds.ofsted_site.report.values import CouldNotTell, Report
from watcher.feeds.ofsted_site.search import read_categories, read_results
from watcher.feeds.web.failures import Unreachable
from watcher.feeds.web.page import Page
from watcher.feeds.worker.task import MEGABYTE, Limits
from watcher.feeds.worker.worker import Worker

pytestmark = pytest.mark.anyio

HOME = builders.home("SC200001", owner="Example Care Limited")
GOOD = report_pdf(HOME, published(HOME, START.date(), "good"))
PAGES = pdf_of("Full inspection\nof a home\fthe second page")
SMALL = Limits(seconds=1, memory=128 * MEGABYTE, answer=MEGABYTE)


def locked(user: str, algorithm: str = "RC4-128") -> bytes:
    """A sound report that its owner's password keeps from being changed, and the user's from being read."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(GOOD)))
    writer.encrypt(user, "the owner's", algorithm=algorithm)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def with_content(content: bytes) -> bytes:
    """A page whose content is compressed."""
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(content), content)
    begin = PAGES.index(b"5 0 obj\n") + len(b"5 0 obj\n")
    return PAGES[:begin] + stream + PAGES[PAGES.index(b"\nendobj", begin) :]


def endless() -> bytes:
    """Pages that are their own parents' children."""
    return PAGES.replace(b"/Kids [4 0 R 6 0 R]", b"/Kids [2 0 R 2 0 R]")


UNREADABLE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "a web page": lambda: b"<html><body>The file is being prepared</body></html>",
    "truncated": lambda: GOOD[: len(GOOD) // 3],
    "without text": lambda: pdf_of(""),
    "locked": lambda: locked("secret"),
    "a bomb": lambda: with_content(bomb((bytes(1_000_000), 600))),
    "endless": endless,
    "arrays in each other": lambda: with_content(bomb((b"[" * 1_000_000, 5), (b"]" * 1_000_000, 5))),
    "objects in each other": lambda: PAGES.replace(
        b"/Type /Catalog", b"/Type /Catalog /Deep " + b"[" * 200_000 + b"]" * 200_000
    ),
    "more pages than any report": lambda: pdf_of(NEW_PAGE.join(["page"] * 61)),
    "more text than any report": lambda: pdf_of(("x" * 400 + "\n") * 3000),
}


@asynccontextmanager
async def reading(worker: Worker | None = None) -> AsyncIterator[Reader]:
    reader = Reader(worker)
    try:
        yield reader
    finally:
        await reader.close()


async def test_pages_and_reports_say_in_the_worker_what_they_say_outside_it() -> None:
    async with reading() as reader:
        assert await reader.provider(page(PROVIDER), URN) == read_provider(PROVIDER, URN)
        assert await reader.results(page(RESULTS)) == read_results(RESULTS)
        wanted = ("children's home",)
        assert await reader.categories(page(RESULTS), wanted) == read_categories(RESULTS, wanted)
        report = await reader.report(page(GOOD))
        assert report == tasks.report(GOOD)
        assert isinstance(report, Report)
        assert report.judgements


@pytest.mark.parametrize("pdf", UNREADABLE.values(), ids=UNREADABLE)
async def test_what_can_not_be_read_is_said_and_the_next_file_is_read(pdf: Callable[[], bytes]) -> None:
    async with reading(Worker(Limits(10, 512 * MEGABYTE, 4 * MEGABYTE))) as reader:
        answer = await reader.report(page(pdf()))
        assert isinstance(answer, CouldNotTell)
        assert answer.reason
        assert isinstance(await reader.report(page(GOOD)), Report)


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256"])
async def test_a_report_that_only_its_owners_password_protects_is_read(algorithm: str) -> None:
    async with reading() as reader:
        assert await reader.report(page(locked("", algorithm))) == tasks.report(GOOD)


async def test_a_report_that_its_readers_need_a_password_for_is_named_so() -> None:
    async with reading() as reader:
        assert await reader.report(page(locked("secret"))) == CouldNotTell("it is locked with a password")


PICTURES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "JBIG2": ("/JBIG2Decode", lambda: bytes(40)),
    "a bomb": ("/FlateDecode", lambda: bomb((bytes(1_000_000), 400))),
}


def with_picture(coding: str, data: bytes) -> bytes:
    """The sound report, on whose first page a picture of ten thousand million points stands."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(GOOD)))
    first: Any = writer.pages[0]
    picture, content = EncodedStreamObject(), StreamObject()
    names = {"/Type": "/XObject", "/Subtype": "/Image", "/Filter": coding, "/ColorSpace": "/DeviceGray"}
    picture.update({NameObject(key): NameObject(name) for key, name in names.items()})
    picture.update({NameObject(key): NumberObject(100_000) for key in ("/Width", "/Height")})
    picture._data = data
    content.set_data(first.get_contents().get_data() + b"\nq /Picture Do Q")
    first[NameObject("/Contents")] = writer._add_object(content)
    first["/Resources"][NameObject("/XObject")] = DictionaryObject(
        {NameObject("/Picture"): writer._add_object(picture)}
    )
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


@pytest.mark.parametrize(("coding", "data"), PICTURES.values(), ids=PICTURES)
async def test_pictures_in_a_report_are_never_unpacked(coding: str, data: Callable[[], bytes]) -> None:
    async with reading(Worker(Limits(seconds=2, memory=128 * MEGABYTE, answer=MEGABYTE))) as reader:
        assert await reader.report(page(with_picture(coding, data()))) == tasks.report(GOOD)


async def test_a_report_too_much_to_read_is_could_not_tell_and_names_the_limit() -> None:
    too_much = with_content(bomb((b"(x) Tj " * 100_000, 100)))
    async with reading(Worker(SMALL)) as reader:
        answer = await reader.report(page(too_much))
        assert isinstance(answer, CouldNotTell)
        assert "1 seconds of processor time" in answer.reason or "128 MB of memory" in answer.reason


def lines(number: int) -> str:
    """A page with that many documents on its time line."""
    day = PROVIDER[PROVIDER.index('<li class="timeline__day"') :].partition("</div></li>")[0] + "</div></li>"
    return PROVIDER.replace(day, "".join(day.replace("50311430", str(10_000_000 + one)) for one in range(number)))


def rows(number: int) -> str:
    """A result list with that many entries."""
    row = (
        RESULTS[RESULTS.index('<li class="search-result"') :].partition("</li></ul>    </li>")[0]
        + "</li></ul>    </li>"
    )
    return RESULTS.replace(row, row * number)


async def test_a_page_with_more_lines_or_rows_than_any_has_is_no_such_page() -> None:
    async with reading() as reader:
        assert len((await reader.provider(page(lines(100)), URN)).documents) == 101
        with pytest.raises(UnexpectedPageError, match="601 lines, more than any home's"):
            await reader.provider(page(lines(600)), URN)
        with pytest.raises(UnexpectedPageError, match="1204 results, where 100 were asked for"):
            await reader.results(page(rows(1200)))


UNITS = ("a", "Inspector ", "a.b", "(Regulation 1 (", "1/2/2023 ", "Good ", "Registered provider: A ")


@pytest.mark.parametrize("unit", UNITS)
async def test_a_report_with_a_long_run_of_anything_is_read_within_the_limits(unit: str) -> None:
    filler = "\n".join(unit * (30_000 // len(unit)) for _ in range(9))
    hostile = pdf_of(NEW_PAGE.join([*read_pages(GOOD), filler]))
    async with reading(Worker(Limits(seconds=10, memory=512 * MEGABYTE, answer=MEGABYTE))) as reader:
        assert isinstance(await reader.report(page(hostile)), Report)


async def test_thirty_thousand_empty_dates_in_one_day_are_nothing() -> None:
    async with reading(Worker(SMALL)) as reader:
        sound = await reader.provider(page(PROVIDER), URN)
        assert (await reader.provider(page(times(PROVIDER)), URN)).documents == sound.documents


async def test_what_this_machine_is_to_blame_for_is_unreachable_not_odd() -> None:
    async with reading(Worker(longest=timedelta(0))) as reader:
        with pytest.raises(Unreachable, match=r"https://\S+ was not read within .* watcher tries again by itself"):
            await reader.provider(page(PROVIDER), URN)


async def test_a_home_whose_page_is_too_much_to_read_is_a_problem_and_the_others_are_told() -> None:
    async with world(3, reader=Reader(Worker(SMALL))) as it:
        await it.poll()
        first, second, _ = it.homes()
        for home in (first, second):
            it.site.publish(published(home, it.today + timedelta(days=1), "inadequate"))
        it.site.pages[first.id] = nested(PROVIDER.replace(URN, first.id))
        reading = await it.poll(days=1)
        assert reading.outcome is Outcome.CHANGED
        assert [inspection.home for inspection in reading.inspections] == [second.key]
        (problem,) = reading.problems
        assert problem.home == first.key
        assert "1 seconds of processor time" in problem.what
        del it.site.pages[first.id]
        again = await it.poll(hours=1)
        assert [inspection.home for inspection in again.inspections] == [first.key]


async def test_a_process_that_was_killed_delays_a_home_by_one_poll_and_tells_nobody() -> None:
    reader = Reader()
    async with world(3, reader=reader) as it:
        await it.poll()
        home = it.homes()[0]
        it.site.publish(published(home, it.today + timedelta(days=1), "inadequate"))
        page_of = reader.provider

        async def killed(answer: Page, urn: str) -> ProviderPage:
            pid = reader._worker.pid
            assert pid is not None
            os.kill(pid, signal.SIGSTOP)
            reading = asyncio.create_task(page_of(answer, urn))
            await asyncio.sleep(0)
            os.kill(pid, signal.SIGKILL)
            return await reading

        reader.provider = killed  # type: ignore[method-assign,assignment]
        reading = await it.poll(days=1)
        assert (reading.inspections, reading.problems) == ((), ())
        assert load(it.cursor).failures[home.id].due == it.clock.now() + PASSING[0]
        reader.provider = page_of  # type: ignore[method-assign]
        assert [inspection.home for inspection in (await it.poll()).inspections] == [home.key]


async def test_a_poll_that_is_cut_off_in_the_middle_of_a_page_ends_at_once_and_its_process_with_it() -> None:
    worker = Worker(Limits(seconds=10_000, memory=512 * MEGABYTE, answer=MEGABYTE))
    async with world(3, reader=Reader(worker)) as it:
        await it.poll()
        home = it.homes()[0]
        it.site.publish(published(home, it.today + timedelta(days=1), "inadequate"))
        it.site.pages[home.id] = nested(PROVIDER.replace(URN, home.id))
        asked = asyncio.create_task(it.poll(days=1))
        while not it.asked_for("/provider") or not worker._turn.locked():
            await asyncio.sleep(0)
        pid = worker.pid
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert pid is not None
        assert not Path(f"/proc/{pid}").exists()


async def test_an_unchanged_poll_asks_nothing_of_the_worker() -> None:
    reader = Reader()
    async with world(3, reader=reader) as it:
        await it.poll()
        await reader.close()
        assert (await it.poll(minutes=30)).outcome is Outcome.UNCHANGED
        assert reader._worker.pid is None


def test_the_service_has_no_reader_of_report_files_of_its_own() -> None:
    program = "import sys, watcher.feeds.ofsted_site.feed; print('pypdf' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == "False"
