"""Opens the history that a configuration names, whichever kind it is of."""

from watcher.errors import PermanentError
from watcher.history.protocol import History
from watcher.options.place import HistoryPlace


class ExtraMissingError(PermanentError):
    """A database is named, and what speaks with it is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "[history] names a database, and the package that speaks with it is not installed: "
            "install watcher[postgres], or take `url` out for a history in data_dir"
        )


def open_history(place: HistoryPlace, *, read_only: bool = False, with_bundle: bool = True) -> History:
    """The history for altering it, which nobody else alters meanwhile; or for looking, beside whoever does.

    One that never was begins with the bundled inspections. Raises HistoryUnusableError, naming what to do; where
    somebody else owns it HistoryLockedError.
    """
    if not place.is_shared:
        from watcher.history.embedded.history import EmbeddedHistory

        return EmbeddedHistory.open(place.folder, read_only=read_only, with_bundle=with_bundle)
    need_extra()
    from watcher.history.postgresql.opening import open_shared

    return open_shared(place, read_only=read_only, with_bundle=with_bundle)


def need_extra() -> None:
    """Raises ExtraMissingError where what speaks with a database is not installed."""
    try:
        import psycopg_pool  # noqa: F401  # asked here, so that what it is missing for is said
    except ImportError:
        raise ExtraMissingError from None
