"""A process of its own that takes report files on standard input and answers with the text of their pages.

It is started by path and imports nothing of the watcher, so that it is small, knows no secrets and may be killed at any
moment. Both ways: 8 bytes of length, big-endian, then that many bytes; the answer is JSON, `{"pages": [...]}` or
`{"why": "..."}`.
"""

import io
import json
import logging
import resource
import struct
import sys
from typing import BinaryIO

MEMORY = 512 * 2**20
"""Bytes of address space."""
SECONDS = 20
"""Of processor time, for each report."""
PAGES = 60
CHARACTERS = 1_000_000

LENGTH = struct.Struct(">Q")


def read_pages(pdf: bytes) -> list[str]:
    """The text of every page; raises ValueError, saying why, for a file that isn't to be read."""
    from pypdf import PdfReader  # here, because the service imports this module too, and never reads a file itself

    reader = PdfReader(io.BytesIO(pdf))
    if reader.is_encrypted:
        raise ValueError("it is encrypted")
    if len(reader.pages) > PAGES:
        raise ValueError(f"it has {len(reader.pages)} pages, more than {PAGES}")
    texts: list[str] = []
    for page in reader.pages:
        texts.append(page.extract_text())
        if sum(map(len, texts)) > CHARACTERS:
            raise ValueError(f"it holds more than {CHARACTERS} characters")
    if not any(text.strip() for text in texts):
        raise ValueError("it holds no text: perhaps a scan")
    return texts


def _answer(pdf: bytes) -> dict[str, object]:
    try:
        return {"pages": read_pages(pdf)}
    except Exception as error:  # noqa: BLE001 - a parse of foreign bytes may raise anything, and is only reported
        reason = str(error) if type(error) is ValueError else f"the PDF is damaged ({type(error).__name__}: {error})"
        return {"why": reason[:200]}


def _limit_memory() -> None:
    for limit, value in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(limit, (value, value))


def _limit_time() -> None:
    """Allows so many seconds more: the limit counts from the start of the process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (used + SECONDS, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answers one report after the other until the source ends."""
    while len(header := source.read(LENGTH.size)) == LENGTH.size:
        _limit_time()
        answer = json.dumps(_answer(source.read(LENGTH.unpack(header)[0]))).encode("ascii")
        sink.write(LENGTH.pack(len(answer)) + answer)
        sink.flush()


if __name__ == "__main__":
    logging.disable()
    _limit_memory()
    serve(sys.stdin.buffer, sys.stdout.buffer)
