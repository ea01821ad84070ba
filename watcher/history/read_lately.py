"""Inspections as they were read lately: whoever takes one more of a home in has just read the others."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from watcher.facts.regulators import Regulator, of, of_home
from watcher.facts.statements import HomeRecord, Record
from watcher.history import documents

MOST = 6_000
"""Inspections, of some 3 kB each: those of the homes of one large commit."""


class ReadLately:
    """The inspections of one history by their numbers, each as long as its document is the same and read alike.

    Of any thread.
    """

    def __init__(self, feeds: Callable[[], frozenset[str]], most: int = MOST) -> None:
        """`feeds` gives the names of those that the history read, as for `documents.home_record`."""
        self._feeds, self._most = feeds, most
        self._known: OrderedDict[int, tuple[bytes, frozenset[str], Regulator, Record]] = OrderedDict()
        self._lock = threading.Lock()

    def home(self, document: Mapping[str, Any]) -> HomeRecord:
        """The home of a document; this is read anew."""
        return documents.home_record(document, self._feeds())

    def record(self, document: bytes, number: int) -> Record:
        """The inspection of a document, as its regulator is described now."""
        feeds = self._feeds()
        with self._lock:
            known = self._known.get(number)
            if known is not None and known[0] == document and known[1] is feeds and known[2] is of(known[2].key):
                self._known.move_to_end(number)
                return known[3]
        record = documents.record(orjson.loads(document), number, feeds)
        with self._lock:
            self._known[number] = document, feeds, _reader(record), record
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return record


def _reader(record: Record) -> Regulator:
    """Whose scale it was read by: the same object as long as it is described alike."""
    return of_home(record.statements[0].home)
