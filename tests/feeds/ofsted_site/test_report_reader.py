"""A hostile file costs the process that reads it, and nothing else."""

import asyncio
import io
import os
import subprocess
import sys
import zlib
from datetime import timedelta

import pytest
from pypdf import PdfReader, PdfWriter
from watcher.feeds.ofsted_site.report_reader import ReportReader

from tests.standins.reports.report_pdf import NEW_PAGE, pdf_of
from watcher.feeds.ofsted_site.report.values import CouldNotTell

pytestmark = pytest.mark.anyio

GOOD = pdf_of("Full inspection\nof a home\fthe second page")


def encrypted() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(GOOD)))
    writer.encrypt("secret", algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def with_content(content: bytes) -> bytes:
    """A page whose content is compressed."""
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(content), content)
    begin = GOOD.index(b"5 0 obj\n") + len(b"5 0 obj\n")
    return GOOD[:begin] + stream + GOOD[GOOD.index(b"\nendobj", begin) :]


def endless() -> bytes:
    """Pages that are their own parents' children."""
    return GOOD.replace(b"/Kids [4 0 R 6 0 R]", b"/Kids [2 0 R 2 0 R]")


UNREADABLE = {
    "empty": b"",
    "a web page": b"<html><body>The file is being prepared</body></html>",
    "truncated": GOOD[: len(GOOD) // 3],
    "without text": pdf_of(""),
    "encrypted": encrypted(),
    "a bomb": with_content(zlib.compress(bytes(600_000_000), 9)),
    "endless": endless(),
    "more pages than any report": pdf_of(NEW_PAGE.join(["page"] * 61)),
    "more text than any report": pdf_of(("x" * 400 + "\n") * 3000),
}


async def test_the_text_of_each_page_is_read() -> None:
    reader = ReportReader()
    assert [text.split() for text in await _pages(reader, GOOD)] == [
        ["Full", "inspection", "of", "a", "home"],
        ["the", "second", "page"],
    ]
    await reader.close()


@pytest.mark.parametrize("pdf", UNREADABLE.values(), ids=UNREADABLE)
async def test_what_can_not_be_read_is_said_and_the_next_file_is_read(pdf: bytes) -> None:
    reader = ReportReader()
    answer = await reader.read(pdf)
    assert isinstance(answer, CouldNotTell)
    assert answer.reason
    assert len(await _pages(reader, GOOD)) == 2
    await reader.close()


async def test_a_process_that_takes_too_long_is_replaced() -> None:
    reader = ReportReader(longest=timedelta(0))
    answer = await reader.read(GOOD)
    assert answer == CouldNotTell("it could not be read within 0 seconds")
    await reader.close()


async def test_a_process_that_was_killed_is_replaced() -> None:
    reader = ReportReader()
    await _pages(reader, GOOD)
    assert reader._process is not None
    os.kill(reader._process.pid, 9)
    first = await reader.read(GOOD)
    assert isinstance(first, CouldNotTell | list)
    assert len(await _pages(reader, GOOD)) == 2
    await reader.close()


async def test_a_reading_that_is_cut_off_leaves_nothing_in_the_pipe() -> None:
    reader = ReportReader()
    await _pages(reader, GOOD)
    reading = asyncio.create_task(reader.read(pdf_of("another\f" * 40 + "file")))
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert len(await _pages(reader, GOOD)) == 2
    await reader.close()


async def test_two_readings_at_once_take_turns() -> None:
    reader = ReportReader()
    answers = await asyncio.gather(*(reader.read(pdf_of(f"file {number}")) for number in range(5)))
    assert [answer[0].strip() for answer in answers if isinstance(answer, list)] == [f"file {n}" for n in range(5)]
    await reader.close()


async def test_nothing_is_left_open() -> None:
    before = _descriptors()
    reader = ReportReader()
    for _ in range(3):
        await _pages(reader, GOOD)
        await reader.close()
    await asyncio.sleep(0)
    assert _descriptors() == before


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - the number alone is wanted


async def _pages(reader: ReportReader, pdf: bytes) -> list[str]:
    answer = await reader.read(pdf)
    assert isinstance(answer, list), answer
    return answer


def test_the_feed_that_reads_reports_in_another_process_has_no_reader_of_its_own() -> None:
    program = "import sys, watcher.feeds.ofsted_site.feed; print('pypdf' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == "False"
