"""The errors an operator can meet; every message says what happened, where, and what to do next."""


class WatcherError(Exception):
    """Anything that watcher reports by name instead of by traceback."""


class TransientError(WatcherError):
    """It may work later without anybody doing anything: try again."""


class PermanentError(WatcherError):
    """It fails the same way until somebody changes something."""


class CouldNotTellError(WatcherError):
    """Foreign input that cannot be understood for certain: never a change, always a line for the operator."""
