"""The bundled history: Ofsted's official inspections of 2014 to 2025, built from the published files.

Contains public sector information licensed under the Open Government Licence v3.0.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice
from typing import Any

import orjson

from watcher.errors import PermanentError

FILE = "inspections.jsonl.gz"
"""Gzipped lines: a header, then the documents of homes, inspections, the register and its tallies, each one object."""
FORMAT = 3
"""The version of that form; the documents are those of watcher.history.documents."""
ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0"

_REINSTALL = "install watcher again"


@dataclass(frozen=True, slots=True)
class Bundle:
    """The documents as JSON bytes by number from 1, never parsed here, and the header that says where they are from."""

    header: Mapping[str, Any]
    """`format`, `attribution`, how many of each table, and `sources` with name, sha256, as_of, rows and refused."""
    homes: dict[int, bytes]
    inspections: dict[int, bytes]
    register: dict[int, bytes]
    """What counts are made from, made of the other two."""
    tallies: dict[int, bytes]
    """Those counts, made of the register."""


class BundleUnreadableError(PermanentError):
    """The bundled inspections are damaged."""


def bundled() -> Bundle:
    """The history that comes with the package; raises BundleUnreadableError if it is damaged."""
    return read_bundle(files(__package__).joinpath(FILE).read_bytes())


def read_bundle(packed: bytes) -> Bundle:
    """The bundle in a built file; raises BundleUnreadableError if it is damaged or of another format."""
    try:
        # The last four bytes of a gzip are the size of its content: one buffer instead of many.
        lines = iter(zlib.decompress(packed, 31, int.from_bytes(packed[-4:], "little")).split(b"\n"))
        header = orjson.loads(next(lines))
        homes = dict(enumerate(islice(lines, header["homes"]), 1))
        inspections = dict(enumerate(islice(lines, header["inspections"]), 1))
        register = dict(enumerate(islice(lines, header["register"]), 1))
        tallies = dict(enumerate(islice(lines, header["tallies"]), 1))
        sound = header["format"] == FORMAT and list(lines) == [b""]
    except (zlib.error, ValueError, KeyError, TypeError, OverflowError, MemoryError) as error:
        raise BundleUnreadableError(f"The bundled inspections are damaged ({error}); {_REINSTALL}.") from error
    if not sound:
        raise BundleUnreadableError(f"The bundled inspections are incomplete or of another version; {_REINSTALL}.")
    return Bundle(header, homes, inspections, register, tallies)
