"""Ofsted's official statistics files: every inspection of a year, and each provider's latest at a day."""

from watcher.feeds.statistics.containers import FileRefusedError
from watcher.feeds.statistics.dating import FileKind
from watcher.feeds.statistics.reading import DoubtfulRow, FileReading, RefusedRow, read_file

__all__ = ["DoubtfulRow", "FileKind", "FileReading", "FileRefusedError", "RefusedRow", "read_file"]
