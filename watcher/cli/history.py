"""The history as commands open it, for looking or for altering, and the home that somebody means."""

from collections.abc import Iterator
from contextlib import contextmanager

from watcher.actions.ids import home_called
from watcher.answers.homes.nearest import no_such_home
from watcher.errors import WatcherError
from watcher.facts.inspection import Home
from watcher.history.opening import open_history
from watcher.history.protocol import History
from watcher.options.place import HistoryPlace
from watcher.timing.garbage import without_garbage_collection


@contextmanager
def reading(place: HistoryPlace) -> Iterator[History]:
    """The history for looking only: a running service is not disturbed; without one yet, the bundled inspections.

    What is read of it stays until the end: looking for garbage in it would take a fifth of the time.
    """
    with without_garbage_collection():
        history = open_history(place, read_only=True)
        try:
            yield history
        finally:
            history.close()


@contextmanager
def owning(place: HistoryPlace) -> Iterator[History]:
    """The history for altering; refused while another process owns it."""
    history = open_history(place)
    try:
        yield history
    finally:
        history.close()


def find_home(history: History, text: str) -> Home:
    """The home that a key means, or an id of any regulator's, in capitals or not.

    Raises WatcherError where there is none, with the nearest ones, and where there are several, with their keys.
    """
    text = text.encode("utf-8", "replace").decode()  # bytes of the command line that are no text
    home = home_called(history, text)
    if home is None:
        raise WatcherError(no_such_home(text, history.homes()))
    return home
